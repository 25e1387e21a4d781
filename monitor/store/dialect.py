"""The few statements that SQLite and PostgreSQL write alike but SQLAlchemy keeps in two places."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Connection, Insert, Table


def _insert(connection: Connection, table: Table) -> Any:
    """Both dialects' ``insert`` take the same words. Only the one at hand is imported: each costs time and memory."""
    if connection.dialect.name == "postgresql":
        from sqlalchemy.dialects import postgresql  # noqa: PLC0415

        return postgresql.insert(table)
    from sqlalchemy.dialects import sqlite  # noqa: PLC0415

    return sqlite.insert(table)


def insert_new(connection: Connection, table: Table) -> Insert:
    """``INSERT … ON CONFLICT DO NOTHING``: what is there already stays as it is."""
    statement: Insert = _insert(connection, table).on_conflict_do_nothing()
    return statement


def upsert(connection: Connection, table: Table, key: tuple[str, ...]) -> Insert:
    """``INSERT … ON CONFLICT (key) DO UPDATE`` of every other column."""
    insert = _insert(connection, table)
    rest = {c.name: insert.excluded[c.name] for c in table.columns if c.name not in key}
    statement: Insert = insert.on_conflict_do_update(index_elements=key, set_=rest)
    return statement
