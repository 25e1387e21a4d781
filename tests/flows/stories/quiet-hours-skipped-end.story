Quiet hours whose end is skipped, because clocks jump over it, end with the jump. Lord Howe jumps by thirty minutes.

  TIMEZONE = Australia/Lord_Howe
  QUIET__HOURS = 21:00-02:15

2026-10-03 23:00  home active 58.00 autopay=failed
2026-10-04 02:30  > push: home autopay_failed/autopay-failed 58.00
2026-10-04 12:00  end
