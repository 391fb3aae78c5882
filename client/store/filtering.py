"""Filters in SQL: the records that fit one.

SQL finds the values at a path; whether one of them fits is asked of the rule itself
(`conditions.fits`, made known to SQLite), so a list and the label engine cannot disagree. What is
derived from activities and orders (`DERIVED`) is a subquery, never a column: it is the same for all
who ask. Whether an account waits for a visit follows `sync_protocol.rules.cadence`, with the
company's cadences given by whoever asks.
"""

from __future__ import annotations

import re
from datetime import date, timedelta
from functools import lru_cache
from typing import TYPE_CHECKING, Any, NamedTuple

import msgspec
from sqlalchemy import and_, case, exists, func, not_, or_, select, true, type_coerce, union_all
from sqlalchemy.types import NullType

from client.store import tables
from sync_protocol.records import kinds
from sync_protocol.rules import conditions
from sync_protocol.rules.cadence import USUAL_DAYS
from sync_protocol.rules.conditions import DAY_MS, NEGATED, Moment, Span

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from datetime import tzinfo
    from sqlite3 import Connection as Sqlite

    from sqlalchemy import ColumnElement, Select, Table

    from sync_protocol.records import Cadence, Condition, Filter, Kind
    from sync_protocol.rules.conditions import Path

_PART_OF_A_NUMBER = re.compile(r"[0-9 ()+/.-]+")
_NOT_ASCII = "*[^ -~]*"
_FITS = "fieldbook_fits"
BY = {"account": "account_id", "contact": "contact_id", "lead": "lead_id", "deal": "deal_id"}


class Asked(NamedTuple):
    """When a filter is asked, and the company's cadences, the shortest first."""

    now: Moment
    cadences: tuple[Cadence, ...] = ()


class Derived(NamedTuple):
    """A field that is in no record: for which kinds of record, and what it is now."""

    kinds: frozenset[str]
    value: Callable[[Kind, Table, Asked], Any]


class Last(NamedTuple):
    """The latest of the records `of` a type, in one of these states, that belong to another."""

    of: str
    status: tuple[str, ...]
    kind: str = ""


LAST_VISIT = Last("activity", ("done",), "visit")
LASTS = {
    "last_activity": Last("activity", ("done",)),
    "last_visit": LAST_VISIT,
    "last_order": Last("salesorder", ("placed", "delivered")),
}


def teach(connection: Sqlite) -> None:
    """Let SQLite call the rule that filters go by."""
    connection.create_function(_FITS, 2, _fits, deterministic=True)


def condition(kind: Kind, table: Table, wanted: Filter, asked: Asked) -> ColumnElement[bool]:
    """Whether a row fits the conditions of a filter; its labels and text are the query's."""
    parts = [_condition(kind, table, part, asked) for part in wanted.conditions]
    if not parts:
        return true()
    return and_(*parts) if wanted.match == "all" else or_(*parts)


def labels(table: Table, wanted: Any, now_ms: int) -> list[ColumnElement[bool]]:
    """Whether a row carries the labels that a filter, or a query, asks for."""
    parts: list[ColumnElement[bool]] = []
    if wanted.labels_any:
        parts.append(table.c.id.in_(labelled(wanted.labels_any, now_ms)))
    parts += [table.c.id.in_(labelled((label,), now_ms)) for label in wanted.labels_all]
    if wanted.labels_none:
        parts.append(table.c.id.not_in(labelled(wanted.labels_none, now_ms)))
    return parts


def labelled(wanted: Any, now_ms: int) -> Any:
    """The ids of records that carry one of some labels: a tuple of ids or a subquery of them.

    A label is on a record if somebody put it there, or while a rule says so.
    """
    labelling, by_rule = tables.of(kinds()["labelling"]), tables.derived_label.c
    put = select(labelling.c.record_id).where(
        labelling.c.label_id.in_(wanted), labelling.c.on.is_(True), labelling.c.deleted.is_(False)
    )
    come = select(by_rule.record_id).where(
        by_rule.label_id.in_(wanted), by_rule.since <= now_ms, by_rule.until > now_ms
    )
    return union_all(put, come)


def derived(kind: Kind) -> list[str]:
    """The names of what can be asked of a kind beyond its fields."""
    return [name for name, one in DERIVED.items() if kind.name in one.kinds]


def _condition(kind: Kind, table: Table, wanted: Condition, asked: Asked) -> ColumnElement[bool]:
    operator = NEGATED.get(wanted.operator, wanted.operator)
    key = msgspec.msgpack.encode((operator, conditions.asked(wanted, asked.now)))
    found: ColumnElement[bool] = _any_value(kind, table, wanted.field, key, asked)
    return not_(found) if wanted.operator in NEGATED else found


def _sieve(kind: Kind, table: Table, wanted: Condition) -> ColumnElement[bool] | None:
    """Which rows the rule need be asked about at all, told by SQLite alone and so much sooner.

    A part of a number stands in the row as it was asked for, unless that is written in other
    characters than ASCII, which the rule may take for the same digits.
    """
    path = conditions.path_of(kind, wanted.field)
    values = [value.strip() for value in wanted.values]
    if path is None or wanted.operator not in ("contains", "starts"):
        return None
    if not all(map(_PART_OF_A_NUMBER.fullmatch, values)):
        return None
    whole: Any = type_coerce(table.c[path.field.name], NullType())
    return or_(*(func.instr(whole, value) > 0 for value in values), whole.op("GLOB")(_NOT_ASCII))


