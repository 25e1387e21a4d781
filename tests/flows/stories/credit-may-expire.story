Nobody says when the credit expires: long after the last payment, before the day on which it commonly does, that is told once, as a
guess. (order only)

  POLL_EVERY = 1d

2026-06-01 20:00  home active 30.00
2026-06-11 20:00  home active 80.00
2026-07-01 20:00  home active 79.00
2026-07-21 20:00  home active 78.50
2026-08-05 20:00  > push: home low_balance/expiry-maybe 78.50
2026-08-06 20:00  home active 78.00
2026-08-12 20:00  end
