"""What the server writes itself because of a changeset it has just accepted.

It tells whoever lost a value or wrote beneath something deleted, and whoever is mentioned, follows
or is given what was written; it flags what claims a taken value, and carries what came late for a
merged record over to the one that goes on in its place. All of it is one changeset in the server's
own name, in the same transaction, so devices get it like anything else. What the server wrote
itself has no follow-ups.
"""

from __future__ import annotations

from itertools import chain
from typing import TYPE_CHECKING

import msgspec
from msgspec import Raw

from server.domain import merging, talking, telling, uniqueness
from sync_protocol import codec
from sync_protocol.changes import MAX_CHANGES, MAX_CHANGESET_BYTES, Change

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from server.domain.access import Session
    from server.domain.drafts import Draft, Drafts
    from server.domain.losses import Loss
    from server.store.records import Key
    from server.store.unit import Unit
    from sync_protocol.changes import Changeset
    from sync_protocol.rules.permissions import Actor

_PART_BYTES = MAX_CHANGESET_BYTES - 1_000
"""What a changeset of the server's own holds besides its changes is much less than that."""


def changes(
    unit: Unit,
    session: Session,
    changeset: Changeset,
    touched: dict[Key, Draft],
    drafts: Drafts,
    *,
    losses: Iterable[Loss],
    actor: Actor | None,
    sees: Callable[[str, str], bool],
    now_ms: int,
) -> list[Change]:
    """One change for each record that is to be written, by what it has become.

    `sees(user, scope)` says who may see what; nothing is told or carried past that.
    """
    wanted = [
        *telling.of_losses(drafts, losses, sees, now_ms),
        *telling.of_hidden(unit, session, changeset, touched, drafts, now_ms=now_ms),
        *talking.of_talk(unit, session, changeset, touched, drafts, sees=sees, now_ms=now_ms),
        *uniqueness.flags(unit, touched),
        *merging.carried_over(unit, changeset, touched, drafts, actor=actor),
    ]
    return list(_joined(wanted).values())


def parts(wanted: list[Change]) -> Iterator[tuple[Change, ...]]:
    """As changesets that hold no more than one may, by count and by bytes."""
    part: list[Change] = []
    size = 0
    for change in chain.from_iterable(map(_pieces, wanted)):
        weight = len(codec.encode(change))
        if part and (len(part) == MAX_CHANGES or size + weight > _PART_BYTES):
            yield tuple(part)
            part, size = [], 0
        part.append(change)
        size += weight
    if part:
        yield tuple(part)


def _pieces(change: Change) -> Iterator[Change]:
    """A change, or its cells one by one if together they fit no changeset."""
    if change.create or len(codec.encode(change)) <= _PART_BYTES:
        yield change
        return
    for cell, value in change.cells.items():
        yield msgspec.structs.replace(change, cells={cell: value})


def _joined(wanted: list[Change]) -> dict[Key, Change]:
    """One change to each record."""
    found: dict[Key, Change] = {}
    for change in wanted:
        key = change.kind, change.id
        earlier = found.get(key)
        if earlier is not None:
            cells: dict[str, Raw] = earlier.cells | change.cells
            change = msgspec.structs.replace(earlier, cells=cells)  # noqa: PLW2901
        found[key] = change
    return found
