"""A day in the office, from a spreadsheet in the morning to a deal won in the evening.

Olga has a window of 1440 by 900 and does it all in the app itself; what she did is read at the end
from a replica of somebody else's, so from what the server holds.
"""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Locator, Page, expect

from client.replica import Replica
from sync_protocol.records import Account, Contact, Deal, Quote, Reason, Segment
from tests.e2e.company import OLGA, SHOPS, Company, run
from tests.e2e.day import (
    OFFICE,
    STAGES,
    add_product,
    choose,
    download_pdf,
    heading,
    import_file,
    place,
    said,
    said_at_once,
    search,
    settled,
    tap,
    undo_last,
    write,
)
from tests.e2e.flutter import by_id, patient, tap_away, tap_id
from tests.e2e.test_field_day import sign_in, strip

pytestmark = pytest.mark.e2e

CUSTOMERS = """\
Name,Phone,City,Industry
Brauerei Falke,09261 555000,Kronach,Brewery
Brauhaus Falke,09261 555000,Kronach,Brewery
Brauerei Igel,09261 777000,Kulmbach,Brewery
Weinhaus Rebe,09261 999000,Kronach,Wine
"""
WRONG = """\
Name,City
Somebody Else's Customer,Hof
Another of Theirs,Hof
"""
DEAL = "Beer garden"
NAMES = {*SHOPS, "Brauerei Falke", "Brauhaus Falke", "Brauerei Igel", "Weinhaus Rebe"}


@pytest.fixture
def olga(browser: Browser) -> Iterator[Page]:
    context = patient(browser.new_context(viewport=OFFICE, accept_downloads=True))
    yield context.new_page()
    context.close()


def test_a_day_in_the_office(company: Company, olga: Page, tmp_path: Path) -> None:
    sign_in(olga, company.server.url, OLGA)
    step_1_import_customers(olga, tmp_path)
    step_2_find_some_by_search(olga)
    step_3_filter_by_industry(olga)
    step_4_keep_the_filter_as_a_segment(olga)
    step_5_label_all_that_are_shown(olga)
    step_6_edit_one_of_them(olga)
    step_7_merge_two_that_are_one(olga)
    step_8_undo_the_merge(olga)
    step_9_open_a_deal(olga)
    step_10_move_it_by_a_tap(olga)
    step_11_drag_it_on_with_the_mouse(olga)
    step_12_is_told_what_is_missing_to_go_on(olga)
    step_13_add_products(olga)
    step_14_take_their_sum_as_its_value(olga)
    step_15_make_a_quote(olga)
    step_16_get_it_as_pdf(olga)
    step_17_send_it_and_it_stays_as_it_is(olga)
    step_18_hear_that_it_is_accepted(olga)
    step_19_win_the_deal_with_a_reason(olga)
    step_20_undo_an_import_of_the_wrong_file(olga, tmp_path)
    strip(olga, "Up to date")
    run(settled(company, "afterwards", is_over))
    run(check_what_the_office_holds(company))


def step_1_import_customers(page: Page, folder: Path) -> None:
    file = folder / "customers.csv"
    file.write_text(CUSTOMERS, encoding="utf-8")
    import_file(page, file)
    said(page, "4 accounts")
    tap(page, "import-again")


def step_2_find_some_by_search(page: Page) -> None:
    place(page, "Accounts")
    search(page, "search", "falke")
    said_at_once(page, "2 found")
    row(page, "Brauhaus Falke").wait_for()
    search(page, "search", "")
    said_at_once(page, "8 in all")


def step_3_filter_by_industry(page: Page) -> None:
    tap_id(page, "filter")
    tap(page, "add-condition")
    tap(page, "field-industry")
    write(page, "Industry", "Brewery")
    tap(page, "condition-add")
    said_at_once(page, "Industry contains Brewery")  # the sheet has turned to what is asked
    tap_away(page, "sheet-done")
    said_at_once(page, "3 found")


def step_4_keep_the_filter_as_a_segment(page: Page) -> None:
    tap_id(page, "segments")
    page.get_by_role("menuitem", name="Save as a segment").click()
    write(page, "Name", "Breweries")
    tap_away(page, "segment-save")
    said_at_once(page, "Breweries")


def step_5_label_all_that_are_shown(page: Page) -> None:
    tap_id(page, "choose-all")
    said_at_once(page, "3 chosen")
    tap_id(page, "bulk-label")
    tap_id(page, "bulk-label-Customer")
    said_at_once(page, "on 3 of 3")
    tap_away(page, "sheet-done")
    tap_id(page, "choose-none")


def step_6_edit_one_of_them(page: Page) -> None:
    row(page, "Brauerei Igel").click()
    heading(page, "Brauerei Igel")
    tap_id(page, "edit")
    heading(page, "Edit account")
    write(page, "Employees", "25")
    tap_id(page, "save")
    heading(page, "Brauerei Igel")
    said(page, "Employees")


def step_7_merge_two_that_are_one(page: Page) -> None:
    place(page, "Accounts")
    for name in ("Brauerei Falke", "Brauhaus Falke"):
        tick(page, name)
    tap_id(page, "bulk-merge")
    heading(page, "Merge accounts")
    tap(page, "merge")
    by_id(page, "merge").wait_for(state="detached")


def step_8_undo_the_merge(page: Page) -> None:
    undo_last(page)
    place(page, "Accounts")
    row(page, "Brauhaus Falke").wait_for()


def step_9_open_a_deal(page: Page) -> None:
    place(page, "Contacts")
    row(page, "Ada Adler").click()
    heading(page, "Ada Adler")
    tap(page, "new-deal")
    heading(page, "New deal")
    write(page, "Name", DEAL)
    tap_id(page, "save")
    heading(page, DEAL)
    write(page, "What comes next", "Taste the beer")
    place(page, "Pipeline")
    said_at_once(page, "Taste the beer")


