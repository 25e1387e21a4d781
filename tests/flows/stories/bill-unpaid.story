A bill over the end of a month: before its due date, after it, the stop, the payment, and the line that works again. (order only)

  LINES__HOME__BILLING = postpaid

2026-11-20 09:00  home active due=58.00@2026-11-30
2026-11-29 03:00  > push: home payment_due/due
2026-12-02 09:00  > push: home arrears/overdue
2026-12-04 15:00  > push: home suspension_warning/cut-near
2026-12-10 09:00  home suspended due=58.00@2026-11-30
2026-12-10 09:00  > push: home suspended/suspended
2026-12-11 09:00  home suspended due=0.00
2026-12-11 09:00  > push: home payment_seen/awaiting
2026-12-12 09:00  > push: home restoration_overdue/overdue
2026-12-13 09:00  home active due=0.00
2026-12-13 09:00  > push: home restored/restored
2026-12-20 09:00  end
