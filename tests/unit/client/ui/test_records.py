"""Contacts and accounts: finding them, their pages, their labels, their history."""

from __future__ import annotations

from typing import TYPE_CHECKING

import flet as ft
import pytest

from sync_protocol.records import (
    Activity,
    Address,
    Contact,
    Label,
    Phone,
    Pipeline,
    Stage,
    Task,
    entries,
)
from tests.unit.client.ui.harness import OFFICE, opened
from tests.unit.client.ui.office import NOON_MS, Office, open_office

if TYPE_CHECKING:
    from collections.abc import AsyncIterator
    from pathlib import Path

    from client.replica import Replica
    from tests.unit.client.ui.harness import Screen

SEARCH = "Name, phone, town, label, note"
DAY_MS = 86_400_000
TABLET = (1000.0, 800.0)


@pytest.fixture
async def office(tmp_path: Path) -> AsyncIterator[Office]:
    office = await open_office(tmp_path)
    yield office
    await office.replica.close()


def index(replica: Replica) -> None:
    while replica.index_some():
        pass


def rows(screen: Screen) -> list[str]:
    """The ids of the rows that are alive, in order."""
    return [x.removeprefix("row-") for x in screen.identifiers() if x.startswith("row-")]


def scrolled_to(pixels: float) -> dict[str, object]:
    return {
        "event_type": "update",
        "pixels": pixels,
        "min_scroll_extent": 0.0,
        "max_scroll_extent": 15_000.0,
        "viewport_dimension": 600.0,
    }


# --- finding ---


async def test_a_list_shows_every_record_with_its_count(office: Office) -> None:
    async with opened(office.replica, "/accounts") as screen:
        await screen.until_says("3 in all")
        assert rows(screen) == [account.id for account in office.accounts]


async def test_typing_finds_and_emptying_the_search_shows_all_again(office: Office) -> None:
    index(office.replica)
    async with opened(office.replica, "/accounts") as screen:
        await screen.type(SEARCH, "post")
        await screen.until_says("1 found")
        assert rows(screen) == [office[2].id]
        close = screen.all(ft.IconButton, tooltip="Empty the search")[0]
        await screen.tap(close)
        await screen.until_says("3 in all")


async def test_a_phone_is_found_however_it_is_typed(office: Office) -> None:
    replica = office.replica
    replica.update(office[1], phones=entries(Phone("+49 9261 62800")))
    index(replica)
    async with opened(replica, "/accounts") as screen:
        for typed in ("09261 628", "0049 9261-62", "926162800"):
            await screen.type(SEARCH, typed)
            await screen.until(lambda: rows(screen) == [office[1].id])
            await screen.type(SEARCH, "")
            await screen.until_says("3 in all")


async def test_what_is_typed_survives_the_list_changing_under_it(office: Office) -> None:
    index(office.replica)
    async with opened(office.replica, "/accounts") as screen:
        await screen.type(SEARCH, "h")
        for name in ("Haus Eins", "Haus Zwei", "Haus Drei"):
            office.replica.create(type(office[0])(name=name, territory_id=office[0].territory_id))
            index(office.replica)
            field = screen.all(ft.TextField, hint_text=SEARCH)[0]
            await screen.type(SEARCH, field.value + "a" if field.value == "h" else field.value)
        await screen.until_says("3 found")
        assert screen.all(ft.TextField, hint_text=SEARCH)[0].value == "ha"


async def test_a_search_without_a_match_offers_a_new_record_of_that_name(office: Office) -> None:
    async with opened(office.replica, "/contacts") as screen:
        await screen.type(SEARCH, "Zoe Brown")
        await screen.until_says('Nothing found for "Zoe Brown"')
        await screen.press('New contact named "Zoe Brown"')
        await screen.until_says("New contact")
        assert screen.all(ft.TextField, label="Name")[0].value == "Zoe Brown"


async def test_labels_are_asked_for_in_any_all_or_none(office: Office) -> None:
    replica = office.replica
    replica.create(Label(name="Partner"))
    replica.label(office[0], "Prospect")
    replica.label(office[1], "Prospect")
    replica.label(office[1], "Partner")
    prospect, partner = replica.label_named("Prospect").id, replica.label_named("Partner").id
    async with opened(replica, "/accounts") as screen:
        await screen.tap("filter")
        await screen.tap(f"filter-{prospect}")
        await screen.until_says("2 found")
        chooser = screen.all(ft.SegmentedButton)[-1]
        screen.session.apply_patch(chooser._i, {"selected": ["none"]})
        await screen.event(chooser, "change")
        await screen.tap(f"filter-{partner}")
        await screen.until_says("Showing Prospect, but not Partner.")
        assert rows(screen) == [office[0].id]
        await screen.tap("filter-clear")
        await screen.until_says("3 in all")


