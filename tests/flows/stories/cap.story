Beyond a channel's cap the worst get a message each, and the rest share one. What is critical does not wait for the hour to end.

  CHANNELS__PUSH__MAX_PER_HOUR = 3
  LINES__A__CARRIER = tmf
  LINES__B__CARRIER = tmf
  LINES__C__CARRIER = tmf
  LINES__D__CARRIER = tmf
  LINES__E__CARRIER = tmf

2026-11-10 09:00  * active 58.00 autopay=failed
2026-11-10 09:00  > push: a autopay_failed/autopay-failed 58.00
2026-11-10 09:00  > push: b autopay_failed/autopay-failed 58.00
2026-11-10 09:00  > push: 4 lines: c autopay_failed/autopay-failed, d autopay_failed/autopay-failed, e autopay_failed/autopay-failed, 1 more
2026-11-10 09:02  e suspended -3.00
2026-11-10 09:05  > push: e suspended/suspended -3.00
2026-11-10 09:20  d suspended -3.00
2026-11-10 09:20  > push: d suspended/suspended -3.00
2026-11-10 10:30  c suspended -3.00
2026-11-10 10:30  > push: c suspended/suspended -3.00
2026-11-11 09:00  end
