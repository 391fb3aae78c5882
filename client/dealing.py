"""What is done with deals: open, move on, plan the next step, close, reopen, renew. No screen.

Each act is one changeset, so one undo. What a stage asks for is asked here, before a move, and
never by the server (see `rules.stages`).

A renewal's id is derived from the deal it renews: two devices that open it offline make one and the
same. It is opened as of the day it fell due, so that a device which opens it late takes back
nothing that its owner has done with it meanwhile. Only a device of the deal's owner opens it. A
renewal that somebody has deleted is not opened again, and none is opened for a term that ended
longer ago than renewals are opened ahead, or the first import of a company would open years of
them.
"""

from __future__ import annotations

from datetime import date, timedelta
from typing import TYPE_CHECKING, Any, NamedTuple

import msgspec

from client.errors import Invalid
from client.replica import Range
from sync_protocol.records import Closing, Competitor, Deal, Pipeline, Reason, renewal_id
from sync_protocol.rules import stages

if TYPE_CHECKING:
    from collections.abc import Iterable

    from client.replica import Replica
    from sync_protocol.records import Stage
    from sync_protocol.records.deals import Purpose

RENEWALS = "Open renewals"


class Staged(NamedTuple):
    """A deal with the stage it stands in; None if its pipeline is not here or has none."""

    deal: Deal
    stage: Stage | None


class Score(NamedTuple):
    """How many deals were won and lost."""

    won: int = 0
    lost: int = 0

    @property
    def rate(self) -> int | None:
        """Won of all that were closed, in per cent; None while there are none."""
        closed = self.won + self.lost
        return round(100 * self.won / closed) if closed else None


# --- acts ---


def open_deal(replica: Replica, deal: Deal) -> Deal:
    """A new one, in its stage from now on. Raises `Invalid` naming what it needs to begin there."""
    _ask_beginner(replica, deal)
    with replica.changeset("Open deal"):
        return replica.create(msgspec.structs.replace(deal, stage_since=replica.now()))


def begin_in(replica: Replica, deal: Deal) -> Deal:
    """It has come into another pipeline: in its stage there from now on.

    Raises `Invalid` if it is closed, or naming what is missing to begin there.
    """
    _ask_open(deal)
    _ask_beginner(replica, deal)
    with replica.changeset("Move deal"):
        return replica.update(deal, stage_since=replica.now())


def move(replica: Replica, deal: Deal, stage_id: str) -> Deal:
    """To another stage of its pipeline. Raises `Invalid` naming what is missing to go there."""
    now = replica.as_it_is(deal)
    if now.stage_id == stage_id:
        return now
    pipeline = replica.get(Pipeline, now.pipeline_id)
    if pipeline is None or stage_id not in pipeline.stages:
        raise Invalid("stage_id", "This stage is not there any more.")
    _ask_open(now)
    goal = pipeline.stages[stage_id].name
    _ask(stages.missing_before(now, pipeline, stage_id), f"Before it can go to {goal}")
    with replica.changeset(f"Move deal to {goal}"):
        return replica.update(now, stage_id=stage_id, stage_since=replica.now())


def win(replica: Replica, deal: Deal, reason_id: str = "", note: str = "") -> Deal:
    """It is ours. Raises `Invalid` naming what its stages still ask for."""
    now = replica.as_it_is(deal)
    pipeline = replica.get(Pipeline, now.pipeline_id)
    if pipeline is not None:
        _ask(stages.missing_before(now, pipeline), "Before it can be won")
    closing = Closing(True, replica.now(), reason_id, note.strip())
    with replica.changeset("Win deal"):
        return replica.update(now, closing=closing)


def lose(replica: Replica, deal: Deal, reason_id: str = "", note: str = "") -> Deal:
    """It is not. Raises `Invalid` without a reason, chosen or written."""
    if not (reason_id or note.strip()):
        raise Invalid("reason", "Say why, so that the next one is not lost the same way.")
    now = replica.as_it_is(deal)
    closing = Closing(False, replica.now(), reason_id, note.strip())
    with replica.changeset("Lose deal"):
        return replica.update(now, closing=closing)


def reopen(replica: Replica, deal: Deal) -> Deal:
    """It goes on in the stage it was in; how it was closed stays to be read in its history."""
    now = replica.as_it_is(deal)
    with replica.changeset("Reopen deal"):
        return replica.update(now, closing=None, stage_since=replica.now())


def plan_step(replica: Replica, deal: Deal, step: str, on: date | None) -> Deal:
    """What comes next, and when."""
    with replica.changeset("Plan next step"):
        return replica.update(deal, next_step=step.strip(), next_step_on=on)


def compete(replica: Replica, deal: Deal, competitor_id: str, offer: str | None) -> Deal:
    """What is known of a competitor's offer; None takes them off the deal."""
    now = replica.as_it_is(deal)
    rest = {key: value for key, value in now.competitors.items() if key != competitor_id}
    known = rest if offer is None else rest | {competitor_id: offer.strip()}
    with replica.changeset("Remove competitor" if offer is None else "Note competitor"):
        return replica.update(now, competitors=known)


