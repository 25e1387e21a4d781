"""The mock carrier: a stateful server that plays a line's story. Only the command line and tests start it."""
