A log-in that has expired needs a person: it is told sooner than a carrier that may come back by itself, and never as "fine".

2026-11-10 09:00  home suspended -3.00
2026-11-10 09:00  > push: home suspended/suspended -3.00
2026-11-10 15:00  home fails auth
2026-11-11 09:00  > push: home blind/blind -3.00
2026-11-12 09:00  end
