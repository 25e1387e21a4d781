Failed, blocked and logged-out polls never say that a danger is over; a fresh reading does.

2026-11-10 09:00  home suspended -3.00
2026-11-10 09:00  > push: home suspended/suspended -3.00
2026-11-10 12:00  home fails blocked
2026-11-10 15:00  home fails malformed
2026-11-10 18:00  home fails auth
2026-11-11 12:00  > push: home blind/blind -3.00
2026-11-12 09:00  home active 47.00
2026-11-12 09:00  > push: home sight_restored/sight_restored + restored/restored 47.00
2026-11-13 09:00  end
