"""While a form is open others go on: it shows what they changed, and writes only what was typed."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Any, NamedTuple

import flet as ft
import pytest

from client import paperwork, rounds
from client.store import meta
from client.ui import theme
from sync_protocol.messages import Cursor
from sync_protocol.records import (
    SETTINGS_ID,
    Account,
    Cadence,
    Condition,
    CustomField,
    Filter,
    Label,
    LabelRule,
    Money,
    ObjectType,
    Option,
    Pipeline,
    Price,
    PriceList,
    Product,
    Purpose,
    Settings,
    Stage,
    Team,
    Territory,
    User,
    VisitForm,
    price_id,
)
from sync_protocol.records.fieldwork import Question
from tests.unit.client.ui.harness import opened
from tests.unit.client.ui.office import accept_all, open_office

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Callable
    from pathlib import Path

    from client.replica import Replica
    from sync_protocol.records import Record
    from tests.unit.client.ui.harness import Screen
    from tests.unit.client.ui.office import Office

TWO = {"a": Option("Red", place=0), "b": Option("Blue", place=1)}


@pytest.fixture
async def admins_office(tmp_path: Path) -> AsyncIterator[Office]:
    """Without a server: what is written waits, and can be looked at."""
    office = await open_office(tmp_path, role="admin")
    yield office
    await office.replica.close()


class Case(NamedTuple):
    """A form that is open: what is typed into it, what others change, and what is then written."""

    record: Record
    route: str
    label: str
    text: str
    changed: dict[str, Any]
    seen: Callable[[Screen], bool]
    written: list[str]


def field(label: str, value: str) -> Callable[[Screen], bool]:
    return lambda screen: value in [x.value for x in screen.all(ft.TextField, label=label)]


def chosen(identifier: str) -> Callable[[Screen], bool]:
    def is_on(screen: Screen) -> bool:
        return any(x.value for x in screen.all(ft.Checkbox, within=screen.target(identifier)))

    return is_on


def selected(identifier: str) -> Callable[[Screen], bool]:
    return lambda screen: bool(screen.target(identifier).selected)


def product(replica: Replica) -> Case:
    one = replica.create(Product(name="Helles", price=Money("10", "EUR"), unit="keg"))
    changed = {"price": Money("12", "EUR")}
    return Case(one, f"/products/{one.id}", "About (optional)", "Served cold", changed,
                field("Price for one", "12"), ["about"])  # fmt: skip


def territory(replica: Replica) -> Case:
    (one,) = replica.find(Territory)
    bob = replica.create(User(name="Bob", role="rep"))
    changed = {"reps": {**one.reps, bob.id: True}}
    return Case(one, f"/admin/territories/{one.id}", "Name", "South East", changed,
                chosen(f"rep-{bob.id}"), ["name"])  # fmt: skip


def choices(replica: Replica) -> Case:
    one = replica.create(CustomField(of="account", name="Tap", type="choice", options=TWO))
    changed = {"options": {**TWO, "c": Option("Green", place=2)}}
    return Case(one, f"/admin/fields/{one.id}", "What to fill in (optional)", "The tap", changed,
                field("Choice", "Green"), ["about"])  # fmt: skip


def settings(replica: Replica) -> Case:
    one = replica.get(Settings, SETTINGS_ID)
    assert one is not None
    return Case(one, "/admin/settings", "Company", "Alpenquell AG", {"currency": "CHF"},
                field("Currency", "CHF"), ["name"])  # fmt: skip


def word(replica: Replica) -> Case:
    (one,) = replica.find(Label)
    return Case(one, f"/labels/{one.id}", "Name", "Suspect", {"colour": theme.PALETTE[3]},
                selected("colour-3"), ["name"])  # fmt: skip


def team(replica: Replica) -> Case:
    one = replica.create(Team(name="North"))
    return Case(one, f"/admin/teams/{one.id}", "Name", "North East", {"name": "N"},
                lambda screen: screen.says("N"), ["name"])  # fmt: skip


def person(replica: Replica) -> Case:
    one = replica.create(User(name="Bob", role="rep"))
    return Case(one, f"/admin/users/{one.id}", "Name", "Bob Ott", {"role": "manager"},
                lambda screen: screen.says("Sees the customers of their team"),
                ["name"])  # fmt: skip


def record_type(replica: Replica) -> Case:
    one = replica.create(ObjectType(name="Contract", plural="Contracts"))
    return Case(one, f"/admin/types/{one.id}", "What it is for (optional)", "Taps on loan",
                {"plural": "Deals on paper"}, field("Name of many: Contracts", "Deals on paper"),
                ["about"])  # fmt: skip


def price_list(replica: Replica) -> Case:
    one = replica.create(PriceList(name="Hotels", currency="EUR"))
    return Case(one, f"/pricelists/{one.id}/edit", "Name", "Inns", {"currency": "CHF"},
                field("Currency", "CHF"), ["name"])  # fmt: skip


def pipeline(replica: Replica) -> Case:
    one = replica.create(Pipeline(name="Sales", stages={"a": Stage("Talk", 1)}))
    return Case(one, f"/admin/pipelines/{one.id}", "Name", "Sales south", {"purpose": "renewal"},
                selected("purpose-renewal"), ["name"])  # fmt: skip


def stage(replica: Replica) -> Case:
    """A stage is one value, so its other parts are written again, as they are by then."""
    one = replica.create(Pipeline(name="Sales", stages={"a": Stage("Talk", 1)}))
    changed = {"stages": {"a": Stage("Talk", 1, meaning="They listen")}}
    return Case(one, f"/admin/pipelines/{one.id}/stages/a", "When a deal leaves it", "They ask",
                changed, field("What it means to stand here", "They listen"),
                ["stages.a"])  # fmt: skip


def visit_form(replica: Replica) -> Case:
    purpose = replica.create(Purpose(name="Tasting"))
    one = replica.create(VisitForm(name="Checklist"))
    return Case(one, f"/admin/forms/{one.id}", "A word to the rep (optional)", "Look around",
                {"purposes": (purpose.id,)},
                lambda screen: screen.says("Asked on visits for these purposes"),
                ["about"])  # fmt: skip


def question(replica: Replica) -> Case:
    asked = Question("Which taps?", type="choice", options=TWO)
    one = replica.create(VisitForm(name="Checklist", questions={"q": asked}))
    changed = {"questions": {"q": Question("What taps?", type="choice", options=TWO)}}
    return Case(one, f"/admin/forms/{one.id}/questions/q", "A hint beneath it (optional)", "Look",
                changed, field("Question", "What taps?"), ["questions.q"])  # fmt: skip


def quote(replica: Replica) -> Case:
    account = replica.find(Account, order_by="name")[0]
    one = paperwork.quote_customer(replica, date(2026, 9, 1), account.id)
    return Case(one, f"/quotes/{one.id}/edit", "Terms (optional)", "Half now",
                {"addressee": "Adler, cellar"}, field("Goes to", "Adler, cellar"),
                ["terms"])  # fmt: skip


def cadence(replica: Replica) -> Case:
    one = replica.create(Cadence(name="Often", days=14))
    return Case(one, f"/cadences/{one.id}", "Name", "Very often", {"days": 7},
                field("Days between visits", "7"), ["name"])  # fmt: skip


def rule(replica: Replica) -> Case:
    (label,) = replica.find(Label)
    wanted = Filter(conditions=(Condition("industry", "is", ("Brewery",)),))
    one = replica.create(LabelRule(name="Old", label_id=label.id, filter=wanted))
    return Case(one, f"/rules/{one.id}", "Name", "New", {"stays": True},
                selected("stays-yes"), ["name"])  # fmt: skip


def plan(replica: Replica) -> Case:
    first, second = replica.find(Account, order_by="name")[:2]
    one = rounds.save(replica, None, rounds.Typed("South", (first.id,)))
    return Case(one, f"/rounds/{one.id}", "Name", "South east", {"stops": (first.id, second.id)},
                lambda screen: screen.has("stop-2"), ["name"])  # fmt: skip


CASES = (
    product, territory, choices, settings, word, team, person, record_type, price_list, pipeline,
    stage, visit_form, question, quote, cadence, rule, plan,
)  # fmt: skip


@pytest.mark.parametrize("case", CASES)
async def test_a_form_writes_what_was_typed_and_shows_what_others_changed(
    admins_office: Office, case: Callable[[Replica], Case]
) -> None:
    replica = admins_office.replica
    made = case(replica)
    accept_all(replica)
    async with opened(replica, made.route) as screen:
        await screen.until(lambda: screen.all(ft.TextField, label=made.label))
        await screen.type(made.label, made.text)
        replica.update(made.record, **made.changed)
        accept_all(replica)
        await screen.until(lambda: made.seen(screen))
        assert field(made.label, made.text)(screen)
        await screen.tap("save")
        await screen.until(replica.pending)
    (waiting,) = replica.pending()
    assert [sorted(change.cells) for change in waiting.changes] == [made.written]


@pytest.mark.parametrize("case", CASES)
async def test_what_came_a_moment_before_the_form_is_saved_is_not_put_back(
    admins_office: Office, case: Callable[[Replica], Case]
) -> None:
    """It has not been drawn yet."""
    replica = admins_office.replica
    made = case(replica)
    accept_all(replica)
    async with opened(replica, made.route) as screen:
        await screen.until(lambda: screen.all(ft.TextField, label=made.label))
        await screen.type(made.label, made.text)
        replica.update(made.record, **made.changed)
        accept_all(replica)
        await screen.tap("save")
        await screen.until(replica.pending)
    (waiting,) = replica.pending()
    assert [sorted(change.cells) for change in waiting.changes] == [made.written]


async def test_a_price_that_was_only_looked_at_is_not_put_back(admins_office: Office) -> None:
    replica = admins_office.replica
    beer = replica.create(Product(name="Helles"))
    prices = replica.create(PriceList(name="Hotels", currency="EUR"))
    own = {"id": price_id(prices.id, beer.id), "price_list_id": prices.id, "product_id": beer.id}
    price = replica.create(Price(amount="10", **own))
    accept_all(replica)
    async with opened(replica, f"/pricelists/{prices.id}/{beer.id}") as screen:
        await screen.until(lambda: field("Price for one on Hotels", "10")(screen))
        replica.update(price, amount="12")
        accept_all(replica)
        await screen.tap("save")
        await screen.until(lambda: not screen.has("save"))
    assert replica.pending() == []


@pytest.mark.parametrize("restarted", [False, True])
async def test_who_types_over_what_came_meanwhile_is_said_not_to_have_seen_it(
    admins_office: Office, restarted: bool
) -> None:
    replica = admins_office.replica
    beer = replica.create(Product(name="Helles", price=Money("10", "EUR")))
    accept_all(replica)
    read_up_to(replica, 5)
    async with opened(replica, f"/products/{beer.id}") as screen:
        await screen.until_says("Price for one")
        read_up_to(replica, 6)
        replica.update(beer, unit="keg")
        accept_all(replica)
        await screen.until(lambda: field("Unit (optional)", "keg")(screen))
        await screen.type("Price for one", "11")
        await screen.until(replica.drafts)
        read_up_to(replica, 9)
        replica.update(beer, price=Money("12", "EUR"))
        accept_all(replica)
        if not restarted:
            await screen.tap("save")
            await screen.until(lambda: screen.bar() == "Product saved")
    if restarted:
        async with opened(replica, f"/products/{beer.id}") as screen:
            await screen.until_says("What you typed before is still here.")
            await screen.tap("save")
            await screen.until(lambda: screen.bar() == "Product saved")
    (waiting,) = replica.pending()
    assert waiting.seen == 6


def read_up_to(replica: Replica, sequence: int) -> None:
    with replica._database.transaction() as connection:
        meta.write(connection, "cursor", Cursor(sequence=sequence))


async def test_both_who_tick_a_territorys_reps_have_their_way(admins_office: Office) -> None:
    replica = admins_office.replica
    bob, zoe = (replica.create(User(name=name, role="rep")) for name in ("Bob", "Zoe"))
    (one,) = replica.find(Territory)
    async with opened(replica, f"/admin/territories/{one.id}") as screen:
        box = screen.all(ft.Checkbox, within=screen.target(f"rep-{zoe.id}"))[0]
        screen.session.apply_patch(box._i, {"value": True})
        await screen.event(box, "change", "true")
        replica.update(one, reps={**one.reps, bob.id: True})
        await screen.until(lambda: chosen(f"rep-{bob.id}")(screen))
        assert chosen(f"rep-{zoe.id}")(screen)
        await screen.tap("save")
        await screen.until(lambda: screen.bar() == "Territory saved")
    (held,) = replica.find(Territory)
    assert {bob.id, zoe.id, *one.reps} == set(held.reps)


async def test_a_draft_of_choices_is_laid_over_those_that_came_since(
    admins_office: Office,
) -> None:
    replica = admins_office.replica
    made = choices(replica)
    async with opened(replica, made.route) as screen:
        await screen.until(lambda: len(screen.all(ft.TextField, label="Choice")) == 2)
        await screen.type("Choice", "Azure")
        await screen.go("/more")
    replica.update(made.record, **made.changed)
    async with opened(replica, made.route) as screen:
        await screen.until(lambda: len(screen.all(ft.TextField, label="Choice")) == 3)
        await screen.tap("save")
        await screen.until(lambda: screen.bar() == "Field saved")
    (held,) = replica.find(CustomField)
    assert {key: option.name for key, option in held.options.items()} == {
        "a": "Red", "b": "Azure", "c": "Green",
    }  # fmt: skip


def asked_choices(replica: Replica) -> Case:
    made = question(replica)
    changed = {"questions": {"q": Question("What taps?", type="choice", options=TWO)}}
    return made._replace(changed=changed, seen=field("Question", "What taps?"))


def renamed_choices(replica: Replica) -> Case:
    changed = {"options": {**TWO, "a": Option("Crimson", place=0)}, "about": "Theirs"}
    seen = field("What to fill in (optional)", "Theirs")
    return choices(replica)._replace(changed=changed, seen=seen)


def choices_shown(screen: Screen) -> list[str]:
    return [x.value for x in screen.all(ft.TextField, label="Choice")]


@pytest.mark.parametrize("restarted", [False, True])
@pytest.mark.parametrize(
    ("case", "shown"),
    [
        (asked_choices, ["Blue", "Red"]),
        (renamed_choices, ["Blue", "Crimson"]),
        (choices, ["Blue", "Red", "Green"]),
    ],
)
async def test_the_order_of_choices_is_kept_and_outlives_what_others_change(
    admins_office: Office, case: Callable[[Replica], Case], shown: list[str], restarted: bool
) -> None:
    replica = admins_office.replica
    made = case(replica)
    accept_all(replica)
    async with opened(replica, made.route) as screen:
        await screen.until(lambda: choices_shown(screen) == ["Red", "Blue"])
        await screen.tap(screen.all(ft.IconButton, tooltip="Earlier")[1])
        await screen.until(lambda: choices_shown(screen) == ["Blue", "Red"])
        if restarted:
            await screen.go("/more")
            await screen.until_says("Not saved yet. What you typed is kept.")
        else:
            replica.update(made.record, **made.changed)
            await screen.until(lambda: made.seen(screen))
            assert choices_shown(screen) == shown
    if restarted:
        replica.update(made.record, **made.changed)
        async with opened(replica, made.route) as screen:
            await screen.until(lambda: made.seen(screen))
            assert choices_shown(screen) == shown


@pytest.mark.parametrize("on_list", [False, True])
async def test_a_price_that_cannot_be_read_yet_is_not_typed_over(
    admins_office: Office, on_list: bool
) -> None:
    replica = admins_office.replica
    beer = replica.create(Product(name="Helles", price=Money("10", "EUR")))
    hotels = replica.create(PriceList(name="Hotels"))
    listed = Price(
        id=price_id(hotels.id, beer.id), price_list_id=hotels.id, product_id=beer.id, amount="8"
    )
    replica.create(listed)
    route = f"/pricelists/{hotels.id}/{beer.id}" if on_list else f"/products/{beer.id}"
    label = "Price for one on Hotels" if on_list else "Price for one"
    async with opened(replica, route) as screen:
        await screen.until(lambda: screen.all(ft.TextField, label=label))
        await screen.type(label, "ab")
        replica.update(listed, amount="9")
        replica.update(beer, price=Money("12", "EUR"), unit="keg")
        await screen.until(lambda: on_list or field("Unit (optional)", "keg")(screen))
        await screen.tap("save")
        await screen.settle()
        assert field(label, "ab")(screen)
        assert screen.bar() == ""
        await screen.type(label, "7.5")
        await screen.tap("save")
        await screen.until(lambda: screen.bar().endswith("saved"))
    held = replica.get(Price, listed.id) if on_list else replica.get(Product, beer.id).price
    assert held.amount == "7.5"


@pytest.mark.parametrize("restarted", [False, True])
@pytest.mark.parametrize(
    ("label", "typed", "was"),
    [("Price for one", "10o", "10"), ("Barcode (optional)", "40123", "4012")],
)
async def test_what_is_put_back_as_it_was_leaves_what_others_made_of_it(
    admins_office: Office, label: str, typed: str, was: str, restarted: bool
) -> None:
    replica = admins_office.replica
    theirs = {"unit": "keg", "price": Money("12", "EUR"), "barcode": "4013"}
    beer = replica.create(Product(name="Helles", price=Money("10", "EUR"), barcode="4012"))
    accept_all(replica)
    route = f"/products/{beer.id}"

    async def put_back(screen: Screen) -> None:
        await screen.until(lambda: field("Unit (optional)", "keg")(screen))
        assert field(label, typed)(screen)
        await screen.type(label, was)
        await screen.until(lambda: not field(label, was)(screen))
        await screen.type("About (optional)", "Cold")
        await screen.tap("save")
        await screen.until(replica.pending)

    async with opened(replica, route) as screen:
        await screen.type(label, typed)
        await screen.until(replica.drafts)
        if not restarted:
            replica.update(beer, **theirs)
            accept_all(replica)
            await put_back(screen)
    if restarted:
        replica.update(beer, **theirs)
        accept_all(replica)
        async with opened(replica, route) as screen:
            await put_back(screen)
    (waiting,) = replica.pending()
    assert [sorted(change.cells) for change in waiting.changes] == [["about"]]


async def test_an_amount_that_no_field_would_take_is_no_hindrance(admins_office: Office) -> None:
    """Another program may have written it."""
    replica = admins_office.replica
    deposit = replica.create(Product(name="Deposit back", price=Money("-3", "EUR")))
    async with opened(replica, f"/products/{deposit.id}") as screen:
        await screen.type("About (optional)", "For an empty crate")
        await screen.tap("save")
        await screen.until(lambda: screen.bar() == "Product saved")
    assert [x.price for x in replica.find(Product)] == [Money("-3", "EUR")]


async def test_a_form_that_stays_open_after_it_was_saved_goes_on_from_there(
    admins_office: Office,
) -> None:
    replica = admins_office.replica
    form = replica.create(VisitForm(name="Checklist"))
    async with opened(replica, f"/admin/forms/{form.id}") as screen:
        await screen.type("A word to the rep (optional)", "Look in the cellar")
        await screen.tap("save")
        await screen.until(lambda: screen.bar() == "Form saved")
        assert field("A word to the rep (optional)", "Look in the cellar")(screen)
        await screen.go("/more")
        await screen.until(lambda: screen.page.route == "/more")
        assert not screen.says("Not saved yet.")
    assert replica.drafts() == []
