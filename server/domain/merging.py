"""Merged records: what still comes for one goes to the record that lives on in its place.

The merged record itself keeps all it has, and what is still written to it, so that the merge can be
undone. A late edit is written to the survivor as well, cell by cell, unless that was written later;
what hangs beneath the merged record moves beneath the survivor, and back if the merge is undone.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from msgspec import Raw

from server.domain.access import SERVER_DEVICE
from server.store import log, records
from sync_protocol.changes import DELETED, Change
from sync_protocol.records import Labelling, kind_of, labelling_id
from sync_protocol.records.cells import of_new, raw
from sync_protocol.rules.ancestry import MERGED, survivor
from sync_protocol.rules.permissions import may
from sync_protocol.rules.scopes import parent_fields, parents_of

if TYPE_CHECKING:
    from collections.abc import Iterator

    from server.domain.drafts import Draft, Drafts
    from server.store.records import Key
    from server.store.unit import Unit
    from sync_protocol.changes import Changeset
    from sync_protocol.rules.permissions import Actor

_OWN = frozenset((MERGED, DELETED, "owner_id"))
"""Cells that say something of the merged record alone."""


def carried_over(
    unit: Unit,
    changeset: Changeset,
    touched: dict[Key, Draft],
    drafts: Drafts,
    *,
    actor: Actor | None,
) -> Iterator[Change]:
    """`actor` has written the changeset: nothing is carried where they may not write themselves."""
    for change in changeset.changes:
        draft = touched[change.kind, change.id]
        if draft.kind is None:
            continue
        if MERGED in draft.kind.fields:
            yield from _of_merged(unit, draft, drafts, actor)
            yield from _edit(change, changeset, draft, drafts, actor)
        yield from _beneath_merged(draft, drafts)


def _of_merged(unit: Unit, draft: Draft, drafts: Drafts, actor: Actor | None) -> Iterator[Change]:
    """A record has just been merged, or a merge undone: what hangs beneath it goes along."""
    if MERGED not in draft.won:
        return
    before = "" if draft.before is None else _merged_before(draft)
    if draft.fields[MERGED]:
        beneath = records.beneath(unit.connection, unit.workspace, draft.key[0], [draft.key[1]])
        drafts.load(beneath)
        for key in beneath:
            if (child := drafts.find(key)) is not None:
                yield from _beneath_merged(child, drafts)
    elif before:
        going_on = drafts.find((draft.key[0], before))
        if going_on is not None and _may_write(actor, going_on):
            yield from _moved_back(unit, draft.key, before, drafts)


def _edit(
    change: Change, changeset: Changeset, draft: Draft, drafts: Drafts, actor: Actor | None
) -> Iterator[Change]:
    """A late edit of a merged record, for the one that goes on."""
    target = drafts.find((draft.key[0], survivor(draft.key[0], draft.fields, drafts.fields)))
    if target is None or draft.kind is None or change.create or draft.before is None:
        return
    if not _merged_before(draft) or not _may_write(actor, target):
        return
    cells = {
        cell: value
        for cell, value in change.cells.items()
        if cell not in _OWN
        and cell not in draft.kind.parents
        and cell in draft.won
        and target.state.stamp_of(cell) < changeset.stamp
        and bytes(target.state.cells.get(cell, Raw(b""))) != bytes(value)
    }
    if cells:
        yield Change(*target.key, cells)


def _beneath_merged(child: Draft, drafts: Drafts) -> Iterator[Change]:
    """What hangs beneath a merged record belongs beneath the one that goes on."""
    if child.kind is None:
        return
    if child.kind is kind_of(Labelling):
        yield from _labelling(child, drafts)
        return
    named = (name for name in child.kind.parents if child.fields.get(name))
    for field, key in zip(named, parents_of(child.kind, child.fields), strict=True):
        above = drafts.find(key)
        if above is not None and (to := survivor(key[0], above.fields, drafts.fields)):
            yield Change(*child.key, {field: raw(to)})


def _labelling(child: Draft, drafts: Drafts) -> Iterator[Change]:
    """A labelling's id names its record, so the survivor gets one of its own."""
    fields = child.fields
    above = drafts.find((fields["record_kind"], fields["record_id"]))
    if above is None or above.kind is None or MERGED not in above.kind.fields or not fields["on"]:
        return
    to = survivor(above.key[0], above.fields, drafts.fields)
    if not to:
        return
    label = fields["label_id"]
    theirs = Labelling(
        id=labelling_id(label, to), label_id=label, record_kind=above.key[0], record_id=to
    )
    if drafts.find((child.key[0], theirs.id)) is None:
        yield Change(child.key[0], theirs.id, of_new(theirs), create=True)


def _moved_back(unit: Unit, key: Key, merged_into: str, drafts: Drafts) -> Iterator[Change]:
    """A merge was undone: what the server itself had moved goes back."""
    beneath = records.beneath(unit.connection, unit.workspace, key[0], [merged_into])
    drafts.load(beneath)
    for child_key in beneath:
        child = drafts.find(child_key)
        if child is None or child.kind is None or child.kind is kind_of(Labelling):
            continue
        for field in parent_fields(child.kind, key[0]):
            moved_here = child.state.stamp_of(field).device == SERVER_DEVICE
            if moved_here and child.fields.get(field) == merged_into:
                earlier = log.values(unit.connection, unit.workspace, child_key, field)
                if bytes(raw(key[1])) in earlier:
                    yield Change(*child_key, {field: raw(key[1])})


def _may_write(actor: Actor | None, draft: Draft) -> bool:
    if actor is None or draft.kind is None:
        return actor is None
    return may(actor, "update", draft.kind, draft.scope)


def _merged_before(draft: Draft) -> str:
    """What the record was merged into before this changeset."""
    if draft.before is None or draft.kind is None:
        return ""
    value = draft.before.cells.get(MERGED)
    return "" if value is None else str(draft.kind.fields[MERGED].decoder.decode(value))
