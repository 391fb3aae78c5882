"""Forms of words, products, price lists and administration keep what is typed until it is saved."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Any

import flet as ft
import pytest

from client import money, paperwork
from sync_protocol.records import (
    Cadence,
    CustomField,
    Deal,
    Filter,
    Label,
    Lead,
    Line,
    Money,
    Pipeline,
    Price,
    PriceList,
    Product,
    Purpose,
    Segment,
    Stage,
    Team,
    User,
    VisitForm,
)
from tests.unit.client.ui.harness import opened

if TYPE_CHECKING:
    from collections.abc import Callable

    from sync_protocol.records import Record
    from tests.unit.client.ui.harness import Screen
    from tests.unit.client.ui.office import Office

FOUND = "What you typed before is still here."
NEW = (
    "/labels/new", "/outcomes/new", "/purposes/new", "/reasons/new", "/products/new",
    "/pricelists/new", "/admin/teams/new", "/admin/territories/new", "/admin/users/new",
    "/admin/pipelines/new", "/admin/fields/new?of=account", "/admin/forms/new", "/cadences/new",
    "/rules/new", "/rounds/new",
)  # fmt: skip


@pytest.mark.parametrize("route", NEW)
async def test_what_is_typed_is_there_again_after_the_app_was_closed(
    admins_office: Office, route: str
) -> None:
    replica = admins_office.replica
    async with opened(replica, route) as screen:
        await screen.until_says("Name")
        await screen.type("Name", "Half a na")
        await screen.go("/more")
        await screen.until_says("Not saved yet. What you typed is kept.")
    (kept,) = replica.drafts()
    assert (kept.route, kept.title) == (route, "Half a na")
    async with opened(replica, route) as screen:
        await screen.until_says(FOUND)
        assert screen.says("Half a na")
        await screen.tap("start-afresh")
        await screen.until(lambda: not screen.says("Half a na"))
    assert replica.drafts() == []


async def test_a_choice_is_kept_like_a_word(admins_office: Office) -> None:
    replica = admins_office.replica
    line = replica.create(Pipeline(name="Sales", stages={"a": Stage("Talk", 1)}))
    async with opened(replica, f"/admin/pipelines/{line.id}/stages/a") as screen:
        await screen.tap("asks-value")
        await screen.go("/more")
    async with opened(replica, f"/admin/pipelines/{line.id}/stages/a") as screen:
        await screen.until_says(FOUND)
        await screen.tap("save")
        await screen.until(lambda: replica.find(Pipeline)[0].stages["a"].required == ("value",))
    assert replica.drafts() == []


async def test_what_was_saved_is_kept_no_longer(admins_office: Office) -> None:
    replica = admins_office.replica
    async with opened(replica, "/products/new") as screen:
        await screen.type("Name", "Lager")
        await screen.type("Price for one", "1.20")
        await screen.tap("save")
        await screen.until(lambda: replica.count(Product) == 1)
        await screen.go("/products/new")
        await screen.until_says("Price for one")
        assert not screen.says(FOUND)
    assert replica.drafts() == []


async def test_the_rest_of_the_form_is_the_record_as_it_is_by_then(admins_office: Office) -> None:
    replica = admins_office.replica
    label = next(x for x in replica.find(Label) if x.name == "Prospect")
    async with opened(replica, f"/labels/{label.id}") as screen:
        await screen.type("Name", "Suspect")
        await screen.go("/more")
    replica.update(label, colour="#00695c")
    async with opened(replica, f"/labels/{label.id}") as screen:
        await screen.until_says(FOUND)
        await screen.tap("save")
        await screen.until(lambda: replica.count(Label, name="Suspect") == 1)
    assert replica.find(Label, name="Suspect")[0].colour == "#00695c"


async def test_a_form_that_was_only_looked_at_is_no_draft(admins_office: Office) -> None:
    replica = admins_office.replica
    team = replica.create(Team(name="North"))
    async with opened(replica, f"/admin/teams/{team.id}") as screen:
        await screen.until_says("North")
        await screen.go("/more")
        assert not screen.says("Not saved yet.")
        replica.update(team, name="South")
        await screen.go(f"/admin/teams/{team.id}")
        await screen.until_says("South")
    assert replica.drafts() == []


@pytest.mark.parametrize("form", ["product", "account", "lines"])
async def test_a_draft_that_says_nothing_new_any_more_goes(
    admins_office: Office, form: str
) -> None:
    """Others have typed the same meanwhile."""
    replica = admins_office.replica
    made: dict[str, tuple[Record, str, str, str, dict[str, Any]]] = {
        "product": (replica.create(Product(name="Helles")), "/products/{}", "Name", "Dunkel",
                    {"name": "Dunkel"}),
        "account": (admins_office[0], "/accounts/{}/edit", "Name", "Adler", {"name": "Adler"}),
        "lines": (replica.create(Deal(name="Taps", pipeline_id="p", stage_id="s",
                                      lines={"beer": Line("Beer")})),
                  "/deals/{}/lines", "Quantity", "2", {"lines": {"beer": Line("Beer", "2")}}),
    }  # fmt: skip
    record, address, label, text, changed = made[form]
    route = address.format(record.id)
    async with opened(replica, route) as screen:
        await screen.until(lambda: screen.all(ft.TextField, label=label))
        await screen.type(label, text)
        await screen.until(replica.drafts)
    replica.update(record, **changed)
    async with opened(replica, route) as screen:
        await screen.until(lambda: screen.all(ft.TextField, label=label))
        assert not screen.says(FOUND)
        await screen.go("/unfinished")
        await screen.until_says("Nothing unfinished")
    assert replica.drafts() == []


async def test_a_password_is_never_kept(admins_office: Office) -> None:
    replica = admins_office.replica
    async with opened(replica, "/admin/users/new") as screen:
        await screen.until_says("Password")
        await screen.type("Name", "Zoe")
        await screen.type("Password", "correct horse")
        await screen.go("/more")
    (kept,) = replica.drafts()
    assert b"Zoe" in kept.body
    assert b"horse" not in kept.body
    assert replica.count(User, name="Zoe") == 0


async def test_choices_of_a_custom_field_are_kept(admins_office: Office) -> None:
    replica = admins_office.replica
    async with opened(replica, "/admin/fields/new?of=account") as screen:
        await screen.type("Name", "Kind of tap")
        await screen.tap("type-choice")
        for place in range(2):
            await screen.tap("add-option")
            await screen.until(lambda place=place: len(options(screen)) == place + 1)
            await screen.type("Choice", f"Keg {place}")
        await screen.go("/more")
    async with opened(replica, "/admin/fields/new?of=account") as screen:
        await screen.until_says(FOUND)
        await screen.until(lambda: len(options(screen)) == 2)
        await screen.tap("save")
        await screen.until(lambda: replica.count(CustomField) == 1)
    (field,) = replica.find(CustomField)
    assert {option.name: option.place for option in field.options.values()} == {
        "Keg 0": 0, "Keg 1": 1,
    }  # fmt: skip


async def test_a_price_on_a_list_is_kept(admins_office: Office) -> None:
    replica = admins_office.replica
    beer = replica.create(Product(name="Helles", price=Money("2", "EUR")))
    hotels = replica.create(PriceList(name="Hotels"))
    route = f"/pricelists/{hotels.id}/{beer.id}"
    async with opened(replica, route) as screen:
        await screen.type("Price for one on Hotels", "1.80")
        await screen.go("/more")
        await screen.until_says("Not saved yet. What you typed is kept.")
        await screen.go("/unfinished")
        await screen.until_says("price: Helles")
    async with opened(replica, route) as screen:
        await screen.until_says(FOUND)
        await screen.tap("save")
        await screen.until(lambda: replica.count(Price) == 1)
    assert replica.find(Price)[0].amount == "1.80"
    assert replica.drafts() == []


@pytest.mark.parametrize("restarted", [False, True])
@pytest.mark.parametrize("on_list", [False, True])
async def test_a_price_that_cannot_be_read_yet_is_kept_as_it_was_typed(
    admins_office: Office, on_list: bool, restarted: bool
) -> None:
    replica = admins_office.replica
    beer = replica.create(Product(name="Helles", price=Money("10", "EUR")))
    hotels = replica.create(PriceList(name="Hotels"))
    route = f"/pricelists/{hotels.id}/{beer.id}" if on_list else f"/products/{beer.id}"
    label = "Price for one on Hotels" if on_list else "Price for one"
    async with opened(replica, route) as screen:
        await screen.type(label, "12 or 13")
        await screen.go("/more")
        await screen.until_says("Not saved yet. What you typed is kept.")
        assert len(replica.drafts()) == 1
        if not restarted:
            await saved_once_it_can_be_read(screen, route, label)
    if restarted:
        async with opened(replica, "/more") as screen:
            await saved_once_it_can_be_read(screen, route, label)
    assert replica.drafts() == []


async def saved_once_it_can_be_read(screen: Screen, route: str, label: str) -> None:
    await screen.go(route)
    await screen.until_says(FOUND)
    assert screen.all(ft.TextField, label=label)[0].value == "12 or 13"
    await screen.tap("save")
    await screen.until(lambda: screen.all(ft.TextField, label=label)[0].error == money.EXAMPLE)
    await screen.type(label, "13")
    await screen.tap("save")
    await screen.until(lambda: screen.bar().endswith("saved"))


async def test_a_visit_form_and_its_question_are_kept(admins_office: Office) -> None:
    replica = admins_office.replica
    purpose = replica.create(Purpose(name="Tasting"))
    form = replica.create(VisitForm(name="Checklist"))
    route = f"/admin/forms/{form.id}"
    async with opened(replica, route) as screen:
        await screen.type("A word to the rep (optional)", "Look in the cellar")
        await screen.tap(f"purposes-{purpose.id}")
        await screen.go(f"{route}/questions/new")
        await screen.type("Question", "Which taps?")
        await screen.tap("type-choice")
        for place in range(2):
            await screen.tap("add-option")
            await screen.until(lambda place=place: len(options(screen)) == place + 1)
            await screen.type("Choice", f"Keg {place}")
        await screen.go("/more")
    assert len(replica.drafts()) == 2
    async with opened(replica, f"{route}/questions/new") as screen:
        await screen.until_says(FOUND)
        await screen.until(lambda: len(options(screen)) == 2)
        await screen.tap("save")
        await screen.until(lambda: bool(replica.find(VisitForm)[0].questions))
        await screen.until_says(FOUND)
        await screen.tap("save")
        await screen.until(lambda: replica.drafts() == [])
        await screen.type("A word to the rep (optional)", "Look in the bar")
        await screen.go("/more")
    (question,) = replica.find(VisitForm)[0].questions.values()
    assert (question.text, len(question.options)) == ("Which taps?", 2)
    (held,) = replica.find(VisitForm)
    assert (held.about, held.purposes) == ("Look in the cellar", (purpose.id,))
    assert len(replica.drafts()) == 1


def a_quote(office: Office) -> tuple[str, str]:
    quote = paperwork.quote_customer(office.replica, date(2026, 9, 1), office[0].id)
    return f"/quotes/{quote.id}/edit", "Terms (optional)"


def a_lost_deal(office: Office) -> tuple[str, str]:
    replica = office.replica
    line = replica.create(Pipeline(name="Sales", stages={"a": Stage("Talk", 1)}))
    deal = replica.create(Deal(name="Taps", pipeline_id=line.id, stage_id="a"))
    return f"/deals/{deal.id}/lost", "Why"


def a_lead(office: Office) -> tuple[str, str]:
    lead = office.replica.create(Lead(name="Max Neu", company="Neu GmbH"))
    return f"/leads/{lead.id}/convert", "Name of the account"


def a_comment(office: Office) -> tuple[str, str]:
    return f"/contacts/{office.contact.id}", "Comment, @name tells a colleague"


@pytest.mark.parametrize(
    ("make", "called"),
    [
        (a_quote, "Edit quote: "),
        (a_lost_deal, "Lose deal: Taps"),
        (a_lead, "Convert lead: Max Neu"),
        (a_comment, "New comment: Half a day's work"),
    ],
)
async def test_what_is_typed_about_a_customer_is_there_again_after_the_app_was_closed(
    admins_office: Office, make: Callable[[Office], tuple[str, str]], called: str
) -> None:
    replica = admins_office.replica
    route, label = make(admins_office)
    async with opened(replica, route) as screen:
        await screen.until(lambda: screen.all(ft.TextField, label=label))
        await screen.type(label, "Half a day's work")
        await screen.go("/unfinished")
        await screen.until_says("Not saved yet. What you typed is kept.")
        await screen.until_says(called)
    (kept,) = replica.drafts()
    assert kept.route == route
    async with opened(replica, route) as screen:
        await screen.until(lambda: screen.all(ft.TextField, label=label))
        assert screen.all(ft.TextField, label=label)[0].value == "Half a day's work"


async def test_a_filter_and_what_is_chosen_are_kept_with_a_cadence_and_a_round(
    admins_office: Office,
) -> None:
    replica = admins_office.replica
    wanted = Filter(labels_any=(replica.find(Label)[0].id,))
    replica.create(Segment(name="Prospects", of="account", filter=wanted))
    async with opened(replica, "/cadences/new") as screen:
        await screen.type("Name", "Often")
        await screen.tap("every-14")
        await screen.until(lambda: screen.all(ft.TextField, label="Days between visits")[0].value)
        await screen.press("Prospects")
        await screen.go("/rounds/new")
        await screen.type("Name", "South")
        await screen.tap("weekday-1")
        await screen.until_target("starts-1")
        await screen.tap("starts-1")
        await screen.go("/more")
    async with opened(replica, "/cadences/new") as screen:
        await screen.until_says(FOUND)
        await screen.tap("save")
        await screen.until(lambda: replica.count(Cadence) == 1)
        await screen.go("/rounds/new")
        await screen.until_says(FOUND)
        assert screen.target("weekday-1").selected
        assert screen.target("starts-1").selected
    (often,) = replica.find(Cadence)
    assert (often.name, often.days, often.filter) == ("Often", 14, wanted)


async def test_a_comment_that_was_posted_leaves_nothing_behind(admins_office: Office) -> None:
    replica = admins_office.replica
    async with opened(replica, f"/contacts/{admins_office.contact.id}") as screen:
        await screen.until_target("post-comment")
        await screen.type("Comment, @name tells a colleague", "Rang twice")
        await screen.until(replica.drafts)
        await screen.tap("post-comment")
        await screen.until_says("Rang twice")
        await screen.go("/more")
        assert not screen.says("Not saved yet.")
    assert replica.drafts() == []


def options(screen: Screen) -> list[ft.TextField]:
    return [x for x in screen.all(ft.TextField) if x.label == "Choice"]
