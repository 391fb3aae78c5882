"""A whole day in airplane mode, step by step, on a phone of 390x844 that is touched.

The server's process is dead from the first step to the last but two, and the tab is killed in the
middle. What the day leaves behind is read from the canonical store at the end.
"""

from __future__ import annotations

import io
from typing import TYPE_CHECKING

import msgspec
import pytest
from PIL import Image
from playwright.sync_api import Browser, BrowserContext, Page, expect

from sync_protocol.records import (
    Account,
    Activity,
    Attachment,
    Condition,
    Filter,
    Label,
    LabelRule,
    Money,
    Position,
    Product,
    Question,
    SalesOrder,
    Task,
    VisitForm,
)
from tests.e2e.company import RITA, Company, run
from tests.e2e.day import PHONE, tap
from tests.e2e.flutter import (
    by_id,
    open_app,
    patient,
    scroll_until,
    tap_id,
    type_into,
    wait_for_app,
    wait_until_offline_ready,
)
from tests.e2e.test_field_day import (
    log_a_planned_visit,
    log_an_unplanned_visit,
    sign_in,
    strip,
    tab,
)

if TYPE_CHECKING:
    from collections.abc import Iterator

    from client.replica import Replica

pytestmark = pytest.mark.e2e

SHELF = {"seen": Question("Is our shelf there?", type="yes_no", required=True)}
PUB, DRAUGHT = "Pub", "Draught beer"
NOTE = "Wants the winter beer"


@pytest.fixture
def hand(browser: Browser) -> Iterator[BrowserContext]:
    context = patient(browser.new_context(viewport=PHONE, has_touch=True))
    yield context
    context.close()


def test_a_day_in_airplane_mode_arrives_complete_at_the_office(
    company: Company, hand: BrowserContext
) -> None:
    run(the_office_prepares(company))
    page = hand.new_page()
    sign_in(page, company.server.url, RITA)
    wait_until_offline_ready(page)
    the_signal_goes(company, hand)
    page.reload()
    wait_for_app(page)

    step_today_is_there(page)
    step_plan_a_visit(page)
    step_route(page)
    log_a_planned_visit(page)
    log_an_unplanned_visit(page)
    step_check_in(page)
    step_the_visit_runs_on_every_screen(page)
    step_note(page)
    step_photo(page)
    step_signature(page)
    step_form(page)
    step_order(page)

    page = the_tab_is_killed(company, hand, page)
    step_the_visit_still_runs_with_its_note(page)
    step_finish(page)
    step_follow_up(page)
    step_next_visit(page)
    step_label_by_hand(page)
    step_undo(page)
    step_a_rule_s_label_appears(page)
    step_found_by_digits(page)

    company.server.start()
    hand.set_offline(False)
    strip(page, "Up to date")
    run(all_of_it_is_at_the_office(company))


def the_signal_goes(company: Company, hand: BrowserContext) -> None:
    hand.set_offline(True)
    company.server.kill()


def the_tab_is_killed(company: Company, hand: BrowserContext, page: Page) -> Page:
    page.close()
    page = hand.new_page()
    open_app(page, company.server.url)
    return page


def step_today_is_there(page: Page) -> None:
    page.get_by_text("Planned visits").wait_for()
    strip(page, "Offline")


def step_plan_a_visit(page: Page) -> None:
    open_customer(page, "Kiosk Dora")
    tap_id(page, "plan-visit")
    tap_id(page, "plan-save")


def step_route(page: Page) -> None:
    """The shortest way through the day, taken over in a tap."""
    tab(page, "More")
    tap(page, "more-planner")
    page.get_by_role("button", name="Route").first.click()
    by_id(page, "estimate").first.wait_for()
    tap(page, "use-order")


def step_check_in(page: Page) -> None:
    open_customer(page, "Hotel Cäcilie")
    tap_id(page, "check-in")
    page.get_by_text("Running since").first.wait_for()


def step_the_visit_runs_on_every_screen(page: Page) -> None:
    tab(page, "Contacts")
    by_id(page, "running").first.wait_for()
    tap_id(page, "running")
    page.get_by_text("Running since").first.wait_for()


def step_note(page: Page) -> None:
    type_into(page, "Note", NOTE)
    page.get_by_text("Saved").first.wait_for()


def step_photo(page: Page) -> None:
    scroll_until(page, by_id(page, "add-photos"))
    with page.expect_file_chooser() as chooser:
        tap_id(page, "add-photos")
    chooser.value.set_files(
        {"name": "shelf.jpg", "mimeType": "image/jpeg", "buffer": picture(2_400, 1_800)}
    )
    page.get_by_role("heading", name="Photos (1)").wait_for()


def step_signature(page: Page) -> None:
    tap(page, "sign")
    pad = by_id(page, "pad").first.bounding_box()
    assert pad is not None
    middle = pad["y"] + pad["height"] / 2
    page.mouse.move(pad["x"] + 40, middle)
    page.mouse.down()
    page.mouse.move(pad["x"] + 120, middle - 60, steps=8)
    page.mouse.move(pad["x"] + 220, middle + 40, steps=8)
    page.mouse.up()
    tap_id(page, "sign-save")
    page.get_by_role("heading", name="Signature (1)").wait_for()


