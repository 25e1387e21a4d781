Paid, and still off a day later: that is told, with the rule.

  LINES__HOME__RULES = cn.mobile

2026-11-10 09:00  home suspended -30.00
2026-11-10 09:00  > push: home suspended/suspended -30.00
2026-11-11 09:00  home suspended 170.00
2026-11-11 09:00  > push: home payment_seen/awaiting 170.00
2026-11-12 09:00  > push: home restoration_overdue/overdue 170.00
2026-11-14 09:00  home active 170.00
2026-11-14 09:00  > push: home restored/restored 170.00
2026-11-15 09:00  end
