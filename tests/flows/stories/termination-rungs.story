The day on which the number is lost is named by the carrier: 7 days, 3 days, 1 day and 6 hours before it, the last rung never
skipped; then its end.

2026-11-20 10:00  home pending_termination -40.00 ends=2026-11-30T00:00
2026-11-20 10:00  > push: home termination_warning/pending-termination -40.00
2026-11-23 00:00  > push: home termination_warning/termination-7d -40.00
2026-11-27 00:00  > push: home termination_warning/termination-3d -40.00
2026-11-29 00:00  > push: home termination_warning/termination-1d -40.00
2026-11-29 18:00  > push: home termination_warning/termination-6h -40.00
2026-11-30 00:00  home terminated -40.00
2026-11-30 00:00  > push: home terminated/terminated -40.00
2026-12-05 00:00  end
