"""What was said of a record that was merged, and the one that goes on has not heard.

It is as old as its author made it, though the server may have dated it later where it was carried
from another merged record.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from server.domain.access import carried_over
from server.store import log, records
from sync_protocol.changes import NIL
from sync_protocol.clock import Stamp
from sync_protocol.rules.ancestry import MERGED
from sync_protocol.rules.scopes import MAX_ANCESTORS

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from server.domain.access import Session
    from server.domain.drafts import Draft, Drafts
    from server.store.records import Key
    from server.store.unit import Unit
    from sync_protocol.changes import Change, Changeset


class Said(NamedTuple):
    """A cell of a merged record: what stands there, by whom, and what it had said before.

    `copied` is what a merge only filled in.
    """

    cell: str
    value: bytes
    stamp: Stamp
    author: str
    before: bytes
    copied: bool = False


def of_changeset(
    unit: Unit, change: Change, session: Session, touched: dict[Key, Draft], drafts: Drafts
) -> Iterator[Said]:
    """What has just been written to a record that was merged before, and stands there.

    A create of what is there already says only what differs.
    """
    draft = touched[change.kind, change.id]
    joined = [one for one in touched.values() if _was_merged_into(one, draft)]
    held = {} if draft.before is None else draft.before.cells
    for cell, value in change.cells.items():
        stands, before = (bytes(cells.get(cell, b"")) for cells in (draft.state.cells, held))
        if cell in draft.won and not (change.create and stands == before):
            stands = stands or bytes(value)
            copied = _is_copied(draft, cell, stands, before, joined)
            stamp = age(unit, draft, cell, drafts)
            yield Said(cell, stands, stamp, session.user, before, copied)


def unseen(unit: Unit, changeset: Changeset, draft: Draft, drafts: Drafts) -> Iterator[Said]:
    """What stands in a record that was merged just now, unseen by whoever merged it.

    What was let go while it stood may have come at any time before the horizon.
    """
    base, known = draft.state.base, dict[str, bytes]()
    forgotten = draft.state.stamps if changeset.seen < unit.head.oldest else {}
    users = unit.users(stamp.device for stamp in forgotten.values())
    standing = {cell: (stamp, users[stamp.device]) for cell, stamp in forgotten.items()}
    for row in log.history_of(unit.connection, unit.workspace, draft.key):
        stamp = Stamp(row.time, row.device_id)
        if row.sequence <= changeset.seen or stamp == base or stamp.device == changeset.device:
            known.setdefault(row.cell, bytes(row.value))
            if stamp == draft.state.stamp_of(row.cell):
                standing.pop(row.cell, None)
        elif stamp == draft.state.stamp_of(row.cell):
            standing[row.cell] = stamp, row.user_id
    for cell, (stamp, author) in standing.items():
        if stamp.device != changeset.device:
            value, before = bytes(draft.state.cells[cell]), known.get(cell, b"")
            yield Said(cell, value, age(unit, draft, cell, drafts), author, before)


def age(unit: Unit, draft: Draft, cell: str, drafts: Drafts) -> Stamp:
    """When the value of a cell was written by its author, be it to what was merged into this.

    The newest of those who wrote the same; what lies too many merges back is as old as its copy.
    """
    found, wave, value = set[Stamp](), [draft], _packed(draft, cell)
    for _ in range(MAX_ANCESTORS):
        copies = {one.key[1]: one for one in wave if carried_over(one.state, cell)}
        found |= {one.state.stamp_of(cell) for one in wave if one.key[1] not in copies}
        merged = _merged_into(unit, draft.key[0], copies, drafts)
        wave = [one for one in merged if _packed(one, cell) == value]
        known = {one.fields[MERGED] for one in wave}
        found |= {copies[key].state.stamp_of(cell) for key in copies.keys() - known}
        if not wave:
            break
    return max(found, default=draft.state.stamp_of(cell))


def _merged_into(unit: Unit, kind: str, ids: Iterable[str], drafts: Drafts) -> Iterator[Draft]:
    named = records.naming(unit.connection, unit.workspace, kind, MERGED, list(ids))
    keys = [(kind, record_id) for _into, record_id in named]
    drafts.load(keys)
    return filter(None, map(drafts.find, keys))


def _packed(draft: Draft, cell: str) -> bytes:
    return bytes(draft.state.cells.get(cell, b""))


def _was_merged_into(one: Draft, draft: Draft) -> bool:
    return MERGED in one.won and (one.key[0], one.fields.get(MERGED)) == draft.key


def _is_copied(
    draft: Draft, cell: str, value: bytes, before: bytes, joined: Iterable[Draft]
) -> bool:
    """Whether a merge filled in what a record lacked, with what another says."""
    field = None if draft.kind is None else draft.kind.field_of(cell)
    empty = b"", NIL, b"" if field is None or field.entry is not None else field.default_cell
    return before in empty and any(bytes(one.state.cells.get(cell, b"")) == value for one in joined)
