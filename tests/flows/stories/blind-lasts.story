Blindness that lasts is said again after six and a half days, until somebody acknowledges it or a reading arrives.

  LINES__HOME__BILLING = postpaid

2026-11-10 09:00  home active due=0.00
2026-11-10 15:00  home fails auth
2026-11-13 09:00  > push: home blind/blind
2026-11-19 21:00  > push: home blind/blind-2
2026-11-26 09:00  ann answers working to blind
2026-12-20 09:00  home active due=0.00
2026-12-20 09:00  > push: home sight_restored/sight_restored
2026-12-22 09:00  end
