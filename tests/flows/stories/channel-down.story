A channel that is down for fifty seconds gets its message once, after it is back.

2026-11-10 09:00:00  push down
2026-11-10 09:00:00  home suspended -3.00
2026-11-10 09:00:50  push up
2026-11-10 09:01  > push: home suspended/suspended -3.00
2026-11-11 09:00  end
