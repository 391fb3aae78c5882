"""While a customer's form is open, or waits, others go on: it goes on from what they changed."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import flet as ft
import pytest

from sync_protocol.records import (
    Account,
    Address,
    Contact,
    CustomField,
    CustomObject,
    Deal,
    Email,
    Lead,
    Money,
    ObjectType,
    Phone,
    Pipeline,
    Product,
    Stage,
)
from tests.unit.client.ui.harness import opened
from tests.unit.client.ui.office import accept_all, open_office
from tests.unit.client.ui.test_forms_meanwhile import read_up_to
from tests.unit.client.ui.test_resizing import resize

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Callable
    from pathlib import Path

    from client.replica import Replica
    from sync_protocol.records import Record
    from tests.unit.client.ui.harness import Screen
    from tests.unit.client.ui.office import Office

FOUND = "What you typed before is still here."


@pytest.fixture
async def office(tmp_path: Path) -> AsyncIterator[Office]:
    """Without a server: what is written waits, and can be looked at."""
    office = await open_office(tmp_path, role="admin")
    yield office
    await office.replica.close()


def value(screen: Screen, label: str) -> str:
    return screen.all(ft.TextField, label=label)[0].value


def written(replica: Replica) -> list[list[str]]:
    return [sorted(change.cells) for waiting in replica.pending() for change in waiting.changes]


def others(replica: Replica, record: Record, **fields: Any) -> None:
    """What somebody else changed arrives."""
    held = replica.get(type(record), record.id)
    assert held is not None
    replica.update(held, **fields)
    accept_all(replica)


def an_account(office: Office) -> tuple[Record, str, str]:
    return office[0], f"/accounts/{office[0].id}/edit", "Name"


def a_contact(office: Office) -> tuple[Record, str, str]:
    return office.contact, f"/contacts/{office.contact.id}/edit", "Name"


def a_lead(office: Office) -> tuple[Record, str, str]:
    lead = office.replica.create(Lead(name="Max Neu"))
    return lead, f"/leads/{lead.id}/edit", "Name"


def a_deal(office: Office) -> tuple[Record, str, str]:
    line = office.replica.create(Pipeline(name="Sales", stages={"a": Stage("Talk", 1)}))
    deal = office.replica.create(
        Deal(name="Taps", pipeline_id=line.id, stage_id="a", account_id=office[0].id)
    )
    return deal, f"/deals/{deal.id}/edit", "Name"


def an_own_record(office: Office) -> tuple[Record, str, str]:
    own = office.replica.create(ObjectType(name="Contract", plural="Contracts"))
    held = office.replica.create(CustomObject(name="Taps", type_id=own.id))
    return held, f"/objects/{own.id}/{held.id}/edit", "Name"


@pytest.mark.parametrize("make", [an_account, a_contact, a_lead, a_deal, an_own_record])
async def test_a_form_that_was_only_looked_at_begins_with_the_record_as_it_is_by_then(
    office: Office, make: Callable[[Office], tuple[Record, str, str]]
) -> None:
    replica = office.replica
    record, route, label = make(office)
    accept_all(replica)
    async with opened(replica, route) as screen:
        await screen.until(lambda: screen.all(ft.TextField, label=label))
        await screen.go("/")
        assert screen.bar() == ""
        others(replica, record, name="Renamed")
        await screen.go(route)
        await screen.until(lambda: screen.all(ft.TextField, label=label))
        assert value(screen, label) == "Renamed"
        assert not screen.says(FOUND)
        others(replica, record, name="Renamed again")
        await screen.until(lambda: value(screen, label) == "Renamed again")
        await screen.tap("save")
        await screen.settle()
    assert written(replica) == []
    assert replica.drafts() == []


async def test_an_open_form_shows_what_arrives_and_writes_what_was_typed(office: Office) -> None:
    replica = office.replica
    field = replica.create(CustomField(of="contact", name="Shoes", type="text"))
    contact = replica.update(
        office.contact, emails={"e": Email("old@x.example")}, phones={"p": Phone("030 1")}
    )
    accept_all(replica)
    async with opened(replica, f"/contacts/{contact.id}/edit") as screen:
        await screen.type("About", "Likes dogs")
        await screen.type("Phone", "030 22")
        others(
            replica, contact, title="Boss", emails={"e": Email("new@x.example")},
            phones={"p": Phone("030 1"), "q": Phone("030 3")}, custom={field.id: "42"},
            channels={"phone": "blocked"},
        )  # fmt: skip
        await screen.until(lambda: value(screen, "Title, role") == "Boss")
        assert value(screen, "E-mail") == "new@x.example"
        assert value(screen, "Shoes") == "42"
        assert screen.target("channel-phone-blocked").selected
        assert [x.value for x in screen.all(ft.TextField, label="Phone")] == ["030 22", "030 3"]
        assert value(screen, "About") == "Likes dogs"
        await screen.tap("save")
        await screen.until(replica.pending)
    assert written(replica) == [["about", "phones.p"]]


@pytest.mark.parametrize("restarted", [False, True])
async def test_an_address_is_corrected_as_it_has_become(office: Office, restarted: bool) -> None:
    replica = office.replica
    account = replica.update(office[0], addresses={"a": Address("Alte 1", "10115", "Berlin")})
    accept_all(replica)
    route = f"/accounts/{account.id}/edit"
    async with opened(replica, route) as screen:
        await screen.type("Industry", "Brewery")
        await screen.go("/")
        if not restarted:
            others(replica, account, addresses={"a": Address("Neue 2", "10115", "Berlin")})
            await correct(screen, route)
    if restarted:
        others(replica, account, addresses={"a": Address("Neue 2", "10115", "Berlin")})
        async with opened(replica, route) as screen:
            await correct(screen, route)
    held = replica.get(Account, account.id)
    assert held is not None
    assert held.addresses == {"a": Address("Neue 2", "10117", "Berlin")}
    assert written(replica) == [["addresses.a", "industry"]]


async def correct(screen: Screen, route: str) -> None:
    await screen.go(route)
    await screen.until_says(FOUND)
    assert value(screen, "Street") == "Neue 2"
    await screen.type("Postal code", "10117")
    await screen.tap("save")
    await screen.until(lambda: screen.bar() == "Account saved")


@pytest.mark.parametrize("restarted", [False, True])
@pytest.mark.parametrize("make", [a_contact, a_deal, an_own_record])
async def test_who_types_over_what_came_meanwhile_is_said_not_to_have_seen_it(
    office: Office, make: Callable[[Office], tuple[Record, str, str]], restarted: bool
) -> None:
    replica = office.replica
    record, route, label = make(office)
    accept_all(replica)
    read_up_to(replica, 5)
    async with opened(replica, route) as screen:
        await screen.until(lambda: screen.all(ft.TextField, label=label))
        await screen.type(label, "Mine")
        await screen.until(replica.drafts)
        read_up_to(replica, 9)
        others(replica, record, name="Theirs")
        if not restarted:
            await screen.tap("save")
            await screen.until(replica.pending)
    if restarted:
        async with opened(replica, route) as screen:
            await screen.until_says(FOUND)
            await screen.tap("save")
            await screen.until(replica.pending)
    assert [(x.seen, [*x.changes[0].cells]) for x in replica.pending()] == [(5, ["name"])]


@pytest.mark.parametrize("restarted", [False, True])
@pytest.mark.parametrize(
    ("label", "typed", "was"),
    [("Value", "10 EURO", "10 EUR"), ("Next step", "Call them", "Call")],
)
async def test_what_is_put_back_as_it_was_leaves_what_others_made_of_it(
    office: Office, label: str, typed: str, was: str, restarted: bool
) -> None:
    replica = office.replica
    deal, route, _label = a_deal(office)
    replica.update(deal, value=Money("10", "EUR"), next_step="Call")
    accept_all(replica)

    async def put_back(screen: Screen) -> None:
        await screen.until(lambda: value(screen, "About") == "Theirs")
        assert value(screen, label) == typed
        await screen.type(label, was)
        await screen.type("Name", "Ten taps")
        await screen.tap("save")
        await screen.until(replica.pending)

    async with opened(replica, route) as screen:
        await screen.until(lambda: screen.all(ft.TextField, label=label))
        await screen.type(label, typed)
        await screen.until(replica.drafts)
        if not restarted:
            others(replica, deal, value=Money("12", "EUR"), next_step="Write", about="Theirs")
            await put_back(screen)
    if restarted:
        others(replica, deal, value=Money("12", "EUR"), next_step="Write", about="Theirs")
        async with opened(replica, route) as screen:
            await put_back(screen)
    assert written(replica) == [["name"]]


@pytest.mark.parametrize("fill_first", [False, True])
async def test_a_products_form_and_its_custom_fields_are_two_drafts(
    office: Office, fill_first: bool
) -> None:
    replica = office.replica
    replica.create(CustomField(of="product", name="Shelf life", type="text"))
    beer = replica.create(Product(name="Helles", price=Money("10", "EUR")))
    accept_all(replica)
    own = (f"/products/{beer.id}", "About (optional)", "Best served cold")
    fill = (f"/custom/product/{beer.id}", "Shelf life", "90 days")
    async with opened(replica, "/products") as screen:
        for route, label, text in (fill, own) if fill_first else (own, fill):
            await screen.go(route)
            await screen.until(lambda label=label: screen.all(ft.TextField, label=label))
            await screen.type(label, text)
        await screen.go("/products")
        await still_there(screen, own, fill)
    async with opened(replica, "/products") as screen:
        await still_there(screen, own, fill)
        for (route, label, _text), bar in ((own, "Product saved"), (fill, "Saved")):
            await screen.go(route)
            await screen.until(lambda label=label: screen.all(ft.TextField, label=label))
            await screen.tap("save")
            await screen.until(lambda bar=bar: screen.bar() == bar)
    held = replica.get(Product, beer.id)
    assert held is not None
    assert (held.about, list(held.custom.values())) == ("Best served cold", ["90 days"])
    assert replica.drafts() == []


async def still_there(screen: Screen, *forms: tuple[str, str, str]) -> None:
    for route, label, text in forms:
        await screen.go(route)
        await screen.until_says(FOUND)
        assert value(screen, label) == text


async def test_a_form_survives_being_laid_out_anew(office: Office) -> None:
    """The form is made twice when the screen changes its shape, and the first lets go last."""
    replica = office.replica
    async with opened(replica, f"/contacts/{office.contact.id}/edit") as screen:
        await screen.until_says("Edit contact")
        for width in (1_440, 390):
            resize(screen, width)
            await screen.settle()
        await screen.type("Title, role", "Boss")
        others(replica, office.contact, about="Likes dogs")
        await screen.until(lambda: value(screen, "About") == "Likes dogs")
        assert value(screen, "Title, role") == "Boss"
    assert replica.get(Contact, office.contact.id).title == ""
