"""What may become of a lead: its statuses as a table, and how far its four questions are answered.

The rule speaks of one person's step from the lead as that device sees it. Two devices may each take
a step the other does not know of; then the later one holds, as for any cell, and nothing is
refused: a lead that the server would not let go on helps nobody.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from sync_protocol import ids
from sync_protocol.records.leads import QUESTIONS

if TYPE_CHECKING:
    from collections.abc import Mapping

    from sync_protocol.records import Answer, Lead
    from sync_protocol.records.leads import LeadStatus

STEPS: dict[LeadStatus, frozenset[LeadStatus]] = {
    "new": frozenset({"working", "qualified", "disqualified", "converted"}),
    "working": frozenset({"qualified", "disqualified", "converted"}),
    "qualified": frozenset({"working", "disqualified", "converted"}),
    "disqualified": frozenset({"working"}),
    "converted": frozenset(),
}
"""From each status those that may follow. Disqualified ones are reopened; converted ones are not:
that is undone, or what they became goes its own way."""
OPEN: tuple[LeadStatus, ...] = ("new", "working", "qualified")


def may_become(now: LeadStatus, then: LeadStatus) -> bool:
    return then in STEPS[now]


def refusal(lead: Lead, then: LeadStatus) -> str:
    """Why a lead may not become `then`, in a sentence; empty if it may."""
    if may_become(lead.status, then):
        return ""
    if lead.status == then:
        return f"This lead is {then} already."
    if lead.status == "converted":
        return "This lead is a customer already."
    return f"A lead that is {lead.status} has to be reopened before it can be {then}."


def answered(answers: Mapping[str, Answer]) -> tuple[int, int]:
    """How many of the questions are met, and how many are known at all."""
    known = [answers[name].met for name in QUESTIONS if name in answers]
    return sum(met is True for met in known), sum(met is not None for met in known)


def made_id(lead_id: str, kind: str) -> str:
    """The one record of a kind that is made of a lead, whichever device converts it."""
    return ids.derived("lead", kind, lead_id)
