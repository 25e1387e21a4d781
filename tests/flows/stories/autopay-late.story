What automatic payment should have collected and did not is told as that: at first as a hint, while the carrier tries again; then as a
warning; then as a stop that is near.

  LINES__HOME__BILLING = postpaid
  LINES__HOME__DUNNING_DAYS = 20

2026-11-20 09:00  home active due=58.00@2026-11-28 autopay=on
2026-11-30 09:00  > push: home autopay_failed/autopay-late
2026-12-13 03:00  > push: home autopay_failed/autopay-unpaid
2026-12-15 12:00  > push: home suspension_warning/cut-near
2026-12-16 09:00  home active due=0.00 autopay=on
2026-12-16 09:00  > push: home payment_seen/payment_seen
2026-12-25 09:00  end