def _ask_open(deal: Deal) -> None:
    if deal.closing is not None:
        raise Invalid("stage_id", "This deal is closed. Reopen it to move it.")


def _ask_beginner(replica: Replica, deal: Deal) -> None:
    """A deal that begins in a later stage needs what those before it ask for."""
    pipeline = replica.get(Pipeline, deal.pipeline_id)
    if pipeline is None or deal.stage_id not in pipeline.stages:
        return
    first = msgspec.structs.replace(deal, stage_id=stages.ordered(pipeline)[0][0])
    missing = stages.missing_before(first, pipeline, deal.stage_id)
    _ask(missing, f"To begin in {pipeline.stages[deal.stage_id].name}")


def _ask(missing: tuple[str, ...], before: str) -> None:
    if missing:
        raise Invalid(missing[0], f"{before}, this deal needs {stages.in_words(missing)}.")


# --- renewals ---


def renewals_due(replica: Replica) -> list[Deal]:
    """This user's won deals whose term ends soon and whose renewal is not opened yet."""
    today, ahead = replica.moment.day(), timedelta(days=replica.settings.renewal_days)
    ending = Range(today - ahead, today + ahead + timedelta(days=1))
    ended = replica.find(Deal, term_ends=ending, owner_id=replica.user_id, order_by="term_ends")
    return [
        deal
        for deal in ended
        if deal.closing is not None
        and deal.closing.won
        and replica.get(Deal, renewal_id(deal.id)) is None
    ]


def open_renewals(replica: Replica) -> list[Deal]:
    """Open what is due; nothing the second time."""
    due, start = renewals_due(replica), first_stage(replica, "renewal")
    if not due or start is None:
        return []
    with replica.changeset(RENEWALS, as_of=_due_ms(replica, due[0])):
        return [replica.create(_renewal(replica, deal, *start)) for deal in due]


def _due_ms(replica: Replica, deal: Deal) -> int:
    """When the day began on which a deal's renewal came up."""
    assert deal.term_ends is not None  # noqa: S101 - it is due
    ahead = timedelta(days=replica.settings.renewal_days)
    return round(replica.moment.start_of(deal.term_ends - ahead))


def _renewal(replica: Replica, deal: Deal, pipeline: Pipeline, stage_id: str) -> Deal:
    return Deal(
        id=renewal_id(deal.id),
        name=f"{deal.name[:180]} (renewal)",
        pipeline_id=pipeline.id,
        stage_id=stage_id,
        stage_since=replica.now(),
        value=deal.value,
        expected_on=deal.term_ends,
        lines=deal.lines,
        renews_id=deal.id,
        account_id=deal.account_id,
        contact_id=deal.contact_id,
        owner_id=deal.owner_id,
    )


# --- what is there ---


def pipelines(replica: Replica) -> list[Pipeline]:
    """Those on offer, in the order the office gave them."""
    found = replica.find(Pipeline, archived=False, order_by="place")
    return [pipeline for pipeline in found if pipeline.stages]


def first_stage(replica: Replica, purpose: Purpose) -> tuple[Pipeline, str] | None:
    """Where a deal of a purpose begins; in the sales pipeline while there is no other."""
    found = pipelines(replica)
    fitting = [each for each in found if each.purpose == purpose] or [
        each for each in found if each.purpose == "sales"
    ]
    return (fitting[0], stages.ordered(fitting[0])[0][0]) if fitting else None


def staged(deal: Deal, pipeline: Pipeline | None) -> Staged:
    at = stages.stage_of(deal, pipeline) if pipeline else None
    return Staged(deal, at[1] if at else None)


def open_deals(replica: Replica, **where: Any) -> list[Deal]:
    """Those that are neither won nor lost."""
    return replica.find(Deal, closing=None, **where)


def best_first(replica: Replica, deals: Iterable[Deal]) -> list[Deal]:
    """By what can be expected of them."""
    known = {pipeline.id: pipeline for pipeline in replica.find(Pipeline)}
    found = [staged(deal, known.get(deal.pipeline_id)) for deal in deals]
    ranked = stages.by_expected_value(found, replica.settings.currency)
    return [deal for deal, _stage in ranked]


def reasons(replica: Replica, *, won: bool) -> list[Reason]:
    """Those on offer for an end, in the order the office gave them."""
    return replica.find(Reason, of="won" if won else "lost", archived=False, order_by="place")


def competitors(replica: Replica) -> list[Competitor]:
    """Those on offer, by name."""
    return replica.find(Competitor, archived=False, order_by="name")


# --- what became of them ---


def closed(replica: Replica) -> list[Deal]:
    return [deal for deal in replica.find(Deal) if deal.closing is not None]


def against(deals: Iterable[Deal]) -> dict[str, Score]:
    """How often we won and lost against each competitor, by id."""
    scores: dict[str, Score] = {}
    for deal in deals:
        if deal.closing is not None:
            for key in deal.competitors:
                before, won = scores.get(key, Score()), deal.closing.won
                scores[key] = Score(before.won + won, before.lost + (not won))
    return scores
