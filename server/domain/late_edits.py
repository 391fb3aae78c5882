"""Edits of a record that was merged, from those who did not know: they reach the one that goes on.

The merged record keeps what is written to it, and each cell that won there is written to the
survivor as well, with the time its author gave it: the last writer wins there as anywhere, and
whoever loses is told. Where the survivor never had a value, or only the one that the merge had
copied from the merged record, the edit lands however long before the merge it was made.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from msgspec import Raw

from server.domain import merging
from server.domain.server_writes import FollowUp
from sync_protocol import clock, ids
from sync_protocol.changes import DELETED, NIL, Change
from sync_protocol.records.describe import ENTRY
from sync_protocol.rules.ancestry import MERGED, survivor

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from server.domain.drafts import Draft, Drafts
    from server.store.records import Key
    from sync_protocol.changes import Changeset, RawCells
    from sync_protocol.clock import Stamp
    from sync_protocol.rules.permissions import Actor

_OWN = frozenset((MERGED, DELETED, "owner_id"))
"""Cells that say something of the merged record alone; so do those that say where it belongs."""


class _Edit(NamedTuple):
    """A cell of a survivor; `lands` if nobody's own value stands there."""

    target: Draft
    cell: str
    value: Raw
    lands: bool


def late_edits(
    changeset: Changeset, touched: dict[Key, Draft], drafts: Drafts, actor: Actor | None
) -> Iterator[FollowUp]:
    """`actor` has written the changeset: nothing is carried where they may not write themselves."""
    edits: list[_Edit] = []
    for change in changeset.changes:
        draft = touched[change.kind, change.id]
        target = _survivor(change, draft, drafts)
        if target is not None and merging.may_write(actor, target):
            edits += _edits(change, changeset.stamp, draft, target, drafts)
    if judged := [edit for edit in edits if not edit.lands]:
        yield FollowUp(_changes(judged), changeset.time, changeset.seen)
    if landing := [edit for edit in edits if edit.lands]:
        latest = max(edit.target.state.stamp_of(edit.cell) for edit in landing)
        time = changeset.time if latest < changeset.stamp else clock.restamp(latest.time)
        yield FollowUp(_changes(landing), time)


def _survivor(change: Change, draft: Draft, drafts: Drafts) -> Draft | None:
    """The record that goes on for one that was merged before this update of it."""
    if change.create or not merging.merged_before(draft):
        return None
    kind, _id = draft.key
    return drafts.find((kind, survivor(kind, draft.fields, drafts.fields)))


def _edits(
    change: Change, stamp: Stamp, draft: Draft, target: Draft, drafts: Drafts
) -> Iterator[_Edit]:
    there: RawCells = dict(target.state.cells)
    copied = _copied(draft, drafts)
    for cell, value in change.cells.items():
        if cell not in draft.won or not _is_carried(cell, draft):
            continue
        held_here = _held(draft, cell)
        to = _cell(cell, bytes(value), held_here, draft, there)
        if not to:
            continue
        stands, standing = target.state.stamp_of(to), target.state.cells.get(to)
        if standing is not None and bytes(standing) == bytes(value) and stands >= stamp:
            continue
        there[to] = value
        lands = standing is None or (stands in copied and bytes(standing) == held_here)
        yield _Edit(target, to, value, lands)


def _held(draft: Draft, cell: str) -> bytes:
    """What the merged record said there before; empty if nothing."""
    return b"" if draft.before is None else bytes(draft.before.cells.get(cell, b""))


def _is_carried(cell: str, draft: Draft) -> bool:
    return (
        draft.kind is not None
        and cell not in _OWN
        and cell not in draft.kind.parents
        and cell not in draft.kind.trees
    )


def _cell(cell: str, value: bytes, held_here: bytes, draft: Draft, there: RawCells) -> str:
    """The survivor's cell for one of the merged record; empty if it has none.

    An entry's id says nothing on another record unless it says what the entry is about: what it
    held there is looked for among the survivor's entries, as a merge had copied or found them.
    """
    field = None if draft.kind is None else draft.kind.field_of(cell)
    if field is None or field.entry is None or field.keyed:
        return cell
    name, _, entry = cell.partition(ENTRY)
    theirs = {at: bytes(held) for at, held in there.items() if at.startswith(name + ENTRY)}
    if held_here not in (b"", NIL) and (twins := [at for at in theirs if theirs[at] == held_here]):
        return min(twins)
    if value == NIL or value in theirs.values():
        return ""
    return name + ENTRY + ids.derived(*draft.key, entry)


def _copied(draft: Draft, drafts: Drafts) -> set[Stamp]:
    """When this record was merged, and what it was merged into, and so on: what was copied then."""
    found: set[Stamp] = set()
    at: Draft | None = draft
    while at is not None and at.fields.get(MERGED) and at.state.stamp_of(MERGED) not in found:
        found.add(at.state.stamp_of(MERGED))
        at = drafts.find((at.key[0], at.fields[MERGED]))
    return found


def _changes(edits: Iterable[_Edit]) -> tuple[Change, ...]:
    """One change to each survivor."""
    found: dict[Key, RawCells] = {}
    for edit in edits:
        found.setdefault(edit.target.key, {})[edit.cell] = edit.value
    return tuple(Change(*key, cells) for key, cells in found.items())
