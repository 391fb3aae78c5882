"""Why a label is suggested, and how far that can be trusted, in plain sentences."""

from __future__ import annotations

from typing import TYPE_CHECKING

from client.ui import wording
from sync_protocol.records import Outcome
from sync_protocol.rules.features import NONE

if TYPE_CHECKING:
    from client.replica import Replica
    from client.suggesting import Reason, Suggestion
    from sync_protocol.records import LabelModel

_KINDS = {
    "company": "that are companies",
    "household": "that are households",
    "institution": "that are institutions",
}
_COUNTED = {
    "visits": ("visit", "in a year"),
    "calls": ("call", "in a year"),
    "orders": ("order", "in a year"),
    "products": ("product", "bought in a year"),
    "people": ("person", "working there"),
}
_LAST = {
    "last_visit": ("not visited for a year", "visited within {over} days",
                   "not visited for {low} days"),
    "last_order": ("with no order for a year", "that ordered within {over} days",
                   "with no order for {low} days"),
}  # fmt: skip


def why(replica: Replica, suggestion: Suggestion) -> str:
    """Often on Restaurant customers in Lecce, not visited for 60 days."""
    reasons = suggestion.reasons
    if not reasons:
        return "What is known of this customer, all in all, speaks for it."
    trades = [reason.text for reason in reasons if reason.path == "industry"]
    towns = [reason.text for reason in reasons if reason.path == "town"]
    words = [f"\u201c{reason.value}\u201d" for reason in reasons if reason.path == "word"]
    rest = [clause(replica, reason) for reason in reasons if reason.path not in _IN_FRONT]
    rest += [f"whose notes say {wording.joined(words)}"] if words else []
    subject = " ".join([*trades, "customers", *(f"in {town}" for town in towns)])
    return f"Often on {subject}{' ' * bool(rest)}{wording.joined(rest)}."


_IN_FRONT = ("industry", "town", "word")


def clause(replica: Replica, reason: Reason) -> str:
    """What one reason says of customers: with 3 to 5 visits in a year."""
    if reason.path in _COUNTED:
        return _counted(reason)
    if reason.path in _LAST:
        return _last(reason)
    if reason.path == "outcome":
        outcome = replica.get(Outcome, reason.text)
        return f"whose last visit ended with \u201c{outcome.name if outcome else '?'}\u201d"
    if reason.path == "kind":
        return _KINDS.get(reason.value, "of this kind")
    return f"that came from \u201c{reason.text}\u201d"


def trust(model: LabelModel) -> str:
    """How the suggestions did on customers that were not learned from."""
    return (
        f"{model.precision:.0%} of {wording.plural(model.tested, 'such suggestion')} were right "
        "on customers kept back from learning."
    )


def taught(model: LabelModel, now_ms: int) -> str:
    """When it was learned, and from how much."""
    learned = wording.ago(model.learned_at, now_ms)
    return (
        f"Learned {learned} from {wording.plural(model.learned_from, 'customer')}, "
        f"{model.carried:,} of them with the label; {model.recall:.0%} of those would be found."
    )


def _counted(reason: Reason) -> str:
    word, when = _COUNTED[reason.path]
    many = "people" if word == "person" else f"{word}s"
    low, high = _bounds(reason.value)
    if high == 0:
        return f"with no {many} {when}"
    if high is None:
        return f"with {low} {many} or more {when}"
    return f"with {low} to {high} {many} {when}"


def _last(reason: Reason) -> str:
    none, within, since = _LAST[reason.path]
    if reason.value == NONE:
        return none
    low, high = _bounds(reason.value)
    return since.format(low=low) if low else within.format(over=(high or 0) + 1)


def _bounds(band: str) -> tuple[int, int | None]:
    """The span that `sync_protocol.rules.features.band` names."""
    if band.endswith("+"):
        return int(band[:-1]), None
    low, _, high = band.partition("-")
    return int(low), int(high or low)
