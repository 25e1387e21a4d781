A stop that the owner asked for and one for a violation are told apart from a debt.

  LINES__OFFICE__CARRIER = tmf

2026-11-10 09:00  home active 50.00
2026-11-10 09:00  office active 50.00
2026-11-11 09:00  home suspended 50.00 cause=user_request
2026-11-11 09:00  > push: home voluntary_hold/suspended 50.00
2026-11-11 12:00  office suspended 50.00 cause=violation
2026-11-11 12:00  > push: office violation_hold/suspended 50.00
2026-11-12 09:00  end
