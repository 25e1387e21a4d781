A carrier that is down is one message, and one when it is back; a line that follows later is counted and not told.

  LINES__HOME__ACCOUNT = flat
  LINES__TABLET__CARRIER = tmf
  LINES__OFFICE__CARRIER = tmf
  LINES__CAR__CARRIER = tmf

2026-11-10 09:00  * active 50.00
2026-11-10 13:00  car active 50.00
2026-11-10 14:00  * fails timeout
2026-11-12 13:57  > push: 4 lines: car blind/blind, home blind/blind, office blind/blind, 1 more
2026-11-14 09:00  * active 49.00
2026-11-14 09:02  > push: 4 lines: car sight_restored/sight_restored, home sight_restored/sight_restored, office sight_restored/sight_restored, 1 more
2026-11-15 09:00  end
