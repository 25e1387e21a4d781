Quiet hours end when the clock on the wall says so: after eight hours of the night in which clocks go forward.

  TIMEZONE = America/New_York
  QUIET__HOURS = 22:00-07:00

2026-03-07 22:30  home active 58.00 autopay=failed
2026-03-08 07:00  > push: home autopay_failed/autopay-failed 58.00
2026-03-08 12:00  end
