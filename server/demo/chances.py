"""The demo's deals: what the reps are after, where each stands, and how the last half year ended.

Of each rep's deals some are ageing in their stage, some lack a next step, some are closed with a
reason, and a few that were won run out within the next weeks, so that their renewals come up.
"""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any, TypeVar

from server.domain import starters
from sync_protocol.records import Closing, Competitor, Deal, Money, Pipeline, Reason
from sync_protocol.rules import stages

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from server.demo.customers import Customer, Desk
    from server.demo.making import Maker
    from sync_protocol.records import Record

R = TypeVar("R", bound="Record")
OPEN, CLOSED, ENDING = 16, 14, 2
COMPETITORS = ("Quellgold", "Bergbrunn", "Nordperle", "Sprudelwerk Süd")
_SUBJECTS = (
    "Terrace season", "Summer party", "Drinks for the season", "Whole assortment",
    "Hotel minibars", "Christmas market", "Conference drinks", "Returnable bottles",
    "Second branch", "Wedding season", "Sports field kiosk", "Office water",
)  # fmt: skip
_TROUBLES = ("Cooler breaks down", "Wrong crates delivered", "Tap needs cleaning")
_STEPS = (
    "Send the offer", "Call about the offer", "Bring samples", "Meet the owner",
    "Ask for the quantities", "Settle the delivery days", "Get the signature",
)  # fmt: skip
_UNKNOWN = 0.1
"""The share of deals that have no value yet."""
_OFFERS = ("Cheaper by 5 %", "Gives the coolers for free", "Has the contract now", "")


class Chances:
    """Makes an area's deals. Pipelines and reasons that are `known`, by name, are not made again.

    `known` maps a pipeline's name to its id, a reason's (`won Price`) likewise.
    """

    def __init__(self, maker: Maker, admin: str, start_ms: int, known: Mapping[str, str]) -> None:
        self._maker = maker
        self._pipelines = {
            each.purpose: known.get(each.name) or maker.make(admin, start_ms, each).id
            for each in starters.pipelines()
        }
        self._reasons: dict[str, list[str]] = {"won": [], "lost": []}
        for reason in starters.reasons():
            found = known.get(called(reason)) or maker.make(admin, start_ms, reason).id
            self._reasons.setdefault(reason.of, []).append(found)
        self._competitors = [
            maker.make(admin, start_ms, Competitor(name=name)).id for name in COMPETITORS
        ]

    @property
    def disqualified(self) -> list[str]:
        """The ids of the reasons why leads are disqualified."""
        return self._reasons["disqualified"]

    def pursue(self, desk: Desk, customers: Sequence[Customer]) -> None:
        """One rep's deals, the closed ones too."""
        rng = self._maker.rng
        settled = [each for each in customers if each.since_ms == desk.import_ms]
        chosen = rng.sample(settled, OPEN + CLOSED + ENDING + 5)
        for customer in chosen[:OPEN]:
            self._open(desk, customer, starters.SALES, rng.choice(_SUBJECTS))
        for customer in chosen[OPEN : OPEN + CLOSED]:
            self._closed(desk, customer, ends_in=0)
        for customer in chosen[OPEN + CLOSED : -5]:
            self._closed(desk, customer, ends_in=rng.randrange(10, 50))
        for customer, subject in zip(chosen[-5:-2], _TROUBLES, strict=True):
            self._open(desk, customer, starters.SUPPORT, subject)
        for customer in chosen[-2:]:
            self._open(desk, customer, starters.RENEWAL, "Supply contract (renewal)")

    def _open(self, desk: Desk, customer: Customer, pipeline: Pipeline, subject: str) -> None:
        """It went through the stages before the one in which it stands."""
        maker, rng = self._maker, self._maker.rng
        order = stages.ordered(pipeline)
        goal = min(rng.randrange(len(order)), rng.randrange(len(order)))
        began = rng.randrange(5, 30) + 18 * goal
        deal = self._begin(desk, customer, pipeline, subject, began)
        for step in range(1, goal + 1):
            days_ago = began - (began - rng.randrange(1, 12)) * step / goal
            at_ms = maker.at(maker.day(days_ago), 15, rng.randrange(120))
            deal = maker.edit(
                desk.rep, at_ms, deal, stage_id=order[step][0], stage_since=at_ms
            )  # fmt: skip
        if maker.chance(0.7):
            on = maker.today + timedelta(days=rng.randrange(-3, 21))
            maker.edit(
                desk.rep, deal.stage_since + 60_000, deal,
                next_step=rng.choice(_STEPS), next_step_on=on,
            )  # fmt: skip

    def _closed(self, desk: Desk, customer: Customer, ends_in: int) -> None:
        """Won or lost some time ago; with `ends_in` a contract that ends in so many days."""
        maker, rng = self._maker, self._maker.rng
        began = rng.randrange(60, 170)
        subject = "Supply contract" if ends_in else rng.choice(_SUBJECTS)
        deal = self._begin(desk, customer, starters.SALES, subject, began)
        won = bool(ends_in) or maker.chance(0.5)
        at_ms = maker.at(maker.day(began - rng.randrange(15, 55)), 16, rng.randrange(90))
        reason = rng.choice(self._reasons["won" if won else "lost"])
        fields: dict[str, Any] = {"closing": Closing(won, at_ms, reason)}
        if ends_in:
            fields["term_ends"] = maker.today + timedelta(days=ends_in)
        if won:
            fields["stage_id"] = stages.ordered(starters.SALES)[-1][0]
        maker.edit(desk.rep, at_ms, deal, **fields)

    def _begin(
        self, desk: Desk, customer: Customer, pipeline: Pipeline, subject: str, days_ago: int
    ) -> Deal:
        maker, rng = self._maker, self._maker.rng
        at_ms = maker.at(maker.day(days_ago), 10, rng.randrange(200))
        rivals = rng.sample(self._competitors, rng.choice((0, 1, 1, 2)))
        deal = Deal(
            name=f"{subject}, {customer.account.name}",
            pipeline_id=self._pipelines[pipeline.purpose],
            stage_id=stages.ordered(pipeline)[0][0],
            stage_since=at_ms,
            value=self._value(pipeline),
            expected_on=maker.today + timedelta(days=rng.randrange(5, 90)),
            competitors={rival: rng.choice(_OFFERS) for rival in rivals},
            about=subject if pipeline is starters.SUPPORT else "",
            account_id=customer.account.id,
            contact_id=customer.contacts[0].id,
            owner_id=desk.rep,
        )
        return maker.make(desk.rep, at_ms, deal)

    def _value(self, pipeline: Pipeline) -> Money | None:
        """Support is seldom sold for much; a few deals have no value yet."""
        rng = self._maker.rng
        if self._maker.chance(_UNKNOWN):
            return None
        if pipeline is starters.SUPPORT:
            return Money(str(rng.randrange(5, 40) * 10), "EUR")
        return Money(str(rng.choice((6, 9, 12, 18, 24, 30, 48, 72, 120)) * 100), "EUR")


def called(record: Pipeline | Reason) -> str:
    """By what a record that a workspace begins with is known."""
    return f"{record.of} {record.name}" if isinstance(record, Reason) else record.name
