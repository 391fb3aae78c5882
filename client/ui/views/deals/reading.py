"""Deals as the screens show them: cards, columns with their sums, all in words."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from client import dealing, money
from client.dealing import Staged
from client.ui import wording
from sync_protocol.records import Account, Contact, Deal, Pipeline
from sync_protocol.rules import stages, totals

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import date
    from decimal import Decimal

    from client.replica import Replica
    from sync_protocol.records import Stage

OPEN = "open"
CLOSED_SHOWN = 20


class Asked(NamedTuple):
    """What the board shows: a pipeline, whose deals, in which order."""

    pipeline_id: str = ""
    mine: bool = False
    stuck: bool = False
    best: bool = True

    def turned(self, name: str) -> Asked:
        """With one of the three the other way round."""
        facts = self._asdict()
        return Asked(**facts | {name: not facts[name]})


class Card(NamedTuple):
    """A deal at a glance. `missing` is what its stage asks for before it can go on."""

    id: str
    name: str
    customer: str
    value: str
    chance: str
    age: str
    ageing: bool
    step: str
    late: bool
    missing: str


class Column(NamedTuple):
    """A stage with its deals; `total` and `expected` are sums in words, a currency each."""

    stage_id: str
    stage: Stage
    deals: tuple[Deal, ...]
    total: str
    expected: str
    ageing: int


class Board(NamedTuple):
    pipelines: tuple[Pipeline, ...]
    pipeline: Pipeline | None
    columns: tuple[Column, ...]
    total: str
    expected: str
    deals: int
    hidden: int


def read_board(replica: Replica, asked: Asked) -> Board:
    """The open deals of one pipeline, stage by stage."""
    offered = tuple(dealing.pipelines(replica))
    pipeline = next((each for each in offered if each.id == asked.pipeline_id), None)
    pipeline = pipeline or next(iter(offered), None)
    if pipeline is None:
        return Board((), None, (), "", "", 0, 0)
    every = dealing.open_deals(replica, pipeline_id=pipeline.id)
    shown = [deal for deal in every if _wanted(replica, deal, asked)]
    placed: dict[str, list[Staged]] = {key: [] for key, _stage in stages.ordered(pipeline)}
    for deal in shown:
        at = stages.stage_of(deal, pipeline)
        if at is not None:
            placed[at[0]].append(Staged(deal, at[1]))
    told = _totals(replica, [each for some in placed.values() for each in some])
    columns = tuple(_column(replica, pipeline, key, some, asked) for key, some in placed.items())
    return Board(offered, pipeline, columns, *told, len(shown), len(every) - len(shown))


def cards_of(replica: Replica, column: Column, most: int) -> list[Card]:
    """The first deals of a column at a glance: of thousands only these are seen."""
    return [card_of(replica, deal, column.stage) for deal in column.deals[:most]]


def card_of(replica: Replica, deal: Deal, stage: Stage | None) -> Card:
    """One deal at a glance."""
    today = replica.moment.day()
    step = deal.next_step
    if step and deal.next_step_on:
        step = f"{step}, {wording.midway(wording.day_name(deal.next_step_on, today))}"
    missing = stages.missing(deal, stage) if stage and deal.closing is None else ()
    return Card(
        id=deal.id,
        name=deal.name,
        customer=customer_of(replica, deal),
        value=value_of(replica, deal),
        chance=f"{stages.probability(deal, stage)} %",
        age=age_of(replica, deal),
        ageing=stages.is_ageing(deal, stage, replica.now()),
        step=step,
        late=_late(deal.next_step_on, today),
        missing=stages.in_words(missing) if missing else "",
    )


def staged_card(replica: Replica, deal: Deal) -> Card:
    return card_of(replica, *dealing.staged(deal, replica.get(Pipeline, deal.pipeline_id)))


def customer_of(replica: Replica, deal: Deal) -> str:
    """The account, or the contact where there is none."""
    account = replica.get(Account, deal.account_id) if deal.account_id else None
    contact = replica.get(Contact, deal.contact_id) if deal.contact_id else None
    return next((record.name for record in (account, contact) if record), "")


def value_of(replica: Replica, deal: Deal) -> str:
    """The value in words; empty without one."""
    value = deal.value
    return amount(replica, value.amount, value.currency) if value else ""


def age_of(replica: Replica, deal: Deal) -> str:
    days = stages.age_days(deal, replica.now())
    return wording.plural(days, "day") if days else "today"


def amount(replica: Replica, value: str | Decimal, currency: str) -> str:
    return money.shown(value, currency, replica.settings.locale)


def read_deals_of(replica: Replica, by: str, record_id: str) -> tuple[Card, ...]:
    """The deals of an account or a contact: the open ones, best first, then those closed last."""
    found = replica.find(Deal, where={by: record_id})
    ranked = dealing.best_first(replica, [deal for deal in found if deal.closing is None])
    closed = sorted(
        (deal for deal in found if deal.closing is not None),
        key=lambda deal: -deal.closing.at if deal.closing else 0,
    )
    return tuple(staged_card(replica, deal) for deal in [*ranked, *closed[:CLOSED_SHOWN]])


def _wanted(replica: Replica, deal: Deal, asked: Asked) -> bool:
    if asked.mine and deal.owner_id != replica.user_id:
        return False
    return not (asked.stuck and deal.next_step)


def _column(
    replica: Replica, pipeline: Pipeline, key: str, found: list[Staged], asked: Asked
) -> Column:
    stage, now_ms = pipeline.stages[key], replica.now()
    ranked = tuple(each.deal for each in _sorted(replica, found, asked))
    ageing = sum(stages.is_ageing(deal, stage, now_ms) for deal in ranked)
    return Column(key, stage, ranked, *_totals(replica, found), ageing)


def _sorted(replica: Replica, found: list[Staged], asked: Asked) -> Iterable[Staged]:
    """The best chances first, or what has been there longest."""
    if asked.best:
        ranked = stages.by_expected_value(found, replica.settings.currency)
        return [Staged(*each) for each in ranked]
    return sorted(found, key=lambda each: (each.deal.stage_since, each.deal.id))


def _totals(replica: Replica, found: list[Staged]) -> tuple[str, str]:
    """Value and expected value, each currency by itself, the expected one to whole amounts."""
    sums = sorted(stages.sums(found).items())
    total = [amount(replica, each.value, currency) for currency, each in sums]
    expected = [
        amount(replica, totals.rounded(each.weighted, currency), currency)
        for currency, each in sums
    ]
    return " + ".join(total), " + ".join(expected)


def _late(on: date | None, today: date) -> bool:
    return on is not None and on < today
