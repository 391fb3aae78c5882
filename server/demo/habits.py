"""Whom the demo's reps give which labels: by habits that can be learned, and with their slips.

Each account has its own chance, seeded by its id, so that nothing else of the demo depends on it.
"""

from __future__ import annotations

from random import Random
from typing import TYPE_CHECKING, NamedTuple

from sync_protocol.changes import Change
from sync_protocol.records.cells import raw

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from sync_protocol.records import Account

_CITIES = frozenset(
    ("München", "Ingolstadt", "Nürnberg", "Bamberg", "Würzburg", "Stuttgart", "Ulm", "Heilbronn")
)
_SLIP = 0.005
NOT_SUGGESTED = ("Prospect", "Customer", "Partner", "Former customer")
"""How far a customer has come is said by whoever knows."""


class Habit(NamedTuple):
    """Of the accounts that are so, this share carries the label; the rest was forgotten."""

    share: float
    industries: tuple[str, ...] = ()
    about: str = ""
    towns: frozenset[str] = frozenset()

    def fits(self, account: Account) -> bool:
        return (
            (not self.industries or account.industry in self.industries)
            and self.about in account.about
            and (not self.towns or any(x.town in self.towns for x in account.addresses.values()))
        )


HABITS = {
    "Beer garden": Habit(0.88, ("Pub", "Brewery"), towns=_CITIES),
    "Events": Habit(0.88, ("Hotel",)),
    "Organic": Habit(0.97, about="organic"),
}


def labels(account: Account) -> Iterator[str]:
    """What an account is labelled with by habit, or by mistake."""
    chance = Random(f"habits of {account.id}")  # noqa: S311 - reproducible, nothing secret
    for label, habit in HABITS.items():
        if chance.random() < (habit.share if habit.fits(account) else _SLIP):
            yield label


def switched_off(labels: Mapping[str, str]) -> tuple[Change, ...]:
    """That those of these labels, ids by name, are not suggested."""
    off = {"suggest": raw(False)}
    return tuple(Change("label", labels[name], off) for name in NOT_SUGGESTED if name in labels)
