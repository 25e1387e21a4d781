A channel that keeps failing gives way: what is critical goes to the reader's next channel after minutes, and the failure
itself is told there. Bob, who has nothing to do with it, hears nothing.

  CHANNELS__MAIL__URL = json://mail
  CHANNELS__BOBS__URL = json://bobs
  CONTACTS__ANN__CHANNELS = push, mail
  CONTACTS__BOB__CHANNELS = bobs
  LINES__HOME__CHANNELS = push

2026-11-10 09:00  push down
2026-11-10 09:00  home suspended -3.00
2026-11-10 09:05  > mail: channel_failing push
2026-11-10 09:05  > mail: home suspended/suspended -3.00
2026-11-11 09:00  end
