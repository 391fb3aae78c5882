"""What may become of a case: its statuses as a table, and what each of them says.

The steps speak of one person's move from the case as that device sees it: the client offers no
others. Two devices may each take a step the other does not know of; then the later one holds, as
for any cell. What the server refuses is a state that is not true in itself, whoever wrote it when:
resolved without a moment, or a resolution of what is not resolved.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec

from sync_protocol.records.cases import CaseState
from sync_protocol.rules.validity import Problem

if TYPE_CHECKING:
    from sync_protocol.changes import Change
    from sync_protocol.records import Case
    from sync_protocol.records.cases import CaseStatus

KIND, STATE = "case", "state"
STEPS: dict[CaseStatus, frozenset[CaseStatus]] = {
    "open": frozenset({"in_progress", "resolved"}),
    "in_progress": frozenset({"open", "resolved"}),
    "resolved": frozenset({"open"}),
}
"""From each status those that may follow: what is resolved is opened again first."""
UNRESOLVED: tuple[CaseStatus, ...] = ("open", "in_progress")

NO_MOMENT = "A resolved case says when it was resolved."
NOT_RESOLVED = "Only a resolved case has a resolution."
_state = msgspec.msgpack.Decoder(CaseState)


def may_become(now: CaseStatus, then: CaseStatus) -> bool:
    return then in STEPS[now]


def refusal(case: Case, then: CaseStatus) -> str:
    """Why a case may not become `then`, in a sentence; empty if it may."""
    if may_become(case.state.status, then):
        return ""
    if case.state.status == then:
        return f"This case is {then.replace('_', ' ')} already."
    return "A resolved case has to be opened again first."


def untrue(change: Change) -> Problem | None:
    """What is not true in the state that a change writes, if it is one; its form is valid."""
    if change.kind != KIND or STATE not in change.cells:
        return None
    state = _state.decode(change.cells[STATE])
    if state.status == "resolved":
        return Problem(STATE, NO_MOMENT) if state.at is None else None
    return Problem(STATE, NOT_RESOLVED) if state.resolution else None
