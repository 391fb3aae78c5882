"""Deals without a screen."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal
from typing import TYPE_CHECKING, Any

import pytest

from client import dealing, endings
from client.dealing import Score
from client.endings import Ending
from client.errors import Invalid
from sync_protocol.records import (
    Account,
    Closing,
    Competitor,
    Deal,
    Line,
    Money,
    Pipeline,
    Reason,
    Stage,
    entries,
    renewal_id,
)

if TYPE_CHECKING:
    from client.replica import Replica
    from tests.unit.client.conftest import Clock

DAY_MS = 86_400_000


@pytest.fixture
def sales(replica: Replica) -> Pipeline:
    stages = {
        "b": Stage("Offer", place=2, probability=50, required=("value", "expected_on")),
        "a": Stage("Talk", place=1, probability=10, required=("next_step",)),
    }
    return replica.create(Pipeline(name="Sales", place=1, stages=stages))


def opened(replica: Replica, sales: Pipeline, name: str = "Terrace", **fields: Any) -> Deal:
    stage = fields.pop("stage_id", "a")
    deal = Deal(name=name, pipeline_id=sales.id, stage_id="a", **fields)
    return replica.update(dealing.open_deal(replica, deal), stage_id=stage)


def renewals(replica: Replica) -> Pipeline:
    stages = {"r": Stage("Coming up", place=1)}
    return replica.create(Pipeline(name="Renewals", purpose="renewal", place=2, stages=stages))


def test_a_deal_is_opened_in_its_stage_from_now_on(replica: Replica, sales: Pipeline) -> None:
    deal = opened(replica, sales)
    assert deal.stage_since == replica.now()
    assert replica.can_undo() == "Open deal"


def test_a_deal_that_begins_later_needs_what_earlier_stages_ask_for(
    replica: Replica, sales: Pipeline
) -> None:
    with pytest.raises(Invalid) as caught:
        dealing.open_deal(replica, Deal(name="Taps", pipeline_id=sales.id, stage_id="b"))
    assert str(caught.value) == "To begin in Offer, this deal needs a next step."
    assert replica.count(Deal) == 0
    late = Deal(name="Taps", pipeline_id=sales.id, stage_id="b", next_step="Call")
    assert dealing.open_deal(replica, late).stage_id == "b"


def test_a_move_names_all_that_is_missing_and_writes_nothing(
    replica: Replica, sales: Pipeline
) -> None:
    deal = opened(replica, sales)
    with pytest.raises(Invalid) as caught:
        dealing.move(replica, deal, "b")
    assert caught.value.field == "next_step"
    assert str(caught.value) == "Before it can go to Offer, this deal needs a next step."
    assert replica.get(Deal, deal.id) == deal


def test_a_move_restarts_the_age_and_is_one_undo(
    replica: Replica, sales: Pipeline, clock: Clock
) -> None:
    deal = opened(replica, sales, next_step="Call")
    clock.now_ms += DAY_MS
    moved = dealing.move(replica, deal, "b")
    assert (moved.stage_id, moved.stage_since) == ("b", clock.now_ms)
    assert replica.can_undo() == "Move deal to Offer"
    replica.undo()
    back = replica.get(Deal, deal.id)
    assert back == deal


def test_a_deal_goes_back_without_being_asked(replica: Replica, sales: Pipeline) -> None:
    deal = opened(replica, sales, stage_id="b")
    assert dealing.move(replica, deal, "a").stage_id == "a"


def test_a_deal_where_it_is_already_keeps_its_age(
    replica: Replica, sales: Pipeline, clock: Clock
) -> None:
    deal = opened(replica, sales)
    clock.now_ms += DAY_MS
    assert dealing.move(replica, deal, "a") == deal


def test_no_deal_moves_to_a_stage_that_is_gone_or_once_it_is_closed(
    replica: Replica, sales: Pipeline
) -> None:
    deal = opened(replica, sales, next_step="Call")
    with pytest.raises(Invalid, match="not there any more"):
        dealing.move(replica, deal, "x")
    dealing.lose(replica, deal, note="Too dear")
    with pytest.raises(Invalid, match="Reopen it"):
        dealing.move(replica, deal, "b")


def test_a_deal_is_won_when_its_stages_have_what_they_ask_for(
    replica: Replica, sales: Pipeline
) -> None:
    reason = replica.create(Reason(name="Service", of="won"))
    deal = opened(replica, sales, stage_id="b")
    with pytest.raises(Invalid, match="won, this deal needs a value and a closing date"):
        dealing.win(replica, deal, reason.id)
    deal = replica.update(deal, value=Money("10", "EUR"), expected_on=replica.moment.day())
    won = dealing.win(replica, deal, reason.id, " At last ")
    assert won.closing == Closing(True, replica.now(), reason.id, "At last")
    assert dealing.open_deals(replica) == []
    assert endings.endings(replica).won == (
        Ending(reason.id, "Service", 1, (("EUR", Decimal(10)),)),
    )


def test_a_deal_is_lost_with_a_reason_and_reopened(
    replica: Replica, sales: Pipeline, clock: Clock
) -> None:
    deal = opened(replica, sales)
    with pytest.raises(Invalid, match="Say why"):
        dealing.lose(replica, deal, note="  ")
    lost = dealing.lose(replica, deal, "too-dear")
    assert lost.closing == Closing(False, replica.now(), "too-dear")
    clock.now_ms += DAY_MS
    again = dealing.reopen(replica, lost)
    assert (again.closing, again.stage_since) == (None, clock.now_ms)
    assert dealing.open_deals(replica) == [again]


def test_deals_without_a_next_step_are_found(replica: Replica, sales: Pipeline) -> None:
    bare = opened(replica, sales, "Bare")
    planned = opened(replica, sales, "Planned")
    dealing.plan_step(replica, planned, " Call ", replica.moment.day())
    dealing.lose(replica, opened(replica, sales, "Lost"), note="Gone")
    assert dealing.open_deals(replica, next_step="") == [bare]


def test_the_best_chances_come_first(replica: Replica, sales: Pipeline) -> None:
    low = opened(replica, sales, "Low", value=Money("900", "EUR"))
    high = opened(replica, sales, "High", value=Money("200", "EUR"), stage_id="b")
    own = opened(replica, sales, "Own", value=Money("300", "EUR"), probability=100)
    none = opened(replica, sales, "None")
    assert dealing.best_first(replica, dealing.open_deals(replica)) == [own, high, low, none]


def test_a_competitor_is_noted_told_more_of_and_taken_off(
    replica: Replica, sales: Pipeline
) -> None:
    rival = replica.create(Competitor(name="Quellgold"))
    deal = dealing.compete(replica, opened(replica, sales), rival.id, " Cheaper ")
    assert deal.competitors == {rival.id: "Cheaper"}
    assert dealing.compete(replica, deal, rival.id, "").competitors == {rival.id: ""}
    assert dealing.compete(replica, deal, rival.id, None).competitors == {}


def test_how_often_we_win_against_a_competitor(replica: Replica, sales: Pipeline) -> None:
    for won, rivals in ((True, "x"), (False, "xy"), (False, "x"), (None, "x")):
        closing = None if won is None else Closing(won, 1)
        opened(replica, sales, closing=closing, competitors=dict.fromkeys(rivals, ""))
    scores = dealing.against(dealing.closed(replica))
    assert scores == {"x": Score(1, 2), "y": Score(0, 1)}
    assert (scores["x"].rate, scores["y"].rate, Score().rate) == (33, 0, None)


def test_three_pipelines_run_at_once_each_with_its_own_stages(
    replica: Replica, sales: Pipeline
) -> None:
    renewing = renewals(replica)
    help_out = Pipeline(name="Support", purpose="support", place=3, stages={"s": Stage("New")})
    support = replica.create(help_out)
    assert dealing.pipelines(replica) == [sales, renewing, support]
    assert dealing.first_stage(replica, "sales") == (sales, "a")
    assert dealing.first_stage(replica, "renewal") == (renewing, "r")
    assert dealing.first_stage(replica, "support") == (support, "s")
    deal = opened(replica, sales, next_step="Call")
    with pytest.raises(Invalid, match="not there"):
        dealing.move(replica, deal, "r")


def test_a_renewal_is_opened_as_many_days_ahead_as_the_company_says(
    replica: Replica, sales: Pipeline, clock: Clock
) -> None:
    renewing = renewals(replica)
    account = replica.create(Account(name="Adler"))
    ends = replica.moment.day() + timedelta(days=replica.settings.renewal_days + 1)
    deal = opened(
        replica, sales, term_ends=ends, account_id=account.id, value=Money("5", "EUR"),
        lines=entries(Line("Water")), closing=Closing(True, 1),
    )  # fmt: skip
    assert dealing.open_renewals(replica) == []
    clock.now_ms += DAY_MS
    (renewal,) = dealing.open_renewals(replica)
    assert (renewal.id, renewal.renews_id) == (renewal_id(deal.id), deal.id)
    assert (renewal.pipeline_id, renewal.stage_id) == (renewing.id, "r")
    assert (renewal.value, renewal.lines, renewal.account_id) == (
        deal.value, deal.lines, account.id,
    )  # fmt: skip
    assert renewal.expected_on == ends
    assert renewal.term_ends is None
    assert dealing.open_renewals(replica) == []


def test_a_deleted_renewal_is_not_opened_again(replica: Replica, sales: Pipeline) -> None:
    opened(replica, sales, term_ends=replica.moment.day(), closing=Closing(True, 1))
    (renewal,) = dealing.open_renewals(replica)
    replica.delete(renewal)
    assert dealing.open_renewals(replica) == []


def test_what_was_lost_or_is_open_or_ended_long_ago_is_not_renewed(
    replica: Replica, sales: Pipeline
) -> None:
    today = replica.moment.day()
    opened(replica, sales, term_ends=today, closing=Closing(False, 1))
    opened(replica, sales, term_ends=today)
    opened(replica, sales, term_ends=today - timedelta(days=400), closing=Closing(True, 1))
    opened(replica, sales, term_ends=today, closing=Closing(True, 1), owner_id="somebody-else")
    assert dealing.renewals_due(replica) == []


def test_without_any_pipeline_nothing_is_opened(replica: Replica) -> None:
    ended = replica.moment.day()
    replica.create(
        Deal(name="Old", pipeline_id="p", stage_id="s", closing=Closing(True, 1), term_ends=ended)
    )
    assert dealing.open_renewals(replica) == []
