"""Notices of what colleagues do: they mention one, give one something, write to what one follows.

Each is told once, for an act at the most one notice about a record to a person, whose reason is
the strongest: assigned, mentioned, followed. Nobody is told of what they did themselves, nor of
what they may not see. A notice's id is derived from the act, so one act in many changesets (a book
handed over, a note saved again and again) tells once.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

import msgspec

from server.domain import merging, telling
from sync_protocol.changes import DELETED
from sync_protocol.records import Notice, notice_id
from sync_protocol.records.describe import ENTRY
from sync_protocol.rules.scopes import parents_of

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from server.domain.access import Session
    from server.domain.drafts import Draft, Drafts
    from server.store.records import Key
    from server.store.unit import Unit
    from sync_protocol.changes import Change, Changeset
    from sync_protocol.records.notices import Reason
    from sync_protocol.rules.permissions import Actor

ASSIGNING = {
    "task": "assignee_id", "account": "owner_id", "contact": "owner_id", "lead": "owner_id",
    "deal": "owner_id", "case": "assignee_id",
}  # fmt: skip
"""The field by which a record is given to somebody."""
_MENTIONS = f"mentions{ENTRY}"
_UNTOLD = frozenset({"follow", "notice", "labelling"})
"""Writing these is nothing to tell the followers of the record above."""
_SHORT = 200


class Told(NamedTuple):
    """That a person is to hear of a record; `by` is the draft in which it was written."""

    user: str
    reason: Reason
    about: Key
    by: Draft


def of_talk(
    unit: Unit,
    session: Session,
    changeset: Changeset,
    touched: dict[Key, Draft],
    drafts: Drafts,
    *,
    actor: Actor | None,
    sees: Callable[[str, str], bool],
    now_ms: int,
) -> Iterator[Change]:
    """The notices of one changeset."""
    act = changeset.action or f"{changeset.device} {changeset.number}"
    found: dict[tuple[str, Key], Told] = {}
    for told in (
        *_assigned(changeset, touched),
        *_mentioned(changeset, touched),
        *_followed(unit, changeset, touched, drafts, actor),
    ):
        about = drafts.find(told.about)
        if about is None or told.user in ("", session.user):
            continue
        if sees(told.user, told.by.scope) and sees(told.user, about.scope):
            found.setdefault((told.user, told.about), told)
    for told in _at_most_one_gift(found.values()):
        yield from telling.new(drafts, _notice(told, act, session, drafts, now_ms))


def _assigned(changeset: Changeset, touched: dict[Key, Draft]) -> Iterator[Told]:
    for draft in _live(changeset, touched):
        field = ASSIGNING.get(draft.key[0], "")
        if field in draft.won:
            yield Told(str(draft.fields.get(field, "")), "assigned", draft.key, draft)


def _mentioned(changeset: Changeset, touched: dict[Key, Draft]) -> Iterator[Told]:
    for draft in _live(changeset, touched):
        if draft.key[0] != "comment":
            continue
        about = str(draft.fields["record_kind"]), str(draft.fields["record_id"])
        named = msgspec.json.decode(draft.fields["mentions"], type=dict[str, Any])
        for cell in sorted(draft.won):
            user = cell.removeprefix(_MENTIONS)
            if cell.startswith(_MENTIONS) and named.get(user):
                yield Told(user, "mentioned", about, draft)


def _followed(
    unit: Unit,
    changeset: Changeset,
    touched: dict[Key, Draft],
    drafts: Drafts,
    actor: Actor | None,
) -> Iterator[Told]:
    """Who follows a record that was written to, or beneath which something was written."""
    written: dict[Key, Draft] = {}
    for draft in _live(changeset, touched):
        if draft.kind is None or draft.kind.shared or draft.key[0] in _UNTOLD:
            continue
        for key in _where(draft, drafts, actor):
            written.setdefault(key, draft)
    follows = unit.naming("follow", "record_id", [record_id for _kind, record_id in written])
    drafts.load(follows)
    for follow in follows:
        draft_of = drafts.find(follow)
        fields: dict[str, Any] = draft_of.fields if draft_of else {}
        about = str(fields.get("record_kind", "")), str(fields.get("record_id", ""))
        if fields.get("on") and not fields.get(DELETED) and about in written:
            yield Told(str(fields["user_id"]), "followed", about, written[about])


def _where(draft: Draft, drafts: Drafts, actor: Actor | None) -> Iterator[Key]:
    """The record that was written, and those above it, as it will be.

    What is written late to a merged one is told of the one that goes on, when it is carried there.
    """
    if not merging.merged_before(draft) or merging.going_on(draft, drafts, actor) is None:
        yield draft.key
    for key in parents_of(draft.kind, draft.fields) if draft.kind else ():
        above = merging.standing(key, drafts, actor)
        yield key if above is None else above.key


def _live(changeset: Changeset, touched: dict[Key, Draft]) -> Iterator[Draft]:
    for change in changeset.changes:
        draft = touched[change.kind, change.id]
        if draft.kind is not None and draft.won and not draft.fields.get(DELETED):
            yield draft


def _at_most_one_gift(found: Any) -> Iterator[Told]:
    """A book that is handed over is one thing to hear of, not a thousand."""
    given: set[tuple[str, str]] = set()
    for told in found:
        if told.reason == "assigned":
            if (told.user, told.about[0]) in given:
                continue
            given.add((told.user, told.about[0]))
        yield told


def _notice(told: Told, act: str, session: Session, drafts: Drafts, now_ms: int) -> Notice:
    kind, record_id = told.about
    comment = told.by.fields if told.by.key[0] == "comment" else {}
    which = kind if told.reason == "assigned" else record_id
    return Notice(
        id=notice_id(told.reason, told.user, which, act),
        owner_id=told.user,
        reason=told.reason,
        record_kind=kind,
        record_id=record_id,
        title=telling.title(drafts.find(told.about)),
        text=str(comment.get("text", ""))[:_SHORT],
        by_id=session.user,
        at=now_ms,
        under_kind=told.by.key[0],
        under_id=told.by.key[1],
    )
