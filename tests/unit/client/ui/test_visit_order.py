"""An order taken on a visit: found by words, by price list, by its barcode, in few taps."""

from __future__ import annotations

from typing import TYPE_CHECKING

from client import fieldwork, visiting
from sync_protocol.records import Money, Product, SalesOrder
from tests.unit.client.ui.harness import Host, opened

if TYPE_CHECKING:
    from sync_protocol.records import Activity
    from tests.unit.client.ui.office import Office

EAN = "4006381333931"


class Camera(Host):
    """Reads what it is given, one after the other."""

    def __init__(self, *codes: str) -> None:
        self.codes = list(codes)

    async def scan(self) -> str | None:
        return self.codes.pop(0)


def beer(office: Office) -> Product:
    made = Product(name="Helles 0.5 l", barcode=EAN, price=Money("1.20", "EUR"), unit="bottle")
    product = office.replica.create(made)
    while office.replica.index_some():
        pass
    return product


def begun(office: Office) -> Activity:
    return visiting.check_in(office.replica, fieldwork.About(office[0].id))


async def test_an_order_is_taken_on_the_visit_and_leads_back(admins_office: Office) -> None:
    office = admins_office
    product, visit = beer(office), begun(office)
    async with opened(office.replica, f"/visit/{visit.id}") as screen:
        await screen.tap("take-order")
        await screen.until_says("Add a product")
        await screen.type("Add a product: name, code or barcode", "helles")
        await screen.until_target(f"offer-{product.id}")
        await screen.tap(f"offer-{product.id}")
        await screen.tap("place-order")
        await screen.until(lambda: screen.page.route == f"/visit/{visit.id}")
        await screen.until_says("Order (1)")
        assert screen.says("1.20")
        assert screen.taps == 3
    (order,) = office.replica.find(SalesOrder)
    assert order.account_id == office[0].id
    assert [line.product_id for line in order.lines.values()] == [product.id]
    assert visiting.orders(office.replica, visit) == [order]


async def test_the_number_beneath_the_bars_finds_the_product(admins_office: Office) -> None:
    office = admins_office
    product, visit = beer(office), begun(office)
    async with opened(office.replica, f"/visit/{visit.id}") as screen:
        await screen.tap("take-order")
        await screen.until_target("product-search")
        await screen.type("Add a product: name, code or barcode", EAN)
        await screen.until_target(f"offer-{product.id}")


async def test_a_scan_adds_the_product_and_a_second_one_counts_it(admins_office: Office) -> None:
    office = admins_office
    beer(office)
    route = f"/orders/new?account={office[0].id}"
    async with opened(office.replica, route, host=Camera(EAN, EAN, "123", "")) as screen:
        await screen.until_target("scan")
        await screen.tap("scan")
        await screen.until_says("Helles 0.5 l")
        await screen.tap("scan")
        await screen.until(lambda: "2" in screen.words())
        await screen.tap("scan")
        await screen.until(lambda: screen.bar() == "No product has the barcode 123.")
        await screen.tap("scan")
        await screen.tap("place-order")
        await screen.until(lambda: office.replica.find(SalesOrder))
    (order,) = office.replica.find(SalesOrder)
    assert [line.quantity for line in order.lines.values()] == ["2"]


async def test_where_there_is_no_scanner_it_is_said(office: Office) -> None:
    async with opened(office.replica, f"/orders/new?account={office[0].id}") as screen:
        await screen.until_target("scan")
        await screen.tap("scan")
        await screen.until(lambda: screen.bar().startswith("This device cannot scan here."))


async def test_an_order_of_another_day_is_not_the_visits(office: Office) -> None:
    visit = begun(office)
    office.replica.create(SalesOrder(at=office.now() - 1, currency="EUR", account_id=office[0].id))
    visit = fieldwork.finish(office.replica, visit)
    office.time_ms += 2 * 3_600_000
    office.replica.create(SalesOrder(at=office.now(), currency="EUR", account_id=office[0].id))
    assert not visiting.orders(office.replica, visit)
