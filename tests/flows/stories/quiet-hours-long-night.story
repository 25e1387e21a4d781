Quiet hours that end in the hour that comes twice end the first time; what falls due when it comes again waits once more.

  TIMEZONE = America/New_York
  QUIET__HOURS = 22:00-01:30
  LINES__HOME__CARRIER = tmf
  LINES__OFFICE__CARRIER = tmf

2026-11-01 01:10-04:00  home active 58.00 autopay=failed
2026-11-01 01:10-05:00  office active 58.00 autopay=failed
2026-11-01 01:30  > push: home autopay_failed/autopay-failed 58.00
2026-11-01 01:30  > push: office autopay_failed/autopay-failed 58.00
2026-11-01 12:00  end
