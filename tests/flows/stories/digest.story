The weekly overview says that the watch goes on; the first one comes when its turn comes, and a restart repeats nothing.

  DIGEST__EVERY = week
  DIGEST__ON = mon
  DIGEST__AT = 09:00
  LINES__OFFICE__CARRIER = tmf

2026-11-04 12:00  * active 50.00
2026-11-09 09:00  > push: digest of home, office
2026-11-09 12:00  restart
2026-11-16 09:00  > push: digest of home, office
2026-11-17 12:00  end
