"""Everything that ever happened to a record, as one list of places: what, where, when.

One statement joins the sources and is cut into pages, so a customer with thousands of entries costs
no more than one page. An account's list includes its contacts'; whatever hangs on a record's deals
and activities (comments, files, quotes) is in the record's list, too. A deal's moves are read from
this device's history; where that does not reach back, the last one is what `stage_since` says.
"""

from __future__ import annotations

import json
from functools import cache
from typing import TYPE_CHECKING, Any, NamedTuple

from sqlalchemy import (
    Boolean,
    LargeBinary,
    and_,
    bindparam,
    cast,
    func,
    literal,
    literal_column,
    or_,
    select,
    text,
    union_all,
)

from client.store import queries, states, tables
from client.store.prepared import Prepared
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
_SINCE = "$.at"
"""When a deal was closed, or a case came to be as it is."""
_OF = "of_id"
_THIS: Any = bindparam(_OF)
"""The record whose timeline it is: each statement is made once for a type."""


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
    return dict(_counts(kind).all(connection, _asked(connection, kind, record_id)))


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
    asked = _asked(connection, kind, record_id)
    named = json.dumps(types) if types else None
    cut = {"types": named, "most": limit, "skipped": offset, "first": offset + limit}
    return [Happening(*row) for row in _page(kind).all(connection, asked | cut)]


@cache
def _counts(kind: str) -> Prepared:
    every = union_all(*_activities(kind), *_others(kind)).subquery()
    return Prepared(select(every.c.type, func.count()).group_by(every.c.type))


@cache
def _page(kind: str) -> Prepared:
    """Of activities, which may be thousands, no more are read than could be on the page."""
    activity = _table("activity")
    latest = [
        some.where(_wanted(activity.c.kind))
        .order_by(activity.c.at.desc(), activity.c.id)
        .limit(bindparam("first"))
        .subquery()
        for some in _activities(kind)
    ]
    every: Any = union_all(*map(select, latest), *_others(kind)).subquery()
    return Prepared(
        select(every)
        .where(_wanted(every.c.type))
        .order_by(every.c.at.desc(), every.c.id, every.c.event)
        .limit(bindparam("most"))
        .offset(bindparam("skipped"))
    )


def _wanted(type_: Any) -> ColumnElement[bool]:
    types: Any = bindparam("types")
    named = select(func.json_each(types).table_valued("value").c.value)
    return or_(types.is_(None), type_.in_(named))


def _others(kind: str) -> list[Select[Any]]:
    parts = (_ticked, _troubled, _said, _dealt, _begun)
    return [*(each for part in parts for each in part(kind)), _merged(kind)]


def _asked(connection: Connection, kind: str, record_id: str) -> dict[str, Any]:
    """The record, and what was merged into it: only the stamps of those few say when."""
    losers = _losers(kind).all(connection, {_OF: record_id}) if _merges(kind) else []
    merged = []
    for (loser,) in losers:
        state = states.read(connection, kind, loser)
        merged.append((loser, clock.millis(state.stamp_of(MERGED).time) if state else 0))
    return {_OF: record_id, "merged": json.dumps(merged)}


@cache
def _losers(kind: str) -> Prepared:
    table = _table(kind)
    return Prepared(
        select(table.c.id).where(table.c[MERGED] == _THIS, table.c[MERGED] != text("''"))
    )


def _merges(kind: str) -> bool:
    return MERGED in kinds()[kind].fields


def _activities(kind: str) -> list[Select[Any]]:
    """What was done: with an account, and with its contacts where it does not say so itself."""
    activity = _table("activity")
    done = _entry(activity.c.kind, "done", "activity", activity.c.at)
    done = done.where(_shown("activity", status="done"))
    if kind != "account":
        return [done.where(_named("activity", kind))]
    people = activity.c.contact_id.in_(_ids("contact", kind))
    own = activity.c.account_id == _THIS
    return [done.where(own), done.where(people, ~own)]


def _ticked(kind: str) -> Iterator[Select[Any]]:
    task = _table("task")
    ticked = _about("task", kind, done_at=Range())
    yield _entry("task", "done", "task", task.c.done_at).where(ticked)


