"""All that a store holds, as rows: how one on PostgreSQL is backed up and restored here."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sqlalchemy import insert, select, text

from server.store.tables import metadata

if TYPE_CHECKING:
    from sqlalchemy import Table

    from server.store.store import Store

Rows = dict["Table", list[dict[str, Any]]]


def take(store: Store) -> Rows:
    with store.read() as connection:
        return {
            table: [dict(row) for row in connection.execute(select(table)).mappings()]
            for table in metadata.sorted_tables
        }


def put(store: Store, taken: Rows) -> None:
    """The rows that were taken take the place of what is there."""
    with store.write() as connection:
        names = ", ".join(f'"{table.name}"' for table in metadata.sorted_tables)
        connection.execute(text(f"TRUNCATE {names}"))
        for table, rows in taken.items():
            if rows:
                connection.execute(insert(table), rows)
