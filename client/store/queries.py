"""Reading the replica: one way to ask for records, by field, by label, by text.

A record is hidden while it or a record it hangs beneath is deleted; that is decided here, so no
screen or script can forget it. Text is found word by word, each word the beginning of a word in
the record, in its account, or in the name of a label on it.
"""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING, Any, NamedTuple, TypeVar, cast

import msgspec
from sqlalchemy import Boolean, and_, bindparam, case, func, literal_column, or_, select, union
from sqlalchemy.dialects import sqlite

from client.store import filtering, search, sorting, states, tables
from client.store.prepared import IDS, Prepared
from sync_protocol.records import Cadence, Filter, Record, kind_of, kinds, rows
from sync_protocol.rules.ancestry import MERGED
from sync_protocol.rules.scopes import PARENT_KINDS, parent_fields

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from sqlalchemy import ColumnElement, Connection, Select, Table

    from sync_protocol.records import Kind

R = TypeVar("R", bound=Record)
_NO_FILTER = Filter()
_PLAIN_ORDERS = ("", "id", "-id")
SHORT = 3
"""Letters that begin a word in many records."""


class Range(NamedTuple):
    """A half-open interval of a field's values; None is open."""

    start: Any = None
    end: Any = None


class Query(msgspec.Struct, frozen=True):
    """Which records.

    Label lists hold label ids. `where` maps a field to a value, a tuple of values, a `Range`, or
    None. `filter` asks for more, and all of it must hold; it, derived columns and labels that come
    and go need `now`, and who is overdue is told by `cadences`.
    """

    text: str = ""
    labels_any: tuple[str, ...] = ()
    labels_all: tuple[str, ...] = ()
    labels_none: tuple[str, ...] = ()
    where: dict[str, Any] = {}
    order_by: str = ""
    limit: int | None = None
    offset: int = 0
    deleted: bool = False
    filter: Filter = Filter()
    now: Any = None
    cadences: tuple[Cadence, ...] = ()


def get(connection: Connection, struct: type[R], record_id: str) -> R | None:
    """A record by id, deleted or not; None if this replica does not know it."""
    found = states.fields(connection, kind_of(struct).name, record_id)
    if found is None or found[1]["base_time"] <= 0:
        return None
    return cast("R", rows.record(*found))


def find(connection: Connection, struct: type[R], query: Query) -> list[R]:
    """Records in the query's order; `order_by` names a field, `-field` turns it round."""
    kind = kind_of(struct)
    if _asks_nothing(query):
        found: Any = _every(kind, query.order_by, query.deleted).rows.mappings(
            connection, _part(query)
        )
    else:
        statement = _listed(select(tables.of(kind)), connection, kind, query)
        found = connection.execute(statement).mappings()
    return [cast("R", rows.record(kind, row)) for row in found]


def count(connection: Connection, struct: type[Record], query: Query) -> int:
    kind = kind_of(struct)
    statement = select(func.count()).select_from(tables.of(kind)).where(condition(kind, query))
    return int(connection.execute(statement).scalar_one())


def ids(connection: Connection, struct: type[Record], query: Query) -> list[str]:
    """Only the ids of what `find` gives: cheap enough for a whole list to be scrolled."""
    kind = kind_of(struct)
    if _asks_nothing(query):
        found = _every(kind, query.order_by, query.deleted).ids.all(connection, _part(query))
    else:
        statement = _listed(select(tables.of(kind).c.id), connection, kind, query)
        found = _plain(connection, statement)
    return [record_id for (record_id,) in found]


def _listed(what: Select[Any], connection: Connection, kind: Kind, query: Query) -> Select[Any]:
    return (
        what.where(condition(kind, query))
        .order_by(*_order(connection, kind, query))
        .limit(query.limit)
        .offset(query.offset)
    )


class _Every(NamedTuple):
    """What reads all records of a kind, or a part of them in their order."""

    rows: Prepared
    ids: Prepared


def _asks_nothing(query: Query) -> bool:
    """Whether it is for all records of a kind, in the order they came or were made in."""
    asked = (query.text, query.labels_any, query.labels_all, query.labels_none, query.where)
    return not any(asked) and query.filter == _NO_FILTER and query.order_by in _PLAIN_ORDERS


def _part(query: Query) -> dict[str, Any]:
    return {"most": -1 if query.limit is None else query.limit, "past": query.offset}


@cache
def _every(kind: Kind, order_by: str, deleted: bool) -> _Every:
    table = tables.of(kind)
    here = and_(table.c.base_time > 0, *(() if deleted else visible(kind, table)))
    by = {"": table.c.row, "id": table.c.id, "-id": table.c.id.desc()}[order_by]
    part = (
        select(what).where(here).order_by(by).limit(bindparam("most")).offset(bindparam("past"))
        for what in (table, table.c.id)
    )
    return _Every(*map(Prepared, part))


