What was over before the night ended is not told as if it were not: only the good news is.

  CONTACTS__ANN__CHANNELS = push
  CONTACTS__ANN__QUIET_HOURS = 22:00-07:00
  CONTACTS__ANN__CRITICAL_WAITS = true

2026-11-23 23:30  home suspended -3.00
2026-11-24 02:00  home active 47.00
2026-11-24 07:00  > push: home restored/restored 47.00
2026-11-24 12:00  end
