A balance that melts at 2.50 a day: one warning when it becomes likely, one urgent when it is at hand, and nothing else. A payment
ends it. (order only)

2026-11-01 09:00  home active 40.00
2026-11-02 09:00  home active 37.50
2026-11-03 09:00  home active 35.00
2026-11-04 09:00  home active 32.50
2026-11-05 09:00  home active 30.00
2026-11-06 09:00  home active 27.50
2026-11-07 09:00  home active 25.00
2026-11-08 09:00  home active 22.50
2026-11-09 09:00  home active 20.00
2026-11-10 09:00  home active 17.50
2026-11-11 09:00  home active 15.00
2026-11-12 09:00  home active 12.50
2026-11-12 09:00  > push: home low_balance/likely 12.50
2026-11-13 09:00  home active 10.00
2026-11-14 09:00  home active 7.50
2026-11-15 09:00  home active 5.00
2026-11-16 09:00  home active 2.50
2026-11-16 15:00  home active 1.80
2026-11-16 15:00  > push: home suspension_warning/urgent 1.80
2026-11-16 21:00  home active 1.10
2026-11-17 03:00  home active 0.50
2026-11-17 12:00  home active 50.50
2026-11-17 18:00  > push: home payment_seen/payment_seen 50.50
2026-11-20 09:00  end
