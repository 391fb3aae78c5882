"""Statements that write many rows, compiled once and handed to the driver as the text they became.

SQLAlchemy goes through every value of every row before the driver does; where a push writes
hundreds of wide rows that took longer than the database did. The statements are still said in its
language, of the same tables; values are those the drivers take as they are.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sqlalchemy.dialects import postgresql, sqlite

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping, Sequence

    from sqlalchemy import Connection
    from sqlalchemy.sql.dml import UpdateBase

_DIALECTS: dict[str, Any] = {
    "sqlite": sqlite.dialect(paramstyle="named"),
    "postgresql": postgresql.dialect(paramstyle="pyformat"),  # type: ignore[no-untyped-call]
}


class Batch:
    """One statement for many rows; `statement` may be one for each dialect, by its name.

    `keys` are the columns it writes, by default those that the rows name.
    """

    def __init__(
        self,
        statement: UpdateBase | Mapping[str, UpdateBase],
        keys: Collection[str] | None = None,
    ) -> None:
        self._statement = statement
        self._keys = keys
        self._texts: dict[tuple[str, frozenset[str]], str] = {}

    def run(self, connection: Connection, rows: Sequence[dict[str, Any]]) -> None:
        """Once for each row; all have the same keys."""
        if rows:
            text = self._text(connection.dialect.name, frozenset(rows[0]))
            connection.exec_driver_sql(text, rows)

    def _text(self, dialect: str, named: frozenset[str]) -> str:
        known = self._texts.get((dialect, named))
        if known is None:
            one = self._statement
            statement: Any = one[dialect] if isinstance(one, dict) else one
            keys = sorted(named if self._keys is None else self._keys)
            compiled = statement.compile(dialect=_DIALECTS[dialect], column_keys=keys)
            known = self._texts[dialect, named] = str(compiled)
        return known
