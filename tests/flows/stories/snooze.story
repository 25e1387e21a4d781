A snooze is silence for a while; when it ends, the notice comes again with fresh facts.

2026-11-10 09:00  home suspended -3.00
2026-11-10 09:00  > push: home suspended/suspended -3.00
2026-11-10 10:00  ann answers snooze for 5h to suspended
2026-11-10 12:00  home suspended -8.00
2026-11-10 15:00  > push: home suspended/suspended@again -8.00
2026-11-10 20:00  end
