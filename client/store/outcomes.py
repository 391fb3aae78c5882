"""What was done and how it went, counted by SQLite: activities by kind, outcome and owner.

Only what is done counts, and what is seen: nothing planned, cancelled, deleted or beneath something
deleted. The outcome is half of a cell (its reason is the other), so it is read out of the JSON.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

from sqlalchemy import and_, func, select

from client.store import queries, tables
from client.store.queries import Query, Range
from sync_protocol.records import Activity, kind_of

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sqlalchemy import ColumnElement, Connection


class Tally(NamedTuple):
    """So many activities of a kind went so, for one person; without an outcome it is empty."""

    kind: str
    outcome_id: str
    owner_id: str
    many: int


class Part(NamedTuple):
    """Some of the activities of a period: None asks for any."""

    since_ms: int = 0
    kind: str | None = None
    outcome_id: str | None = None
    owner_id: str | None = None


def tallies(connection: Connection, until_ms: int, part: Part) -> Sequence[Tally]:
    """How many there are of each kind, outcome and owner."""
    table = tables.of(kind_of(Activity))
    by = (table.c.kind, _outcome(), table.c.owner_id)
    statement = select(*by, func.count()).where(_asked(until_ms, part)).group_by(*by)
    return [Tally(*row) for row in connection.execute(statement)]


def ids(connection: Connection, until_ms: int, part: Part) -> list[str]:
    """The activities behind a number, the newest first."""
    table = tables.of(kind_of(Activity))
    statement = (
        select(table.c.id)
        .where(_asked(until_ms, part))
        .order_by(table.c.at.desc(), table.c.id.desc())
    )
    return list(connection.execute(statement).scalars())


def _outcome() -> ColumnElement[Any]:
    column = tables.of(kind_of(Activity)).c.outcome
    return func.coalesce(func.json_extract(column, "$.outcome_id"), "")


def _asked(until_ms: int, part: Part) -> ColumnElement[bool]:
    where: dict[str, Any] = {"status": "done", "at": Range(part.since_ms, until_ms)}
    where |= {} if part.kind is None else {"kind": part.kind}
    where |= {} if part.owner_id is None else {"owner_id": part.owner_id}
    there = queries.condition(kind_of(Activity), Query(where=where))
    return there if part.outcome_id is None else and_(there, _outcome() == part.outcome_id)
