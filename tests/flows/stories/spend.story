A month that costs several times the usual is told once. (order only)

  POLL_EVERY = 3d

2026-07-31 20:00  home active 500.00 month_spend=58.00
2026-08-31 20:00  home active 540.00 month_spend=58.00
2026-09-30 20:00  home active 580.00 month_spend=58.00
2026-10-31 20:00  home active 620.00 month_spend=58.00
2026-11-20 20:00  home active 520.00 month_spend=400.00
2026-11-20 20:00  > push: home abnormal_spend/spend 520.00
2026-11-22 20:00  end
