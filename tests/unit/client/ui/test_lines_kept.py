"""The products of a deal, a quote or an order: what one person changes leaves the rest alone."""

from __future__ import annotations

from typing import TYPE_CHECKING

import flet as ft
import pytest

from client.replica import DraftKey
from client.ui.views.form_keys import LINES
from sync_protocol.records import Deal, Line
from tests.unit.client.ui.harness import opened
from tests.unit.client.ui.office import accept_all

if TYPE_CHECKING:
    from client.replica import Replica
    from tests.unit.client.ui.harness import Screen
    from tests.unit.client.ui.office import Office

BEER, WINE, RUM = Line("Beer", price="1"), Line("Wine", price="5"), Line("Rum", price="9")
FOUND = "What you typed before is still here."


def a_deal(office: Office) -> Deal:
    replica = office.replica
    lines = {"beer": BEER, "rum": RUM}
    deal = replica.create(Deal(name="Taps", pipeline_id="p", stage_id="s", lines=lines))
    accept_all(replica)
    return deal


def lines_of(replica: Replica, deal: Deal) -> dict[str, Line]:
    held = replica.get(Deal, deal.id)
    assert held is not None
    return held.lines


def a_colleague(replica: Replica, deal: Deal, **lines: Line | None) -> None:
    """Somebody else's lines arrive; None takes one out."""
    held = replica.get(Deal, deal.id)
    assert held is not None
    new = {key: line for key, line in {**held.lines, **lines}.items() if line is not None}
    replica.update(held, lines=new)
    accept_all(replica)


async def more_beer(screen: Screen) -> None:
    await screen.until_target("more-beer")
    await screen.tap("more-beer")


async def save(screen: Screen) -> None:
    await screen.tap("save")
    await screen.until(lambda: screen.bar() == "Lines saved")


@pytest.mark.parametrize("restarted", [False, True])
async def test_lines_that_a_colleague_added_meanwhile_stay(office: Office, restarted: bool) -> None:
    replica, deal = office.replica, a_deal(office)
    route = f"/deals/{deal.id}/lines"
    async with opened(replica, route) as screen:
        await more_beer(screen)
        await screen.go("/")
        if not restarted:
            a_colleague(replica, deal, wine=WINE, rum=None)
            await screen.go(route)
            await screen.until_says("Wine")
            await save(screen)
    if restarted:
        a_colleague(replica, deal, wine=WINE, rum=None)
        async with opened(replica, route) as screen:
            await screen.until_says("Wine")
            assert screen.says(FOUND)
            await save(screen)
    assert {key: line.quantity for key, line in lines_of(replica, deal).items()} == {
        "beer": "2", "wine": "1",
    }  # fmt: skip


async def test_lines_show_what_arrives_while_they_are_open(office: Office) -> None:
    replica, deal = office.replica, a_deal(office)
    async with opened(replica, f"/deals/{deal.id}/lines") as screen:
        await more_beer(screen)
        a_colleague(replica, deal, wine=WINE, rum=Line("Rum", "7", price="9"))
        await screen.until_says("Wine")
        shown = [x.value for x in screen.all(ft.TextField, label="Quantity")]
        assert sorted(shown) == ["1", "2", "7"]
        await save(screen)
    (waiting,) = replica.pending()
    assert [sorted(change.cells) for change in waiting.changes] == [["lines.beer"]]


async def test_a_line_whose_number_cannot_be_read_yet_is_not_typed_over(office: Office) -> None:
    replica, deal = office.replica, a_deal(office)
    async with opened(replica, f"/deals/{deal.id}/lines") as screen:
        await screen.until_target("more-beer")
        await screen.type("Quantity", "a doz")  # the last line's
        await screen.until_says("Write a number")
        a_colleague(replica, deal, wine=WINE, rum=Line("Rum", "7", price="9"))
        await screen.until_says("Wine")
        assert "a doz" in [x.value for x in screen.all(ft.TextField, label="Quantity")]


async def test_lines_that_were_only_looked_at_are_no_draft(office: Office) -> None:
    replica, deal = office.replica, a_deal(office)
    route = f"/deals/{deal.id}/lines"
    async with opened(replica, route) as screen:
        await screen.until_says("Beer")
        await screen.tap(screen.all(ft.IconButton, tooltip="Back")[-1])
        assert screen.bar() == ""
        a_colleague(replica, deal, wine=WINE)
        await screen.go(route)
        await screen.until_says("Wine")
        assert not screen.says(FOUND)
    assert replica.drafts() == []


async def test_back_from_changed_lines_says_that_they_are_kept(office: Office) -> None:
    replica, deal = office.replica, a_deal(office)
    async with opened(replica, f"/deals/{deal.id}/lines") as screen:
        await more_beer(screen)
        await screen.tap(screen.all(ft.IconButton, tooltip="Back")[-1])
        await screen.until(lambda: screen.bar() == "Not saved yet. What you typed is kept.")
    assert [kept.key for kept in replica.drafts()] == [DraftKey("deal", deal.id, LINES)]
