The carrier itself names the day on which an active line will be stopped: each rung before it once, the last one never skipped; a stop
put off counts down anew, and one that is called off is silent.

  LINES__HOME__BILLING = postpaid

2026-11-10 10:00  home active due=0.00 ends=2026-11-20T00:00
2026-11-13 00:00  > push: home suspension_warning/stop-7d
2026-11-17 00:00  > push: home suspension_warning/stop-3d
2026-11-18 10:00  home active due=0.00 ends=2026-11-24T00:00
2026-11-18 10:00  > push: home suspension_warning/stop-7d-3
2026-11-21 00:00  > push: home suspension_warning/stop-3d-4
2026-11-23 00:00  > push: home suspension_warning/stop-1d
2026-11-23 18:00  > push: home suspension_warning/stop-6h
2026-11-23 21:00  home active due=0.00
2026-12-20 10:00  end