def by_rows(connection: Connection, kind: Kind, found: Sequence[int]) -> dict[int, Record]:
    """The visible records in some rows of their table: prepared once, for what asks often."""
    read = _by_rows(kind).mappings_among(connection, found)
    return {row["row"]: rows.record(kind, row) for row in read}


@cache
def _by_rows(kind: Kind) -> Prepared:
    table = tables.of(kind)
    shown = and_(table.c.base_time > 0, *visible(kind, table))
    return Prepared(select(table).where(shown, table.c.row.in_(IDS)))


def latest(
    connection: Connection, struct: type[Record], field: str, by: str, where: Mapping[str, Any]
) -> dict[str, Any]:
    """The greatest value of `field` for each record that the reference `by` names.

    Looked up for one after the other: the last is found at once, however many there are.
    """
    kind, above = kind_of(struct), tables.of(kinds()[PARENT_KINDS[by]])
    table, wanted = tables.of(kind), dict(where)
    asked = () if by not in wanted else (_matches(above.c.id, wanted.pop(by)),)
    last = (
        select(table.c[field])
        .where(table.c[by] == above.c.id, condition(kind, Query(where=wanted)))
        .order_by(table.c[field].desc())
        .limit(1)
        .correlate(above)
        .scalar_subquery()
    )
    found = _plain(connection, select(above.c.id, last).where(*asked))
    return {record_id: value for record_id, value in found if value is not None}


def tally(
    connection: Connection, struct: type[Record], by: str, where: Mapping[str, Any]
) -> dict[str, int]:
    """How many records there are for each value of the field `by`."""
    kind = kind_of(struct)
    table = tables.of(kind)
    statement = (
        select(table.c[by], func.count())
        .where(condition(kind, Query(where=dict(where))))
        .group_by(table.c[by])
    )
    return {row[0]: row[1] for row in connection.execute(statement)}


def tally_labels(connection: Connection, now_ms: int) -> dict[str, int]:
    """How many records carry each label, put on or derived."""
    on = _carried(connection, now_ms).subquery()
    found = select(on.c.label_id, func.count()).group_by(on.c.label_id)
    return {row[0]: row[1] for row in connection.execute(found)}


def labelled(connection: Connection, now_ms: int) -> set[str]:
    """The ids of the records that carry a label."""
    on = _carried(connection, now_ms).subquery()
    return set(connection.execute(select(on.c.record_id).distinct()).scalars())


def _carried(connection: Connection, now_ms: int) -> Any:
    """Every record and label on it once, but for what is hidden."""
    kind, derived = kinds()["labelling"], tables.derived_label.c
    table = tables.of(kind)
    parts: list[Any] = [
        select(table.c.record_id, table.c.label_id).where(
            condition(kind, Query(where={"on": True}))
        )
    ]
    for name in connection.execute(select(tables.deriving.c.kind)).scalars().all():
        if name in kinds():
            rows_of = tables.of(kinds()[name])
            shown = select(rows_of.c.id).where(*visible(kinds()[name], rows_of))
            parts.append(
                select(derived.record_id, derived.label_id).where(
                    derived.kind == name, derived.since <= now_ms, derived.until > now_ms,
                    derived.record_id.in_(shown),
                )
            )  # fmt: skip
    return union(*parts)


def _plain(connection: Connection, statement: Select[Any]) -> list[tuple[Any, ...]]:
    """Rows as the driver gives them: SQLAlchemy makes an object of each, which takes longest."""
    with connection.execute(statement) as result:
        cursor: Any = result.cursor
        found: list[tuple[Any, ...]] = cursor.fetchall()
    return found


def beneath(connection: Connection, kind: Kind, record_id: str) -> list[tuple[str, str]]:
    """(kind, id) of everything that names a record as a parent, deleted or not."""
    return [
        (child.name, found)
        for child in kinds().values()
        for field in parent_fields(child, kind.name)
        for (found,) in _naming(child, field).all(connection, {"at_id": record_id})
    ]


@cache
def _naming(child: Kind, field: str) -> Prepared:
    table = tables.of(child)
    return Prepared(select(table.c.id).where(table.c[field] == bindparam("at_id")))


def condition(kind: Kind, query: Query) -> ColumnElement[bool]:
    table = tables.of(kind)
    parts: list[ColumnElement[bool]] = [table.c.base_time > 0]
    if not query.deleted:
        parts += visible(kind, table)
    parts += [_matches(table.c[field], value) for field, value in query.where.items()]
    now_ms = 0 if query.now is None else query.now.ms
    for asked in (query, query.filter):
        parts += [
            mentions(kind, table, term, now_ms, much=_finds_much(kind, query, term))
            for term in search.terms(asked.text)
        ]
        parts += filtering.labels(table, asked, now_ms)
    if query.filter.conditions:
        moment = filtering.Asked(query.now, query.cadences)
        parts.append(filtering.condition(kind, table, query.filter, moment))
    return and_(*parts)


