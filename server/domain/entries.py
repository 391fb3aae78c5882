"""A changeset as the log keeps it: one part per scope, put together again for each reader.

A record that stays in its scope is logged as its change; one that moves as `leave` in the old
scope and as its whole state, `enter`, in the new one. A reader who holds both sees only the enter.
A large branch that moves along goes on in entries of its own, which follow at once.
"""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING, NamedTuple

import msgspec

from sync_protocol.messages import Entry

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from server.domain.access import Session
    from server.domain.drafts import Draft
    from server.store.records import Key
    from sync_protocol.changes import Change, Changeset, State
    from sync_protocol.messages import Pull


MAX_ENTRY = 1 << 20
"""Bytes of carried records in one entry, or one record that has more."""


class Moves(NamedTuple):
    """By scope: the states that came into it, the records that left it."""

    enter: dict[str, list[State]]
    leave: dict[str, list[Key]]

    def parts(self, whole: Entry) -> dict[str, Entry]:
        """An entry for each scope, otherwise like `whole`."""
        return {
            scope: msgspec.structs.replace(
                whole,
                enter=tuple(self.enter.get(scope, ())),
                leave=tuple(self.leave.get(scope, ())),
            )
            for scope in self.enter.keys() | self.leave.keys()
        }


def parts(
    session: Session,
    changeset: Changeset,
    sequence: int,
    touched: dict[Key, Draft],
    carried: Iterable[Draft],
) -> dict[str, Entry]:
    """The parts of an accepted changeset by scope; `carried` is the first portion."""
    changes: dict[str, list[Change]] = defaultdict(list)
    for change in changeset.changes:
        draft = touched[change.kind, change.id]
        if not draft.moved:
            changes[draft.scope].append(change)
    whole = _whole(session, changeset, sequence)
    found = moves([*touched.values(), *carried]).parts(whole)
    return found | {
        scope: msgspec.structs.replace(found.get(scope, whole), changes=tuple(made))
        for scope, made in changes.items()
    }


def moves(drafts: Iterable[Draft]) -> Moves:
    """What these records' new scopes mean to whoever holds one of them."""
    found = Moves(defaultdict(list), defaultdict(list))
    for draft in drafts:
        if draft.moved:
            found.enter[draft.scope].append(draft.state)
            found.leave[str(draft.was)].append(draft.key)
    return found


def portions(touched: Iterable[Draft], carried: Iterable[Draft]) -> list[list[Draft]]:
    """The carried records, as many at a time as one entry holds; the first goes with `touched`."""
    found: list[list[Draft]] = [[]]
    size = sum(weight(draft.state) for draft in touched if draft.moved)
    for draft in carried:
        if size and size + weight(draft.state) > MAX_ENTRY:
            found.append([])
            size = 0
        found[-1].append(draft)
        size += weight(draft.state)
    return found


def weight(state: State) -> int:
    """About how many bytes a state takes."""
    cells = sum(len(cell) + len(bytes(value)) for cell, value in state.cells.items())
    return 100 + cells + sum(20 + len(cell) for cell in state.stamps)


def joined(found: Sequence[tuple[int, Entry]], reader: Pull) -> Entry | None:
    """What a device needs of the parts it holds, each with its scope's place among those asked for.

    None if nothing is new to it.
    Its own changes it has, as far as it knows their verdicts: later ones are a clone's, or its own
    whose answer was lost, and do no harm.
    """
    whole = found[0][1]
    own = whole.device == reader.device and whole.number <= reader.number
    changed = [] if own else [(change, place) for place, part in found for change in part.changes]
    entered = [(state, place) for place, part in found for state in part.enter]
    came = {(state.kind, state.id) for state, _place in entered}
    leave = tuple(key for _place, part in found for key in part.leave if key not in came)
    if not (changed or entered or leave):
        return None
    return msgspec.structs.replace(
        whole,
        changes=tuple(change for change, _place in changed),
        enter=tuple(state for state, _place in entered),
        leave=leave,
        within=tuple(place for _what, place in (*changed, *entered)),
    )


def _whole(session: Session, changeset: Changeset, sequence: int) -> Entry:
    return Entry(
        sequence=sequence,
        device=session.device,
        number=changeset.number,
        user=session.user,
        time=changeset.time,
        seen=changeset.seen,
        name=changeset.name,
        action=changeset.action,
    )
