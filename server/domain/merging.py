"""Merged records: what hangs beneath one belongs beneath the record that lives on in its place.

It moves there, also what comes late, and back if the merge is undone. The merged record itself
keeps all it has, so that it can be.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from server.domain.access import SERVER_DEVICE, carried_over
from server.store import log, records
from sync_protocol import clock
from sync_protocol.changes import Change
from sync_protocol.records import Follow, Labelling, follow_id, labelling_id
from sync_protocol.records.cells import of_new, raw
from sync_protocol.rules.ancestry import MERGED, survivor
from sync_protocol.rules.permissions import may
from sync_protocol.rules.scopes import parent_fields, parents_of

if TYPE_CHECKING:
    from collections.abc import Iterator

    from server.domain.drafts import Draft, Drafts
    from server.store.records import Key
    from server.store.unit import Unit
    from sync_protocol.records import Record
    from sync_protocol.rules.permissions import Actor

_NAMED_AFTER = (Labelling, Follow)
"""Types whose ids are derived from the record they are beneath."""


def moved(
    unit: Unit, touched: dict[Key, Draft], drafts: Drafts, actor: Actor | None
) -> Iterator[Change]:
    """`actor` has written what was touched: nothing goes where they may not write."""
    for draft in touched.values():
        if draft.kind is None:
            continue
        if MERGED in draft.kind.fields:
            yield from _of_merged(unit, draft, drafts, actor)
        yield from _beneath_merged(draft, drafts, actor)


def going_on(draft: Draft, drafts: Drafts, actor: Actor | None) -> Draft | None:
    """The record that goes on for one that was merged, where the actor may write to it."""
    to = survivor(draft.key[0], draft.fields, drafts.fields)
    found = drafts.find((draft.key[0], to)) if to else None
    return found if found is not None and may_write(actor, found) else None


def standing(key: Key, drafts: Drafts, actor: Actor | None) -> Draft | None:
    """A record, or the one that goes on in its place for what this actor writes."""
    draft = drafts.find(key)
    return draft and (going_on(draft, drafts, actor) or draft)


def time_of(move: Change, drafts: Drafts) -> int:
    """A stamp time just after what a move replaces: what a person writes later stands.

    0, the next one, for what is new.
    """
    draft = None if move.create else drafts.find((move.kind, move.id))
    if draft is None:
        return 0
    return clock.restamp(max(draft.state.stamp_of(cell).time for cell in move.cells))


def may_write(actor: Actor | None, draft: Draft) -> bool:
    """Whether the actor may write to a record; the server itself is none, and may."""
    if actor is None or draft.kind is None:
        return actor is None
    return may(actor, "update", draft.kind, draft.scope)


def merged_before(draft: Draft) -> str:
    """What the record was merged into before this changeset."""
    if draft.before is None or draft.kind is None or MERGED not in draft.kind.fields:
        return ""
    value = draft.before.cells.get(MERGED)
    return "" if value is None else str(draft.kind.fields[MERGED].decoder.decode(value))


def _of_merged(unit: Unit, draft: Draft, drafts: Drafts, actor: Actor | None) -> Iterator[Change]:
    """A record has just been merged, or a merge undone: what hangs beneath it goes along."""
    before = merged_before(draft)
    if draft.fields[MERGED] == before:
        return
    if before:
        yield from _moved_on(unit, (draft.key[0], before), drafts, actor)
    if draft.fields[MERGED]:
        beneath = records.beneath(unit.connection, unit.workspace, draft.key[0], [draft.key[1]])
        drafts.load(beneath)
        for key in beneath:
            if (child := drafts.find(key)) is not None:
                yield from _beneath_merged(child, drafts, actor)


def _beneath_merged(child: Draft, drafts: Drafts, actor: Actor | None) -> Iterator[Change]:
    """What hangs beneath a merged record belongs beneath the one that goes on."""
    if child.kind is None:
        return
    if child.kind.struct in _NAMED_AFTER:
        yield from _named_after(child, drafts, actor)
        return
    named = (name for name in child.kind.parents if child.fields.get(name))
    for field, key in zip(named, parents_of(child.kind, child.fields), strict=True):
        above = standing(key, drafts, actor)
        if above is not None and above.key != key:
            yield Change(*child.key, {field: raw(above.key[1])})


def _named_after(child: Draft, drafts: Drafts, actor: Actor | None) -> Iterator[Change]:
    """The id of a labelling or a follow names its record, so the survivor gets one of its own."""
    fields = child.fields
    key = fields["record_kind"], fields["record_id"]
    above = standing(key, drafts, actor)
    if above is None or above.key == key or not fields["on"]:
        return
    theirs = _another(fields, above.key[1])
    if drafts.find((child.key[0], theirs.id)) is None:
        yield Change(child.key[0], theirs.id, of_new(theirs), create=True)


def _another(fields: dict[str, Any], record_id: str) -> Record:
    kind = fields["record_kind"]
    if "label_id" in fields:
        label = fields["label_id"]
        own = labelling_id(label, record_id)
        return Labelling(id=own, label_id=label, record_kind=kind, record_id=record_id)
    user = fields["user_id"]
    own = follow_id(user, record_id)
    return Follow(id=own, record_kind=kind, record_id=record_id, user_id=user)


def _moved_on(
    unit: Unit, merged_into: Key, drafts: Drafts, actor: Actor | None
) -> Iterator[Change]:
    """A merge is undone, or another takes its place: what the server itself had moved goes along.

    It goes to where that is now from where a person had put it, or as near to that as the actor may
    write.
    """
    former = standing(merged_into, drafts, actor)
    if former is None or not may_write(actor, former):
        return
    kind, record_id = former.key
    beneath = records.beneath(unit.connection, unit.workspace, kind, [record_id])
    drafts.load(beneath)
    for child_key in beneath:
        child = drafts.find(child_key)
        if child is None or child.kind is None or child.kind.struct in _NAMED_AFTER:
            continue
        for field in parent_fields(child.kind, kind):
            if child.fields.get(field) != record_id or not carried_over(child.state, field):
                continue
            decode = child.kind.fields[field].decoder.decode
            way = map(decode, _way(unit, child_key, field))
            places = (standing((kind, at), drafts, actor) for at in way)
            to = next((at for at in places if at is not None and may_write(actor, at)), former)
            if to.key != former.key:
                yield Change(*child_key, {field: raw(to.key[1])})


def _way(unit: Unit, key: Key, field: str) -> list[bytes]:
    """Where a person had put a record, and then the server, as far as history goes back."""
    way = list[bytes]()
    for device, value in log.values(unit.connection, unit.workspace, key, field):
        way.append(value)
        if device != SERVER_DEVICE:
            break
    return way[::-1]
