"""Whether a changeset may stand: the first thing wrong with it, or nothing.

What can be judged without the store is judged before anything is locked. An id out of the actor's
scopes is answered exactly like one that nobody ever made. The server itself has no actor: it may
do everything, but its changes must still be valid.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec

from sync_protocol.codec import check_depth
from sync_protocol.errors import Malformed
from sync_protocol.messages import Rejected
from sync_protocol.records import kinds, labelling_id
from sync_protocol.rules import cases, quotes, validity
from sync_protocol.rules.ancestry import MERGED, goes_round, going_up
from sync_protocol.rules.permissions import Action, Actor, may, may_read
from sync_protocol.rules.scopes import holds_every_territory, parents_of, territory_scope

if TYPE_CHECKING:
    from server.domain.drafts import Draft, Drafts
    from sync_protocol.changes import Change, Changeset

MAX_ID = 36
MAX_KIND = 40
ROUND = "This would put the record beneath itself, or merge it into itself."
GONE = "This record is no longer there, or no longer yours to see."


def invalid(changeset: Changeset) -> Rejected | None:
    """The first value that is not valid."""
    for change in changeset.changes:
        problem = _problem(change)
        if problem is not None:
            return Rejected(
                changeset.number, "invalid", problem.message, change.kind[:MAX_KIND],
                change.id[:MAX_ID], problem.field,
            )  # fmt: skip
    return None


def unseen(changeset: Changeset, drafts: Drafts, actor: Actor | None) -> Rejected | None:
    """The first change to a record that does not exist for this actor, or stays as it is.

    Judged before applying.
    """
    created = {(change.kind, change.id) for change in changeset.changes if change.create}
    for change in changeset.changes:
        draft = drafts.find((change.kind, change.id))
        known = draft is not None or (change.kind, change.id) in created
        if not known or not _visible(draft, actor):
            return Rejected(changeset.number, "gone", GONE, change.kind, change.id)
        problem = None if draft is None else quotes.fixed(change, draft.fields)
        if problem is not None:
            return Rejected(
                changeset.number, "invalid", problem.message, change.kind, change.id, problem.field
            )
    return None


def improper(changeset: Changeset, drafts: Drafts, actor: Actor | None) -> Rejected | None:
    """The first record that may not be as the applied changeset would leave it."""
    actor = actor and _seeing_what_is_made(actor, changeset)
    for change in changeset.changes:
        draft = drafts.find((change.kind, change.id))
        if draft is None:
            continue
        problem = validity.too_large(draft.state)
        if problem is not None:
            return Rejected(
                changeset.number, "invalid", problem.message, change.kind, change.id, problem.field
            )
        if draft.kind is None:
            continue
        code, message, field = (
            _mislabelled(draft)
            or _mixed(draft)
            or _orphaned(draft, drafts, actor)
            or _going_round(draft, drafts)
            or _forbidden(draft, actor)
        ) or ("", "", "")
        if code:
            return Rejected(changeset.number, code, message, change.kind, change.id, field)
    return None


def _problem(change: Change) -> validity.Problem | None:
    for name, value, longest in (("kind", change.kind, MAX_KIND), ("id", change.id, MAX_ID)):
        if not 0 < len(value) <= longest or not value.isprintable():
            return validity.Problem("", f"The record's {name} is not valid.")
    kind = kinds().get(change.kind)
    if kind is None:
        return _unknown_problem(change)
    return validity.check(kind, change) or cases.untrue(change)


def _unknown_problem(change: Change) -> validity.Problem | None:
    for cell, value in change.cells.items():
        problem = validity.check_name(cell)
        if problem is not None:
            return problem
        try:
            check_depth(bytes(value))
        except Malformed as error:
            return validity.Problem(cell, error.message)
    return None


def _seeing_what_is_made(actor: Actor, changeset: Changeset) -> Actor:
    """Who holds every territory may put records into one that is made with them."""
    made = {
        territory_scope(change.id)
        for change in changeset.changes
        if change.kind == "territory" and change.create
    }
    if not made or not holds_every_territory(actor.role):
        return actor
    return msgspec.structs.replace(actor, scopes=actor.scopes | made)


def _visible(draft: Draft | None, actor: Actor | None) -> bool:
    return draft is None or actor is None or may_read(actor, draft.was or "")


def _mislabelled(draft: Draft) -> tuple[str, str, str] | None:
    if draft.state.kind != "labelling":
        return None
    derived = labelling_id(draft.fields["label_id"], draft.fields["record_id"])
    if draft.state.id == derived:
        return None
    return "invalid", "This labelling's id is not the one of its label and record.", "label_id"


def _mixed(draft: Draft) -> tuple[str, str, str] | None:
    if draft.before is None:
        return None
    problem = quotes.mixed(draft.state.kind, draft.state.cells, draft.won)
    return None if problem is None else ("invalid", problem.message, problem.field)


def _orphaned(draft: Draft, drafts: Drafts, actor: Actor | None) -> tuple[str, str, str] | None:
    assert draft.kind is not None  # noqa: S101  (improper leaves out unknown kinds)
    named = [name for name in draft.kind.parents if draft.fields.get(name)]
    keys = parents_of(draft.kind, draft.fields)
    if draft.fields.get(MERGED):
        named, keys = [*named, MERGED], [*keys, (draft.kind.name, draft.fields[MERGED])]
    for name, key in zip(named, keys, strict=True):
        if name not in draft.won:
            continue
        parent = drafts.find(key)
        if parent is None or (actor is not None and not may_read(actor, parent.scope)):
            heading = validity.heading(name)
            return "gone", f"{heading} is no longer there, or no longer yours to see.", name
    return None


def _going_round(draft: Draft, drafts: Drafts) -> tuple[str, str, str] | None:
    assert draft.kind is not None  # noqa: S101  (improper leaves out unknown kinds)
    moved = [name for name in (*going_up(draft.kind), *draft.kind.parents) if name in draft.won]
    if moved and goes_round(draft.key, draft.kind, draft.fields, drafts.fields):
        return "cycle", ROUND, moved[0]
    return None


def _forbidden(draft: Draft, actor: Actor | None) -> tuple[str, str, str] | None:
    if actor is None or draft.kind is None:
        return None
    action: Action = "create" if draft.was is None else "update"
    scopes = {draft.scope} if draft.was is None else {draft.was, draft.scope}
    owner = _owner(draft)
    if all(may(actor, action, draft.kind, scope, owner) for scope in scopes):
        return None
    return "forbidden", _why_not(draft, action), ""


def _owner(draft: Draft) -> str:
    """Whose the record was before this changeset, which may hand it on."""
    cell = None if draft.before is None else draft.before.cells.get("owner_id")
    return "" if cell is None else str(msgspec.msgpack.decode(cell))


def _why_not(draft: Draft, action: Action) -> str:
    if draft.kind is not None and draft.kind.shared:
        return f"Your role may not {action} a {draft.state.kind}."
    return "This would put the record where you cannot see it."
