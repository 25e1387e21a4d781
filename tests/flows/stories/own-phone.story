A text message to the watched line is never the only way: what is critical takes another channel as well.

  CHANNELS__SMS__URL = json://sms
  CHANNELS__SMS__RUNS_OVER = home
  LINES__HOME__CHANNELS = sms

2026-11-10 09:00  home active 58.00 autopay=failed
2026-11-10 09:00  > sms: home autopay_failed/autopay-failed 58.00
2026-11-11 09:00  home suspended -3.00
2026-11-11 09:00  > push: home suspended/suspended -3.00
2026-11-11 09:00  > sms: home suspended/suspended -3.00
2026-11-12 09:00  end
