Ann answers on one channel, and the reminders stop on all of them; the second contact is not called.

  CHANNELS__MAIL__URL = json://mail
  CHANNELS__BOSS__URL = json://boss
  CONTACTS__ANN__CHANNELS = push, mail
  CONTACTS__CHIEF__CHANNELS = boss
  LINES__HOME__CONTACTS = ann
  LINES__HOME__ESCALATE_TO = chief

2026-11-10 09:00  home suspended -3.00
2026-11-10 09:00  > push: home suspended/suspended -3.00
2026-11-10 09:00  > mail: home suspended/suspended -3.00
2026-11-10 11:00  ann answers working to suspended
2026-11-25 09:00  end
