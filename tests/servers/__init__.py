"""Real servers for the heavy tests. Each is started by the test that needs it and ended by its process id."""
