A snoozed danger that ends meanwhile does not come again.

2026-11-10 09:00  home suspended -3.00
2026-11-10 09:00  > push: home suspended/suspended -3.00
2026-11-10 10:00  ann answers snooze for 5h to suspended
2026-11-10 12:00  home active 40.00
2026-11-10 12:00  > push: home restored/restored 40.00
2026-11-10 20:00  end
