The card behind automatic payment is told of a month before it expires, and once more when it has; a payment that is seen after that
day shows that it works.

  LINES__HOME__BILLING = postpaid
  LINES__OFFICE__BILLING = postpaid
  LINES__OFFICE__CARD_EXPIRES = 2026-11

2026-10-20 09:00  home active due=0.00 autopay=on card=2026-11-30
2026-10-20 09:00  office active due=0.00 autopay=on
2026-10-31 03:00  > push: home autopay_missing/card-expires
2026-10-31 03:00  > push: office autopay_missing/card-expires
2026-11-29 12:00  office active due=30.00@2026-12-10 autopay=on
2026-11-29 18:00  home active due=0.00 autopay=on card=2029-11-30
2026-12-01 00:00  > push: office autopay_missing/card-expired
2026-12-05 12:00  office active due=0.00 autopay=on
2026-12-12 09:00  end