def step_10_move_it_by_a_tap(page: Page) -> None:
    page.get_by_label("Move to\u2026").locator("[role=button]").click()
    tap(page, f"move-{STAGES['Needs known']}")
    in_column(page, "Needs known").wait_for()


def step_11_drag_it_on_with_the_mouse(page: Page) -> None:
    """It lacks a value to go on: it may go back."""
    drag(page, in_column(page, "Needs known"), column(page, "First talk"))
    in_column(page, "First talk").wait_for()
    drag(page, in_column(page, "First talk"), column(page, "Needs known"))
    in_column(page, "Needs known").wait_for()


def step_12_is_told_what_is_missing_to_go_on(page: Page) -> None:
    drag(page, in_column(page, "Needs known"), column(page, "Offer"))
    said_at_once(page, "Before it can go to Offer, this deal needs a value.")
    tap_away(page, "answer-no")
    in_column(page, "Needs known").click()
    heading(page, DEAL)


def step_13_add_products(page: Page) -> None:
    add_product(page, "Helles")
    heading(page, DEAL)


def step_14_take_their_sum_as_its_value(page: Page) -> None:
    tap(page, "value-from-lines")
    by_id(page, "value-from-lines").wait_for(state="detached")


def step_15_make_a_quote(page: Page) -> None:
    tap(page, "new-quote")
    page.get_by_role("heading", name="Quote ").wait_for()
    said(page, "Helles")


def step_16_get_it_as_pdf(page: Page) -> None:
    download_pdf(page)


def step_17_send_it_and_it_stays_as_it_is(page: Page) -> None:
    tap(page, "send")
    tap_away(page, "answer-yes")
    said(page, "Sent today")
    by_id(page, "edit").wait_for(state="detached")
    expect(by_id(page, "edit-lines")).to_have_count(0)


def step_18_hear_that_it_is_accepted(page: Page) -> None:
    tap(page, "accept")
    by_id(page, "accept").wait_for(state="detached")


def step_19_win_the_deal_with_a_reason(page: Page) -> None:
    tap(page, "to-deal")
    heading(page, DEAL)
    tap(page, "edit")
    write(page, "Expected on", "2030-06-30")
    tap_id(page, "save")
    heading(page, DEAL)
    tap(page, "won")
    choose(page, "Product")
    tap(page, "save")
    said(page, "Won today. Product")


def step_20_undo_an_import_of_the_wrong_file(page: Page, folder: Path) -> None:
    file = folder / "wrong.csv"
    file.write_text(WRONG, encoding="utf-8")
    import_file(page, file)
    tap(page, "import-undo")
    by_id(page, "pick-file").first.wait_for()


# --- what is on the screen ---


def row(page: Page, name: str) -> Locator:
    """The row of a table that says so."""
    return page.get_by_role("button", name=name).first


def tick(page: Page, name: str) -> None:
    """Tap the box at the head of a row."""
    row(page, name).locator("[flt-semantics-identifier^='tick-']").click()


def column(page: Page, stage: str) -> Locator:
    return by_id(page, f"column-{STAGES[stage]}")


def in_column(page: Page, stage: str) -> Locator:
    """The one deal there is, in this column."""
    return column(page, stage).locator("[flt-semantics-identifier^='deal-']").first


def drag(page: Page, what: Locator, to: Locator) -> None:
    """As a hand does with a mouse: press, pull a little, go there, let go."""
    (x, y), (to_x, to_y) = middle(what), middle(to)
    page.mouse.move(x, y)
    page.mouse.down()
    page.mouse.move(x + 12, y + 12, steps=4)
    page.mouse.move(to_x, to_y, steps=12)
    page.mouse.up()


def middle(where: Locator) -> tuple[float, float]:
    box = where.bounding_box()
    assert box is not None, where
    return box["x"] + box["width"] / 2, box["y"] + box["height"] / 2


# --- what the office holds ---


def is_over(replica: Replica) -> bool:
    """The deal is won, and the wrong file's customers have gone, if they have come at all."""
    names = {account.name for account in replica.find(Account)}
    return names == NAMES and any(deal.closing for deal in replica.find(Deal))


async def check_what_the_office_holds(company: Company) -> None:
    async with await company.office("evening") as replica:
        (segment,) = replica.find(Segment)
        labelled = {x.name for x in replica.find(Account) if replica.labels_of(x.id)}
        assert (segment.name, labelled) == (
            "Breweries",
            {"Brauerei Falke", "Brauhaus Falke", "Brauerei Igel"},
        )
        (igel,) = replica.find(Account, name="Brauerei Igel")
        assert (igel.employees, igel.industry) == (25, "Brewery")
        two = [x for x in replica.find(Account) if x.name.endswith("Falke")]
        assert [x.merged_into for x in two] == ["", ""]
        check_the_deal(replica)


def check_the_deal(replica: Replica) -> None:
    (deal,), (quote,), (ada,) = (
        replica.find(Deal),
        replica.find(Quote),
        replica.find(Contact, name="Ada Adler"),
    )
    assert (deal.account_id, deal.contact_id) == (ada.account_id, ada.id)
    assert deal.stage_id == STAGES["Needs known"]
    assert deal.value is not None
    assert Decimal(deal.value.amount) == 240
    assert [(line.name, line.quantity) for line in deal.lines.values()] == [("Helles", "2")]
    assert (quote.status, quote.deal_id, quote.lines) == ("accepted", deal.id, deal.lines)
    assert deal.closing is not None
    assert deal.closing.won
    reason = replica.get(Reason, deal.closing.reason_id)
    assert reason is not None
    assert reason.name == "Product"