def _troubled(kind: str) -> Iterator[Select[Any]]:
    """Cases, when they were opened and when they were resolved."""
    case = _table("case")
    mine = _about("case", kind)
    yield _entry("case", "reported", "case", case.c.opened_at).where(mine)
    resolved = func.json_extract(case.c.state, "$.status") == "resolved"
    at = func.json_extract(case.c.state, _SINCE)
    yield _entry("case", "resolved", "case", at).where(mine, resolved, at.is_not(None))


def _said(kind: str) -> Iterator[Select[Any]]:
    """What was written and attached, on the record or on what belongs to it."""
    comment, attachment = _table("comment"), _table("attachment")
    held = or_(*_belonging(comment, kind))
    yield _entry("comment", "written", "comment", comment.c.at).where(_shown("comment"), held)
    held = or_(*_belonging(attachment, kind))
    at = func.coalesce(attachment.c.taken_at, _created(attachment))
    yield _entry("file", "attached", "attachment", at).where(_shown("attachment"), held)


def _dealt(kind: str) -> Iterator[Select[Any]]:
    """Deals from their beginning to their end, and their paper."""
    deal, quote, order = _table("deal"), _table("quote"), _table("salesorder")
    mine = _about("deal", kind)
    yield _entry("deal", "opened", "deal", _created(deal)).where(mine)
    won = func.json_extract(deal.c.closing, "$.won")
    ended = func.json_extract(deal.c.closing, _SINCE)
    closed = deal.c.closing.is_not(None)
    yield _entry("deal", "won", "deal", ended).where(mine, closed, won == 1)
    yield _entry("deal", "lost", "deal", ended).where(mine, closed, won == 0)
    yield from _moved(mine)
    sent = func.coalesce(quote.c.sent_at, _created(quote))
    yield _entry("quote", "quoted", "quote", sent).where(_about("quote", kind))
    ordered = _about("salesorder", kind)
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


def _begun(kind: str) -> Iterator[Select[Any]]:
    """When the record, and the contacts of an account, came to be."""
    table = _table(kind)
    own = _entry("record", "created", kind, _created(table))
    if kind != "deal":
        yield own.where(_shown(kind), table.c.id == _THIS)
    if kind == "account":
        contact = _table("contact")
        people = _about("contact", kind)
        yield _entry("record", "created", "contact", _created(contact)).where(people)


def _merged(kind: str) -> Select[Any]:
    loser = func.json_each(bindparam("merged")).table_valued("value").c.value
    return select(
        literal("record").label("type"), literal("merged").label("event"),
        literal(kind).label("kind"), func.json_extract(loser, "$[0]").label("id"),
        func.json_extract(loser, "$[1]").label("at"), _nothing(),
    )  # fmt: skip


def _about(name: str, kind: str, **where: Any) -> ColumnElement[bool]:
    """The records of a type that are about this one, or about a contact of this account."""
    return and_(_shown(name, **where), _named(name, kind))


def _named(name: str, kind: str) -> ColumnElement[bool]:
    table = _table(name)
    if name == kind:
        itself: ColumnElement[bool] = table.c.id == _THIS
        return itself
    field = _REFERENCES.get(kind, "")
    if field not in table.c:
        return literal_column("0", Boolean)
    named: ColumnElement[bool] = table.c[field] == _THIS
    if kind == "account" and "contact_id" in table.c:
        named = or_(named, table.c.contact_id.in_(_ids("contact", kind)))
    return named


def _belonging(table: Any, kind: str) -> Iterator[ColumnElement[bool]]:
    """Whether a comment or a file hangs on the record, or on something that is about it."""
    yield table.c.record_id == _THIS
    for name in ("contact", "deal", "lead", "activity", "case", "quote", "salesorder"):
        if name != kind and _REFERENCES.get(kind, "") in kinds()[name].fields:
            yield table.c.record_id.in_(_ids(name, kind))


def _ids(name: str, kind: str) -> Any:
    """Whether they are beneath something deleted is asked of what is on them."""
    table = _table(name)
    here = [table.c.deleted.is_(False), *([table.c[MERGED] == ""] if _merges(name) else [])]
    return select(table.c.id).where(*here, _named(name, kind))


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
