"""Quotes on screen: made, filled, sent, kept, answered, revised."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

import flet as ft
import pytest

from client import paperwork
from client.ui.component import component
from client.ui.context import app_context
from client.ui.views.paper.deal_section import DealPaper
from client.ui.views.paper.quotes import make_paper, paper_name, paper_of, read_quote
from sync_protocol.records import (
    Attachment,
    Deal,
    Line,
    Money,
    Pipeline,
    Product,
    Quote,
    SalesOrder,
    Stage,
    entries,
)
from tests.unit.client.ui.harness import opened, shown
from tests.unit.client.ui.office import accept_all

if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Any

    from tests.unit.client.ui.harness import Screen
    from tests.unit.client.ui.office import Office

DAY = date(2026, 9, 21)
LINES = entries(Line("Sparkling water", "24", "7.49", tax="19"))


class Nearly:
    """As much of an app as a part of a page needs."""

    def __init__(self, office: Office) -> None:
        self.replica = office.replica

    def act(self, _message: str, write: Callable[[], Any]) -> bool:
        write()
        return True


def a_deal(office: Office) -> Deal:
    return office.replica.create(
        Deal(name="Terrace", pipeline_id="p", stage_id="s", lines=LINES, account_id=office[0].id)
    )


def a_sent_quote(office: Office) -> Quote:
    quote = paperwork.quote_customer(office.replica, DAY, office[0].id)
    return paperwork.send(office.replica, office.replica.update(quote, lines=LINES))


async def confirm(screen: Screen) -> None:
    await screen.until_target("answer-yes")
    await screen.tap("answer-yes")


async def test_a_quote_is_made_from_a_customers_page_filled_and_sent(
    admins_office: Office,
) -> None:
    replica = admins_office.replica
    replica.create(Product(name="Sparkling water", price=Money("7.49", "EUR"), tax="19"))
    while replica.index_some():
        pass
    async with opened(replica, f"/accounts/{admins_office[0].id}") as screen:
        await screen.until_target("new-quote")
        await screen.tap("new-quote")
        await screen.until_says("Draft")
        await screen.tap("edit-lines")
        await screen.until_target("product-search")
        await screen.type("Add a product: name, code or barcode", "spark")
        await screen.until(lambda: any(x.startswith("offer-0") for x in screen.identifiers()))
        offer = next(x for x in screen.identifiers() if x.startswith("offer-0"))
        await screen.tap(offer)
        await screen.until_says("One more")
        await screen.type("Quantity", "24")
        await screen.until_says("213.91 EUR")
        await screen.tap("save")
        await screen.until_says("24 at 7.49 EUR")
        await screen.tap("send")
        await confirm(screen)
        await screen.until_says("Sent today, valid until")
        assert not screen.has("edit-lines")
    (quote,) = replica.find(Quote)
    assert quote.status == "sent"
    (copy,) = replica.find(Attachment, record_id=quote.id)
    assert (copy.name, copy.media_type) == (paper_name(quote), "application/pdf")


async def test_the_kept_paper_is_what_opens_again(office: Office) -> None:
    replica = office.replica
    quote = a_sent_quote(office)
    told = read_quote(replica, quote.id)
    assert told is not None
    pdf = make_paper(told)
    assert pdf.startswith(b"%PDF")
    assert await paper_of(replica, told) == pdf
    replica.attach(quote, b"%PDF as it was", paper_name(quote), "application/pdf")
    assert await paper_of(replica, told) == b"%PDF as it was"


async def test_an_accepted_quote_offers_an_order_and_to_win_the_deal(office: Office) -> None:
    replica = office.replica
    deal = a_deal(office)
    quote = paperwork.send(replica, paperwork.quote_deal(replica, deal, DAY))
    async with opened(replica, f"/quotes/{quote.id}") as screen:
        assert not screen.has("win")
        await screen.tap("accept")
        await screen.until_target("win")
        await screen.tap("win")
        await screen.until(lambda: not screen.has("win"))
        await screen.tap("order")
        await screen.until_says("Ordered")
    (order,) = replica.find(SalesOrder)
    assert (order.lines, order.deal_id) == (LINES, deal.id)
    won = replica.get(Deal, deal.id)
    assert won is not None
    assert won.closing is not None
    assert won.closing.won


async def test_a_deal_that_lacks_something_is_not_won_and_says_what(
    admins_office: Office,
) -> None:
    replica = admins_office.replica
    stages = {"s": Stage("Offer", required=("next_step",))}
    pipeline = replica.create(Pipeline(name="Sales", stages=stages))
    deal = replica.update(a_deal(admins_office), pipeline_id=pipeline.id)
    quote = paperwork.send(replica, paperwork.quote_deal(replica, deal, DAY))
    paperwork.answer(replica, quote, "accepted")
    async with opened(replica, f"/quotes/{quote.id}") as screen:
        await screen.tap("win")
        await screen.until(lambda: "Before it can be won" in screen.bar())
        assert screen.has("win")


async def test_a_declined_quote_is_revised_and_both_are_there(office: Office) -> None:
    replica = office.replica
    quote = a_sent_quote(office)
    async with opened(replica, f"/quotes/{quote.id}") as screen:
        await screen.tap("decline")
        await screen.until_says("Declined: sent")
        await screen.tap("revise")
        await screen.until_says(f"Quote {quote.number} rev. 2")
        await screen.tap("to-before")
        await screen.until_says("Replaced by")
    assert replica.count(Quote) == 2


async def test_an_edit_of_a_quote_that_was_sent_meanwhile_is_refused_in_words(
    office: Office,
) -> None:
    replica = office.replica
    quote = paperwork.quote_customer(replica, DAY, office[0].id)
    async with opened(replica, f"/quotes/{quote.id}/edit") as screen:
        await screen.type("Terms (optional)", "Net 14")
        paperwork.send(replica, quote)
        accept_all(replica)
        await screen.tap("save")
        await screen.until_says("stays as it was sent")


async def test_a_draft_is_deleted_and_taken_back(office: Office) -> None:
    replica = office.replica
    quote = paperwork.quote_customer(replica, DAY, office[0].id)
    async with opened(replica, f"/quotes/{quote.id}/edit") as screen:
        await screen.tap("delete")
        await screen.until(lambda: screen.page.route == "/quotes")
        assert replica.count(Quote) == 0
        await screen.undo()
        await screen.until_target(f"paper-{quote.id}")


async def test_lines_are_counted_by_taps_and_bad_numbers_are_said_beside_them(
    office: Office,
) -> None:
    replica = office.replica
    deal = a_deal(office)
    async with opened(replica, f"/deals/{deal.id}/lines") as screen:
        await screen.tap("more-1")
        await screen.until_says("222.83 EUR")
        await screen.tap("less-1")
        await screen.tap("less-1")
        await screen.until_says("205.00 EUR")
        await screen.type("Discount", "120")
        await screen.until_says("A discount is at most 100 per cent.")
        await screen.tap("save")
        await screen.until_says("A line cannot be read yet")
        await screen.type("Discount", "5")
        await screen.until(lambda: not screen.says("A discount is at most 100 per cent."))
        await screen.type("Add a product: name, code or barcode", "Glasses on loan")
        await screen.until_target("offer-free")
        await screen.tap("offer-free")
        await screen.until_says("Glasses on loan")
        await screen.tap("save")
        await screen.until(lambda: screen.bar() == "Lines saved")
    saved = replica.get(Deal, deal.id)
    assert saved is not None
    first, free = saved.lines.values()
    assert (first.quantity, first.discount) == ("23", "5")
    assert free == Line("Glasses on loan")


@pytest.mark.parametrize(("locale", "typed"), [("en-GB", "3.125"), ("de-DE", "3,125")])
async def test_a_quantity_of_three_decimals_stays_what_it_was_typed_as(
    admins_office: Office, locale: str, typed: str
) -> None:
    replica = admins_office.replica
    replica.update(replica.settings, locale=locale)
    lines = {"1": Line("Malt", "2.125", "1.125", discount="0.125")}
    deal = replica.update(a_deal(admins_office), lines=lines)
    async with opened(replica, f"/deals/{deal.id}/lines") as screen:
        shown = [x.value for x in screen.all(ft.TextField) if x.label in ("Quantity", "Discount")]
        assert shown == [typed.replace("3", "2"), typed.replace("3", "0")]
        await screen.type("Quantity", typed)
        await screen.type("Price for one", typed)
        await screen.type("Discount", typed)
        await screen.tap("save")
        await screen.until(lambda: screen.bar() == "Lines saved")
    saved = replica.get(Deal, deal.id)
    assert saved is not None
    assert saved.lines == {"1": Line("Malt", "3.125", "3.125", discount="3.125")}


async def test_a_number_that_was_read_otherwise_than_typed_says_as_what(office: Office) -> None:
    deal = a_deal(office)
    async with opened(office.replica, f"/deals/{deal.id}/lines") as screen:
        await screen.type("Quantity", "1,250")
        await screen.type("Discount", "12,5")
        await screen.until_says("= 12.5")
        assert "= 1,250" not in screen.words()
        await screen.type("Quantity", "1250")
        await screen.until_says("= 1,250")


async def test_a_deals_products_offer_their_sum_as_its_value(office: Office) -> None:
    """The part of a deal's page that is about paper, by itself."""
    replica = office.replica
    deal = a_deal(office)

    @component
    def page() -> Any:
        return app_context(Nearly(office), lambda: DealPaper(deal.id))

    async with shown(page) as screen:
        await screen.until_says("Take 179.76 EUR as the deal's value")
        await screen.tap("value-from-lines")
        await screen.until(lambda: not screen.has("value-from-lines"))
    worth = replica.get(Deal, deal.id)
    assert worth is not None
    assert worth.value == Money("179.76", "EUR")


async def test_what_was_typed_into_lines_is_still_there_after_looking_elsewhere(
    office: Office,
) -> None:
    deal = a_deal(office)
    async with opened(office.replica, f"/deals/{deal.id}/lines") as screen:
        await screen.type("Quantity", "99")
        await screen.go("/")
        await screen.go(f"/deals/{deal.id}/lines")
        await screen.until(lambda: screen.all(ft.TextField, label="Quantity"))
        assert screen.all(ft.TextField, label="Quantity")[0].value == "99"
        await screen.tap("cancel")
    unchanged = office.replica.get(Deal, deal.id)
    assert unchanged is not None
    assert unchanged.lines == LINES