async def test_sorting_by_the_last_visit_puts_the_never_visited_last(office: Office) -> None:
    replica = office.replica
    for place, days in ((0, 30), (2, 3)):
        at = NOON_MS - days * DAY_MS
        replica.create(Activity(kind="visit", at=at, account_id=office[place].id))
    async with opened(replica, "/accounts") as screen:
        for words, order in (("Visited last", (2, 0, 1)), ("Longest not visited", (0, 2, 1))):
            await screen.press(words)
            wanted = [office[place].id for place in order]
            await screen.until(lambda wanted=wanted: rows(screen) == wanted)


async def test_an_unsent_edit_is_marked_with_a_dot(office: Office) -> None:
    async with opened(office.replica, "/accounts") as screen:
        await screen.until_target(f"row-{office[0].id}")
        assert not screen.says("Waiting to be sent")
        office.replica.update(office[0], about="Deliveries at the back")
        await screen.until_says("Waiting to be sent")


async def test_a_long_list_keeps_only_rows_near_the_screen(office: Office) -> None:
    replica = office.replica
    with replica.changeset("Many"):
        for number in range(200):
            replica.create(Contact(name=f"Person {number:03}"))
    async with opened(replica, "/contacts") as screen:
        await screen.until_says("201 in all")
        assert len(rows(screen)) == 40
        column = screen.all(ft.Column, scroll_interval=30)[0]
        await screen.event(column, "scroll", scrolled_to(9_000.0))
        await screen.until(lambda: len(rows(screen)) == 40 and screen.says("Person 130"))


async def test_two_panes_keep_the_search_when_another_record_is_opened(office: Office) -> None:
    index(office.replica)
    async with opened(office.replica, "/accounts", TABLET) as screen:
        assert screen.says("Choose one from the list")
        await screen.type(SEARCH, "o")
        await screen.type(SEARCH, "po")
        await screen.until_says("1 found")
        await screen.tap(f"row-{office[2].id}")
        await screen.until_target("call")
        assert screen.page.route == f"/accounts/{office[2].id}"
        assert screen.all(ft.TextField, hint_text=SEARCH)[0].value == "po"
        assert rows(screen) == [office[2].id]


async def test_on_a_phone_the_list_comes_back_as_it_was_left(office: Office) -> None:
    index(office.replica)
    async with opened(office.replica, "/accounts") as screen:
        await screen.type(SEARCH, "adler")
        await screen.until_says("1 found")
        await screen.tap(f"row-{office[0].id}")
        await screen.until_target("call")
        assert not rows(screen)
        await screen.tap(screen.all(ft.IconButton, tooltip="Back")[0])
        await screen.until_says("1 found")
        assert screen.all(ft.TextField, hint_text=SEARCH)[0].value == "adler"


# --- the page ---


async def test_a_page_calls_mails_and_shows_the_way(office: Office) -> None:
    replica = office.replica
    replica.update(
        office[0],
        phones=entries(Phone("09261 62800")),
        addresses=entries(Address(street="Am Markt 1", town="Kronach")),
    )
    replica.update(replica.settings, region="DE") if replica.actor is None else None
    async with opened(replica, f"/accounts/{office[0].id}") as screen:
        await screen.until_target("call")
        urls = [x.action.url for x in screen.all(ft.Container) if isinstance(x.action, ft.OpenUrl)]
        assert urls[0].startswith("tel:")
        assert urls[1].startswith("sms:")
        assert "Am+Markt+1%2C+Kronach" in urls[2]
        assert "No e-mail" in screen.words()


async def test_a_label_goes_on_with_one_tap_and_off_again_with_undo(office: Office) -> None:
    async with opened(office.replica, f"/contacts/{office.contact.id}") as screen:
        await screen.tap("labels")
        await screen.tap("label-Prospect")
        assert screen.bar() == "Prospect added"
        assert [x.name for x in office.replica.labels_of(office.contact.id)] == ["Prospect"]
        await screen.undo()
        assert office.replica.labels_of(office.contact.id) == []
        await screen.until(lambda: screen.says("Undone"))


