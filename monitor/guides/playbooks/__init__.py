"""What to do, as data: one file per cause, and what holds for every cause."""
