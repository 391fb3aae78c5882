"""Backups of a store: on PostgreSQL all that it holds, as rows."""

from __future__ import annotations

import sqlite3
from typing import TYPE_CHECKING, Any

from sqlalchemy import insert, select, text

from server.store.tables import metadata

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from sqlalchemy import Table

    from server.store.store import Store
    from tests.simulation.world import World

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


def backed_up(world: World) -> Callable[[], None]:
    """Back the server up now; the answer restores it."""
    put_back = _copied(world.folder) if world.office.store.is_sqlite else _rows(world.office.store)

    def restore() -> None:
        put_back()
        world.office.workspaces.open_epoch()

    return restore


def _copied(folder: Path) -> Callable[[], None]:
    live, backup = folder / "server.db", folder / "backup.db"
    _copy(live, backup)
    return lambda: _copy(backup, live)


def _rows(store: Store) -> Callable[[], None]:
    taken = take(store)
    return lambda: put(store, taken)


def _copy(source: Path, target: Path) -> None:
    with sqlite3.connect(source) as one, sqlite3.connect(target) as other:
        one.backup(other)
