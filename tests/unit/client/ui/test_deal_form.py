"""Deals are opened and edited in a form, and stand on their customer's page."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

import flet as ft
import pytest

from client import dealing
from sync_protocol.records import Closing, Deal, Money, Pipeline, Stage
from tests.unit.client.ui.harness import opened
from tests.unit.client.ui.office import NOON_MS, Office

if TYPE_CHECKING:
    from client.replica import Replica
    from tests.unit.client.ui.harness import Screen


def shown(screen: Screen, label: str) -> str:
    text: str = screen.all(ft.TextField, label=label)[0].value
    return text


@pytest.fixture
def sales(admins_office: Office) -> Pipeline:
    replica = admins_office.replica
    held = {"b": Stage("Offer", 2, 50), "a": Stage("First talk", 1, 10)}
    replica.create(Pipeline(name="Support", place=2, stages={"x": Stage("Reported", 1)}))
    return replica.create(Pipeline(name="Sales", place=1, stages=held))


async def test_a_deal_is_opened_from_its_customers_page(
    admins_office: Office, sales: Pipeline
) -> None:
    replica, account = admins_office.replica, admins_office[0]
    async with opened(replica, f"/accounts/{account.id}") as screen:
        await screen.until_target("new-deal")
        await screen.tap("new-deal")
        await screen.until_target("field-value")
        await screen.type("Name", "Terrace taps")
        await screen.type("Value", "1.234,50")
        await screen.type("Expected on", "2026-12-24")
        await screen.type("Next step", "Send the offer")
        await screen.tap("save")
        await screen.until(lambda: replica.count(Deal) == 1)
    (deal,) = replica.find(Deal)
    assert (deal.pipeline_id, deal.stage_id, deal.account_id) == (sales.id, "a", account.id)
    assert (deal.value, deal.stage_since) == (Money("1234.50", "EUR"), NOON_MS)
    assert (deal.expected_on, deal.next_step) == (date(2026, 12, 24), "Send the offer")


async def test_another_pipeline_is_chosen_with_its_first_stage(
    admins_office: Office, sales: Pipeline
) -> None:
    replica = admins_office.replica
    support = next(x for x in replica.find(Pipeline) if x.id != sales.id)
    async with opened(replica, "/deals/new") as screen:
        await screen.tap(f"pipeline-{support.id}")
        await screen.type("Name", "Broken cooler")
        await screen.tap("save")
        await screen.until(lambda: replica.count(Deal) == 1)
    (deal,) = replica.find(Deal)
    assert (deal.pipeline_id, deal.stage_id) == (support.id, "x")


async def test_a_bad_value_is_said_beside_it_and_what_was_typed_stays(
    admins_office: Office, sales: Pipeline
) -> None:
    replica = admins_office.replica
    async with opened(replica, f"/deals/new?pipeline={sales.id}") as screen:
        await screen.type("Name", "Taps")
        await screen.type("Value", "much")
        await screen.tap("save")
        await screen.until_target("form-problem")
        await screen.go("/more")
        await screen.until_says("Not saved yet. What you typed is kept.")
        await screen.go(f"/deals/new?pipeline={sales.id}")
        await screen.until_says("What you typed before is still here.")
        assert {"Taps", "much"} <= set(screen.words())


@pytest.mark.parametrize("restarted", [False, True])
async def test_a_value_typed_and_put_back_is_untouched(
    admins_office: Office, sales: Pipeline, restarted: bool
) -> None:
    replica = admins_office.replica
    deal = replica.create(
        Deal(name="Taps", pipeline_id=sales.id, stage_id="b", value=Money("10", "EUR"))
    )
    route = f"/deals/{deal.id}/edit"
    async with opened(replica, route) as screen:
        await screen.type("Value", "10 EURO")
        await screen.until(replica.drafts)
        if not restarted:
            await put_back_and_saved(screen, replica, deal)
    if restarted:
        async with opened(replica, route) as screen:
            await screen.until_says("What you typed before is still here.")
            await put_back_and_saved(screen, replica, deal)
    (saved,) = replica.find(Deal)
    assert (saved.name, saved.value) == ("Ten taps", Money("12", "EUR"))


async def put_back_and_saved(screen: Screen, replica: Replica, deal: Deal) -> None:
    await screen.type("Value", "10 EUR")
    await screen.until(lambda: replica.drafts() == [])
    await screen.type("Name", "Ten taps")
    replica.update(deal, value=Money("12", "EUR"))
    await screen.until(lambda: shown(screen, "Value") == "12 EUR")
    await screen.tap("save")
    await screen.until(lambda: screen.bar() == "Deal saved")


@pytest.mark.parametrize("typed", ["1.234", "1234,5", "1.234,5"])
async def test_an_amount_of_a_draft_comes_back_as_typed(
    admins_office: Office, sales: Pipeline, typed: str
) -> None:
    replica = admins_office.replica
    replica.update(replica.settings, locale="de-DE")
    async with opened(replica, f"/deals/new?pipeline={sales.id}") as screen:
        await screen.type("Value", typed)
        await screen.type("Probability", typed)
        await screen.go("/more")
        await screen.go(f"/deals/new?pipeline={sales.id}")
        await screen.until_says("What you typed before is still here.")
        assert (shown(screen, "Value"), shown(screen, "Probability")) == (typed, typed)


async def test_editing_a_deal_leaves_it_in_its_stage(
    admins_office: Office, sales: Pipeline
) -> None:
    replica = admins_office.replica
    deal = dealing.open_deal(replica, Deal(name="Taps", pipeline_id=sales.id, stage_id="b"))
    admins_office.time_ms += 1000
    async with opened(replica, f"/deals/{deal.id}/edit") as screen:
        await screen.type("Name", "Ten taps")
        await screen.tap("save")
        await screen.until(lambda: [x.name for x in replica.find(Deal)] == ["Ten taps"])
    (changed,) = replica.find(Deal)
    assert (changed.stage_id, changed.stage_since) == ("b", NOON_MS)


async def test_a_customers_open_deals_come_before_the_closed_ones(
    admins_office: Office, sales: Pipeline
) -> None:
    replica, account = admins_office.replica, admins_office[0]
    facts = {"pipeline_id": sales.id, "stage_id": "b", "account_id": account.id}
    replica.create(Deal(name="Gone", closing=Closing(won=False, at=NOON_MS), **facts))
    replica.create(Deal(name="Small", value=Money("10", "EUR"), **facts))
    replica.create(Deal(name="Large", value=Money("900", "EUR"), next_step="Call", **facts))
    async with opened(replica, f"/accounts/{account.id}") as screen:
        await screen.until_says("Deals (3)")
        rows = [x for x in screen.identifiers() if x.startswith("deal-")]
        assert [screen.words(screen.target(x))[0] for x in rows] == ["Large", "Small", "Gone"]


async def test_a_deal_comes_into_another_pipeline_in_its_first_stage(
    admins_office: Office, sales: Pipeline
) -> None:
    replica = admins_office.replica
    support = next(x for x in replica.find(Pipeline) if x.id != sales.id)
    deal = dealing.open_deal(replica, Deal(name="Taps", pipeline_id=sales.id, stage_id="b"))
    admins_office.time_ms += 1000
    async with opened(replica, f"/deals/{deal.id}/edit") as screen:
        assert not screen.has("stage-x")
        await screen.tap(f"pipeline-{support.id}")
        await screen.until_target("stage-x")
        await screen.tap("save")
        await screen.until(lambda: replica.count(Deal, stage_id="x") == 1)
        (moved,) = replica.find(Deal)
        await screen.undo()
        await screen.until(lambda: replica.find(Deal) == [deal])
    replica.redo(replica.acts()[0].key)
    assert replica.find(Deal) == [moved]
    assert moved.pipeline_id == support.id
    assert moved.stage_since in (NOON_MS, NOON_MS + 1000)  # by the server's clock, if it was asked


async def test_a_later_stage_of_another_pipeline_names_what_it_needs(
    admins_office: Office, sales: Pipeline
) -> None:
    replica = admins_office.replica
    stages = {"p": Stage("Wish", 1, required=("value",)), "q": Stage("Promise", 2)}
    partner = replica.create(Pipeline(name="Partners", place=3, stages=stages))
    deal = dealing.open_deal(replica, Deal(name="Taps", pipeline_id=sales.id, stage_id="b"))
    async with opened(replica, f"/deals/{deal.id}/edit") as screen:
        await screen.tap(f"pipeline-{partner.id}")
        await screen.until_target("stage-q")
        await screen.tap("stage-q")
        await screen.tap("save")
        await screen.until_says("To begin in Promise, this deal needs a value.")
        await screen.type("Value", "200")
        await screen.tap("save")
        await screen.until(lambda: replica.count(Deal, stage_id="q") == 1)


async def test_a_closed_deal_stays_in_its_pipeline(admins_office: Office, sales: Pipeline) -> None:
    replica = admins_office.replica
    support = next(x for x in replica.find(Pipeline) if x.id != sales.id)
    facts = {"pipeline_id": sales.id, "stage_id": "b", "closing": Closing(True, NOON_MS)}
    deal = replica.create(Deal(name="Taps", **facts))
    async with opened(replica, f"/deals/{deal.id}/edit") as screen:
        await screen.tap(f"pipeline-{support.id}")
        await screen.tap("save")
        await screen.until_says("This deal is closed. Reopen it to move it.")
    assert replica.find(Deal) == [deal]
