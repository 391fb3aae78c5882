"""Edits of a record that was merged, from those who did not know: they reach the one that goes on.

The merged record keeps what is written to it, and each cell that won there is written to the
survivor as well, with the time its author gave it: the last writer wins there as anywhere, and
whoever loses is told, since nobody who wrote to the one record had the other's value before them.
What came before the merge, unseen by whoever merged, is carried when that comes. Where the survivor
never had a value, or only one carried over from the merged record, the edit lands however long
before the merge it was made.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from msgspec import Raw

from server.domain import merging
from server.domain.access import SERVER_DEVICE
from server.domain.server_writes import FollowUp
from server.store import log
from sync_protocol import clock, ids
from sync_protocol.changes import DELETED, NIL, Change
from sync_protocol.clock import Stamp
from sync_protocol.records.describe import ENTRY
from sync_protocol.rules.ancestry import MERGED

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from server.domain.access import Session
    from server.domain.drafts import Draft, Drafts
    from server.store.records import Key
    from server.store.unit import Unit
    from sync_protocol.changes import Changeset, RawCells
    from sync_protocol.rules.permissions import Actor

_OWN = frozenset((MERGED, DELETED, "owner_id"))
"""Cells that say something of the merged record alone; so do those that say where it belongs."""


class _Said(NamedTuple):
    """A cell of a merged record: what stands there, by whom, and what it had said before."""

    cell: str
    value: bytes
    stamp: Stamp
    author: str
    before: bytes


class _Edit(NamedTuple):
    """A cell of a survivor, at a stamp time; `lands` if nobody's own value stands there."""

    target: Draft
    cell: str
    value: bytes
    time: int
    author: str
    lands: bool


def late_edits(
    unit: Unit,
    session: Session,
    changeset: Changeset,
    touched: dict[Key, Draft],
    drafts: Drafts,
    *,
    actor: Actor | None,
    sees: Callable[[str, str], bool],
    seen: int,
) -> Iterator[FollowUp]:
    """`actor` has written the changeset: nothing is carried where they may not write themselves.

    Nor is anything of others where these may not see it, as `sees(user, scope)` says.
    """
    edits: list[_Edit] = []
    for change in changeset.changes:
        draft = touched[change.kind, change.id]
        target = merging.going_on(draft, drafts, actor)
        if target is None:
            continue
        if draft.fields[MERGED] == merging.merged_before(draft):
            said = _of_changeset(change, changeset.stamp, session, draft)
        else:
            found = _unseen(unit, changeset, draft)
            said = (one for one in found if sees(one.author, target.scope))
        edits += _edits(said, draft, target, drafts)
    together: dict[tuple[int, str, bool], list[_Edit]] = {}
    for edit in edits:
        together.setdefault((edit.time, edit.author, edit.lands), []).append(edit)
    for (time, author, lands), some in together.items():
        yield FollowUp(_changes(some), time, author, seen, lands)


def _of_changeset(change: Change, stamp: Stamp, session: Session, draft: Draft) -> Iterator[_Said]:
    """What has just been written to a record that was merged before, and stands there.

    A create of what is there already says only what differs.
    """
    held = {} if draft.before is None else draft.before.cells
    for cell, value in change.cells.items():
        stands, before = (bytes(cells.get(cell, b"")) for cells in (draft.state.cells, held))
        if cell in draft.won and not (change.create and stands == before):
            yield _Said(cell, stands or bytes(value), stamp, session.user, before)


def _unseen(unit: Unit, changeset: Changeset, draft: Draft) -> Iterator[_Said]:
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
            value = bytes(draft.state.cells[cell])
            yield _Said(cell, value, stamp, author, known.get(cell, b""))


def _edits(said: Iterable[_Said], draft: Draft, target: Draft, drafts: Drafts) -> Iterator[_Edit]:
    there: RawCells = dict(target.state.cells)
    copied = _copied(draft, drafts)
    for cell, value, stamp, author, before in said:
        to = _cell(cell, value, before, draft, there) if _is_carried(cell, draft) else ""
        if not to:
            continue
        stands, standing = target.state.stamp_of(to), target.state.cells.get(to)
        late = stands >= Stamp(stamp.time, SERVER_DEVICE)
        if standing is not None and bytes(standing) == value and late:
            continue
        there[to] = Raw(value)
        is_carried = stands in copied or stands.device == SERVER_DEVICE
        lands = standing is None or (is_carried and bytes(standing) == before)
        time = clock.restamp(stands.time) if lands and late else stamp.time
        yield _Edit(target, to, value, time, author, lands)


def _is_carried(cell: str, draft: Draft) -> bool:
    return (
        draft.kind is not None
        and cell not in _OWN
        and cell not in draft.kind.parents
        and cell not in draft.kind.trees
    )


def _cell(cell: str, value: bytes, before: bytes, draft: Draft, there: RawCells) -> str:
    """The survivor's cell for one of the merged record; empty if it has none.

    An entry's id says nothing on another record unless it says what the entry is about: what it
    held there is looked for among the survivor's entries, as a merge had copied or found them.
    What only a newer version knows is none of its own there, unless it says the same.
    """
    field = None if draft.kind is None else draft.kind.field_of(cell)
    if field is None:
        return cell if ENTRY not in cell or bytes(there.get(cell, before)) == before else ""
    if field.entry is None or field.keyed:
        return cell
    name, _, entry = cell.partition(ENTRY)
    theirs = {at: bytes(held) for at, held in there.items() if at.startswith(name + ENTRY)}
    if before not in (b"", NIL) and (twins := [at for at in theirs if theirs[at] == before]):
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
        found.setdefault(edit.target.key, {})[edit.cell] = Raw(edit.value)
    return tuple(Change(*key, cells) for key, cells in found.items())
