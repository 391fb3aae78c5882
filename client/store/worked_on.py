"""Which of the records that an act made are somebody's work by now, and so are not taken back.

That is a record in which another act has written since, whoever did, or beneath which something
hangs that the act did not put there: a call logged with an imported customer would go with it. What
stays holds the records that it is beneath, and keeps what the act has put on it. An activity is
what is told of it, soon after it is begun: only what others have written to one keeps it. What
comes by itself (a label by rule, that somebody follows a record) is nobody's work; that a label was
taken off, or a suggested one turned down, is.
"""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING, Any

from sqlalchemy import and_, or_, select

from client.store import history, states, tables
from client.store.prepared import IDS, Prepared
from sync_protocol.clock import Stamp
from sync_protocol.records import SUGGESTED, UNDONE, kinds
from sync_protocol.rules.scopes import parent_fields

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from sqlalchemy import ColumnElement, Connection, Table

    from client.store.history import Written
    from client.store.states import Key
    from sync_protocol.records import Kind

    Links = list[tuple[Key, Key, str]]
    """A record, one beneath it, and the field by which it is."""

AT_ONCE = 500
_TOLD, _LABELLING = "activity", "labelling"
_BY_THEMSELVES = frozenset({"follow", "notice"})
_ON, _OF = "record_id", "of"
_GO_WITH = frozenset({_ON, _OF})
"""What is linked so stays with what it is linked to."""
_USED_BY = {
    ("objecttype", "customobject"): ("type_id",),
    ("objecttype", "customfield"): (_OF,),
    ("label", _LABELLING): ("label_id",),
    ("pipeline", "deal"): ("pipeline_id",),
}
"""Definitions that are no parents and yet cannot go while something needs them."""
_UNDOES = Prepared(select(tables.changeset.c.time).where(tables.changeset.c.undoes))


def staying(connection: Connection, written: Iterable[Written]) -> set[Key]:
    """Of the records that an act made, by all that it wrote, those that stay as they are."""
    items = list(written)
    made = {(item.kind, item.id) for item in items if item.cell == history.CREATED}
    devices = {item.stamp.device for item in items}
    ours = {item.stamp for item in items}
    ours |= {Stamp(time, device) for time in _undone(connection) for device in devices}
    stays = {
        key
        for key in made
        if any(_is_work(key, stamp, ours, devices) for stamp in _stamps(connection, key))
    }
    put = {((item.kind, item.id), item.cell) for item in items}
    links = [
        (above, child, field)
        for above, child, field in _beneath(connection, made)
        if child in made or (child, field) not in put
    ]
    stays |= {above for above, child, _field in links if child not in made}
    return _with_company(stays, links)


def is_company(kind: str) -> bool:
    """Whether records of a kind are on another, as labels and files are, and go where it goes."""
    known = kinds().get(kind)
    return known is not None and known.parents[:1] == (_ON,)


def _is_work(key: Key, stamp: Stamp, ours: set[Stamp], devices: set[int]) -> bool:
    if stamp in ours:
        return False
    return key[0] != _TOLD or stamp.device not in devices


def _undone(connection: Connection) -> Iterable[int]:
    """When this device took something back: what that wrote is nobody's work either."""
    return [time for (time,) in _UNDOES.all(connection)]


def _stamps(connection: Connection, key: Key) -> Iterable[Stamp]:
    state = states.read(connection, *key)
    return () if state is None else (state.base, *state.stamps.values())


def _with_company(stays: set[Key], links: Links) -> set[Key]:
    """Until nothing is added: what one that stays is beneath, and what is on it."""
    while True:
        more = {above for above, child, _field in links if child in stays}
        more |= {child for above, child, field in links if above in stays and field in _GO_WITH}
        if more <= stays:
            return stays
        stays = stays | more


def _beneath(connection: Connection, made: set[Key]) -> Iterator[tuple[Key, Key, str]]:
    """Everything beneath some records that is not deleted, and the field by which it is."""
    for above in {kind for kind, _id in made} & kinds().keys():
        ids = sorted(record_id for kind, record_id in made if kind == above)
        for child in kinds().values():
            if child.name in _BY_THEMSELVES:
                continue
            for field in (*parent_fields(child, above), *_USED_BY.get((above, child.name), ())):
                for start in range(0, len(ids), AT_ONCE):
                    part = ids[start : start + AT_ONCE]
                    for parent_id, child_id in _children(connection, child, field, part):
                        yield (above, parent_id), (child.name, child_id), field


def _children(connection: Connection, child: Kind, field: str, ids: list[str]) -> list[Any]:
    return _naming(child, field).among(connection, ids)


@cache
def _naming(child: Kind, field: str) -> Prepared:
    table = tables.of(child)
    where: list[ColumnElement[bool]] = [table.c.deleted.is_(False)]
    if child.name == _LABELLING:
        where.append(_by_hand(table))
    return Prepared(select(table.c[field], table.c.id).where(*where, table.c[field].in_(IDS)))


def _by_hand(table: Table) -> ColumnElement[bool]:
    """Labellings that somebody decided on: no rule takes a label off that it has put on."""
    put = and_(table.c.on.is_(True), or_(table.c.origin == "", table.c.origin == SUGGESTED))
    return or_(put, and_(table.c.on.is_(False), table.c.origin != UNDONE))
