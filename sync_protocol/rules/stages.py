"""How deals go through the stages of a pipeline, and what they are worth on the way.

A deal leaves a stage forwards when all is filled that the stage asks for; going back, or losing it,
asks for nothing. The client keeps to that before a move and names what is missing. The server does
not refuse: a move that was made offline is a fact by the time it arrives, others may have filled or
emptied a field in the meantime, and a write must never be lost because it came late.

No float touches an amount. Sums are kept for each currency, because there are no rates to add them
by; for the same reason deals in the company's currency come before all others when they are
ordered by what can be expected of them.
"""

from __future__ import annotations

from decimal import Decimal, localcontext
from typing import TYPE_CHECKING, NamedTuple

from sync_protocol.rules.totals import EXACT, ZERO

if TYPE_CHECKING:
    from collections.abc import Iterable

    from sync_protocol.records import Deal, Pipeline, Stage

DAY_MS = 86_400_000
CERTAIN = 100
ASKED = {
    "account_id": "an account",
    "contact_id": "a contact",
    "value": "a value",
    "expected_on": "a closing date",
    "next_step": "a next step",
    "next_step_on": "a date for the next step",
    "lines": "products",
    "competitors": "competitors",
    "term_ends": "the end of the term",
    "about": "a description",
}
"""What a stage can ask for, in words. A name that a newer version knows is not asked for here."""


class Sum(NamedTuple):
    """What some deals of one currency come to, and what can be expected of them."""

    value: Decimal = ZERO
    weighted: Decimal = ZERO


# --- stages ---


def ordered(pipeline: Pipeline) -> list[tuple[str, Stage]]:
    """The stages with their ids, the first one first."""
    return sorted(pipeline.stages.items(), key=lambda item: (item[1].place, item[0]))


def stage_of(deal: Deal, pipeline: Pipeline) -> tuple[str, Stage] | None:
    """Where a deal stands; in the first stage if its own has been removed, None without any."""
    own = pipeline.stages.get(deal.stage_id)
    if own is not None:
        return deal.stage_id, own
    return next(iter(ordered(pipeline)), None)


def missing(deal: Deal, stage: Stage) -> tuple[str, ...]:
    """The fields that the stage asks for and the deal lacks."""
    return tuple(name for name in stage.required if name in ASKED and not getattr(deal, name))


def missing_before(deal: Deal, pipeline: Pipeline, stage_id: str = "") -> tuple[str, ...]:
    """What is lacking to come to a stage, those passed over included; without one, to be won."""
    order = [key for key, _stage in ordered(pipeline)]
    at = stage_of(deal, pipeline)
    if at is None:
        return ()
    goal = order.index(stage_id) if stage_id in order else len(order)
    passed = order[order.index(at[0]) : goal]
    lacking = (name for key in passed for name in missing(deal, pipeline.stages[key]))
    return tuple(dict.fromkeys(lacking))


def in_words(names: Iterable[str]) -> str:
    """`a value, a contact and a next step`."""
    *most, last = [ASKED[name] for name in names]
    return f"{', '.join(most)} and {last}" if most else last


# --- worth ---


def probability(deal: Deal, stage: Stage | None) -> int:
    """In per cent: certain once it is closed, else the deal's own or that of its stage."""
    if deal.closing is not None:
        return CERTAIN if deal.closing.won else 0
    if deal.probability is not None:
        return deal.probability
    return stage.probability if stage else 0


def weighted(deal: Deal, stage: Stage | None) -> Decimal:
    """What can be expected of it, exactly, in the currency of its value; nothing without one."""
    if deal.value is None:
        return ZERO
    with localcontext(EXACT):
        return Decimal(deal.value.amount) * probability(deal, stage) / CERTAIN


def sums(deals: Iterable[tuple[Deal, Stage | None]]) -> dict[str, Sum]:
    """What deals come to in each currency; those without a value count for nothing."""
    found: dict[str, Sum] = {}
    with localcontext(EXACT):
        for deal, stage in deals:
            if deal.value is None:
                continue
            before = found.get(deal.value.currency, Sum())
            found[deal.value.currency] = Sum(
                before.value + Decimal(deal.value.amount), before.weighted + weighted(deal, stage)
            )
    return found


def by_expected_value(
    deals: Iterable[tuple[Deal, Stage | None]], currency: str
) -> list[tuple[Deal, Stage | None]]:
    """The best chances first; other currencies after the company's, without a value last."""

    def place(item: tuple[Deal, Stage | None]) -> tuple[bool, bool, str, Decimal, str, str]:
        deal, stage = item
        own = deal.value.currency if deal.value else ""
        return (not own, own != currency, own, -weighted(deal, stage), deal.name, deal.id)

    return sorted(deals, key=place)


# --- age ---


def age_days(deal: Deal, now_ms: int) -> int:
    """For how many whole days it has been in its stage; 0 if that is not known."""
    return max(0, now_ms - deal.stage_since) // DAY_MS if deal.stage_since else 0


def is_ageing(deal: Deal, stage: Stage | None, now_ms: int) -> bool:
    """Whether an open deal is longer in its stage than deals should be."""
    if stage is None or deal.closing is not None or not stage.stale_days:
        return False
    return age_days(deal, now_ms) > stage.stale_days
