Whoever says so sleeps through what is critical as well; it goes out at the end of the night with the facts of that hour.

  CONTACTS__ANN__CHANNELS = push
  CONTACTS__ANN__QUIET_HOURS = 22:00-07:00
  CONTACTS__ANN__CRITICAL_WAITS = true

2026-11-23 23:30  home suspended -3.00
2026-11-24 02:00  home suspended -8.00
2026-11-24 07:00  > push: home suspended/suspended -8.00
2026-11-24 12:00  end
