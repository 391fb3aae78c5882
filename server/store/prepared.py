"""Queries that are asked again and again: on SQLite they are compiled once and run by the driver.

SQLAlchemy takes ten times as long around a small query as SQLite takes for it, and a request asks a
dozen of those. They are still said in its language, of the same tables, and what goes wrong still
has its names. PostgreSQL, to which the way is longer than through either, is asked by SQLAlchemy.
"""

from __future__ import annotations

import sqlite3
from contextlib import closing
from functools import cached_property
from typing import TYPE_CHECKING, Any, NamedTuple

from sqlalchemy import Boolean
from sqlalchemy.dialects import sqlite
from sqlalchemy.exc import DBAPIError

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sqlalchemy import Connection, Select
    from sqlalchemy.sql.selectable import CompoundSelect

Values = dict[str, Any]
_DIALECT = sqlite.dialect(paramstyle="named")


class _Text(NamedTuple):
    """A query as it is handed to the driver; `fixed` are the values it brings itself."""

    text: str
    lists: tuple[str, ...]
    fixed: Values


class Prepared:
    """One query; `values` go by the names of its bind parameters, of which some take lists."""

    def __init__(self, statement: Select[Any] | CompoundSelect[Any]) -> None:
        self._statement = statement

    def all(self, connection: Connection, values: Values) -> list[tuple[Any, ...]]:
        if connection.dialect.name != "sqlite":
            return [tuple(row) for row in connection.execute(self._statement, values)]
        try:
            found = self._ask(connection, values).fetchall()
        except sqlite3.Error as error:
            raise _named(error, self._text.text) from error
        return list(map(self._typed, found)) if self._booleans else found

    def each(self, connection: Connection, values: Values) -> Iterator[tuple[Any, ...]]:
        """The rows while they are read, so that never many are in memory."""
        if connection.dialect.name != "sqlite":
            with connection.execute(self._statement, values) as result:
                yield from map(tuple, result)
            return
        try:
            with closing(self._ask(connection, values)) as cursor:
                yield from map(self._typed, cursor) if self._booleans else cursor
        except sqlite3.Error as error:
            raise _named(error, self._text.text) from error

    def first(self, connection: Connection, values: Values) -> tuple[Any, ...] | None:
        """The row of a query that has one at most."""
        return next(iter(self.all(connection, values)), None)

    def scalars(self, connection: Connection, values: Values) -> list[Any]:
        """The first column of each row."""
        return [row[0] for row in self.all(connection, values)]

    def mappings(self, connection: Connection, values: Values) -> list[dict[str, Any]]:
        """The rows by their columns' names."""
        return list(map(self.named, self.all(connection, values)))

    def named(self, row: tuple[Any, ...]) -> dict[str, Any]:
        """A row by its columns' names."""
        return dict(zip(self._names, row, strict=True))

    def _ask(self, connection: Connection, values: Values) -> sqlite3.Cursor:
        text, lists, fixed = self._text
        given = fixed | values
        for name in lists:
            several = {f"{name}_{place}": value for place, value in enumerate(values[name])}
            text = text.replace(f"__[POSTCOMPILE_{name}]", ", ".join(f":{one}" for one in several))
            given |= several
        driver: Any = connection.connection.dbapi_connection
        return driver.execute(text, given)  # type: ignore[no-any-return]

    def _typed(self, row: tuple[Any, ...]) -> tuple[Any, ...]:
        """SQLite keeps a yes or no as a number."""
        values = list(row)
        for place in self._booleans:
            if values[place] is not None:
                values[place] = bool(values[place])
        return tuple(values)

    @cached_property
    def _text(self) -> _Text:
        compiled: Any = self._statement.compile(dialect=_DIALECT)
        lists = tuple(name for name, bound in compiled.binds.items() if bound.expanding)
        fixed = {name: value for name, value in compiled.params.items() if value is not None}
        return _Text(str(compiled), lists, fixed)

    @cached_property
    def _names(self) -> list[str]:
        return [column.name for column in self._statement.selected_columns]

    @cached_property
    def _booleans(self) -> list[int]:
        columns = enumerate(self._statement.selected_columns)
        return [place for place, column in columns if isinstance(column.type, Boolean)]


def run_text(connection: Connection, text: str) -> None:
    """Run one statement without values on SQLite, as `Prepared` does."""
    driver: Any = connection.connection.dbapi_connection
    try:
        driver.execute(text)
    except sqlite3.Error as error:
        raise _named(error, text) from error


def _named(error: sqlite3.Error, text: str) -> BaseException:
    """SQLAlchemy's error for one of the driver's, without the values."""
    return DBAPIError.instance(text, None, error, sqlite3.Error, hide_parameters=True)
