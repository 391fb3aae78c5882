"""Statements that are compiled once and then run by the driver itself.

SQLAlchemy takes ten times as long around a small statement as SQLite takes for it, and a single
write of one field is some thirty of those; in the browser that is what a person waits for. So what
every write and every round asks is still said in SQLAlchemy's language, of the same tables, but
handed to the driver as the text it became. Everything else is executed by SQLAlchemy.
"""

from __future__ import annotations

import sqlite3
from functools import cached_property
from typing import TYPE_CHECKING, Any

from sqlalchemy import Boolean
from sqlalchemy.dialects import sqlite

from client.store import disk

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from sqlalchemy import Connection, Select
    from sqlalchemy.sql.dml import UpdateBase

Values = dict[str, Any]
_DIALECT = sqlite.dialect(paramstyle="named")
_NOTHING: Values = {}


class Prepared:
    """One statement; `values` go by the names of its bind parameters, or of its columns.

    Rows are tuples as the driver gives them: a yes or no in them is 1 or 0, but in `mapping`.
    Errors of the disk are those of `client.runtime.protocol`, any other is the driver's.
    """

    def __init__(self, statement: Select[Any] | UpdateBase) -> None:
        self._statement = statement
        self._texts: dict[tuple[str, ...], tuple[str, Values]] = {}

    def run(self, connection: Connection, values: Values = _NOTHING) -> sqlite3.Cursor:
        text, fixed = self._text(tuple(values))
        driver: Any = connection.connection.dbapi_connection
        try:
            return driver.execute(text, fixed | values if fixed else values)  # type: ignore[no-any-return]
        except sqlite3.Error as error:
            disk.translate(connection, error)
            raise

    def run_many(self, connection: Connection, rows: Sequence[Values]) -> None:
        """Once for each row; all have the same keys."""
        text, fixed = self._text(tuple(rows[0]))
        driver: Any = connection.connection.dbapi_connection
        try:
            driver.cursor().executemany(text, [fixed | row for row in rows] if fixed else rows)
        except sqlite3.Error as error:
            disk.translate(connection, error)
            raise

    def all(self, connection: Connection, values: Values = _NOTHING) -> list[tuple[Any, ...]]:
        return self.run(connection, values).fetchall()

    def first(self, connection: Connection, values: Values = _NOTHING) -> tuple[Any, ...] | None:
        row: tuple[Any, ...] | None = self.run(connection, values).fetchone()
        return row

    def scalar(self, connection: Connection, values: Values = _NOTHING) -> Any:
        """The first column of the first row; None if there is none."""
        row = self.run(connection, values).fetchone()
        return None if row is None else row[0]

    def mapping(self, connection: Connection, values: Values = _NOTHING) -> dict[str, Any] | None:
        """The first row by its columns' names."""
        row = self.run(connection, values).fetchone()
        return None if row is None else self._named(row)

    def mappings(
        self, connection: Connection, values: Values = _NOTHING
    ) -> Iterator[dict[str, Any]]:
        """The rows by their columns' names."""
        return map(self._named, self.all(connection, values))

    def _named(self, row: tuple[Any, ...]) -> dict[str, Any]:
        names, booleans = self._columns
        found = dict(zip(names, row, strict=True))
        for name in booleans:
            if (value := found[name]) is not None:
                found[name] = bool(value)
        return found

    def _text(self, keys: tuple[str, ...]) -> tuple[str, Values]:
        """The statement for values of these names, and the values it brings along."""
        known = self._texts.get(keys)
        if known is None:
            compiled = self._statement.compile(dialect=_DIALECT, column_keys=list(keys))
            fixed = {name: value for name, value in compiled.params.items() if name not in keys}
            known = self._texts[keys] = str(compiled), fixed
        return known

    @cached_property
    def _columns(self) -> tuple[list[str], list[str]]:
        columns = list(self._statement.selected_columns)  # type: ignore[union-attr]
        booleans = [column.name for column in columns if isinstance(column.type, Boolean)]
        return [column.name for column in columns], booleans


def run_text(connection: Connection, text: str) -> None:
    """Run one statement without values, as `Prepared` does."""
    driver: Any = connection.connection.dbapi_connection
    try:
        driver.execute(text)
    except sqlite3.Error as error:
        disk.translate(connection, error)
        raise