def visible(kind: Kind, table: Table) -> list[ColumnElement[bool]]:
    """Neither deleted nor beneath what is, and not merged into another record."""
    parts: list[ColumnElement[bool]] = [table.c.deleted.is_(False)]
    if MERGED in kind.fields:
        parts.append(table.c[MERGED] == "")
    return [*parts, _beneath_nothing_deleted(kind)] if kind.parents else parts


@cache
def _beneath_nothing_deleted(kind: Kind) -> ColumnElement[bool]:
    """As text, made once: it takes SQLAlchemy much longer to say it than SQLite to answer it.

    What is deleted is little: it is read once for a whole query, and not looked up for every row.
    """
    table = tables.of(kind)
    above = [(table.c[name], parent) for name in kind.parents for parent in _kinds_above(name)]
    parts = [column.not_in(hidden) for column, parent in above for hidden in _hidden(parent)]
    said = and_(*parts).compile(dialect=sqlite.dialect(), compile_kwargs={"literal_binds": True})
    return literal_column(f"({said})", Boolean)


@cache
def _hidden(kind: Kind) -> tuple[Select[Any], ...]:
    """The ids of what is deleted, then of what is beneath something deleted."""
    table = tables.of(kind)
    above = [(table.c[name], parent) for name in kind.parents for parent in _kinds_above(name)]
    return (
        select(table.c.id).where(table.c.deleted).correlate(None),
        *(
            select(table.c.id).where(column.in_(hidden)).correlate(None)
            for column, parent in above
            for hidden in _hidden(parent)
        ),
    )


def _kinds_above(field: str) -> list[Kind]:
    """The kinds of record a parent field may name; any that is not beneath `record_id` itself."""
    if field == "record_id":
        return [kind for kind in kinds().values() if kind.parents and field not in kind.parents]
    return [kind for kind in kinds().values() if kind.name == PARENT_KINDS[field]]


def _matches(column: ColumnElement[Any], value: Any) -> ColumnElement[bool]:
    if value is None:
        return column.is_(None)
    if isinstance(value, Range):
        bounds = [column >= value.start] if value.start is not None else []
        bounds += [column < value.end] if value.end is not None else []
        return and_(*bounds) if bounds else column.is_not(None)
    if isinstance(value, tuple | list | set | frozenset):
        return column.in_(tuple(value))
    same: ColumnElement[bool] = column == value
    return same


def mentions(
    kind: Kind, table: Table, term: str, now_ms: int, *, much: bool = False
) -> ColumnElement[bool]:
    """Whether a word is in the record, in its account, or in a label on it.

    Where it finds `much`, all are looked at, in the order of a list, and none is looked up.
    """
    look = _one_after_another if much else or_
    found = [table.c.row.in_(search.matching(kind, term)), _labelled_like(table, term, now_ms)]
    if "account_id" in kind.fields:
        account = kinds()["account"]
        accounts = tables.of(account)
        here = look(accounts.c.row.in_(search.matching(account, term)))
        found.append(table.c.account_id.in_(select(accounts.c.id).where(here)))
    return look(*found)


def _one_after_another(*found: ColumnElement[bool]) -> ColumnElement[bool]:
    """Whether one of these is so, said in a way that no index leads to."""
    return case((or_(*found), 1), else_=0) == 1


def _finds_much(kind: Kind, query: Query, term: str) -> bool:
    """Whether a list is better read in its order than found by a word and then sorted.

    By name it is read from an index alone, which is in memory once it was shown, while each record
    that a few letters find would have to be read.
    """
    by_name = query.order_by.removeprefix("-") == tables.SORTED_BY
    return len(term) <= SHORT and by_name and tables.is_sorted(kind)


def _labelled_like(table: Table, term: str, now_ms: int) -> ColumnElement[bool]:
    label = tables.of(kinds()["label"])
    label_kind = kinds()["label"]
    wanted = select(label.c.id).where(label.c.row.in_(search.matching(label_kind, term)))
    return table.c.id.in_(filtering.labelled(wanted, now_ms))


def _order(connection: Connection, kind: Kind, query: Query) -> Sequence[Any]:
    table = tables.of(kind)
    if not query.order_by:
        return (table.c.row,)
    asked = filtering.Asked(query.now, query.cadences) if query.now else None
    return sorting.order(connection, kind, table, query.order_by, asked)
