"""A changeset as the log keeps it: one part per scope, put together again for each reader.

A record that stays in its scope is logged as its change; one that moves as `leave` in the old
scope and as its whole state, `enter`, in the new one. A reader who holds both sees only the enter.
"""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING

import msgspec

from sync_protocol.messages import Entry

if TYPE_CHECKING:
    from collections.abc import Sequence

    from server.domain.access import Session
    from server.domain.drafts import Draft
    from server.store.records import Key
    from sync_protocol.changes import Change, Changeset, State
    from sync_protocol.messages import Pull


def parts(
    session: Session,
    changeset: Changeset,
    sequence: int,
    touched: dict[Key, Draft],
    carried: dict[Key, Draft],
) -> dict[str, Entry]:
    """The parts of an accepted changeset by scope."""
    changes: dict[str, list[Change]] = defaultdict(list)
    enter: dict[str, list[State]] = defaultdict(list)
    leave: dict[str, list[Key]] = defaultdict(list)
    for change in changeset.changes:
        draft = touched[change.kind, change.id]
        if not draft.moved:
            changes[draft.scope].append(change)
    for draft in (*touched.values(), *carried.values()):
        if draft.moved:
            enter[draft.scope].append(draft.state)
            leave[str(draft.was)].append(draft.key)
    whole = _whole(session, changeset, sequence)
    return {
        scope: msgspec.structs.replace(
            whole,
            changes=tuple(changes[scope]),
            enter=tuple(enter[scope]),
            leave=tuple(leave[scope]),
        )
        for scope in changes.keys() | enter.keys() | leave.keys()
    }


def joined(found: Sequence[Entry], reader: Pull) -> Entry | None:
    """What a device needs of the parts it holds; None if nothing is new to it.

    Its own changes it has, as far as it knows their verdicts: later ones are a clone's, or its own
    whose answer was lost, and do no harm.
    """
    enter = tuple(state for part in found for state in part.enter)
    entered = {(state.kind, state.id) for state in enter}
    leave = tuple(key for part in found for key in part.leave if key not in entered)
    own = found[0].device == reader.device and found[0].number <= reader.number
    changes = () if own else tuple(change for part in found for change in part.changes)
    if not (changes or enter or leave):
        return None
    return msgspec.structs.replace(found[0], changes=changes, enter=enter, leave=leave)


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
