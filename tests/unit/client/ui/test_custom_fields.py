"""Custom fields where records are filled in and read."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

import flet as ft
import pytest

from sync_protocol.records import (
    Account,
    Activity,
    CustomField,
    Option,
    Product,
    SalesOrder,
    Task,
)
from tests.unit.client.ui.harness import opened
from tests.unit.client.ui.office import accept_all, open_office

if TYPE_CHECKING:
    from collections.abc import AsyncIterator
    from pathlib import Path

    from tests.unit.client.ui.harness import Screen
    from tests.unit.client.ui.office import Office


TAPS = {"k": Option("Keg"), "t": Option("Tank", 1), "b": Option("Bottle", 2, archived=True)}


@pytest.fixture
async def office(tmp_path: Path) -> AsyncIterator[Office]:
    office = await open_office(tmp_path, role="admin")
    yield office
    await office.replica.close()


def add(office: Office, name: str, type_: str, **more: object) -> CustomField:
    fields = {"name": name, "of": "account", "type": type_} | more
    made = office.replica.create(CustomField(**fields))  # type: ignore[arg-type]
    accept_all(office.replica)
    return made


def held(office: Office) -> Account:
    found = office.found(Account, office[0].id)
    assert isinstance(found, Account)
    return found


def field(screen: Screen, label: str) -> ft.TextField:
    return screen.all(ft.TextField, label=label)[-1]


async def test_every_type_is_typed_or_tapped_and_kept_in_its_own_form(office: Office) -> None:
    hours = add(office, "Opening hours", "text", place=0)
    taps = add(office, "Taps", "choices", options=TAPS, place=1)
    size = add(office, "Seats", "number", place=2)
    rent = add(office, "Rent", "money", place=3)
    since = add(office, "Customer since", "date", place=4)
    beer = add(office, "Serves food", "yes_no", place=5)
    async with opened(office.replica, f"/accounts/{office[0].id}/edit") as screen:
        await screen.type("Opening hours", "7 to 9")
        await screen.tap(f"custom-{taps.id}-t")
        await screen.tap(f"custom-{taps.id}-k")
        await screen.type("Seats", "1200")
        await screen.until_says("= 1,200")
        await screen.type("Rent", "12,5")
        await screen.until_says("= 12.50 EUR")
        await screen.type("Customer since", "31.5.2019")
        await screen.until_says("= 31 May 2019")
        await screen.tap(f"custom-{beer.id}-no")
        assert not screen.says("Bottle")
        await screen.tap("save")
        await screen.until_says("Account saved")
        await screen.until_says("Tank, Keg")
        assert all(map(screen.says, ("7 to 9", "1,200", "12.50 EUR", "31 May 2019", "No")))
    assert held(office).custom == {
        hours.id: "7 to 9",
        taps.id: ("t", "k"),
        size.id: "1200",
        rent.id: "12.5 EUR",
        since.id: "2019-05-31",
        beer.id: False,
    }
    (waiting,) = office.replica.pending()
    cells = {f"custom.{one.id}" for one in (hours, taps, size, rent, since, beer)}
    assert [set(change.cells) for change in waiting.changes] == [cells]


async def test_what_is_wrong_or_missing_is_said_beside_its_field_and_nothing_is_lost(
    office: Office,
) -> None:
    add(office, "Seats", "number", required=True)
    async with opened(office.replica, f"/accounts/{office[0].id}/edit") as screen:
        await screen.tap("save")
        await screen.until(lambda: field(screen, "Seats (needed)").error == "Seats is needed.")
        await screen.type("Seats (needed)", "many")
        await screen.tap("save")
        await screen.until(
            lambda: field(screen, "Seats (needed)").error == "Write a number like 1234.5."
        )
        assert field(screen, "Seats (needed)").value == "many"
        await screen.go("/")
        await screen.go(f"/accounts/{office[0].id}/edit")
        await screen.until_target("start-afresh")
        assert field(screen, "Seats (needed)").value == "many"


@pytest.mark.parametrize(
    ("before", "typed", "shown", "kept"),
    [
        (None, "1.234", "1.234", "1234"),
        ("1.234", "1.234", "1.234 ", "1234"),
        ("1.234", "1,2340", "1,2340", "1.234"),
        ("5", "1.234", "1.234", "1234"),
    ],
)
async def test_a_number_of_a_draft_comes_back_as_typed_and_is_read_as_it_was_shown(
    office: Office, before: str | None, typed: str, shown: str, kept: str
) -> None:
    """How the company writes tells three decimals from thousands."""
    office.replica.update(office.replica.settings, locale="de-DE")
    size = add(office, "Seats", "number")
    office.replica.update(held(office), custom={size.id: before} if before else {})
    route = f"/accounts/{office[0].id}/edit"
    async with opened(office.replica, route) as screen:
        await screen.type("Industry", "Brewery")
        await screen.type("Seats", "12")
        await screen.type("Seats", typed)
        await screen.go("/")
    async with opened(office.replica, route) as screen:
        await screen.until_target("start-afresh")
        assert field(screen, "Seats").value == shown
        assert not screen.says("It stays as it is until then.")
        await screen.tap("save")
        await screen.until_says("Account saved")
    assert held(office).custom == {size.id: kept}


async def test_a_value_under_a_changed_definition_stays_is_marked_and_can_be_mended(
    office: Office,
) -> None:
    size = add(office, "Seats", "text")
    tap = add(office, "Tap", "choice", options=TAPS)
    office.replica.update(held(office), custom={size.id: "a dozen", tap.id: "b"})
    office.replica.update(size, type="number")
    accept_all(office.replica)
    async with opened(office.replica, f"/accounts/{office[0].id}") as screen:
        assert screen.says("Does not fit this field any more")
        await screen.go(f"/accounts/{office[0].id}/edit")
        await screen.until(lambda: screen.all(ft.TextField, label="Seats"))
        assert field(screen, "Seats").value == "a dozen"
        assert screen.says("Bottle (not offered)")
        await screen.type("Industry", "Brewery")
        await screen.tap("save")
        await screen.until_says("Account saved")
        assert held(office).custom == {size.id: "a dozen", tap.id: "b"}
        await screen.go(f"/accounts/{office[0].id}/edit")
        await screen.until(lambda: screen.all(ft.TextField, label="Seats"))
        await screen.type("Seats", "12")
        await screen.tap(f"custom-{tap.id}-b")
        await screen.tap("save")
        await screen.until(lambda: held(office).custom == {size.id: "12"})


async def test_many_options_are_a_list_and_a_day_comes_from_the_calendar(office: Office) -> None:
    many = {str(n): Option(f"Option {n}", n) for n in range(10)}
    tap = add(office, "Tap", "choice", options=many)
    since = add(office, "Since", "date")
    async with opened(office.replica, f"/accounts/{office[0].id}/edit") as screen:
        (chooser,) = screen.all(ft.Dropdown, within=screen.target(f"field-custom.{tap.id}"))
        screen.session.apply_patch(chooser._i, {"value": "7"})
        await screen.event(chooser, "select", "7")
        await screen.tap(screen.all(ft.IconButton, tooltip="Since: calendar")[0])
        await screen.until(lambda: screen.all(ft.DatePicker))
        picker = screen.all(ft.DatePicker)[-1]
        picker.value = date(2026, 5, 31)
        await screen.event(picker, "change")
        await screen.tap("save")
        await screen.until_says("Account saved")
    assert held(office).custom == {tap.id: "7", since.id: "2026-05-31"}


async def test_the_history_tells_custom_values_in_words(office: Office) -> None:
    tap = add(office, "Tap system", "choice", options=TAPS)
    office.replica.update(held(office), custom={tap.id: "k"})
    async with opened(office.replica, f"/accounts/{office[0].id}/history") as screen:
        await screen.until_says("Tap system")
        assert screen.says("Keg")


async def test_a_logged_visit_is_filled_in_from_its_page(office: Office) -> None:
    replica = office.replica
    visit = replica.create(Activity(kind="visit", at=replica.now(), account_id=office[0].id))
    kegs = add(office, "Kegs seen", "number", of="activity")
    async with opened(replica, f"/activities/{visit.id}") as screen:
        await screen.tap("fill-in")
        await screen.type("Kegs seen", "a few")
        await screen.tap("save")
        await screen.until(
            lambda: field(screen, "Kegs seen").error == "Write a number like 1234.5."
        )
        await screen.type("Kegs seen", "12")
        await screen.tap("save")
        await screen.until(lambda: screen.page.route == f"/activities/{visit.id}")
        await screen.until_target(f"fact-{kegs.id}")
        await screen.go("/custom/activity/unknown")
        await screen.until_says("It is not here")
    found = replica.get(Activity, visit.id)
    assert found is not None
    assert found.custom == {kegs.id: "12"}


@pytest.mark.parametrize("kind", ["task", "product", "salesorder"])
async def test_other_records_offer_their_fields_on_their_pages(office: Office, kind: str) -> None:
    replica = office.replica
    add(office, "Extra", "text", of=kind)
    order = SalesOrder(at=replica.now(), account_id=office[0].id)
    made = {
        "task": (lambda: replica.create(Task(title="Call")), "/tasks"),
        "product": (lambda: replica.create(Product(name="Beer")), "/products"),
        "salesorder": (lambda: replica.create(order), "/orders"),
    }
    make, route = made[kind]
    async with opened(replica, f"{route}/{make().id}") as screen:
        await screen.until_target("fill-in")
