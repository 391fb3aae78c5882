"""Statements that are compiled once and then run by the driver itself.

SQLAlchemy takes ten times as long around a small statement as SQLite takes for it, and a single
write of one field is some thirty of those; in the browser that is what a person waits for. So what
every write and every round asks is still said in SQLAlchemy's language, of the same tables, but
handed to the driver as the text it became. Everything else is executed by SQLAlchemy.
"""

from __future__ import annotations

import sqlite3
from functools import cached_property
from operator import itemgetter
from typing import TYPE_CHECKING, Any, NamedTuple

from sqlalchemy import Boolean, bindparam
from sqlalchemy.dialects import sqlite

from client.store import disk

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from sqlalchemy import BindParameter, CompoundSelect, Connection, Select
    from sqlalchemy.sql.dml import UpdateBase

Values = dict[str, Any]
_DIALECT = sqlite.dialect(paramstyle="qmark")
_NOTHING: Values = {}
IDS: BindParameter[Any] = bindparam("ids", expanding=True)
"""Stands for as many values as are given."""


class _Text(NamedTuple):
    """A statement for values of certain names: what puts them in their places, and those it has."""

    text: str
    picked: Callable[[Values], Sequence[Any]]
    fixed: Values


class Prepared:
    """One statement; `values` go by the names of its bind parameters, or of its columns.

    Rows are tuples as the driver gives them: a yes or no in them is 1 or 0, but in `mapping`.
    Errors of the disk are those of `client.runtime.protocol`, any other is the driver's.
    """

    def __init__(self, statement: Select[Any] | CompoundSelect[Any] | UpdateBase) -> None:
        self._statement = statement
        self._texts: dict[tuple[str, ...], _Text] = {}

    def run(self, connection: Connection, values: Values = _NOTHING) -> sqlite3.Cursor:
        text, picked, fixed = self._text(tuple(values))
        return _execute(connection, text, picked(fixed | values if fixed else values))

    def run_many(self, connection: Connection, rows: Sequence[Values]) -> None:
        """Once for each row; all have the same keys."""
        if not rows:
            return
        text, picked, fixed = self._text(tuple(rows[0]))
        driver: Any = connection.connection.dbapi_connection
        given = [fixed | row for row in rows] if fixed else rows
        try:
            driver.cursor().executemany(text, map(picked, given))
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

    def among(
        self, connection: Connection, ids: Sequence[Any], values: Values = _NOTHING
    ) -> list[tuple[Any, ...]]:
        """What there is of any of `ids`, for which `IDS` stands as the statement's last value."""
        text, picked, fixed = self._text(("ids", *values))
        *others, listed = picked(fixed | values | {"ids": ids})
        places = text.replace("__[POSTCOMPILE_ids]", ", ".join("?" * len(ids)))
        return _execute(connection, places, [*others, *listed]).fetchall()

    def mappings_among(
        self, connection: Connection, ids: Sequence[Any], values: Values = _NOTHING
    ) -> Iterator[dict[str, Any]]:
        """The same by their columns' names."""
        return map(self._named, self.among(connection, ids, values))

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

    def _text(self, keys: tuple[str, ...]) -> _Text:
        known = self._texts.get(keys)
        if known is None:
            compiled = self._statement.compile(dialect=_DIALECT, column_keys=list(keys))
            fixed = {name: value for name, value in compiled.params.items() if name not in keys}
            picked = _picker(compiled.positiontup or ())
            known = self._texts[keys] = _Text(str(compiled), picked, fixed)
        return known

    @cached_property
    def _columns(self) -> tuple[list[str], list[str]]:
        columns = list(self._statement.selected_columns)  # type: ignore[union-attr]
        booleans = [column.name for column in columns if isinstance(column.type, Boolean)]
        return [column.name for column in columns], booleans


def _execute(connection: Connection, text: str, values: Sequence[Any]) -> sqlite3.Cursor:
    driver: Any = connection.connection.dbapi_connection
    try:
        return driver.execute(text, values)  # type: ignore[no-any-return]
    except sqlite3.Error as error:
        disk.translate(connection, error)
        raise


def _picker(names: Sequence[str]) -> Callable[[Values], Sequence[Any]]:
    """What takes the values of these names out of others."""
    if len(names) > 1:
        return itemgetter(*names)
    return lambda values: [values[name] for name in names]


def run_text(connection: Connection, text: str, values: Sequence[Any] = ()) -> sqlite3.Cursor:
    """Run one statement that is text already, as `Prepared` does."""
    return _execute(connection, text, values)
