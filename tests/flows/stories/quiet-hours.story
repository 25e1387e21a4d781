A warning waits for the end of quiet hours; what is critical breaks through. Kathmandu is 5 h 45 min ahead of UTC.

  TIMEZONE = Asia/Kathmandu
  CONTACTS__ANN__CHANNELS = push
  CONTACTS__ANN__QUIET_HOURS = 22:00-07:00
  CHANNELS__MAIL__URL = json://mail

2026-11-23 23:30  home active 58.00 autopay=failed
2026-11-23 23:30  > mail: home autopay_failed/autopay-failed 58.00
2026-11-24 03:00  home suspended -3.00
2026-11-24 03:00  > push: home suspended/suspended -3.00
2026-11-24 03:00  > mail: home suspended/suspended -3.00
2026-11-25 12:00  end
