"""⑤ Readings, state, outbox and evidence in one transaction; SQLite and PostgreSQL from one schema."""

from monitor.store.sql import SqlStore, open_store

__all__ = ["SqlStore", "open_store"]
