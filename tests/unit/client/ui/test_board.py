"""The pipeline on screen: read, moved by drag and by tap, closed, on a phone and in the office."""

from __future__ import annotations

import flet as ft
import pytest

from sync_protocol.records import Closing, Deal, Money, Pipeline, Reason, Stage, renewal_id
from tests.unit.client.ui.harness import OFFICE, PHONE, Screen, opened
from tests.unit.client.ui.office import NOON_MS, Office

DAY_MS = 86_400_000


@pytest.fixture
def sales(admins_office: Office) -> Pipeline:
    held = {
        "a": Stage("First talk", 1, 10, "We have spoken.", "We know their need.", stale_days=7),
        "b": Stage("Offer", 2, 50, required=("value", "next_step")),
        "c": Stage("Commitment", 3, 90),
    }
    return admins_office.replica.create(Pipeline(name="Sales", place=1, stages=held))


def a_deal(office: Office, name: str, stage: str, **facts: object) -> Deal:
    (pipeline,) = office.replica.find(Pipeline)
    known = {"stage_since": NOON_MS, "account_id": office[0].id, **facts}
    return office.replica.create(Deal(name=name, pipeline_id=pipeline.id, stage_id=stage, **known))


def stage_of(office: Office, deal: Deal) -> str:
    found = office.replica.get(Deal, deal.id)
    assert found is not None
    return found.stage_id


def cards(screen: Screen) -> list[str]:
    return [x.removeprefix("deal-") for x in screen.identifiers() if x.startswith("deal-")]


@pytest.mark.parametrize("size", [PHONE, OFFICE])
async def test_a_card_is_moved_by_tap_with_undo(
    admins_office: Office, sales: Pipeline, size: tuple[float, float]
) -> None:
    deal = a_deal(admins_office, "Taps", "a")
    async with opened(admins_office.replica, "/deals", size) as screen:
        await screen.until_target(f"move-{deal.id}")
        await screen.tap(f"move-{deal.id}")
        await screen.until_target("move-b")
        await screen.tap("move-b")
        await screen.until(lambda: stage_of(admins_office, deal) == "b")
        await screen.undo()
        await screen.until(lambda: stage_of(admins_office, deal) == "a")


async def test_a_deal_is_stopped_with_what_is_missing_and_the_way_to_fill_it(
    admins_office: Office, sales: Pipeline
) -> None:
    deal = a_deal(admins_office, "Taps", "b", next_step="Call")
    async with opened(admins_office.replica, "/deals", OFFICE) as screen:
        await screen.until_target(f"move-{deal.id}")
        await screen.tap(f"move-{deal.id}")
        await screen.until_target("move-c")
        await screen.tap("move-c")
        await screen.until_says("Before it can go to Commitment, this deal needs a value.")
        await screen.press("Fill it in")
        await screen.until(lambda: screen.page.route == f"/deals/{deal.id}/edit")
    assert stage_of(admins_office, deal) == "b"


async def test_the_stages_are_explained_on_the_board(
    admins_office: Office, sales: Pipeline
) -> None:
    a_deal(admins_office, "Taps", "a")
    async with opened(admins_office.replica, "/deals") as screen:
        await screen.tap("stages")
        await screen.until_says("Stages of Sales")
        assert screen.says("We have spoken.")
        assert screen.says("It goes on when: We know their need.")
        assert screen.says("Needed to go on: a value and a next step.")


async def test_the_board_can_show_what_lacks_a_next_step_and_the_best_first(
    admins_office: Office, sales: Pipeline
) -> None:
    small = a_deal(admins_office, "Small", "a", value=Money("100", "EUR"))
    large = a_deal(admins_office, "Large", "a", value=Money("900", "EUR"), next_step="Call")
    async with opened(admins_office.replica, "/deals", OFFICE) as screen:
        await screen.until(lambda: cards(screen) == [large.id, small.id])
        assert screen.says("1,000.00 EUR")
        await screen.tap("show-stuck")
        await screen.until(lambda: cards(screen) == [small.id])


async def test_a_deal_is_won_on_its_page_and_reopened(
    admins_office: Office, sales: Pipeline
) -> None:
    replica = admins_office.replica
    reason = replica.create(Reason(name="Service", of="won"))
    deal = a_deal(admins_office, "Taps", "c")
    async with opened(replica, f"/deals/{deal.id}/won") as screen:
        await screen.tap(f"reason-{reason.id}")
        await screen.tap("save")
        await screen.until_target("reopen")
        (won,) = replica.find(Deal)
        assert won.closing == Closing(won=True, at=NOON_MS, reason_id=reason.id)
        await screen.tap("reopen")
        await screen.until(lambda: replica.find(Deal)[0].closing is None)


async def test_a_deal_is_not_lost_without_a_reason(admins_office: Office, sales: Pipeline) -> None:
    deal = a_deal(admins_office, "Taps", "a")
    async with opened(admins_office.replica, f"/deals/{deal.id}/lost") as screen:
        await screen.tap("save")
        await screen.until_says("Say why, so that the next one is not lost the same way.")
    assert admins_office.replica.find(Deal)[0].closing is None


async def test_a_renewal_that_is_due_is_open_once_the_app_is(
    admins_office: Office, sales: Pipeline
) -> None:
    replica = admins_office.replica
    ends = replica.moment.day()
    deal = a_deal(
        admins_office, "Water", "c", closing=Closing(won=True, at=1), term_ends=ends,
        owner_id=replica.user_id,
    )  # fmt: skip
    for _start in range(2):
        async with opened(replica, "/") as screen:
            await screen.until(lambda: replica.get(Deal, renewal_id(deal.id)))
    assert replica.count(Deal) == 2


async def test_accounts_stay_in_reach_on_a_phone(office: Office) -> None:
    async with opened(office.replica, "/more") as screen:
        await screen.tap("more-accounts")
        await screen.until(lambda: screen.page.route == "/accounts")
        await screen.choose("bottom-bar", 3)
        await screen.until_says("No pipeline yet")


async def test_a_card_is_dragged_to_another_column(admins_office: Office, sales: Pipeline) -> None:
    deal = a_deal(admins_office, "Taps", "a")
    async with opened(admins_office.replica, "/deals", OFFICE) as screen:
        await screen.until_target(f"deal-{deal.id}")
        (dragged,) = screen.all(ft.Draggable)
        at = {"x": 0, "y": 0}
        (column,) = screen.all(ft.DragTarget, within=screen.target("column-b"))
        await screen.event(column, "accept", {"src_id": dragged._i, "l": at, "g": at})
        await screen.until(lambda: stage_of(admins_office, deal) == "b")


async def test_a_deal_is_labelled_on_its_page(admins_office: Office, sales: Pipeline) -> None:
    replica, deal = admins_office.replica, a_deal(admins_office, "Taps", "a")
    async with opened(replica, f"/deals/{deal.id}", OFFICE) as screen:
        await screen.tap("labels")
        await screen.tap("label-Prospect")
        await screen.until(lambda: replica.ids(Deal, labels_all=["Prospect"]) == [deal.id])


async def test_a_pipeline_without_deals_says_how_to_begin(
    admins_office: Office, sales: Pipeline
) -> None:
    async with opened(admins_office.replica, "/deals") as screen:
        await screen.until_says("No deals yet")
