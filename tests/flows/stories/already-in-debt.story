A line that is in debt at the very first look is told at once: what is true counts, not what has changed.

2026-11-10 09:00  home active -3.00
2026-11-10 09:00  > push: home arrears/negative -3.00
2026-11-11 09:00  end
