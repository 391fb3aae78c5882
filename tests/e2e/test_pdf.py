"""A contract that the office has filed, looked at by a rep with no signal: PDFium as wasm."""

from __future__ import annotations

import pytest
from playwright.sync_api import BrowserContext

from sync_protocol.records import Account
from tests.e2e.company import RITA, Company, run
from tests.e2e.flutter import by_id, open_app, tap_id, wait_for_app, wait_until_offline_ready
from tests.e2e.test_field_day import sign_in
from tests.unit.client.test_pdfs import a_pdf

pytestmark = pytest.mark.e2e


def test_the_first_page_of_a_pdf_is_drawn_with_no_signal(
    company: Company, phone: BrowserContext
) -> None:
    filed: list[str] = []
    run(file_a_contract(company, filed))
    rita = phone.new_page()
    sign_in(rita, company.server.url, RITA)
    wait_until_offline_ready(rita)
    open_app(rita, f"{company.server.url}/files/{filed[0]}")
    rita.get_by_text("Page 1 of 2").wait_for()

    company.server.kill()
    phone.set_offline(True)
    rita.reload()
    wait_for_app(rita)
    rita.get_by_text("Page 1 of 2").wait_for()
    by_id(rita, "pdf-page").wait_for()
    tap_id(rita, "page-after")
    rita.get_by_text("Page 2 of 2").wait_for()


async def file_a_contract(company: Company, filed: list[str]) -> None:
    async with await company.office("filing") as replica:
        (shop,) = replica.find(Account, name="Café Adler")
        contract = replica.attach(shop, a_pdf(pages=2), "Contract.pdf", "application/pdf")
        filed.append(contract.id)
        await replica.sync()
        while replica.has_more_to_send:
            await replica.sync()
