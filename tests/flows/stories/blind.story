A carrier that no longer answers is told once, after long enough, and so is its return; the old danger is kept.

2026-11-10 09:00  home active 50.00
2026-11-10 15:00  home fails timeout
2026-11-12 09:35  > push: home blind/blind 50.00
2026-11-13 09:00  home active 49.00
2026-11-13 09:00  > push: home sight_restored/sight_restored 49.00
2026-11-15 09:00  end
