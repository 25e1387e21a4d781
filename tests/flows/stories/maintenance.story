In a maintenance window only what is critical is told; the rest waits for its end.

  MAINTENANCE = sun 02:00-06:00
  LINES__OFFICE__CARRIER = tmf

2026-11-15 03:00  home active 58.00 autopay=failed
2026-11-15 03:00  office suspended -3.00
2026-11-15 03:00  > push: office suspended/suspended -3.00
2026-11-15 06:00  > push: home autopay_failed/autopay-failed 58.00
2026-11-15 12:00  end
