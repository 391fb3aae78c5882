"""Cases: opened on a visit, moved on by a tap, seen wherever the customer is."""

from __future__ import annotations

from typing import TYPE_CHECKING

import flet as ft

from client import cases, fieldwork
from sync_protocol.records import Activity, Case, User
from tests.unit.client.ui.harness import opened

if TYPE_CHECKING:
    from tests.unit.client.ui.office import Office

DAY_MS = 86_400_000


def a_case(office: Office, title: str = "Tap drips", days_ago: int = 0) -> Case:
    office.time_ms -= days_ago * DAY_MS
    case = cases.open_for(office.replica, title, fieldwork.About(office[0].id))
    office.time_ms += days_ago * DAY_MS
    return case


def running_visit(office: Office) -> Activity:
    return office.replica.create(
        Activity(kind="visit", at=office.now(), status="running", account_id=office[0].id)
    )


async def test_a_case_is_opened_on_a_running_visit_with_two_taps_and_its_subject(
    office: Office,
) -> None:
    visit = running_visit(office)
    async with opened(office.replica, f"/visit/{visit.id}") as screen:
        await screen.until_target("new-case")
        await screen.tap("new-case")
        await screen.until_target("open-case")
        assert screen.says("Brauerei Adler")
        await screen.type("What is wrong", "Tap drips")
        await screen.tap("open-case")
        assert screen.bar() == "Case opened"
        assert screen.taps == 2
        (case,) = office.replica.find(Case)
        assert (case.title, case.account_id, case.activity_id, case.state.status) == (
            "Tap drips", office[0].id, visit.id, "open",
        )  # fmt: skip
        await screen.until_target(f"case-{case.id}")
        assert screen.page.route == f"/visit/{visit.id}"
        await screen.undo()
        assert office.replica.find(Case) == []


async def test_a_case_without_words_is_refused_beside_its_field_and_kept_typing(
    office: Office,
) -> None:
    route = f"/cases/new?contact={office.contact.id}"
    async with opened(office.replica, route) as screen:
        await screen.until_says("Ada Byrne, Brauerei Adler")
        await screen.type("More about it (optional)", "Since Monday")
        await screen.tap("priority-high")
        await screen.tap("open-case")
        await screen.until_says("Say in a few words what is wrong.")
        await screen.go("/more")
        await screen.until_says("1 form not saved yet")
        await screen.go(route)
        await screen.until_target("open-case")
        await screen.type("What is wrong", "Tap drips")
        await screen.tap("open-case")
        await screen.until_target("standing")
    (case,) = office.replica.find(Case)
    assert (case.about, case.priority, case.contact_id, case.account_id) == (
        "Since Monday", "high", office.contact.id, office[0].id,
    )  # fmt: skip


async def test_from_the_list_the_customer_is_found_by_their_name(office: Office) -> None:
    async with opened(office.replica, "/cases") as screen:
        await screen.until_says("No open cases")
        await screen.tap("new-case")
        await screen.until_target("open-case")
        await screen.type("What is wrong", "Tap drips")
        await screen.tap("open-case")
        await screen.until_says("A case is about a customer. Find them here.")
        await screen.type("Account", "adler")
        await screen.until_target(f"pick-{office[0].id}")
        await screen.tap(f"pick-{office[0].id}")
        await screen.tap("open-case")
        await screen.until_says("Open since today")
    assert office.replica.count(Case, account_id=office[0].id) == 1


async def test_a_tap_moves_a_case_on_and_undo_takes_it_back(office: Office) -> None:
    case = a_case(office, days_ago=4)
    async with opened(office.replica, f"/cases/{case.id}") as screen:
        await screen.until_says("Open for 4 days")
        await screen.tap("status-in_progress")
        assert screen.bar() == "Case is in progress"
        await screen.until_says("In progress, opened 4 days ago, on it since today")
        await screen.tap("status-resolved")
        await screen.until_says("Resolved after 4 days, today")
        assert not screen.has("status-in_progress")
        await screen.type("How it was resolved", "New washer")
        await screen.until(lambda: office.replica.find(Case)[0].state.resolution == "New washer")
        await screen.tap("status-open")
        assert screen.bar() == "Case is open again"
        await screen.undo()
        assert office.replica.find(Case)[0].state.resolution == "New washer"


