A channel that failed for hours and is back tells what still holds, once, and goes on as if nothing had been.

2026-11-10 09:00  push down
2026-11-10 09:00  home suspended -3.00
2026-11-10 14:00  push up
2026-11-10 14:06  > push: home suspended/suspended -3.00
2026-11-11 09:00  home active 47.00
2026-11-11 09:00  > push: home restored/restored 47.00
2026-11-11 20:00  end
