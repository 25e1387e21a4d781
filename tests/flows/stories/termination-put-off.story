A day of termination that is put off counts down anew from the rungs that the new day has not reached; some minutes or hours later are
the same day still, and nothing is said for them.

2026-11-20 10:00  home pending_termination -40.00 ends=2026-11-23T00:00
2026-11-20 10:00  > push: home termination_warning/termination-3d -40.00
2026-11-20 16:00  home pending_termination -40.00 ends=2026-11-23T00:10
2026-11-20 22:00  home pending_termination -40.00 ends=2026-11-23T08:00
2026-11-22 08:00  > push: home termination_warning/termination-1d -40.00
2026-11-22 12:00  home pending_termination -40.00 ends=2026-12-10T00:00
2026-11-22 12:00  > push: home termination_warning/pending-termination -40.00
2026-11-29 00:00  > push: home termination_warning/pending-termination-4 -40.00
2026-12-03 00:00  > push: home termination_warning/termination-7d -40.00
2026-12-07 00:00  > push: home termination_warning/termination-3d-6 -40.00
2026-12-09 00:00  > push: home termination_warning/termination-1d-7 -40.00
2026-12-09 18:00  > push: home termination_warning/termination-6h -40.00
2026-12-10 00:00  end
