Lifting a mute tells at once what waited.

2026-11-10 08:00  home active 50.00
2026-11-10 08:30  mute home 5h
2026-11-10 09:00  home suspended -3.00
2026-11-10 10:10  unmute home
2026-11-10 10:10  > push: home suspended/suspended -3.00
2026-11-10 16:00  end
