"""Labels that come and go with the data: derived here from the team's rules, never synced.

For each record and each active rule of its type there are the spells in which the rule's filter
holds (`sync_protocol.rules.spells`), so a label is right at any moment without being worked out
again. Whatever a transaction touches is derived anew before it commits: the record itself and,
where a rule asks for what is derived from activities or orders, what those belonged to before and
belong to now. That costs the same however many records there are. What is more than a transaction
may take, and everything of a type when its rules change, is derived in the background, in steps
that a crash does not undo: `deriving` says how far it has come, and by which rules.

A rule's own conditions on labels ask for what a hand has put on, never for derived ones: there are
no circles, and no order of rules.
"""

from __future__ import annotations

from functools import cache, partial
from hashlib import blake2b
from typing import TYPE_CHECKING, Any, NamedTuple

import msgspec
from sqlalchemy import bindparam, delete, exists, func, select
from sqlalchemy.dialects.sqlite import insert

from client.store import filtering, meta, states, tables
from client.store.prepared import Prepared
from client.zones import zone
from sync_protocol.records import SETTINGS_ID, Filter, kind_of, kinds, labelling_id, rows
from sync_protocol.rules import conditions
from sync_protocol.rules.spells import Facts, spells

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping
    from datetime import tzinfo

    from sqlalchemy import Connection

    from client.store.database import Database
    from sync_protocol.records import Kind, Record

AT_ONCE = 25
"""Records derived in one go: what a browser takes without being felt."""
_EDITION = 2
"""To be raised when the same rules come to other answers: everything is derived anew."""
OVERDUE = "overdue"
_SHARED = ("labelrule", "settings")

_label, _due, _state = tables.derived_label.c, tables.to_derive.c, tables.deriving.c
_THIS = (_label.kind == bindparam("of_kind"), _label.record_id == bindparam("of_id"))
_HERE = Prepared(select(_label.label_id, _label.rule_id, _label.since, _label.until).where(*_THIS))
_FORGET = Prepared(delete(tables.derived_label).where(*_THIS))
_ADD = Prepared(insert(tables.derived_label))
_QUEUE = Prepared(insert(tables.to_derive).on_conflict_do_nothing())
_SOME = Prepared(select(_due.kind, _due.id).limit(AT_ONCE))
_SWEPT = Prepared(select(_state.kind, _state.after).where(_state.done.is_(False)).limit(1))
_DONE = Prepared(
    delete(tables.to_derive).where(_due.kind == bindparam("of_kind"), _due.id == bindparam("of_id"))
)
_BEGUN = insert(tables.deriving)
_BEGIN = Prepared(
    _BEGUN.on_conflict_do_update(
        ["kind"], set_={"rules": _BEGUN.excluded.rules, "after": 0, "done": False}
    )
)
_rule, _settings = tables.of(kinds()["labelrule"]), tables.of(kinds()["settings"])
_RULES = Prepared(
    select(_rule)
    .where(_rule.c.base_time > 0, _rule.c.deleted.is_(False))
    .where(_rule.c.active.is_(True), _rule.c.stays.is_(False))
    .order_by(_rule.c.id)
)
_ZONE = Prepared(select(_settings.c.time_zone).where(_settings.c.id == SETTINGS_ID))
_labelling = tables.of(kinds()["labelling"])
_BY_HAND = Prepared(
    select(_labelling.c.label_id).where(
        _labelling.c.record_id == bindparam("of_id"),
        _labelling.c.on.is_(True),
        _labelling.c.deleted.is_(False),
    )
)
_LABELLED = Prepared(
    select(_labelling.c.record_kind, _labelling.c.record_id).where(
        _labelling.c.id == bindparam("of_id")
    )
)


class Rule(NamedTuple):
    """An active rule whose label comes and goes."""

    id: str
    label_id: str
    filter: Filter


class Rules(NamedTuple):
    """Those of one record type, and what they have to know of a record beyond its fields."""

    all: tuple[Rule, ...]
    labels: bool
    derived: frozenset[str]

    @property
    def around(self) -> bool:
        """Whether they ask for what is in other records than the one they are for."""
        return self.labels or bool(self.derived)


Key = tuple[str, str]
_NONE = Rules((), labels=False, derived=frozenset())


