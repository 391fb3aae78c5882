"""How often the demo company visits whom, and the labels that its rules put on by themselves."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sync_protocol.records import Cadence, Condition, Filter, Label, LabelRule

if TYPE_CHECKING:
    from collections.abc import Mapping

    from server.demo.making import Maker

CADENCES = (
    ("Customers, every four weeks", 28, ("Customer",)),
    ("Prospects, every ten weeks", 70, ("Prospect",)),
)
QUIET = ("Not seen for a quarter", "#9a6700", Condition("last_visit", "older", ("90",)))


def set_rhythm(maker: Maker, admin: str, at_ms: int, labels: Mapping[str, str]) -> None:
    """Two cadences by label, and one label that comes when a customer is not visited for long."""
    for name, days, wanted in CADENCES:
        fitting = Filter(labels_any=tuple(labels[label] for label in wanted))
        maker.make(admin, at_ms, Cadence(name=name, days=days, filter=fitting))
    name, colour, condition = QUIET
    quiet = maker.make(admin, at_ms, Label(name=name, colour=colour)).id
    rule = LabelRule(name=name, label_id=quiet, filter=Filter(conditions=(condition,)), active=True)
    maker.make(admin, at_ms, rule)
