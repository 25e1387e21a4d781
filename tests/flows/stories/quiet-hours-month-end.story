The last evening of February in a leap year is an evening like any other. Chatham is 13 h 45 min ahead of UTC.

  TIMEZONE = Pacific/Chatham
  QUIET__HOURS = 21:00-06:30
  LINES__HOME__CARRIER = tmf
  LINES__OFFICE__CARRIER = tmf

2028-02-28 20:00  * active 58.00
2028-02-28 23:00  home active 58.00 autopay=failed
2028-02-29 06:30  > push: home autopay_failed/autopay-failed 58.00
2028-02-29 23:59  office active 58.00 autopay=failed
2028-03-01 06:30  > push: office autopay_failed/autopay-failed 58.00
2028-03-01 12:00  end
