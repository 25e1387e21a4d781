A rung that fell due while nothing ran is told when it runs again: due and not yet told, never "equals". The newest says it all.

2026-11-20 10:00  home pending_termination -40.00 ends=2026-11-30T00:00
2026-11-20 10:00  > push: home termination_warning/pending-termination -40.00
2026-11-21 10:00  stop
2026-11-29 20:00  start
2026-11-29 20:00  > push: home termination_warning/termination-6h -40.00
2026-11-30 12:00  end
