"""What the changesets of a push will ask for, read at once before the first of them is taken.

Each would find it by itself, one statement at a time: the records it is about and what they hang
beneath, who follows these, who had written the values it overwrites and was told so. Nothing
depends on this but the number of statements: one edit is to take as many as five hundred.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec

from server.domain import telling
from server.domain.access import SERVER_DEVICE
from server.store.log import CREATED, cell_at
from sync_protocol.records import kinds
from sync_protocol.rules.scopes import MAX_ANCESTORS, parents_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from server.domain.access import Session
    from server.store.log import CellAt
    from server.store.records import Key
    from server.store.unit import Unit
    from sync_protocol.changes import Change


def expect(unit: Unit, session: Session, changes: Sequence[Change]) -> None:
    """`changes` are valid, down to their ids."""
    keys = dict.fromkeys((change.kind, change.id) for change in changes)
    unit.load(keys)
    above = _load_above(unit, changes)
    unit.naming("follow", "record_id", [record_id for _kind, record_id in (*keys, *above)])
    accepted = unit.accepted_at(_of_others(unit, session, changes))
    unit.load(
        ("notice", telling.overwritten_id((at.kind, at.record_id), user, at.time, at.cell))
        for at, (_sequence, user) in accepted.items()
    )


def _load_above(unit: Unit, changes: Sequence[Change]) -> dict[Key, None]:
    """What these records hang beneath, or are put beneath, wave after wave up to the roots."""
    found: dict[Key, None] = {}
    wave = dict.fromkeys(
        [
            key
            for change in changes
            for key in (*_named(change), *_above(unit, change.kind, change.id))
        ]
    )
    for _ in range(MAX_ANCESTORS):
        wave = dict.fromkeys(key for key in wave if key[0] in kinds() and key not in found)
        if not wave:
            break
        found |= wave
        unit.load(wave)
        wave = dict.fromkeys(above for key in wave for above in _above(unit, *key))
    return found


def _above(unit: Unit, kind: str, record_id: str) -> list[Key]:
    stored = unit.stored((kind, record_id))
    return [] if stored is None or kind not in kinds() else parents_of(kinds()[kind], stored.fields)


def _named(change: Change) -> list[Key]:
    """The parents that a change itself names."""
    kind = kinds().get(change.kind)
    if kind is None:
        return []
    names = {*kind.parents, "record_kind"} & change.cells.keys()
    return parents_of(kind, {name: msgspec.msgpack.decode(change.cells[name]) for name in names})


def _of_others(unit: Unit, session: Session, changes: Iterable[Change]) -> list[CellAt]:
    """Values that a change overwrites and that may be somebody else's."""
    found = list(_overwritten(unit, changes))
    users = unit.users({at.device_id for at in found} - {SERVER_DEVICE})
    return [at for at in found if users.get(at.device_id) != session.user]


def _overwritten(unit: Unit, changes: Iterable[Change]) -> Iterator[CellAt]:
    for change in changes:
        stored = unit.stored((change.kind, change.id))
        if stored is None:
            continue
        base = stored.state.base
        yield cell_at(change.kind, change.id, CREATED, base)
        for cell in change.cells:
            stamp = stored.state.stamp_of(cell)
            if stamp != base or stamp.device == SERVER_DEVICE:
                yield cell_at(change.kind, change.id, cell, stamp)
