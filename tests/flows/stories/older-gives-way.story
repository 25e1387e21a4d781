What piled up while a channel was down is told by the newest alone; what was dropped is recorded.

2026-11-28 22:00  home pending_termination -40.00 ends=2026-11-30T00:00
2026-11-28 22:00  > push: home termination_warning/termination-3d -40.00
2026-11-28 23:30  push down
2026-11-29 22:30  push up
2026-11-29 22:36  > push: home termination_warning/termination-6h -40.00
2026-11-29 23:30  end
