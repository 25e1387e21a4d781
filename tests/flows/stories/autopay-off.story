Automatic payment that was on and is now off is told once, and what never was on is not missed.

  LINES__HOME__BILLING = postpaid
  LINES__OFFICE__BILLING = postpaid

2026-11-10 09:00  home active due=58.00@2026-11-30 autopay=on
2026-11-10 09:00  office active due=58.00@2026-11-30 autopay=off
2026-11-12 09:00  home active due=58.00@2026-11-30 autopay=off
2026-11-12 09:00  > push: home autopay_missing/autopay-off
2026-11-14 09:00  end