class Deriver:
    """Keeps the derived labels of one replica file; it remembers the rules between transactions."""

    def __init__(self) -> None:
        self._rules: dict[str, Rules] | None = None
        self._followed = False
        self._zone: tzinfo | None = None
        self._above: set[Key] = set()

    def note(self, connection: Connection, kind: str, record_id: str) -> None:
        """Something is about to be written: what it belongs to until now may lose a label."""
        if kind in _BELONGING and self._knows(connection):
            self._above |= _BELONGING[kind](connection, record_id)

    def settle(self, database: Database, touched: Mapping[str, Iterable[str]]) -> None:
        """Derive what a transaction has touched, as its last act."""
        connection = database.connection
        if any(touched.get(kind) for kind in _SHARED):
            self._read_anew()
            self._follow(connection)
        if not self._knows(connection):
            return
        found = self._affected(connection, touched)
        for key in found[:AT_ONCE]:
            self._derive(database, *key)
        later = found[AT_ONCE:]
        if later:
            _QUEUE.run_many(connection, [{"kind": kind, "id": i} for kind, i in later])
        self._above.clear()

    def some(self, database: Database) -> bool:
        """Bring what is to be derived a step forward; False when nothing is left."""
        if not self._followed:
            self._follow(database.connection)
            self._followed = True
        return self._queued(database) or self._swept(database)

    def forget(self) -> None:
        """A transaction was rolled back: its rules, and what it was about to write."""
        self._read_anew()
        self._above.clear()

    # --- the rules ---

    def _read_anew(self) -> None:
        self._rules = None
        self._followed = False

    def _knows(self, connection: Connection) -> bool:
        """Whether there is any rule."""
        return any(rules.all for rules in self._all(connection).values())

    def _all(self, connection: Connection) -> dict[str, Rules]:
        if self._rules is None:
            self._zone = _zone(connection)
            self._rules = _read_rules(connection)
        return self._rules

    def _follow(self, connection: Connection) -> None:
        """Where the rules are not those that a type was derived by, it is to be derived anew."""
        known = dict(connection.execute(select(_state.kind, _state.rules)).all())
        rules = self._all(connection)
        for kind in rules.keys() | known.keys():
            mark = _fingerprint(connection, rules.get(kind, _NONE), self._zone)
            if known.get(kind) != mark:
                _BEGIN.run(connection, {"kind": kind, "rules": mark})

    # --- which records ---

    def _affected(self, connection: Connection, touched: Mapping[str, Iterable[str]]) -> list[Key]:
        rules = self._all(connection)
        found = {(kind, i) for kind in rules.keys() & touched.keys() for i in touched[kind]}
        around = set(self._above)
        for kind, above in _BELONGING.items():
            for record_id in touched.get(kind, ()):
                around |= above(connection, record_id)
        return sorted(found | {key for key in around if rules.get(key[0], _NONE).around})

    def _queued(self, database: Database) -> bool:
        connection = database.connection
        some = _SOME.all(connection)
        for kind, record_id in some:
            self._derive(database, kind, record_id)
            _DONE.run(connection, {"of_kind": kind, "of_id": record_id})
        return bool(some)

    def _swept(self, database: Database) -> bool:
        """Derive some more records of a type whose rules have changed."""
        connection = database.connection
        row = _SWEPT.first(connection)
        if row is None:
            return False
        kind, after = row
        if kind not in kinds():
            _advance(connection, kind, after, done=True)
            return True
        table = tables.of(kinds()[kind])
        part = connection.execute(
            select(table.c.row, table.c.id)
            .where(table.c.row > after)
            .order_by(table.c.row)
            .limit(AT_ONCE)
        ).all()
        for _row, record_id in part:
            self._derive(database, kind, record_id)
        last = part[-1][0] if part else after
        _advance(connection, kind, last, done=len(part) < AT_ONCE)
        return True

    # --- one record ---

    def _derive(self, database: Database, kind: str, record_id: str) -> None:
        """Make a record's derived labels what the rules say; tell listeners if that is news."""
        connection, this = database.connection, {"of_kind": kind, "of_id": record_id}
        before = set(_HERE.all(connection, this))
        after = set(self._labels(connection, kind, record_id))
        if before == after:
            return
        _FORGET.run(connection, this)
        if after:
            names = ("label_id", "rule_id", "since", "until")
            found = [dict(zip(names, one, strict=True)) for one in sorted(after)]
            _ADD.run_many(
                connection, [{"kind": kind, "record_id": record_id} | one for one in found]
            )
        for label_id in {one[0] for one in before ^ after}:
            database.touch("labelling", labelling_id(label_id, record_id))

    def _labels(
        self, connection: Connection, name: str, record_id: str
    ) -> Iterator[tuple[str, str, int, int]]:
        rules = self._all(connection).get(name, _NONE)
        if not rules.all:
            return
        found = states.fields(connection, name, record_id)
        if found is None or found[1]["base_time"] <= 0:
            return
        here = self._zone or zone("UTC")
        known = _facts(connection, rules, rows.record(*found), here)
        for rule in rules.all:
            for spell in spells(kinds()[name], rule.filter, known, here):
                yield rule.label_id, rule.id, spell.since, spell.until


def count_left(connection: Connection) -> int:
    """How many records are still to be derived."""
    left = connection.execute(select(func.count()).select_from(tables.to_derive)).scalar_one()
    query = select(_state.kind, _state.after).where(_state.done.is_(False))
    for kind, after in connection.execute(query).all():
        if kind in kinds():
            table = tables.of(kinds()[kind])
            here = select(func.count()).select_from(table).where(table.c.row > after)
            left += connection.execute(here).scalar_one()
    return int(left)


def count_of(connection: Connection, rule_id: str, now_ms: int) -> int:
    """How many records have a label by a rule now, deleted ones included."""
    this = _label.rule_id == rule_id, _label.since <= now_ms, _label.until > now_ms
    return int(connection.execute(select(func.count()).where(*this)).scalar_one())


