"""Orders on screen: placed in a minute, and what a customer has bought."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sync_protocol.records import Line, Money, Product, SalesOrder, entries
from tests.unit.client.ui.harness import opened
from tests.unit.client.ui.office import NOON_MS

if TYPE_CHECKING:
    from tests.unit.client.ui.office import Office

DAY_MS = 86_400_000


def an_order(office: Office, days_ago: int, price: str, **facts: object) -> SalesOrder:
    return office.replica.create(
        SalesOrder(
            number=f"O-{days_ago}",
            at=NOON_MS - days_ago * DAY_MS,
            lines=entries(Line("Water", "2", price)),
            account_id=office[0].id,
            **facts,
        )
    )


async def test_an_order_is_placed_from_the_customers_page(admins_office: Office) -> None:
    replica = admins_office.replica
    replica.create(Product(name="Sparkling water", code="SW-12", price=Money("7.49", "EUR")))
    while replica.index_some():
        pass
    async with opened(replica, f"/accounts/{admins_office[0].id}") as screen:
        await screen.until_target("new-order")
        await screen.tap("new-order")
        await screen.until_target("place-order")
        await screen.tap("place-order")
        await screen.until_says("There is nothing on this order yet.")
        for total in ("7.49 EUR", "14.98 EUR"):
            await screen.type("Add a product: name, code or barcode", "SW-12")
            await screen.until(lambda: any(x.startswith("offer-0") for x in screen.identifiers()))
            offer = next(x for x in screen.identifiers() if x.startswith("offer-0"))
            await screen.tap(offer)
            await screen.until_says(total)
        await screen.type("Note (optional)", "Back entrance")
        await screen.tap("place-order")
        await screen.until_says("Ordered")
        await screen.undo()
        await screen.until_says("It is not here")
    assert replica.count(SalesOrder) == 0


async def test_last_order_spend_and_frequency_stand_on_the_customers_page(
    office: Office,
) -> None:
    for days_ago, price in ((40, "3.50"), (10, "1.25"), (24, "2")):
        an_order(office, days_ago, price)
    an_order(office, 3, "100", status="cancelled")
    async with opened(office.replica, f"/accounts/{office[0].id}") as screen:
        await screen.until_target("purchases")
        said = screen.words(screen.target("purchases"))
        assert said == ["Last order", "Fri 11 Sep", "Total spend", "13.50 EUR",
                        "Usually orders", "every 15 days"]  # fmt: skip
        await screen.tap("more-papers")
        await screen.until_says("cancelled")


async def test_an_orders_state_changes_at_a_tap_with_undo(office: Office) -> None:
    order = an_order(office, 1, "5")
    async with opened(office.replica, f"/orders/{order.id}") as screen:
        await screen.tap("status-delivered")
        await screen.until(lambda: not screen.has("edit-lines"))
        await screen.undo()
        await screen.until_target("edit-lines")


async def test_an_imported_order_without_lines_shows_its_total(office: Office) -> None:
    order = office.replica.create(
        SalesOrder(at=NOON_MS, total=Money("99.9", "CHF"), account_id=office[0].id)
    )
    async with opened(office.replica, f"/orders/{order.id}") as screen:
        assert screen.says("Total 99.90 CHF, without products.")


async def test_orders_are_listed_by_state(office: Office) -> None:
    placed, gone = an_order(office, 1, "5"), an_order(office, 2, "5", status="cancelled")
    async with opened(office.replica, "/orders") as screen:
        await screen.until_target(f"paper-{placed.id}")
        await screen.tap("state-cancelled")
        await screen.until(lambda: not screen.has(f"paper-{placed.id}"))
        assert screen.has(f"paper-{gone.id}")


async def test_an_order_without_a_customer_is_asked_for_one(office: Office) -> None:
    async with opened(office.replica, "/orders/new") as screen:
        assert screen.says("Who orders?")


async def test_an_order_that_was_begun_survives_the_app_and_is_listed_as_unfinished(
    office: Office,
) -> None:
    replica, route = office.replica, f"/orders/new?account={office[0].id}"
    async with opened(replica, route) as screen:
        await screen.type("Add a product: name, code or barcode", "Glasses")
        await screen.until_target("offer-free")
        await screen.tap("offer-free")
        await screen.type("Note (optional)", "Back entrance")
        await screen.until(lambda: replica.drafts() and b"Back" in replica.drafts()[0].body)
    async with opened(replica, "/unfinished") as screen:
        await screen.until_says("New order: Brauerei Adler")
    async with opened(replica, route) as screen:
        await screen.until_says("Back entrance")
        await screen.tap("place-order")
        await screen.until_says("Ordered")
    (order,) = replica.find(SalesOrder)
    assert [line.name for line in order.lines.values()] == ["Glasses"]
    assert replica.drafts() == []
