"""The time machine: a history through the very same decision that the daemon makes, on a virtual clock."""
