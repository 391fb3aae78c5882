"""The index of keys by which records that are alike find each other, and the pairs found so far.

Derived here, never synced, and filled in the background with the search index. A key that more than
`COMMON` records share says nothing, and no more of them are read: a lookup costs the same however
many records there are. What somebody has dismissed stays dismissed on this device.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from sqlalchemy import bindparam, delete, or_, select, update
from sqlalchemy.dialects.sqlite import insert

from client.store import tables
from client.store.prepared import Prepared
from sync_protocol.records import kinds

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from sqlalchemy import Connection

    from sync_protocol.records import Kind, Record

    KeysOf = Callable[[Record], Iterable[str]]

COMMON = 50
NOTICED = "twins"
"""Under which name listeners hear that the pairs have changed."""

_key, _due, _twins = tables.likeness_key.c, tables.to_compare.c, tables.twins.c
SHARING = (
    select(_key.row)
    .where(_key.kind == bindparam("of_kind"), _key.key == bindparam("of_key"))
    .limit(COMMON + 1)
)
_SHARING = Prepared(SHARING)
_FORGET = Prepared(
    delete(tables.likeness_key).where(
        _key.kind == bindparam("of_kind"), _key.row == bindparam("of_row")
    )
)
_ADD = Prepared(insert(tables.likeness_key).on_conflict_do_nothing())
_DUE = Prepared(insert(tables.to_compare).on_conflict_do_nothing())
_IS_IN = (
    _twins.kind == bindparam("of_kind"),
    or_(_twins.one == bindparam("of_id"), _twins.two == bindparam("of_id")),
)
_PAIRS_OF = Prepared(select(_twins.one, _twins.two).where(*_IS_IN).order_by(_twins.one, _twins.two))
_PAIR = Prepared(insert(tables.twins).on_conflict_do_nothing())
_PART = Prepared(delete(tables.twins).where(*_IS_IN, _twins.dismissed.is_(False)))
_SOME = Prepared(select(_due.kind, _due.id).limit(bindparam("most")))
_DONE = Prepared(
    delete(tables.to_compare).where(
        _due.kind == bindparam("of_kind"), _due.id == bindparam("of_id")
    )
)


class Twins(NamedTuple):
    """Two records that are likely one; `reasons` in words."""

    kind: str
    one: str
    two: str
    points: int
    reasons: str


def put(connection: Connection, kind: str, row: int, record_id: str, keys: Iterable[str]) -> None:
    """A record has these keys now, and is to be compared with those who share them."""
    forget(connection, kind, row)
    values = [{"kind": kind, "key": key, "row": row} for key in sorted(keys)]
    if values:
        _ADD.run_many(connection, values)
    _DUE.run(connection, {"kind": kind, "id": record_id})


def forget(connection: Connection, kind: str, row: int) -> None:
    """A record has gone from this device, or is to get other keys."""
    _FORGET.run(connection, {"of_kind": kind, "of_row": row})


def sharing(connection: Connection, kind: str, keys: Iterable[str]) -> list[list[int]]:
    """For each key the rows of the records of `kind` that have it; `COMMON + 1` if too many do."""
    found = [_SHARING.all(connection, {"of_kind": kind, "of_key": key}) for key in sorted(keys)]
    return [[row for (row,) in rows] for rows in found if rows]


def due(connection: Connection, limit: int) -> list[tuple[str, str]]:
    """(kind, id) of some records that are still to be compared."""
    return _SOME.all(connection, {"most": limit})


def compared(connection: Connection, kind: str, record_id: str, found: Iterable[Twins]) -> bool:
    """A record is in these pairs now and in no others; whether that is news."""
    this = {"of_kind": kind, "of_id": record_id}
    before = _PAIRS_OF.all(connection, this)
    _PART.run(connection, this)
    for pair in found:
        _PAIR.run(connection, pair._asdict())
    _DONE.run(connection, this)
    return before != _PAIRS_OF.all(connection, this)


def listed(connection: Connection) -> list[Twins]:
    """The pairs nobody here has decided on, both still here; the likeliest first."""
    found = connection.execute(
        select(tables.twins)
        .where(_twins.dismissed.is_(False))
        .order_by(_twins.points.desc(), _twins.one, _twins.two)
    ).all()
    pairs = [Twins(row.kind, row.one, row.two, row.points, row.reasons) for row in found]
    here = {kind: _standing(connection, kinds()[kind], pairs) for kind in {p.kind for p in pairs}}
    return [pair for pair in pairs if {pair.one, pair.two} <= here[pair.kind]]


def dismiss(connection: Connection, kind: str, one: str, two: str) -> None:
    """These two are not one; nobody on this device is asked again."""
    one, two = sorted((one, two))
    values = {"kind": kind, "one": one, "two": two, "points": 0, "reasons": ""}
    statement = insert(tables.twins).values(**values, dismissed=True)
    connection.execute(
        statement.on_conflict_do_update(["kind", "one", "two"], set_={"dismissed": True})
    )


def ask_again(connection: Connection, kind: str, one: str, two: str) -> None:
    """Take a dismissal back."""
    one, two = sorted((one, two))
    this = _twins.kind == kind, _twins.one == one, _twins.two == two
    connection.execute(update(tables.twins).where(*this).values(dismissed=False))


def _standing(connection: Connection, kind: Kind, pairs: list[Twins]) -> set[str]:
    """Those in the pairs that are neither deleted nor merged."""
    named = {i for pair in pairs if pair.kind == kind.name for i in (pair.one, pair.two)}
    table = tables.of(kind)
    query = select(table.c.id).where(
        table.c.id.in_(named), table.c.deleted.is_(False), table.c.merged_into == ""
    )
    return set(connection.execute(query).scalars())
