A pager that hears only what is critical hears of its end, and not of anything milder.

  CHANNELS__PAGER__URL = json://pager
  CHANNELS__PAGER__MIN_SEVERITY = critical

2026-11-10 09:00  home active 58.00 autopay=failed
2026-11-10 09:00  > push: home autopay_failed/autopay-failed 58.00
2026-11-11 09:00  home suspended -3.00
2026-11-11 09:00  > push: home suspended/suspended -3.00
2026-11-11 09:00  > pager: home suspended/suspended -3.00
2026-11-12 09:00  home active 397.00
2026-11-12 09:00  > push: home restored/restored 397.00
2026-11-12 09:00  > pager: home restored/restored 397.00
2026-11-12 20:00  end
