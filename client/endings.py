"""Why deals were won and lost, as far as this device's deals tell.

A deal counts once, for the reason it was closed with; one whose note alone says why counts beneath
no reason. Amounts are summed for each currency, because there are no rates to add them by.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from client import dealing
from sync_protocol.records import Reason
from sync_protocol.rules import stages

if TYPE_CHECKING:
    from collections.abc import Iterable
    from decimal import Decimal

    from client.replica import Replica
    from sync_protocol.records import Deal


class Ending(NamedTuple):
    """The deals that ended for one reason; `sums` is what they are worth, by currency.

    `name` is empty where no reason was chosen, or where it is not on this device.
    """

    reason_id: str
    name: str
    deals: int
    sums: tuple[tuple[str, Decimal], ...]


class Endings(NamedTuple):
    """The commonest reason first."""

    won: tuple[Ending, ...] = ()
    lost: tuple[Ending, ...] = ()


def endings(replica: Replica) -> Endings:
    """All that are closed; reasons that are no longer offered count like the others."""
    names = {reason.id: reason.name for reason in replica.find(Reason)}
    closed = dealing.closed(replica)
    return Endings(*(by_reason(closed, names, won=won) for won in (True, False)))


def by_reason(deals: Iterable[Deal], names: dict[str, str], *, won: bool) -> tuple[Ending, ...]:
    """Those that were won, or those that were lost."""
    found: dict[str, list[Deal]] = {}
    for deal in deals:
        if deal.closing is not None and deal.closing.won == won:
            found.setdefault(deal.closing.reason_id, []).append(deal)
    told = [_ending(key, names.get(key, ""), some) for key, some in found.items()]
    return tuple(sorted(told, key=lambda each: (-each.deals, each.name, each.reason_id)))


def _ending(reason_id: str, name: str, deals: list[Deal]) -> Ending:
    sums = stages.sums((deal, None) for deal in deals)
    worth = tuple((currency, added.value) for currency, added in sorted(sums.items()))
    return Ending(reason_id, name, len(deals), worth)
