"""A company's history with habits planted in it, and with slips: what learning is measured by.

Of the accounts that a habit is about nine in ten carry its label, of the others one in fifty. What
is labelled `Chance` follows no habit at all.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from sync_protocol.records import (
    Account,
    Activity,
    Address,
    Labelling,
    entries,
    labelling_id,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from random import Random

    from sync_protocol.records import Record

DAY_MS = 86_400_000
KEPT, SLIPPED = 0.9, 0.02
TOWNS = ("Lecce", "Bari", "Brindisi", "Taranto", "Otranto")
TRADES = ("Restaurant", "Bar", "Hotel", "Shop")
WORDS = ("Wants", "Delivery before noon.", "Asked for samples.", "Card left.", "Called back.")


class Business(NamedTuple):
    """An account, its visits, and which habits are about it."""

    account: Account
    visits: tuple[Activity, ...]
    fits: Mapping[str, bool]


def business(rng: Random, new_id: Callable[[], str], now_ms: int, territory_id: str) -> Business:
    """One customer as they come, with a year of visits."""
    trade, town = rng.choice(TRADES), rng.choice(TOWNS)
    terrace = rng.random() < 0.2
    account = Account(
        id=new_id(), name=f"{trade} {rng.randrange(1_000)}", industry=trade,
        addresses=entries(Address(town=town)), territory_id=territory_id,
        employees=rng.choice((None, 3, 20, 80)), about="Large terrace." if terrace else "",
    )  # fmt: skip
    last = rng.randrange(1, 160)
    visits = tuple(
        Activity(
            id=new_id(), kind="visit", at=now_ms - (last + 20 * back) * DAY_MS,
            note=rng.choice(WORDS), account_id=account.id,
        )
        for back in range(rng.randrange(5))
    )  # fmt: skip
    quiet = bool(visits) and last >= 60
    fits = {
        "Quiet": trade == "Restaurant" and quiet,
        "Summer": terrace or (trade == "Hotel" and town in ("Otranto", "Taranto")),
        "Chance": False,
    }
    return Business(account, visits, fits)


def labelled(rng: Random, one: Business, labels: Mapping[str, str]) -> list[Labelling]:
    """What people put on it; `labels` are ids by name."""
    shares = {name: KEPT if one.fits[name] else SLIPPED for name in labels} | {"Chance": 0.2}
    return [
        Labelling(
            id=labelling_id(label_id, one.account.id), label_id=label_id,
            record_kind="account", record_id=one.account.id,
        )
        for name, label_id in labels.items()
        if rng.random() < shares[name]
    ]  # fmt: skip


def company(
    rng: Random,
    count: int,
    new_id: Callable[[], str],
    *,
    now_ms: int,
    territory_id: str,
    labels: Mapping[str, str],
) -> list[Record]:
    """Customers, their visits and labels."""
    found: list[Record] = []
    for _ in range(count):
        one = business(rng, new_id, now_ms, territory_id)
        found += [one.account, *one.visits, *labelled(rng, one, labels)]
    return found
