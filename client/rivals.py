"""How one fares against competitors: won and lost where they were in it, as this device knows.

A deal with two competitors counts against each of them. Deals still open decide nothing yet, so
they stand beside the rate and not in it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from sync_protocol.records import Deal

if TYPE_CHECKING:
    from collections.abc import Iterable

    from client.replica import Replica


class Standing(NamedTuple):
    """Deals in which a competitor was named."""

    won: int = 0
    lost: int = 0
    open: int = 0

    @property
    def decided(self) -> int:
        return self.won + self.lost

    @property
    def win_rate(self) -> int | None:
        """In whole per cent, halves up; None before anything is decided."""
        return (200 * self.won + self.decided) // (2 * self.decided) if self.decided else None


def standings(replica: Replica) -> dict[str, Standing]:
    """By competitor's id, those only that were ever named."""
    return added(replica.find(Deal))


def added(deals: Iterable[Deal]) -> dict[str, Standing]:
    found: dict[str, Standing] = {}
    for deal in deals:
        for competitor_id in deal.competitors:
            before = found.get(competitor_id, Standing())
            found[competitor_id] = _with(before, deal)
    return found


def _with(before: Standing, deal: Deal) -> Standing:
    if deal.closing is None:
        return before._replace(open=before.open + 1)
    if deal.closing.won:
        return before._replace(won=before.won + 1)
    return before._replace(lost=before.lost + 1)
