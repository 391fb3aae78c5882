"""Notices: what people are told about their own edits, each once."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from server.domain import merging
from server.store import log
from sync_protocol.changes import DELETED, Change
from sync_protocol.records import Notice, kind_of, notice_id
from sync_protocol.records.cells import of_new
from sync_protocol.rules.ancestry import deleted_above

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from server.domain.access import Session
    from server.domain.drafts import Draft, Drafts
    from server.domain.losses import Loss
    from server.store.records import Key
    from server.store.unit import Unit
    from sync_protocol.changes import Changeset
    from sync_protocol.records import Kind
    from sync_protocol.rules.ancestry import Find
    from sync_protocol.rules.permissions import Actor

MAX_CELLS = 2_000
_TITLES = ("name", "title")


def of_losses(
    drafts: Drafts, losses: Iterable[Loss], sees: Callable[[str, str], bool], now_ms: int
) -> Iterator[Change]:
    """One notice for each record and changeset that lost something to another person.

    A value is lost once: whichever of a changeset's are lost later are told by another notice.
    """
    lost: dict[tuple[str, Key, int, str], list[str]] = {}
    for loss in losses:
        if loss.user and loss.user != loss.by:
            lost.setdefault((loss.user, loss.key, loss.time, loss.by), []).append(loss.cell)
    for (user, key, time, by), cells in lost.items():
        draft = drafts.find(key)
        named = title(draft) if draft is not None and sees(user, draft.scope) else ""
        notice = Notice(
            id=overwritten_id(key, user, time, min(cells)),
            owner_id=user,
            reason="overwritten",
            record_kind=key[0],
            record_id=key[1],
            title=named,
            cells=" ".join(sorted(cells))[:MAX_CELLS],
            by_id=by,
            at=now_ms,
        )
        yield from new(drafts, notice)


def overwritten_id(key: Key, user: str, time: int, cell: str) -> str:
    """The id of the notice that a user's write at a stamp time was overwritten in this cell first.

    First by name, of those that were overwritten together.
    """
    return notice_id("overwritten", *key, user, str(time), cell)


def of_hidden(
    unit: Unit,
    session: Session,
    changeset: Changeset,
    drafts: Drafts,
    *,
    actor: Actor | None,
    seen: int,
    now_ms: int,
) -> Iterator[Change]:
    """One notice for each deleted record beneath or in which somebody went on writing unknowing."""
    told: set[Key] = set()
    for change in changeset.changes:
        draft = merging.standing((change.kind, change.id), drafts, actor)
        if draft is None or change.kind == "notice" or DELETED in change.cells:
            continue
        above = _hidden_at_last_by(draft, drafts, actor)
        if above is None or above.key in told or _knew(unit, session, seen, above):
            continue
        told.add(above.key)
        notice = Notice(
            id=notice_id("hidden", *above.key, session.user, str(_deleted_at(above))),
            owner_id=session.user,
            reason="hidden",
            record_kind=draft.key[0],
            record_id=draft.key[1],
            title=title(draft) or title(above),
            by_id=_author(unit, above)[1],
            at=now_ms,
            under_kind=above.key[0],
            under_id=above.key[1],
        )
        yield from new(drafts, notice)


def _deleted_at(above: Draft) -> int:
    return above.state.stamp_of(DELETED).time


def hidden_by(draft: Draft, find: Find) -> Key | None:
    """The record whose deletion hides this one: itself, or the nearest above that is to `find`."""
    if draft.kind is None:
        return None
    if draft.fields.get(DELETED):
        return draft.key
    return deleted_above(draft.kind, draft.fields, find)


def _hidden_at_last_by(draft: Draft, drafts: Drafts, actor: Actor | None) -> Draft | None:
    """What hides a record where it goes: beneath the one that goes on for a merged one."""

    def find(kind: str, record_id: str) -> tuple[Kind, dict[str, Any]] | None:
        above = merging.standing((kind, record_id), drafts, actor)
        return None if above is None or above.kind is None else (above.kind, above.fields)

    key = hidden_by(draft, find)
    return None if key is None else merging.standing(key, drafts, actor)


def _knew(unit: Unit, session: Session, seen: int, above: Draft) -> bool:
    """Whether the author's device had seen the deletion, or made it."""
    made_here = above.state.stamp_of(DELETED).device == session.device
    return made_here or _author(unit, above)[0] <= seen


def _author(unit: Unit, deleted: Draft) -> tuple[int, str]:
    """(sequence, user) of a deletion; what history has let go of came before the horizon."""
    stamp = deleted.state.stamp_of(DELETED)
    at = log.cell_at(*deleted.key, DELETED, stamp)
    known = unit.accepted_at([at]).get(at)
    return known or (unit.head.oldest, unit.users([stamp.device])[stamp.device])


def new(drafts: Drafts, notice: Notice) -> Iterator[Change]:
    """The create of a notice, unless it is there already."""
    kind = kind_of(notice).name
    if drafts.find((kind, notice.id)) is None:
        yield Change(kind, notice.id, of_new(notice), create=True)


def title(draft: Draft | None) -> str:
    """What a record is called; empty if it has no name."""
    fields: dict[str, Any] = {} if draft is None else draft.fields
    return next((str(fields[name])[:200] for name in _TITLES if fields.get(name)), "")
