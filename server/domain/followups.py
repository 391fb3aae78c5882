"""What the server writes itself because of a changeset it has just accepted.

It tells whoever lost a value or wrote beneath something deleted, and whoever is mentioned, follows
or is given what was written; it flags what claims a taken value, and carries what came late for a
merged record over to the one that goes on in its place. All of it is written in the server's own
name, in the same transaction, so devices get it like anything else. Of what the server wrote
itself, only such late edits have follow-ups: they are still a person's.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec
from msgspec import Raw

from server.domain import merging, talking, telling, uniqueness
from server.domain.late_edits import late_edits
from server.domain.server_writes import FollowUp

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from server.domain.access import Session
    from server.domain.drafts import Draft, Drafts
    from server.domain.losses import Loss
    from server.store.records import Key
    from server.store.unit import Unit
    from sync_protocol.changes import Change, Changeset
    from sync_protocol.rules.permissions import Actor


def needed(
    unit: Unit,
    session: Session,
    changeset: Changeset,
    touched: dict[Key, Draft],
    drafts: Drafts,
    *,
    losses: Iterable[Loss],
    actor: Actor | None,
    sees: Callable[[str, str], bool],
    seen: int,
    now_ms: int,
) -> list[FollowUp]:
    """What is to be written, by what has become of the records.

    `sees(user, scope)` says who may see what; nothing is told or carried past that. `seen` is the
    last sequence that the author had applied.
    """
    wanted = [
        *telling.of_losses(drafts, losses, sees, now_ms),
        *telling.of_hidden(unit, session, changeset, drafts, actor=actor, seen=seen, now_ms=now_ms),
        *talking.of_talk(
            unit, session, changeset, touched, drafts, actor=actor, sees=sees, now_ms=now_ms
        ),
        *uniqueness.flags(unit, touched),
    ]
    moves: dict[int, list[Change]] = {}
    for change in merging.moved(unit, touched, drafts, actor):
        moves.setdefault(merging.time_of(change, drafts), []).append(change)
    wanted += moves.pop(0, ())
    return [
        FollowUp(_joined(wanted)),
        *(FollowUp(_joined(some), time) for time, some in moves.items()),
        *late_edits(unit, session, changeset, touched, drafts, actor=actor, sees=sees, seen=seen),
    ]


def _joined(wanted: list[Change]) -> tuple[Change, ...]:
    """One change to each record."""
    found: dict[Key, Change] = {}
    for change in wanted:
        key = change.kind, change.id
        earlier = found.get(key)
        if earlier is not None:
            cells: dict[str, Raw] = earlier.cells | change.cells
            change = msgspec.structs.replace(earlier, cells=cells)  # noqa: PLW2901
        found[key] = change
    return tuple(found.values())
