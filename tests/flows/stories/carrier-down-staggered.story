The lines of a carrier that is down are looked at hours apart, and still it is one message; the return is one message too, which counts
those that are not back yet, and the next time it goes down is told anew.

  LINES__HOME__CARRIER = tmf
  LINES__TABLET__CARRIER = tmf
  LINES__OFFICE__CARRIER = tmf
  LINES__CAR__CARRIER = tmf

2026-11-10 09:00  home active 50.00
2026-11-10 10:30  tablet active 50.00
2026-11-10 12:00  office active 50.00
2026-11-10 13:30  car active 50.00
2026-11-10 15:00  home fails timeout
2026-11-10 16:30  tablet fails timeout
2026-11-10 18:00  office fails timeout
2026-11-10 19:30  car fails timeout
2026-11-12 09:37  > push: 4 lines: home blind/blind, 3 more
2026-11-14 09:00  home active 49.00
2026-11-14 09:02  > push: 1 lines: home sight_restored/sight_restored, 0 more, 3 not yet
2026-11-14 12:00  tablet active 49.00
2026-11-14 15:00  office active 49.00
2026-11-14 18:00  car active 49.00
2026-11-20 09:00  * fails timeout
2026-11-22 03:37  > push: 4 lines: home blind/blind, office blind/blind, 2 more
2026-11-24 12:00  end
