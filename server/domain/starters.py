"""What a new workspace begins with, to be changed at will: words, and ways that deals go.

White text on each colour has a contrast of at least 4.5 to 1.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from sync_protocol.records import Label, Outcome, Pipeline, Purpose, Reason, Stage, entries

if TYPE_CHECKING:
    from sync_protocol.records import Record

_LABELS = {"Prospect": "#1f6feb", "Customer": "#1a7f37", "Partner": "#8250df"}
_OUTCOMES = {
    "Order": "#1a7f37",
    "Interested": "#1f6feb",
    "Call again": "#9a6700",
    "Not at home": "#57606a",
    "No interest": "#b3261e",
}
_PURPOSES = {
    "Regular visit": "#57606a",
    "Order": "#1a7f37",
    "Presentation": "#1f6feb",
    "Complaint": "#b3261e",
}
_WON = ("Price", "Product", "Service", "Relationship")
_LOST = ("Price", "Product", "Bound by contract", "No budget", "Chose a competitor", "No answer")
_DISQUALIFIED = ("No need", "No budget", "Outside our area", "Not reachable")

SALES = Pipeline(
    name="Sales", purpose="sales", place=1,
    stages=entries(
        Stage("First talk", 1, 10, "They know us, and we have spoken.",
              "We know what they need and who decides.",
              ("account_id", "next_step"), 21, "#57606a"),
        Stage("Needs known", 2, 30, "We know what they need, how much of it, and by when.",
              "There is a value we can offer.", ("contact_id", "value"), 21, "#1f6feb"),
        Stage("Offer", 3, 50, "They have an offer of ours in hand.",
              "They have answered, and a day for the decision is named.",
              ("value", "expected_on"), 14, "#8250df"),
        Stage("Negotiation", 4, 75, "They want it; terms are being settled.",
              "They have agreed to the terms.", ("value", "expected_on"), 14, "#9a6700"),
        Stage("Commitment", 5, 90, "They have said yes; the paper is on its way.",
              "The order is signed.", ("value",), 7, "#1a7f37"),
    ),
)  # fmt: skip
SUPPORT = Pipeline(
    name="Support", purpose="support", place=2,
    stages=entries(
        Stage("Reported", 1, 50, "A customer needs help that costs something.",
              "We know what is wrong and who looks after it.",
              ("account_id", "about"), 2, "#b3261e"),
        Stage("Being solved", 2, 70, "Somebody works on it.",
              "The customer has tried it and says that it works.", ("next_step",), 7, "#9a6700"),
        Stage("To be confirmed", 3, 90, "Solved as far as we know.",
              "The customer agrees.", (), 7, "#1a7f37"),
    ),
)  # fmt: skip
RENEWAL = Pipeline(
    name="Renewals", purpose="renewal", place=3,
    stages=entries(
        Stage("Coming up", 1, 60, "The term ends soon.",
              "We know whether they are content.", ("next_step",), 21, "#57606a"),
        Stage("Offer", 2, 75, "They have our offer for the next term.",
              "They have answered.", ("value",), 14, "#8250df"),
        Stage("Agreed", 3, 95, "They stay; the paper is on its way.",
              "The new term is signed.", ("value", "term_ends"), 14, "#1a7f37"),
    ),
)  # fmt: skip


def starters() -> list[Record]:
    """All of it, without ids."""
    labels = [Label(name=name, colour=colour) for name, colour in _LABELS.items()]
    outcomes = [
        Outcome(name=name, colour=colour, place=place)
        for place, (name, colour) in enumerate(_OUTCOMES.items(), 1)
    ]
    purposes = [
        Purpose(name=name, colour=colour, place=place)
        for place, (name, colour) in enumerate(_PURPOSES.items(), 1)
    ]
    return [*labels, *outcomes, *purposes, *reasons(), *pipelines()]


def pipelines() -> list[Pipeline]:
    return [SALES, SUPPORT, RENEWAL]


def reasons() -> list[Reason]:
    """Why deals are won or lost, and leads disqualified."""
    won = [Reason(name=name, of="won", place=place) for place, name in enumerate(_WON, 1)]
    lost = [Reason(name=name, of="lost", place=place) for place, name in enumerate(_LOST, 1)]
    other = [
        Reason(name=name, of="disqualified", place=place)
        for place, name in enumerate(_DISQUALIFIED, 1)
    ]
    return [*won, *lost, *other]
