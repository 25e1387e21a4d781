Whoever says "not mine" stops nothing, and the second contact is told at once.

  CHANNELS__BOSS__URL = json://boss
  CONTACTS__ANN__CHANNELS = push
  CONTACTS__CHIEF__CHANNELS = boss
  LINES__HOME__CONTACTS = ann
  LINES__HOME__ESCALATE_TO = chief

2026-11-10 09:00  home suspended -3.00
2026-11-10 09:00  > push: home suspended/suspended -3.00
2026-11-10 09:20  ann answers not_mine to suspended
2026-11-10 09:20  > boss: home suspended/suspended -3.00
2026-11-11 09:00  end