def _any_value(kind: Kind, table: Table, field: str, key: bytes, asked: Asked) -> Any:
    """Whether one of the values at a path fits."""
    if field in derived(kind):
        return func.coalesce(_call(DERIVED[field].value(kind, table, asked), key), 0) == 1
    path = conditions.path_of(kind, field)
    if path is None:
        return not_(true())
    if path.field.storage != "json":
        return func.coalesce(_call(type_coerce(table.c[path.field.name], NullType()), key), 0) == 1
    return _any_atom(table, path, key)


def _any_atom(table: Table, path: Path, key: bytes) -> Any:
    """The same for what is within a cell, or within each entry of a field."""
    whole: Any = type_coerce(table.c[path.field.name], NullType())
    down = "$" + "".join(f'."{part}"' for part in path.keys)
    if not path.each:
        atom = func.json_tree(whole, down).table_valued("atom")
        return exists(select(1).select_from(atom).where(_call(atom.c.atom, key) == 1))
    entry = func.json_each(whole).table_valued("value", "type", name="entry")
    inside = case((entry.c.type == "object", entry.c.value), else_="{}")
    atom = func.json_tree(inside, down).table_valued("atom", name="atom")
    return exists(
        select(1).select_from(entry.join(atom, true())).where(_call(atom.c.atom, key) == 1)
    )


def _call(value: Any, key: bytes) -> Any:
    return func.fieldbook_fits(value, key)


def _fits(value: Any, key: bytes) -> int:
    if value is None or value == "":
        return 0
    operator, spans = _decoded(key)
    return int(conditions.fits(operator, value, spans))


@lru_cache(maxsize=256)
def _decoded(key: bytes) -> tuple[str, list[Span]]:
    return msgspec.msgpack.decode(key, type=tuple[str, list[Span]])


# --- what is derived ---


def latest_of(kind: str, record_id: Any, last: Last) -> Select[Any]:
    """When the last of something was, that belongs to a record of `kind`."""
    table = tables.of(kinds()[last.of])
    where = [table.c[BY[kind]] == record_id]
    where.append(or_(*(table.c.status == status for status in last.status)))
    where += [table.c.kind == last.kind] if last.kind else []
    return select(func.max(table.c.at)).where(
        *where, table.c.deleted.is_(False), table.c.base_time > 0
    )


def _last(kind: Kind, table: Table, last: Last) -> Any:
    latest = latest_of(kind.name, table.c.id, last)
    return type_coerce(latest.correlate(table).scalar_subquery(), NullType())


def late_from(task: Mapping[str, Any], zone: tzinfo) -> int | None:
    """The moment from which a task that is not done is `overdue`; None if it never is."""
    due = task.get("due")
    if task.get("done_at") is not None or not due:
        return None
    return int(Moment(0, zone).start_of(date.fromisoformat(due) + timedelta(1)))


def _latest(name: str, among: frozenset[str]) -> Derived:
    return Derived(among, lambda kind, table, _asked: _last(kind, table, LASTS[name]))


def _overdue(kind: Kind, table: Table, asked: Asked) -> Any:
    """A task not done in time; an account not visited in time, or never; who works at one."""
    if kind.name == "task":
        late = and_(table.c.done_at.is_(None), table.c.due < asked.now.day().isoformat())
    elif kind.name == "account":
        late = _waits(kind, table, asked)
    else:
        account = kinds()["account"]
        accounts = tables.of(account)
        late = table.c.account_id.in_(
            select(accounts.c.id).where(_waits(account, accounts, asked)).correlate(None)
        )
    return case((late, 1), else_=0)


def _waits(kind: Kind, table: Table, asked: Asked) -> Any:
    days = _days(kind, table, asked)
    last = func.coalesce(_last(kind, table, LAST_VISIT), 0)
    return and_(days > 0, last < asked.now.start_of(asked.now.day()) - days * DAY_MS)


def _days(kind: Kind, table: Table, asked: Asked) -> Any:
    """How often an account is to be visited, as `cadence.days_for` says."""
    fitting = [
        (
            and_(
                *labels(table, cadence.filter, asked.now.ms),
                condition(kind, table, cadence.filter, Asked(asked.now)),
            ),
            cadence.days,
        )
        for cadence in asked.cadences
    ]
    own: Any = table.c.cadence_days
    return case((own.is_not(None), own), *fitting, else_=0 if asked.cadences else USUAL_DAYS)


_CUSTOMERS = frozenset({"account", "contact"})
DERIVED: dict[str, Derived] = {
    "last_activity": _latest("last_activity", _CUSTOMERS | {"lead", "deal"}),
    "last_visit": _latest("last_visit", _CUSTOMERS | {"lead"}),
    "last_order": _latest("last_order", _CUSTOMERS),
    "overdue": Derived(_CUSTOMERS | {"task"}, _overdue),
}
