"""Administrators shape pipelines on screen; what is wrong is said beside its field."""

from __future__ import annotations

from typing import TYPE_CHECKING

import flet as ft

from sync_protocol.records import Deal, Pipeline, Stage
from sync_protocol.rules import stages
from tests.unit.client.ui.harness import OFFICE, opened

if TYPE_CHECKING:
    from tests.unit.client.ui.office import Office

ROUTE = "/admin/pipelines"


def pipeline(office: Office) -> Pipeline:
    held = {"a": Stage("First talk", 1, 10), "b": Stage("Offer", 2, 50, required=("value",))}
    return office.replica.create(Pipeline(name="Sales", stages=held))


def now(office: Office, made: Pipeline) -> Pipeline:
    found = office.replica.get(Pipeline, made.id)
    assert found is not None
    return found


async def test_a_pipeline_is_made_with_its_first_stage(admins_office: Office) -> None:
    replica = admins_office.replica
    async with opened(replica, "/more") as screen:
        await screen.tap("more-pipelines")
        await screen.until_says("New pipeline")
        await screen.press("New pipeline")
        await screen.until_target("purpose-support")
        await screen.type("Name", "Repairs")
        await screen.tap("purpose-support")
        await screen.tap("save")
        await screen.until_target("add-stage")
        await screen.tap("add-stage")
        await screen.until_target("asks-value")
        said = ("Account", "Closing date", "Products", "End of the term")
        assert set(said) <= set(screen.words())
        await screen.type("Name", "Reported")
        await screen.type("What it means to stand here", "Something is broken")
        await screen.type("When a deal leaves it", "We know what")
        await screen.type("Chance of winning", "60")
        await screen.type("Ageing after (optional)", "2")
        await screen.tap("asks-value")
        await screen.tap("asks-about")
        await screen.tap("asks-value")
        await screen.tap("save")
        await screen.until_says("60 %, asks for a description, ageing after 2 days")
    (made,) = replica.find(Pipeline)
    (stage,) = made.stages.values()
    assert (made.name, made.purpose) == ("Repairs", "support")
    assert (stage.meaning, stage.exit) == ("Something is broken", "We know what")


async def test_stages_change_their_order_at_a_tap_with_undo(admins_office: Office) -> None:
    made = pipeline(admins_office)

    def order() -> list[str]:
        return [key for key, _stage in stages.ordered(now(admins_office, made))]

    async with opened(admins_office.replica, f"{ROUTE}/{made.id}", OFFICE) as screen:
        await screen.tap(screen.all(ft.IconButton, tooltip="Later")[0])
        await screen.until(lambda: order() == ["b", "a"])
        await screen.undo()
        await screen.until(lambda: order() == ["a", "b"])


async def test_a_chance_that_is_none_is_refused_beside_its_field(admins_office: Office) -> None:
    made = pipeline(admins_office)
    async with opened(admins_office.replica, f"{ROUTE}/{made.id}/stages/b") as screen:
        await screen.type("Chance of winning", "150")
        await screen.tap("save")
        await screen.until_says("Write a whole number from 0 to 100.")
    assert now(admins_office, made).stages["b"].probability == 50


async def test_a_stage_is_removed_once_its_deals_have_moved_on(admins_office: Office) -> None:
    made, replica = pipeline(admins_office), admins_office.replica
    deal = replica.create(Deal(name="Taps", pipeline_id=made.id, stage_id="b"))
    async with opened(replica, f"{ROUTE}/{made.id}/stages/b") as screen:
        await screen.tap("remove")
        await screen.until_says("1 open deal stands in this stage.")
        replica.update(deal, stage_id="a")
        await screen.tap("remove")
        await screen.until(lambda: "b" not in now(admins_office, made).stages)


async def test_a_rep_is_told_who_may_shape_pipelines(office: Office) -> None:
    async with opened(office.replica, ROUTE) as screen:
        await screen.until_says("For administrators")


async def test_a_pipeline_is_archived_and_its_deals_stay(admins_office: Office) -> None:
    made = pipeline(admins_office)
    async with opened(admins_office.replica, f"{ROUTE}/{made.id}") as screen:
        await screen.tap("archive")
        await screen.until_says("archived, 2 stages")
    assert now(admins_office, made).archived
