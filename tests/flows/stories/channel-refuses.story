A channel that refuses for good is told of on another at once, and its messages go there.

  CHANNELS__MAIL__URL = json://mail
  CONTACTS__ANN__CHANNELS = push, mail
  LINES__HOME__CHANNELS = push

2026-11-10 09:00  push refuses
2026-11-10 09:00  home suspended -3.00
2026-11-10 09:00  > mail: channel_disabled push
2026-11-10 09:00  > mail: home suspended/suspended -3.00
2026-11-11 09:00  end
