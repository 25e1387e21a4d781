A muted line waits, and is not dropped; when the mute ends, what still holds is told at once.

2026-11-10 08:00  home active 50.00
2026-11-10 08:30  mute home 5h
2026-11-10 09:00  home suspended -3.00
2026-11-10 13:30  > push: home suspended/suspended -3.00
2026-11-10 16:00  end
