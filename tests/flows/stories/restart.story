A restart repeats nothing and forgets nothing.

2026-11-10 09:00  home suspended -3.00
2026-11-10 09:00  > push: home suspended/suspended -3.00
2026-11-10 09:05  restart
2026-11-10 10:00  push down
2026-11-10 10:00  home terminated -3.00
2026-11-10 10:01  restart
2026-11-10 10:02  push up
2026-11-10 10:02  > push: home terminated/terminated -3.00
2026-11-10 20:00  end
