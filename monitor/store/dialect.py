"""The few statements that SQLite and PostgreSQL write alike but SQLAlchemy keeps in two places."""

from __future__ import annotations

from sqlalchemy import Connection, Insert, Table
from sqlalchemy.dialects import postgresql, sqlite


def insert_new(connection: Connection, table: Table) -> Insert:
    """``INSERT … ON CONFLICT DO NOTHING``: what is there already stays as it is."""
    if connection.dialect.name == "postgresql":
        return postgresql.insert(table).on_conflict_do_nothing()
    return sqlite.insert(table).on_conflict_do_nothing()


def upsert(connection: Connection, table: Table, key: tuple[str, ...]) -> Insert:
    """``INSERT … ON CONFLICT (key) DO UPDATE`` of every other column."""
    if connection.dialect.name == "postgresql":
        pg = postgresql.insert(table)
        rest = {c.name: pg.excluded[c.name] for c in table.columns if c.name not in key}
        return pg.on_conflict_do_update(index_elements=key, set_=rest)
    lite = sqlite.insert(table)
    rest = {c.name: lite.excluded[c.name] for c in table.columns if c.name not in key}
    return lite.on_conflict_do_update(index_elements=key, set_=rest)
