A snooze holds back what was known, and not what is worse.

2026-11-10 09:00  home active 58.00 autopay=failed
2026-11-10 09:00  > push: home autopay_failed/autopay-failed 58.00
2026-11-10 10:00  ann answers snooze for 24h to autopay_failed
2026-11-10 15:00  home suspended -3.00
2026-11-10 15:00  > push: home suspended/suspended -3.00
2026-11-11 20:00  end
