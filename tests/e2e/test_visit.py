"""A whole visit with no signal, through a killed tab: check in, form, order, photo, signature.

Rita's phone is a phone-sized Chromium that knows where it is; the server's process is dead from
before she checks in until after she has finished.
"""

from __future__ import annotations

import asyncio
import json
from typing import TYPE_CHECKING

import pytest

from sync_protocol.records import (
    Account,
    Activity,
    Address,
    Attachment,
    Money,
    Position,
    Product,
    SalesOrder,
    VisitForm,
    entries,
)
from sync_protocol.records.fieldwork import Question
from tests.e2e.company import RITA, Company, run
from tests.e2e.flutter import (
    PATIENCE_MS,
    by_id,
    open_app,
    scroll_until,
    tap_id,
    type_into,
    wait_until_offline_ready,
)
from tests.integration.server.running import PASSWORD

if TYPE_CHECKING:
    from pathlib import Path

    from playwright.sync_api import BrowserContext, Page

    from client.replica import Replica

pytestmark = pytest.mark.e2e

HERE = {"latitude": 50.2400, "longitude": 11.3300, "accuracy": 15}
BARCODE = "4006381333931"
NOTE = "Two pallets on Monday"
PICTURE = bytes.fromhex(
    "89504e470d0a1a0a0000000d49484452000000010000000108060000001f15c4890000000d4944415478da63"
    "6460f85f0f0002870180eb47ba920000000049454e44ae426082"
)


def camera(holding: str) -> str:
    """A phone's camera before which somebody holds a code, and its browser's detector."""
    return f"""
        globalThis.BarcodeDetector = class {{
            static async getSupportedFormats() {{ return ["ean_13", "qr_code"]; }}
            async detect() {{ return [{{ rawValue: {json.dumps(holding)} }}]; }}
        }};
        navigator.mediaDevices.getUserMedia = async () => {{
            const canvas = document.createElement("canvas");
            const paint = () => canvas.getContext("2d").fillRect(0, 0, Math.random() * 300, 150);
            setInterval(paint, 50);
            return canvas.captureStream(20);
        }};
    """


def test_a_visit_with_no_signal_outlives_its_tab_and_arrives_whole(
    company: Company, phone: BrowserContext, tmp_path: Path
) -> None:
    picture = tmp_path / "shelf.png"
    picture.write_bytes(PICTURE)
    run(prepare(company))
    phone.grant_permissions(["geolocation"])
    phone.set_geolocation(HERE)
    phone.add_init_script(camera(BARCODE))
    rita = sign_in(phone, company)
    phone.set_offline(True)
    company.server.kill()

    check_in(rita)
    rita.close()
    rita = phone.new_page()
    open_app(rita, company.server.url)
    rita.get_by_role("button", name="At Gasthof Bär since").click()
    rita.get_by_text("Running since").wait_for()

    answer_the_form(rita)
    take_an_order(rita)
    add_a_photo(rita, picture)
    have_it_signed(rita)
    finish(rita)

    company.server.start()
    phone.set_offline(False)
    rita.get_by_role("button", name="Up to date").first.wait_for()
    run(check_what_arrived(company))


async def prepare(company: Company) -> None:
    """A form, a product, and where the customer is."""
    async with await company.office("prepare") as replica:
        question = Question("Is our shelf there?", type="yes_no", required=True)
        replica.create(VisitForm(name="Shelf check", questions={"q1": question}))
        price = Money("1.20", "EUR")
        replica.create(Product(name="Helles 0.5 l", price=price, barcode=BARCODE))
        place = Position(HERE["latitude"], HERE["longitude"])
        replica.update(bear(replica), addresses=entries(Address(town="Kronach", position=place)))
        await replica.sync()


def bear(replica: Replica) -> Account:
    (shop,) = replica.find(Account, name="Gasthof Bär")
    return shop


def sign_in(phone: BrowserContext, company: Company) -> Page:
    rita = phone.new_page()
    open_app(rita, company.server.url)
    type_into(rita, "E-mail", RITA)
    type_into(rita, "Password", PASSWORD)
    rita.keyboard.press("Enter")
    rita.get_by_text("Planned visits").wait_for()
    wait_until_offline_ready(rita)
    return rita


def check_in(page: Page) -> None:
    """From the card of the day; a purpose, a note; then the system ends the tab."""
    page.get_by_role("button", name="Check in").first.click()
    page.get_by_text("Running since").wait_for()
    tap_id(page, "purpose-0")
    type_into(page, "Note", NOTE)
    page.get_by_text("Saved").wait_for()


def answer_the_form(page: Page) -> None:
    scroll_until(page, by_id(page, "custom-q1-yes"))
    tap_id(page, "custom-q1-yes")


def take_an_order(page: Page) -> None:
    scroll_until(page, by_id(page, "take-order"))
    tap_id(page, "take-order")
    type_into(page, "Add a product: name, code or barcode", "helles")
    page.get_by_role("button", name="Helles 0.5 l").first.click()
    page.get_by_text("1.20 EUR").first.wait_for()
    tap_id(page, "scan")
    page.get_by_text("2.40 EUR").first.wait_for()
    tap_id(page, "place-order")
    page.get_by_text("Running since").wait_for()


def add_a_photo(page: Page, picture: Path) -> None:
    scroll_until(page, by_id(page, "add-photos"))
    with page.expect_file_chooser() as chooser:
        tap_id(page, "add-photos")
    chooser.value.set_files(picture)
    scroll_until(page, page.get_by_text("Photos (1)"))


def have_it_signed(page: Page) -> None:
    scroll_until(page, by_id(page, "sign"))
    tap_id(page, "sign")
    pad = by_id(page, "pad").bounding_box()
    assert pad is not None
    middle = (pad["x"] + pad["width"] / 2, pad["y"] + pad["height"] / 2)
    page.mouse.move(*middle)
    page.mouse.down()
    for step in range(20):
        page.mouse.move(middle[0] + 3 * step, middle[1] + 20 * (step % 2))
    page.mouse.up()
    tap_id(page, "sign-save")
    page.get_by_text("Running since").wait_for()


def finish(page: Page) -> None:
    scroll_until(page, by_id(page, "visit-outcome-0"))
    tap_id(page, "visit-outcome-0")
    page.get_by_role("heading", name="Visit logged").wait_for()


async def check_what_arrived(company: Company) -> None:
    async with await company.office("afterwards") as replica, asyncio.timeout(PATIENCE_MS / 1000):
        (visit,) = replica.find(Activity, kind="visit", status="done")
        assert visit.account_id == bear(replica).id
        assert (visit.note, visit.answers) == (NOTE, {"q1": True})
        assert visit.purpose_id
        assert visit.outcome is not None
        assert visit.presence is not None
        assert visit.presence.state == "verified"
        (order,) = replica.find(SalesOrder, account_id=visit.account_id)
        assert [line.quantity for line in order.lines.values()] == ["2"]
        files = {x.purpose: x for x in replica.find(Attachment, record_id=visit.id)}
        assert set(files) == {"photo", "signature"}
        for file, begins in ((files["photo"], b"\xff\xd8\xff"), (files["signature"], b"<svg")):
            data = None
            while data is None:
                data = await replica.attachment_data(file)
            assert data.startswith(begins)