async def test_the_list_shows_what_waits_longest_first_and_whose_it_is(
    admins_office: Office,
) -> None:
    office = admins_office
    young, old = a_case(office, "Young", 1), a_case(office, "Old", 9)
    other = office.replica.create(User(name="Olga"))
    given = office.replica.update(a_case(office, "Olga's", 3), assignee_id=other.id)
    cases.move(office.replica, a_case(office, "Gone"), "resolved")
    async with opened(office.replica, "/cases") as screen:
        await screen.until_says("Open (2)")
        shown = [x for x in screen.identifiers() if x.startswith("case-")]
        assert shown == [f"case-{old.id}", f"case-{young.id}"]
        assert screen.says("Open for 9 days\nBrauerei Adler")
        await screen.tap("whose-all")
        await screen.until_target(f"case-{given.id}")
        await screen.tap("whose-resolved")
        await screen.until_says("Resolved (1)")
        await screen.tap("whose-mine")
        await screen.until_says("Open (2)")
        await screen.tap(f"case-{old.id}")
        await screen.until(lambda: screen.page.route == f"/cases/{old.id}")


async def test_a_customers_page_has_its_cases_and_its_timeline_tells_of_them(
    office: Office,
) -> None:
    case = a_case(office)
    async with opened(office.replica, f"/accounts/{office[0].id}") as screen:
        await screen.until_says("Cases (1)")
        assert screen.has(f"case-{case.id}")
        await screen.until_says("Case opened: Tap drips")
        assert screen.says("Case open since today: Tap drips")
        await screen.tap("new-case")
        await screen.until(lambda: screen.page.route.startswith("/cases/new?account="))


async def test_everything_about_a_case_is_changed_where_it_stands(admins_office: Office) -> None:
    office = admins_office
    case = a_case(office)
    other = office.replica.create(User(name="Olga"))
    async with opened(office.replica, f"/cases/{case.id}") as screen:
        await screen.until_target("priority-high")
        await screen.tap("priority-high")
        await screen.type("More about it", "Since Monday")
        await screen.until(lambda: office.replica.find(Case)[0].about == "Since Monday")
        dropdown = screen.all(ft.Dropdown, label="Who sees to it")[0]
        screen.session.apply_patch(dropdown._i, {"value": other.id})
        await screen.event(dropdown, "select", other.id)
        assert screen.bar() == "Given to Olga"
        await screen.type("What is wrong", "")
        await screen.until_says("A case needs a few words")
    found = office.replica.find(Case)[0]
    assert (found.title, found.priority, found.assignee_id) == ("Tap drips", "high", other.id)


async def test_a_deleted_case_is_not_here_and_comes_back_by_undo(office: Office) -> None:
    case = a_case(office)
    async with opened(office.replica, f"/cases/{case.id}") as screen:
        await screen.until_target("record-menu")
        (delete,) = screen.all(ft.PopupMenuItem, content="Delete case")
        await screen.tap(delete)
        await screen.until_says("No open cases")
        await screen.go(f"/cases/{case.id}")
        await screen.until_says("This case is not here")
        await screen.undo()
        await screen.until_says("Open since today")


async def test_a_long_title_is_read_whole_on_its_page_and_stays_one_line(office: Office) -> None:
    case = a_case(office)
    async with opened(office.replica, f"/cases/{case.id}") as screen:
        await screen.until_says("Tap drips")
        (field,) = screen.all(ft.TextField, label="What is wrong")
        assert field.multiline
        await screen.type("What is wrong", "The second tap\ndrips since Tuesday")
        await screen.until(
            lambda: office.found(Case, case.id).title == "The second tap drips since Tuesday"
        )
