"""Leads and deals as the office's tables; on a phone the lists and the board as they were."""

from __future__ import annotations

import flet as ft
import pytest

from sync_protocol.records import Closing, Deal, Lead, Money, Pipeline, Segment, Stage
from tests.unit.client.ui.harness import OFFICE, PHONE, opened
from tests.unit.client.ui.office import NOON_MS, Office
from tests.unit.client.ui.test_tables import press, rows

TABLET = (820.0, 1180.0)


@pytest.fixture
def people(admins_office: Office) -> list[Lead]:
    make = admins_office.replica.create
    return [
        make(Lead(name="Ada Adler", company="Adler", status="working")),
        make(Lead(name="Bo Berg", source="Fair")),
        make(Lead(name="Cy Cron", status="disqualified", reason="No need")),
    ]


@pytest.fixture
def deals(admins_office: Office) -> list[Deal]:
    make = admins_office.replica.create
    line = make(Pipeline(name="Sales", stages={"a": Stage("Talk", 1), "b": Stage("Offer", 2)}))
    known = {"pipeline_id": line.id, "stage_since": NOON_MS}
    return [
        make(Deal(name="Cups", stage_id="a", value=Money("90", "EUR"), **known)),
        make(Deal(name="Lamps", stage_id="b", next_step="Call", account_id=admins_office[0].id,
                  **known)),
        make(Deal(name="Taps", stage_id="b", closing=Closing(won=True, at=NOON_MS), **known)),
    ]  # fmt: skip


async def test_leads_are_edited_many_at_once(admins_office: Office, people: list[Lead]) -> None:
    replica = admins_office.replica
    async with opened(replica, "/leads", OFFICE) as screen:
        await screen.until_says("3 in all")
        assert rows(screen) == [lead.id for lead in people]
        await screen.tap("quick-open")
        await screen.until_says("2 found")
        await press(screen, "A", ctrl=True)
        await screen.tap("bulk-edit")
        await screen.tap("bulk-field-source")
        await screen.type("Source", "Street")
        await screen.tap("bulk-save")
        await screen.until(lambda: replica.count(Lead, source="Street") == 2)
        await screen.undo()
        await screen.until(lambda: [x.source for x in replica.find(Lead)].count("Fair") == 1)


async def test_a_table_of_leads_is_kept_as_a_segment(
    admins_office: Office, people: list[Lead]
) -> None:
    replica = admins_office.replica
    async with opened(replica, "/leads", OFFICE) as screen:
        await screen.tap("quick-open")
        items = screen.all(ft.PopupMenuItem, within=screen.target("segments"))
        await screen.event(
            next(x for x in items if "Save as a segment" in screen.words(x)), "click"
        )
        await screen.type("Name", "To be called")
        await screen.tap("segment-save")
        await screen.until(lambda: replica.count(Segment) == 1)
    (kept,) = replica.find(Segment)
    assert (kept.of, len(kept.filter.conditions)) == ("lead", 1)


async def test_a_lead_opens_beside_the_list_of_leads(
    admins_office: Office, people: list[Lead]
) -> None:
    async with opened(admins_office.replica, "/leads", OFFICE) as screen:
        await screen.until_says("3 in all")
        await screen.go(f"/leads/{people[0].id}")
        await screen.until_target(f"lead-{people[0].id}")
        assert not rows(screen)
    async with opened(admins_office.replica, "/leads", PHONE) as screen:
        await screen.until_target(f"lead-{people[0].id}")
        assert not rows(screen)


async def test_deals_are_a_table_too_with_those_that_have_no_next_step(
    admins_office: Office, deals: list[Deal]
) -> None:
    cups, lamps, taps = deals
    async with opened(admins_office.replica, "/deals", OFFICE) as screen:
        await screen.tap("as-table")
        await screen.until_says("3 in all")
        assert rows(screen) == [cups.id, lamps.id, taps.id]
        assert {"Offer", admins_office[0].name} <= set(
            screen.words(screen.target(f"row-{lamps.id}"))
        )
        assert "90.00 EUR" in screen.words(screen.target(f"row-{cups.id}"))
        await screen.tap("quick-stuck")
        await screen.until(lambda: rows(screen) == [cups.id])
        await screen.tap("quick-stuck")
        await screen.tap("quick-open")
        await screen.until(lambda: rows(screen) == [cups.id, lamps.id])
        await screen.tap("as-board")
        await screen.until_target(f"move-{cups.id}")


async def test_leaving_a_deal_leads_back_to_where_deals_were_seen(
    admins_office: Office, deals: list[Deal]
) -> None:
    async with opened(admins_office.replica, "/deals/table", OFFICE) as screen:
        await screen.until_says("3 in all")
        await screen.go(f"/deals/{deals[0].id}")
        await screen.until_says("90.00")
        (back,) = screen.all(ft.IconButton, tooltip="Back")
        await screen.tap(back)
        await screen.until(lambda: screen.page.route == "/deals/table")


@pytest.mark.parametrize("size", [PHONE, TABLET])
async def test_elsewhere_the_tables_address_shows_the_board(
    admins_office: Office, deals: list[Deal], size: tuple[float, float]
) -> None:
    async with opened(admins_office.replica, "/deals/table", size) as screen:
        await screen.until_target("show-stuck")
        assert not screen.has("as-table")
