Lines of one account share a message.

  LINES__HOME__ACCOUNT = flat
  LINES__TABLET__ACCOUNT = flat
  LINES__OFFICE__CARRIER = tmf

2026-11-10 09:00  * suspended -3.00
2026-11-10 09:00  > push: 2 lines: home suspended/suspended, tablet suspended/suspended, 0 more
2026-11-10 09:00  > push: office suspended/suspended -3.00
2026-11-11 09:00  end