async def test_a_label_that_is_not_there_is_made_on_the_spot(office: Office) -> None:
    async with opened(office.replica, f"/contacts/{office.contact.id}") as screen:
        await screen.tap("labels")
        await screen.type("Find or create a label", "Beer garden")
        await screen.until_target("label-create")
        await screen.tap("label-create")
        assert [x.name for x in office.replica.labels_of(office.contact.id)] == ["Beer garden"]
        await screen.until_target("label-Beer garden")
        assert screen.all(ft.TextField, label="Find or create a label")[0].value == "Beer garden"


async def test_a_task_is_ticked_on_the_page_and_joins_the_timeline(office: Office) -> None:
    task = office.replica.create(Task(title="Send prices", account_id=office[0].id))
    async with opened(office.replica, f"/accounts/{office[0].id}") as screen:
        await screen.until_says("Tasks (1)")
        await screen.event(screen.all(ft.Checkbox)[0], "change", True)
        await screen.until_target(f"entry-{task.id}")
        assert screen.bar() == "Task done"


async def test_the_timeline_is_filtered_and_comes_in_parts(office: Office) -> None:
    replica = office.replica
    with replica.changeset("Past"):
        for day in range(60):
            replica.create(
                Activity(kind="visit", at=NOON_MS - day * DAY_MS, account_id=office[0].id)
            )
        note = replica.create(Activity(kind="note", at=NOON_MS, account_id=office[0].id))
    async with opened(replica, f"/accounts/{office[0].id}") as screen:
        await screen.until_says("Timeline (63)")
        assert screen.says("Show earlier (13 entries)")
        await screen.tap("earlier")
        await screen.until(lambda: len(_entries(screen)) == 13)
        assert screen.says("Show later (50 entries)")
        await screen.until(lambda: not screen.has("earlier"))
        await screen.tap("timeline-note")
        await screen.until(lambda: _entries(screen) == [note.id])


async def test_a_deleted_record_says_so_and_is_restored(office: Office) -> None:
    async with opened(office.replica, f"/contacts/{office.contact.id}") as screen:
        await screen.press("Delete contact")
        assert screen.bar() == "Ada Byrne deleted"
        await screen.until_target("search")
        await screen.go(f"/contacts/{office.contact.id}")
        await screen.until_says("Ada Byrne was deleted")
        await screen.press("Restore")
        await screen.until_target("call")


async def test_a_record_out_of_sight_is_said_to_be_so(office: Office) -> None:
    async with opened(office.replica, "/accounts/0000") as screen:
        await screen.until_says("This account is not visible to you")


def _entries(screen: Screen) -> list[str]:
    return [x.removeprefix("entry-") for x in screen.identifiers() if x.startswith("entry-")]


async def test_two_long_labels_leave_room_for_the_place(office: Office) -> None:
    replica = office.replica
    for name in ("Former customer", "Payment reminder"):
        replica.create(Label(name=name, colour="#4527a0"))
        replica.label(office[0], name)
    async with opened(replica, "/accounts") as screen:
        row = screen.target(f"row-{office[0].id}")
        assert "Former customer" in screen.words(row)
        assert "Payment reminder" not in screen.words(row)
        assert "+1" in screen.words(row)


async def test_a_phone_switches_between_contacts_and_accounts(office: Office) -> None:
    async with opened(office.replica, "/contacts") as screen:
        await screen.until_target("book-/accounts")
        (switch,) = screen.all(ft.SegmentedButton)
        switch.selected = ["/accounts"]
        await screen.event(switch, "change")
        await screen.until(lambda: screen.page.route == "/accounts")
        (bar,) = screen.all(ft.NavigationBar)
        assert bar.selected_index == 1
    async with opened(office.replica, "/contacts", OFFICE) as screen:
        assert not screen.has("book-/accounts")


async def test_a_deal_is_begun_behind_the_plus(admins_office: Office) -> None:
    replica, account = admins_office.replica, admins_office[0]
    replica.create(Pipeline(name="Sales", stages={"a": Stage("Talk", 1)}))
    async with opened(replica, "/new") as screen:
        await screen.tap("new-deal")
        await screen.until(lambda: screen.page.route == "/deals/new")
        await screen.go(f"/new/accounts/{account.id}")
        await screen.until_target("new-deal")
        await screen.tap("new-deal")
        await screen.until(lambda: screen.page.route == f"/deals/new?account={account.id}")


async def test_a_deal_without_a_pipeline_says_who_makes_one(office: Office) -> None:
    async with opened(office.replica, "/deals/new") as screen:
        await screen.until_says("No pipeline yet")
