"""Everything that ever happened to a record, as one list of places: what, where, when.

One statement joins the sources and is cut into pages, so a customer with thousands of entries costs
no more than one page. An account's list includes its contacts'; whatever hangs on a record's deals
and activities (comments, files, quotes) is in the record's list, too. A deal's moves are read from
this device's history; where that does not reach back, the last one is what `stage_since` says.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

from sqlalchemy import LargeBinary, and_, cast, func, literal, or_, select, union_all

from client.store import queries, states, tables
from client.store.queries import Query, Range
from sync_protocol import clock
from sync_protocol.records import kinds
from sync_protocol.rules.ancestry import MERGED

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from sqlalchemy import ColumnElement, Connection, Select

_REFERENCES = {
    "account": "account_id", "contact": "contact_id", "deal": "deal_id", "lead": "lead_id",
}  # fmt: skip
"""By which field something names the record that it is about."""
_CLOSED_AT = "$.at"


class Happening(NamedTuple):
    """One entry: `type` is what it is filtered by, `event` what happened to the record named.

    `detail` is the packed id of the stage that a deal was moved to, where that is known.
    """

    type: str
    event: str
    kind: str
    id: str
    at_ms: int
    detail: bytes | None = None


def counts(connection: Connection, kind: str, record_id: str) -> dict[str, int]:
    """How many entries there are of each type."""
    every = _every(connection, kind, record_id)
    statement = select(every.c.type, func.count()).group_by(every.c.type)
    return {row[0]: row[1] for row in connection.execute(statement)}


def page(
    connection: Connection,
    kind: str,
    record_id: str,
    types: Sequence[str] = (),
    *,
    limit: int,
    offset: int = 0,
) -> list[Happening]:
    """Some entries, the latest first; of all types unless some are named."""
    every = _every(connection, kind, record_id)
    statement = select(every).order_by(every.c.at.desc(), every.c.id, every.c.event)
    if types:
        statement = statement.where(every.c.type.in_(types))
    found = connection.execute(statement.limit(limit).offset(offset))
    return [Happening(*row) for row in found]


def _every(connection: Connection, kind: str, record_id: str) -> Any:
    found = [
        *_done(kind, record_id),
        *_said(kind, record_id),
        *_dealt(kind, record_id),
        *_begun(kind, record_id),
        *_merged(connection, kind, record_id),
    ]
    return union_all(*found).subquery()


def _done(kind: str, record_id: str) -> Iterator[Select[Any]]:
    """What was done with them, and for them."""
    activity, task = _table("activity"), _table("task")
    done = _about("activity", kind, record_id, status="done")
    yield _entry(activity.c.kind, "done", "activity", activity.c.at).where(done)
    ticked = _about("task", kind, record_id, done_at=Range())
    yield _entry("task", "done", "task", task.c.done_at).where(ticked)


def _said(kind: str, record_id: str) -> Iterator[Select[Any]]:
    """What was written and attached, on the record or on what belongs to it."""
    comment, attachment = _table("comment"), _table("attachment")
    held = or_(*_belonging(comment, kind, record_id))
    yield _entry("comment", "written", "comment", comment.c.at).where(_shown("comment"), held)
    held = or_(*_belonging(attachment, kind, record_id))
    at = func.coalesce(attachment.c.taken_at, _created(attachment))
    yield _entry("file", "attached", "attachment", at).where(_shown("attachment"), held)


def _dealt(kind: str, record_id: str) -> Iterator[Select[Any]]:
    """Deals from their beginning to their end, and their paper."""
    deal, quote, order = _table("deal"), _table("quote"), _table("salesorder")
    mine = _about("deal", kind, record_id)
    yield _entry("deal", "opened", "deal", _created(deal)).where(mine)
    won = func.json_extract(deal.c.closing, "$.won")
    ended = func.json_extract(deal.c.closing, _CLOSED_AT)
    closed = deal.c.closing.is_not(None)
    yield _entry("deal", "won", "deal", ended).where(mine, closed, won == 1)
    yield _entry("deal", "lost", "deal", ended).where(mine, closed, won == 0)
    yield from _moved(mine)
    sent = func.coalesce(quote.c.sent_at, _created(quote))
    yield _entry("quote", "quoted", "quote", sent).where(_about("quote", kind, record_id))
    ordered = _about("salesorder", kind, record_id)
    yield _entry("order", "ordered", "salesorder", order.c.at).where(ordered)


def _moved(mine: ColumnElement[bool]) -> Iterator[Select[Any]]:
    deal, past = _table("deal"), tables.history.c
    moves = (past.kind == "deal", past.cell == "stage_id", past.lost.is_(False))
    moved = _entry("deal", "moved", "deal", _ms(past.time), past.value)
    yield moved.where(mine, past.id == deal.c.id, *moves)
    known = select(past.entry).where(past.id == deal.c.id, *moves).exists()
    since = deal.c.stage_since
    later = since > _created(deal)
    yield _entry("deal", "moved", "deal", since).where(mine, later, ~known)


def _begun(kind: str, record_id: str) -> Iterator[Select[Any]]:
    """When the record, and the contacts of an account, came to be."""
    table = _table(kind)
    own = _entry("record", "created", kind, _created(table))
    if kind != "deal":
        yield own.where(_shown(kind), table.c.id == record_id)
    if kind == "account":
        contact = _table("contact")
        people = _about("contact", kind, record_id)
        yield _entry("record", "created", "contact", _created(contact)).where(people)


def _merged(connection: Connection, kind: str, record_id: str) -> Iterator[Select[Any]]:
    """What was merged into the record; there are few, and only their stamps say when."""
    if MERGED not in kinds()[kind].fields:
        return
    table = _table(kind)
    for loser in connection.execute(select(table.c.id).where(table.c[MERGED] == record_id)):
        state = states.read(connection, kind, loser.id)
        at = clock.millis(state.stamp_of(MERGED).time) if state else 0
        yield select(
            literal("record").label("type"), literal("merged").label("event"),
            literal(kind).label("kind"), literal(loser.id).label("id"), literal(at).label("at"),
            _nothing(),
        )  # fmt: skip


def _about(name: str, kind: str, record_id: str, **where: Any) -> ColumnElement[bool]:
    """The records of a type that are about this one, or about a contact of this account."""
    table = _table(name)
    if name == kind:
        return and_(_shown(name, **where), table.c.id == record_id)
    field = _REFERENCES.get(kind, "")
    if field not in table.c:
        return and_(_shown(name), literal(False))
    named: ColumnElement[bool] = table.c[field] == record_id
    if kind == "account" and "contact_id" in table.c:
        named = or_(named, table.c.contact_id.in_(_ids("contact", kind, record_id)))
    return and_(_shown(name, **where), named)


def _belonging(table: Any, kind: str, record_id: str) -> Iterator[ColumnElement[bool]]:
    """Whether a comment or a file hangs on the record, or on something that is about it."""
    yield table.c.record_id == record_id
    for name in ("contact", "deal", "lead", "activity", "quote", "salesorder"):
        if name != kind and _REFERENCES.get(kind, "") in kinds()[name].fields:
            yield table.c.record_id.in_(_ids(name, kind, record_id))


def _ids(name: str, kind: str, record_id: str) -> Any:
    return select(_table(name).c.id).where(_about(name, kind, record_id))


def _entry(type_: Any, event: str, kind: str, at: Any, detail: Any = None) -> Select[Any]:
    return select(
        (literal(type_) if isinstance(type_, str) else type_).label("type"),
        literal(event).label("event"),
        literal(kind).label("kind"),
        _table(kind).c.id.label("id"),
        at.label("at"),
        _nothing() if detail is None else detail.label("detail"),
    )


def _nothing() -> Any:
    return cast(None, LargeBinary).label("detail")


def _created(table: Any) -> Any:
    return _ms(table.c.base_time)


def _ms(time: Any) -> Any:
    """When a stamp was made: its upper bits, see `clock.millis`."""
    return time.op(">>")(20)


def _shown(name: str, **where: Any) -> ColumnElement[bool]:
    return queries.condition(kinds()[name], Query(where=where))


def _table(name: str) -> Any:
    return tables.of(kinds()[name])
