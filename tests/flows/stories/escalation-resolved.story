What was mended before the four hours were over is not escalated.

  CHANNELS__BOSS__URL = json://boss
  CONTACTS__ANN__CHANNELS = push
  CONTACTS__CHIEF__CHANNELS = boss
  LINES__HOME__CONTACTS = ann
  LINES__HOME__ESCALATE_TO = chief

2026-11-10 09:00  home suspended -3.00
2026-11-10 09:00  > push: home suspended/suspended -3.00
2026-11-10 12:00  home active 47.00
2026-11-10 12:00  > push: home restored/restored 47.00
2026-11-11 09:00  end
