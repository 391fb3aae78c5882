"""The products of a deal, a quote or an order: what one person changes leaves the rest alone."""

from __future__ import annotations

from typing import TYPE_CHECKING

import flet as ft
import pytest

from client.replica import DraftKey, KeptDraft
from client.ui.views.form_keys import LINES
from client.ui.views.paper.lines_draft import NUMBER, UNREADABLE
from sync_protocol.records import Deal, Line, Money, Product
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


@pytest.mark.parametrize("restarted", [False, True])
async def test_a_number_that_cannot_be_read_yet_comes_back_as_typed_with_what_is_wrong(
    office: Office, restarted: bool
) -> None:
    replica, deal = office.replica, a_deal(office)
    route = f"/deals/{deal.id}/lines"
    async with opened(replica, route) as screen:
        await screen.type("Quantity", "a doz")
        await screen.go("/")
        await screen.until(lambda: screen.bar() == "Not saved yet. What you typed is kept.")
        if not restarted:
            await put_right(screen, route)
    if restarted:
        async with opened(replica, "/") as screen:
            await put_right(screen, route)
    assert sorted(line.quantity for line in lines_of(replica, deal).values()) == ["1", "12"]


async def put_right(screen: Screen, route: str) -> None:
    await screen.go(route)
    await screen.until_says(FOUND)
    field = screen.all(ft.TextField, label="Quantity")[-1]
    assert (field.value, field.error) == ("a doz", NUMBER)
    await screen.tap("save")
    await screen.until_says(UNREADABLE)
    await screen.type("Quantity", "12")
    await save(screen)


@pytest.mark.parametrize(("typed", "lines"), [("2", ["3"]), ("2,5", ["3,5"]), ("1o", ["1o", "1"])])
async def test_a_product_added_again_is_one_more_and_loses_nothing_that_was_typed(
    admins_office: Office, typed: str, lines: list[str]
) -> None:
    replica = admins_office.replica
    replica.update(replica.settings, locale="de-DE")
    beer = replica.create(Product(name="Helles", price=Money("10.125", "EUR")))
    while replica.index_some():
        pass
    deal = replica.create(Deal(name="Taps", pipeline_id="p", stage_id="s"))
    async with opened(replica, f"/deals/{deal.id}/lines") as screen:
        for turn in range(2):
            await screen.type("Add a product: name, code or barcode", "Helles")
            await screen.until_target(f"offer-{beer.id}")
            await screen.tap(f"offer-{beer.id}")
            await screen.until(lambda: screen.all(ft.TextField, label="Quantity"))
            if not turn:
                await screen.type("Quantity", typed)
        shown = [(x.value, x.error) for x in screen.all(ft.TextField, label="Quantity")]
        assert shown == [(text, NUMBER if text == "1o" else None) for text in lines]


async def test_a_count_and_a_colleagues_price_both_stay(office: Office) -> None:
    replica, deal = office.replica, a_deal(office)
    async with opened(replica, f"/deals/{deal.id}/lines") as screen:
        await more_beer(screen)
        a_colleague(replica, deal, beer=Line("Beer", price="2"))
        await screen.until_says("4.00 EUR")
        await save(screen)
    assert lines_of(replica, deal)["beer"] == Line("Beer", "2", price="2")


async def test_numbers_that_no_field_would_take_are_no_hindrance(office: Office) -> None:
    """Another program may have written them."""
    replica, deal = office.replica, a_deal(office)
    odd = Line("Deposit", "0.0625", price="-3", discount="200")
    a_colleague(replica, deal, deposit=odd)
    async with opened(replica, f"/deals/{deal.id}/lines") as screen:
        await more_beer(screen)
        await save(screen)
    assert lines_of(replica, deal)["deposit"] == odd
    assert lines_of(replica, deal)["beer"].quantity == "2"


async def test_lines_are_told_in_the_currency_that_their_deal_has_by_now(office: Office) -> None:
    replica, deal = office.replica, a_deal(office)
    async with opened(replica, f"/deals/{deal.id}/lines") as screen:
        await more_beer(screen)
        replica.update(deal, value=Money("5", "CHF"))
        await screen.until(lambda: "11.00 CHF" in screen.words(screen.target("total")))
        assert not screen.says("EUR")


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


async def test_what_another_version_left_keeps_no_form_closed(office: Office) -> None:
    replica, deal = office.replica, a_deal(office)
    route, key = f"/deals/{deal.id}/lines", DraftKey("deal", deal.id, LINES)
    replica.keep_draft(KeptDraft(*key, route, "", replica.now(), b"\xc1"))
    async with opened(replica, route) as screen:
        await more_beer(screen)
        await save(screen)
    assert lines_of(replica, deal)["beer"].quantity == "2"


async def test_back_from_changed_lines_says_that_they_are_kept(office: Office) -> None:
    replica, deal = office.replica, a_deal(office)
    async with opened(replica, f"/deals/{deal.id}/lines") as screen:
        await more_beer(screen)
        await screen.tap(screen.all(ft.IconButton, tooltip="Back")[-1])
        await screen.until(lambda: screen.bar() == "Not saved yet. What you typed is kept.")
    assert [kept.key for kept in replica.drafts()] == [DraftKey("deal", deal.id, LINES)]
