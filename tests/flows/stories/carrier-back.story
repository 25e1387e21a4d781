When a carrier answers again, the lines whose next look is hours away are looked at soon, and one message names them all.

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
2026-11-14 09:00  tablet unasked active 49.00
2026-11-14 09:00  office unasked active 49.00
2026-11-14 09:00  car unasked active 49.00
2026-11-14 09:00  home active 49.00
2026-11-14 09:02  > push: 4 lines: car sight_restored/sight_restored, home sight_restored/sight_restored, office sight_restored/sight_restored, 1 more
2026-11-14 20:00  end
