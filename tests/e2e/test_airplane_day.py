"""A whole day in airplane mode, in numbered steps, on a phone of 390x844 that is touched.

The server's process is dead through all of them, and the tab is killed in the middle. What the day
leaves behind is read from the canonical store at the end. A step that fails is named by its number.
"""

from __future__ import annotations

import datetime as dt
import io
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

import msgspec
import pytest
from PIL import Image
from playwright.sync_api import Browser, BrowserContext, Page, expect

from client.interchange import one_card
from sync_protocol.records import (
    Account,
    Activity,
    Attachment,
    Case,
    Condition,
    Contact,
    Filter,
    Label,
    LabelRule,
    Money,
    Phone,
    Position,
    Product,
    Purpose,
    Question,
    SalesOrder,
    Task,
    VisitForm,
    entries,
)
from tests.e2e.company import RITA, Company, run
from tests.e2e.day import PHONE, choose, heading, said_at_once, tap
from tests.e2e.flutter import (
    by_id,
    open_app,
    patient,
    scroll_until,
    tap_away,
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
from tests.e2e.test_visit import HERE, camera

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from client.replica import Replica

pytestmark = pytest.mark.e2e

SHELF = {"seen": Question("Is our shelf there?", type="yes_no", required=True)}
PROMISED = "Bring the tasting glasses"
CARD = one_card.short_text(
    Contact(name="Eve Moser", phones=entries(Phone("+49 9261 62899")), account_id="a"),
    "Hotel Cäcilie",
)
PUB, DRAUGHT = "Pub", "Draught beer"
NOTE = "Wants the winter beer"
TROUBLE = "The tap drips"
DIALLER = """
    const open = window.open;
    window.open = (url, ...rest) => url.startsWith("tel:") ? null : open(url, ...rest);
"""
"""A phone that calls: Chromium without one takes no more taps after a number was tapped."""
COME_BACK = """() => { for (const name of ["blur", "focus"]) dispatchEvent(new Event(name)); }"""


@pytest.fixture
def hand(browser: Browser) -> Iterator[BrowserContext]:
    context = patient(browser.new_context(viewport=PHONE, has_touch=True))
    context.grant_permissions(["geolocation"])
    context.set_geolocation(HERE)
    context.add_init_script(camera(CARD))
    context.add_init_script(DIALLER)
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

    walk(page, MORNING)
    page = the_tab_is_killed(company, hand, page)
    walk(page, AFTERNOON, len(MORNING) + 1)

    company.server.start()
    hand.set_offline(False)
    strip(page, "Up to date")
    run(all_of_it_is_at_the_office(company))


def test_the_day_has_thirty_steps() -> None:
    assert len(MORNING) + len(AFTERNOON) >= 30


def walk(page: Page, steps: Sequence[Callable[[Page], None]], first: int = 1) -> None:
    for number, step in enumerate(steps, first):
        try:
            step(page)
        except Exception as error:
            error.add_note(f"step {number}: {step.__name__}")
            raise


def the_signal_goes(company: Company, hand: BrowserContext) -> None:
    hand.set_offline(True)
    company.server.kill()


def the_tab_is_killed(company: Company, hand: BrowserContext, page: Page) -> Page:
    page.close()
    page = hand.new_page()
    open_app(page, company.server.url)
    return page


# --- the morning: the day is planned, two visits are made and a third begins ---


def step_today_is_there(page: Page) -> None:
    page.get_by_text("Planned visits").wait_for()
    strip(page, "Offline")


def step_before_you_go_in(page: Page) -> None:
    """A tap on the planned visit tells what was promised there; nothing is done yet."""
    page.get_by_role("button", name="Hotel Cäcilie").first.click()
    page.get_by_text("Before you go in").first.wait_for()
    page.get_by_text(PROMISED).first.wait_for()
    tab(page, "Today")


def step_near_me(page: Page) -> None:
    tap_id(page, "open-near")
    page.locator("[flt-semantics-identifier^='near-']").first.wait_for()


def step_plan_a_visit(page: Page) -> None:
    open_customer(page, "Kiosk Dora")
    tap_id(page, "plan-visit")
    tap_id(page, "plan-save")


def step_move_a_visit_to_tomorrow(page: Page) -> None:
    """By tap: a phone shows one day, so there is nowhere to drag to."""
    tab(page, "More")
    tap(page, "more-planner")
    page.get_by_role("heading", name="Plan", exact=True).wait_for()
    page.locator("[flt-semantics-identifier^='move-']").last.click()
    tap(page, f"move-{tomorrow()}")
    said_at_once(page, "Moved to tomorrow")


def step_calendar_file(page: Page) -> None:
    tab(page, "More")
    tap(page, "more-calendar")
    with page.expect_download() as download:
        tap(page, "calendar-save")
    assert download.value.path().read_bytes().startswith(b"BEGIN:VCALENDAR")


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


def step_purpose(page: Page) -> None:
    tap(page, "purpose-0")


def step_note(page: Page) -> None:
    type_into(page, "Note", NOTE)
    page.get_by_text("Saved").first.wait_for()


def step_mend_a_fact(page: Page) -> None:
    """While you are here: this customer has no label yet, and a tap puts one on."""
    scroll_until(page, by_id(page, "mending"))
    choose(page, "Customer")
    said_at_once(page, "Labelled Customer")


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


def step_a_case(page: Page) -> None:
    """Something is wrong there: two taps and a few words."""
    tap(page, "new-case")
    type_into(page, "What is wrong", TROUBLE)
    tap_id(page, "open-case")
    scroll_until(page, page.get_by_role("heading", name="Cases (1)"))


# --- the afternoon: after the tab was killed ---


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


def step_cancel_a_visit(page: Page) -> None:
    open_customer(page, "Kiosk Dora")
    scroll_until(page, page.locator("[flt-semantics-identifier^='planned-']"))
    page.locator("[flt-semantics-identifier^='planned-']").first.click()
    tap(page, "cancel-visit")
    said_at_once(page, "Visit cancelled")


def step_do_a_task(page: Page) -> None:
    tab(page, "Today")
    task = page.get_by_role("checkbox", name="Send the menu")
    scroll_until(page, task)
    task.first.click()
    said_at_once(page, "Task done")


def step_label_by_hand(page: Page) -> None:
    open_customer(page, "Kiosk Dora")
    tap_id(page, "labels")
    page.get_by_role("checkbox", name="Prospect").click()
    page.get_by_role("checkbox", name="Partner").click()
    tap_away(page, "sheet-done")


def step_undo(page: Page) -> None:
    """The last of the two labels goes again."""
    page.get_by_role("button", name="Undo").click()


def step_a_rule_s_label_appears(page: Page) -> None:
    tap_id(page, "edit")
    scroll_until(page, page.get_by_label("Industry"))
    type_into(page, "Industry", PUB)
    tap_id(page, "save")
    page.get_by_text(DRAUGHT).first.wait_for()


def step_a_call_is_logged_on_the_return(page: Page) -> None:
    """The dialler has had the screen: back from it, logging is one tap, and the outcome another."""
    open_customer(page, "Café Adler")
    tap_id(page, "call")
    said_at_once(page, "Calling Café Adler")
    page.evaluate(COME_BACK)
    said_at_once(page, "Back from calling Café Adler?")
    page.get_by_role("button", name="Log call").first.click()
    tap_id(page, "call-outcome-0")
    by_id(page, "logged").first.wait_for()
    tap_id(page, "done")


def step_found_by_digits(page: Page) -> None:
    tap_id(page, "open-search")
    type_into(page, "Name, phone, town, label, note", "628002")
    page.get_by_role("button", name="Hotel Cäcilie").first.wait_for()


def step_a_code_for_another_phone(page: Page) -> None:
    tab(page, "Contacts")
    tap_id(page, "book-/contacts")
    page.get_by_role("button", name="Ada Bär").first.click()
    tap_id(page, "record-menu")
    page.get_by_role("menuitem", name="Card and QR code").click()
    by_id(page, "qr-code").first.wait_for()


def step_a_card_from_a_code(page: Page) -> None:
    """The camera reads it into the form of a new contact, whose account it finds."""
    tab(page, "Contacts")
    tap_id(page, "new-record")
    tap(page, "scan-card")
    said_at_once(page, "Read: Eve Moser")
    tap_id(page, "save")
    page.get_by_role("heading", name="Eve Moser").wait_for()


def step_the_sync_centre_says_what_waits(page: Page) -> None:
    page.get_by_role("button", name="Offline").first.click()
    scroll_until(page, page.get_by_text("2 files wait to be sent"))


MORNING = (
    step_today_is_there,
    step_before_you_go_in,
    step_near_me,
    step_plan_a_visit,
    step_move_a_visit_to_tomorrow,
    step_route,
    step_calendar_file,
    log_a_planned_visit,
    log_an_unplanned_visit,
    step_check_in,
    step_the_visit_runs_on_every_screen,
    step_purpose,
    step_note,
    step_mend_a_fact,
    step_photo,
    step_signature,
    step_form,
    step_order,
    step_a_case,
)
AFTERNOON = (
    step_the_visit_still_runs_with_its_note,
    step_finish,
    step_follow_up,
    step_next_visit,
    step_cancel_a_visit,
    step_do_a_task,
    step_label_by_hand,
    step_undo,
    step_a_rule_s_label_appears,
    step_a_call_is_logged_on_the_return,
    step_found_by_digits,
    step_a_code_for_another_phone,
    step_a_card_from_a_code,
    step_the_sync_centre_says_what_waits,
)


def open_customer(page: Page, name: str) -> None:
    tab(page, "Contacts")
    tap_id(page, "book-/accounts")
    page.get_by_role("heading", name="Accounts").wait_for()
    expect(page.get_by_role("button", name="Ada")).to_have_count(0)  # no contact of theirs
    page.get_by_role("button", name=name).first.click()
    heading(page, name)


def tomorrow() -> dt.date:
    return dt.datetime.now(tz=ZoneInfo("Europe/Berlin")).date() + dt.timedelta(1)


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
        replica.create(Purpose(name="Tasting"))
        (hotel,) = replica.find(Account, name="Hotel Cäcilie")
        replica.create(Task(title=PROMISED, account_id=hotel.id, assignee_id=company.rita))
        replica.create(Product(name="Helles 0.5 l", price=Money("1.20", "EUR"), unit="bottle"))
        await replica.sync()


def put_on_the_map(replica: Replica, shop: Account, away: int) -> None:
    """Alternately north and south, so that the order of the names is not the shortest way."""
    where = Position(50.24 + (0.01 if away % 2 else -0.01) * away, 11.33)
    entry, address = next(iter(shop.addresses.items()))
    replica.update(shop, addresses={entry: msgspec.structs.replace(address, position=where)})


async def all_of_it_is_at_the_office(company: Company) -> None:
    async with await company.office("after") as replica:
        visits = replica.find(Activity, kind="visit", status="done")
        done = {name_of(replica, visit): visit for visit in visits}
        assert set(done) == {"Gasthof Bär", "Café Adler", "Hotel Cäcilie"}
        hotel = done["Hotel Cäcilie"]
        assert (hotel.note, hotel.answers) == (NOTE, {"seen": True})
        assert hotel.purpose_id
        (call,) = replica.find(Activity, kind="call")
        assert name_of(replica, call) == "Café Adler"
        purposes = sorted(x.purpose for x in replica.find(Attachment, record_id=hotel.id))
        assert purposes == ["photo", "signature"]
        (order,) = replica.find(SalesOrder)
        assert (order.account_id, len(order.lines)) == (hotel.account_id, 1)
        assert replica.find(Task, activity_id=hotel.id)
        (case,) = replica.find(Case)
        assert (case.title, case.activity_id) == (TROUBLE, hotel.id)
        ahead = replica.find(Activity, status="planned")
        assert sorted(name_of(replica, x) for x in ahead) == ["Hotel Cäcilie", "Kiosk Dora"]
        (cancelled,) = replica.find(Activity, status="cancelled")
        assert name_of(replica, cancelled) == "Kiosk Dora"
        assert [x.name for x in replica.labels_of(hotel.account_id)] == ["Customer"]
        (menu,) = replica.find(Task, title="Send the menu")
        assert menu.done_at
        (eve,) = replica.find(Contact, name="Eve Moser")
        assert name_of(replica, eve) == "Hotel Cäcilie"
        (dora,) = replica.find(Account, name="Kiosk Dora")
        assert [label.name for label in replica.labels_of(dora.id)] == [DRAUGHT, "Prospect"]


def name_of(replica: Replica, about: Activity | Contact) -> str:
    account = replica.get(Account, about.account_id)
    assert account is not None
    return account.name