def step_form(page: Page) -> None:
    tap(page, "custom-seen-yes")


def step_order(page: Page) -> None:
    tap(page, "take-order")
    type_into(page, "Add a product: name, code or barcode", "helles")
    page.get_by_role("button", name="Helles").first.click()
    tap_id(page, "place-order")
    page.get_by_role("heading", name="Order (1)").wait_for()


def step_the_visit_still_runs_with_its_note(page: Page) -> None:
    by_id(page, "running").first.wait_for()
    tap_id(page, "running")
    page.get_by_text("Running since").first.wait_for()
    page.get_by_role("heading", name="Signature (1)").wait_for()


def step_finish(page: Page) -> None:
    tap(page, "visit-outcome-0")
    page.get_by_role("heading", name="Visit logged").wait_for()


def step_follow_up(page: Page) -> None:
    tap(page, "follow-up-7")


def step_next_visit(page: Page) -> None:
    tap(page, "next-visit-proposed")
    tap_id(page, "done")


def step_label_by_hand(page: Page) -> None:
    open_customer(page, "Kiosk Dora")
    tap_id(page, "labels")
    page.get_by_role("checkbox", name="Prospect").click()
    page.get_by_role("checkbox", name="Partner").click()
    tap_id(page, "sheet-done")


def step_undo(page: Page) -> None:
    """The last of the two labels goes again."""
    page.get_by_role("button", name="Undo").click()


def step_a_rule_s_label_appears(page: Page) -> None:
    tap_id(page, "edit")
    scroll_until(page, page.get_by_label("Industry"))
    type_into(page, "Industry", PUB)
    tap_id(page, "save")
    page.get_by_text(DRAUGHT).first.wait_for()


def step_found_by_digits(page: Page) -> None:
    tap_id(page, "open-search")
    type_into(page, "Name, phone, town, label, note", "628002")
    page.get_by_role("button", name="Hotel Cäcilie").first.wait_for()


def open_customer(page: Page, name: str) -> None:
    tab(page, "Contacts")
    tap_id(page, "book-/accounts")
    page.get_by_role("heading", name="Accounts").wait_for()
    expect(page.get_by_role("button", name="Ada")).to_have_count(0)  # no contact of theirs
    page.get_by_role("button", name=name).first.click()


def picture(width: int, height: int) -> bytes:
    buffer = io.BytesIO()
    Image.new("RGB", (width, height), "#8a5a2b").save(buffer, "JPEG")
    return buffer.getvalue()


async def the_office_prepares(company: Company) -> None:
    async with await company.office("before") as replica:
        for away, shop in enumerate(replica.find(Account, order_by="name")):
            put_on_the_map(replica, shop, away)
        label = replica.create(Label(name=DRAUGHT))
        pubs = Filter(conditions=(Condition("industry", "is", (PUB,)),))
        replica.create(LabelRule(name="Pubs", label_id=label.id, filter=pubs, active=True))
        replica.create(VisitForm(name="Shelf check", questions=SHELF))
        replica.create(Product(name="Helles 0.5 l", price=Money("1.20", "EUR"), unit="bottle"))
        await replica.sync()


def put_on_the_map(replica: Replica, shop: Account, away: int) -> None:
    """Alternately north and south, so that the order of the names is not the shortest way."""
    where = Position(50.24 + (0.01 if away % 2 else -0.01) * away, 11.33)
    entry, address = next(iter(shop.addresses.items()))
    replica.update(shop, addresses={entry: msgspec.structs.replace(address, position=where)})


async def all_of_it_is_at_the_office(company: Company) -> None:
    async with await company.office("after") as replica:
        done = {name_of(replica, visit): visit for visit in replica.find(Activity, status="done")}
        assert set(done) == {"Gasthof Bär", "Café Adler", "Hotel Cäcilie"}
        hotel = done["Hotel Cäcilie"]
        assert (hotel.note, hotel.answers) == (NOTE, {"seen": True})
        purposes = sorted(x.purpose for x in replica.find(Attachment, record_id=hotel.id))
        assert purposes == ["photo", "signature"]
        (order,) = replica.find(SalesOrder)
        assert (order.account_id, len(order.lines)) == (hotel.account_id, 1)
        assert replica.find(Task, activity_id=hotel.id)
        ahead = replica.find(Activity, status="planned")
        assert sorted(name_of(replica, x) for x in ahead) == [
            "Hotel Cäcilie", "Kiosk Dora", "Kiosk Dora",
        ]  # fmt: skip
        (dora,) = replica.find(Account, name="Kiosk Dora")
        assert [label.name for label in replica.labels_of(dora.id)] == [DRAUGHT, "Prospect"]


def name_of(replica: Replica, visit: Activity) -> str:
    account = replica.get(Account, visit.account_id)
    assert account is not None
    return account.name
