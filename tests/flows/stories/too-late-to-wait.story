A warning does not sleep past the moment at which one has to pay.

  QUIET__HOURS = 20:00-09:00

2026-11-20 21:00  home active 50.00 ends=2026-11-21T05:00
2026-11-20 21:00  > push: home suspension_warning/stop-1d 50.00
2026-11-20 23:00  > push: home suspension_warning/stop-6h 50.00
2026-11-21 12:00  end