def only_by(connection: Connection, rule_id: str, now_ms: int) -> set[str]:
    """The ids of the records, deleted ones included, whose label this rule alone gives them now."""
    other = tables.derived_label.alias()
    query = select(_label.record_id).where(
        _label.rule_id == rule_id, _label.since <= now_ms, _label.until > now_ms,
        ~exists().where(
            other.c.record_id == _label.record_id, other.c.label_id == _label.label_id,
            other.c.rule_id != rule_id, other.c.since <= now_ms, other.c.until > now_ms,
        ),
    )  # fmt: skip
    return set(connection.execute(query).scalars())


def on(connection: Connection, ids: Iterable[str], now_ms: int) -> list[tuple[str, str, str]]:
    """(record id, label id, rule id) of what is on some records now."""
    query = select(_label.record_id, _label.label_id, _label.rule_id).where(
        _label.record_id.in_(tuple(ids)), _label.since <= now_ms, _label.until > now_ms
    )
    return [(row[0], row[1], row[2]) for row in connection.execute(query)]


def _read_rules(connection: Connection) -> dict[str, Rules]:
    kind = kinds()["labelrule"]
    by_kind: dict[str, list[Rule]] = {}
    for row in _RULES.mappings(connection):
        record: Any = rows.record(kind, row)
        if record.of in kinds() and usable(record.of, record.filter):
            by_kind.setdefault(record.of, []).append(
                Rule(record.id, record.label_id, record.filter)
            )
    return {name: _rules(kinds()[name], found) for name, found in by_kind.items()}


def circular(of: str, wanted: Filter) -> bool:
    """Who is overdue for a visit follows the cadences, which may ask for labels: it would go round.

    A task is late by its own day.
    """
    return of != "task" and any(part.field == OVERDUE for part in wanted.conditions)


def usable(of: str, wanted: Filter) -> bool:
    """Whether a rule can say anything: it asks for something, not only for words."""
    asks = msgspec.structs.replace(wanted, match="all", text="") != Filter()
    return asks and not circular(of, wanted)


def _rules(kind: Kind, found: list[Rule]) -> Rules:
    paths = {part.field for rule in found for part in rule.filter.conditions}
    labels = any(
        rule.filter.labels_any or rule.filter.labels_all or rule.filter.labels_none
        for rule in found
    )
    return Rules(tuple(found), labels, frozenset(filtering.derived(kind)) & paths)


def _fingerprint(connection: Connection, rules: Rules, here: tzinfo | None) -> bytes:
    declared = meta.read(connection, "declarations", bytes) if rules.all else b""
    told = (_EDITION, str(here) if rules.all else "", declared, rules.all)
    return blake2b(msgspec.msgpack.encode(told), digest_size=16).digest()


def _zone(connection: Connection) -> tzinfo:
    return zone(_ZONE.scalar(connection) or "UTC")


def _advance(connection: Connection, kind: str, after: int, *, done: bool) -> None:
    connection.execute(
        tables.deriving.update().where(_state.kind == kind).values(after=after, done=done)
    )


@cache
def _last(kind: str, name: str) -> Prepared:
    """When the last of something was that belongs to a record: as in lists."""
    return Prepared(filtering.latest_of(kind, bindparam("of_id"), filtering.LASTS[name]))


@cache
def _above(of: str) -> tuple[tuple[str, ...], Prepared]:
    """The types a record belongs to, and the statement that reads which ones."""
    table = tables.of(kinds()[of])
    by = {kind: column for kind, column in filtering.BY.items() if column in table.c}
    query = select(*[table.c[column] for column in by.values()])
    return tuple(by), Prepared(query.where(table.c.id == bindparam("of_id")))


def _parents(of: str, connection: Connection, record_id: str) -> set[Key]:
    above, statement = _above(of)
    row = statement.first(connection, {"of_id": record_id})
    return {(kind, i) for kind, i in zip(above, row or (), strict=False) if i}


def _labelled(connection: Connection, labelling: str) -> set[Key]:
    row = _LABELLED.first(connection, {"of_id": labelling})
    return set() if row is None else {(row[0], row[1])}


_BELONGING: dict[str, Callable[[Connection, str], set[Key]]] = {
    "activity": partial(_parents, "activity"),
    "salesorder": partial(_parents, "salesorder"),
    "labelling": _labelled,
}
"""What a record says something of: those are derived anew when it is written."""


def _by_hand(connection: Connection, record_id: str) -> frozenset[str]:
    return frozenset(label for (label,) in _BY_HAND.all(connection, {"of_id": record_id}))


def _facts(connection: Connection, rules: Rules, record: Record, here: tzinfo) -> Facts:
    """What the rules ask of a record: its fields, its labels, what is derived around it."""
    kind, fields = kind_of(record), conditions.plain(record)
    labels = _by_hand(connection, record.id) if rules.labels else frozenset()
    begins: dict[str, int | None] = {}
    for name in rules.derived:
        if name == OVERDUE:
            begins[name] = filtering.late_from(fields, here)
        else:
            fields[name] = _last(kind.name, name).scalar(connection, {"of_id": record.id})
    return Facts(fields, labels, begins)
