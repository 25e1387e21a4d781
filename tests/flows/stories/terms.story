A plan that is not what it was is told once.

2026-11-10 09:00  home active 50.00 plan=Small
2026-11-12 09:00  home active 50.00 plan=Large
2026-11-12 09:00  > push: home policy_change/changed 50.00
2026-11-14 09:00  end
