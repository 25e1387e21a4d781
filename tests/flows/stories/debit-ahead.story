Where an automatic payment failed, the next one is announced two days ahead; a line whose owner asks for it hears of each, and
one where all went well hears of none. A payment that was made in time ends it in silence.

  LINES__HOME__BILLING = postpaid
  LINES__HOME__DUNNING_DAYS = 20
  LINES__OFFICE__BILLING = postpaid
  LINES__OFFICE__DEBIT_NOTICE = 3d
  LINES__CAR__BILLING = postpaid

2026-10-20 09:00  home active due=58.00@2026-10-28 autopay=on
2026-10-20 09:00  office active due=30.00@2026-10-28 autopay=on
2026-10-20 09:00  car active due=30.00@2026-10-28 autopay=on
2026-10-25 03:00  > push: office payment_due/debit
2026-10-28 12:00  office active due=0.00 autopay=on
2026-10-28 12:00  car active due=0.00 autopay=on
2026-10-28 20:00  home active due=58.00@2026-10-28 autopay=failed
2026-10-28 20:00  > push: home autopay_failed/autopay-late
2026-10-30 20:00  home active due=0.00 autopay=on
2026-11-20 09:00  home active due=58.00@2026-11-28 autopay=on
2026-11-26 03:00  > push: home payment_due/debit
2026-11-28 12:00  home active due=0.00 autopay=on
2026-12-10 09:00  end
