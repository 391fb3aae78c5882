"""Products and price lists: the office keeps them, everybody finds them."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from client import money, paperwork
from client.ui.views.paper.products import TAX
from sync_protocol.records import Money, Price, PriceList, Product
from tests.unit.client.ui.harness import opened

if TYPE_CHECKING:
    from client.replica import Replica
    from tests.unit.client.ui.office import Office


def stock(replica: Replica) -> Product:
    """Two products and one that is archived."""
    water = replica.create(
        Product(name="Sparkling water", code="SW-12", price=Money("7.49", "EUR"), barcode="4012345")
    )
    replica.create(Product(name="Apple juice", price=Money("10.99", "EUR")))
    replica.create(Product(name="Old cola", archived=True))
    while replica.index_some():
        pass
    return water


async def test_the_office_makes_a_product_with_an_exact_price(admins_office: Office) -> None:
    replica = admins_office.replica
    async with opened(replica, "/products") as screen:
        await screen.tap("add")
        await screen.until_target("save")
        await screen.type("Name", "Sparkling water")
        await screen.type("Price for one", "1.234,50")
        await screen.until_says("= 1,234.50 EUR")
        await screen.type("Tax in per cent", "7,7")
        await screen.tap("save")
        await screen.until(lambda: screen.page.route == "/products")
        await screen.until_says("1,234.50 EUR")
    (made,) = replica.find(Product)
    assert (made.price, made.tax) == (Money("1234.50", "EUR"), "7.7")


async def test_what_is_wrong_is_said_beside_its_field(admins_office: Office) -> None:
    async with opened(admins_office.replica, "/products/new") as screen:
        await screen.type("Price for one", "cheap")
        await screen.tap("save")
        await screen.until_says(money.EXAMPLE)
        await screen.type("Price for one", "7.49")
        await screen.type("Tax in per cent", "much")
        await screen.tap("save")
        await screen.until_says(TAX)
        await screen.type("Tax in per cent", "19")
        await screen.tap("save")
        await screen.until_says("Name is needed.")
    assert admins_office.replica.find(Product) == []


@pytest.mark.parametrize("locale", ["en", "de-DE"])
async def test_a_tax_of_three_decimals_is_no_hindrance(admins_office: Office, locale: str) -> None:
    replica = admins_office.replica
    replica.update(replica.settings, locale=locale)
    beer = replica.create(Product(name="Helles", tax="8.875"))
    async with opened(replica, f"/products/{beer.id}") as screen:
        await screen.type("Unit (optional)", "keg")
        await screen.tap("save")
        await screen.until(lambda: screen.bar() == "Product saved")
    assert [(x.unit, x.tax) for x in replica.find(Product)] == [("keg", "8.875")]


async def test_a_product_is_found_by_barcode_and_archived_ones_stand_apart(
    admins_office: Office,
) -> None:
    water = stock(admins_office.replica)
    async with opened(admins_office.replica, "/products") as screen:
        await screen.until_says("Apple juice")
        assert not screen.says("Old cola")
        await screen.type("Name, code or barcode", "40123")
        await screen.until(lambda: not screen.says("Apple juice"))
        assert screen.has(f"product-{water.id}")
        await screen.type("Name, code or barcode", "")
        await screen.tap("shown-archived")
        await screen.until_says("Old cola")


async def test_a_rep_may_look_at_products_and_not_make_one(office: Office) -> None:
    async with opened(office.replica, "/products/new") as screen:
        assert screen.says("Only to look at")
    async with opened(office.replica, "/products") as screen:
        assert screen.says("No products yet")
        assert not screen.has("add")


async def test_an_archived_product_can_be_offered_again(admins_office: Office) -> None:
    replica = admins_office.replica
    water = stock(replica)
    async with opened(replica, f"/products/{water.id}") as screen:
        await screen.tap("archive")
        await screen.until(lambda: screen.page.route == "/products")
        await screen.undo()
        await screen.until_says("Sparkling water")


async def test_a_price_list_takes_a_price_and_lets_go_of_it(admins_office: Office) -> None:
    replica = admins_office.replica
    water = stock(replica)
    async with opened(replica, "/pricelists/new") as screen:
        await screen.type("Name", "Restaurants")
        await screen.tap("save")
        await screen.until(lambda: screen.page.route == "/pricelists")
        (made,) = replica.find(PriceList)
        await screen.until_target(f"pricelist-{made.id}")
        await screen.tap(f"pricelist-{made.id}")
        await screen.until_target(f"price-{water.id}")
        await screen.tap(f"price-{water.id}")
        await screen.until_target("save")
        await screen.type("Price for one on Restaurants", "6,905")
        await screen.tap("save")
        await screen.until_says("6,905.00 EUR")
        await screen.tap(f"price-{water.id}")
        await screen.until_target("save")
        await screen.type("Price for one on Restaurants", "6.90")
        await screen.tap("save")
        await screen.until_says("6.90 EUR")
        line = paperwork.line_of(water, "EUR", paperwork.listed(replica, made.id), made)
        assert (line.price, line.product_id) == ("6.90", water.id)
        await screen.tap(f"price-{water.id}")
        await screen.until_target("save")
        await screen.type("Price for one on Restaurants", "")
        await screen.tap("save")
        await screen.until_says("7.49 EUR")
    assert replica.find(Price) == []


async def test_a_price_list_needs_a_name_of_its_own_and_a_currency(admins_office: Office) -> None:
    replica = admins_office.replica
    replica.create(PriceList(name="Restaurants"))
    async with opened(replica, "/pricelists/new") as screen:
        await screen.type("Name", "restaurants ")
        await screen.tap("save")
        await screen.until_says("There is already a price list called restaurants.")
        await screen.type("Name", "Swiss")
        await screen.type("Currency", "Franken")
        await screen.tap("save")
        await screen.until_says("Write a currency as three letters, like EUR.")
