"""The forms of contacts and accounts: what is kept, what is refused, what is written."""

from __future__ import annotations

from typing import TYPE_CHECKING

import flet as ft
import pytest

from sync_protocol.records import Account, Address, Contact, Email, Phone, Territory, entries
from tests.unit.client.ui.harness import OFFICE, opened
from tests.unit.client.ui.office import Office, accept_all, open_office

if TYPE_CHECKING:
    from collections.abc import AsyncIterator
    from pathlib import Path

    from tests.unit.client.ui.harness import Screen


@pytest.fixture
async def office(tmp_path: Path) -> AsyncIterator[Office]:
    office = await open_office(tmp_path)
    while office.replica.index_some():
        pass
    yield office
    await office.replica.close()


def value(screen: Screen, label: str) -> str:
    return screen.all(ft.TextField, label=label)[0].value


def named(office: Office, name: str) -> Contact:
    (contact,) = [x for x in office.replica.find(Contact) if x.name == name]
    return contact


async def test_a_contact_is_made_within_an_account_found_by_typing(office: Office) -> None:
    async with opened(office.replica, "/contacts/new") as screen:
        await screen.type("Name", "Zoe Brown")
        await screen.type("Phone", "0171 22")
        await screen.type("Account", "post")
        await screen.until_target(f"pick-{office[2].id}")
        await screen.tap(f"pick-{office[2].id}")
        await screen.tap("save")
        assert screen.bar() == "Contact saved"
        contact = named(office, "Zoe Brown")
        assert screen.page.route == f"/contacts/{contact.id}"
    assert contact.account_id == office[2].id
    assert [phone.number for phone in contact.phones.values()] == ["0171 22"]
    assert contact.emails == {}


async def test_a_new_account_within_the_form_loses_nothing_and_is_one_undo(
    office: Office,
) -> None:
    async with opened(office.replica, "/contacts/new") as screen:
        await screen.type("Name", "Zoe Brown")
        await screen.type("Account", "Weinhaus Rebe")
        await screen.until_target("new-account")
        await screen.tap("new-account")
        assert value(screen, "Name") == "Zoe Brown"
        assert office.replica.count(Account) == 3
        await screen.tap("save")
        contact = named(office, "Zoe Brown")
        account = office.replica.get(Account, contact.account_id)
        assert account is not None
        assert account.name == "Weinhaus Rebe"
        assert account.territory_id == office[0].territory_id
        await screen.undo()
    assert office.replica.count(Account) == 3
    assert office.replica.count(Contact) == 1


async def test_a_refused_value_is_said_beside_its_field_and_all_that_was_typed_stays(
    office: Office,
) -> None:
    async with opened(office.replica, "/contacts/new") as screen:
        await screen.type("Title, role", "Buyer")
        await screen.type("E-mail", "zoe at example")
        await screen.tap("save")
        name = screen.all(ft.TextField, label="Name")[0]
        assert name.error == "Name is needed."
        await screen.type("Name", "Zoe Brown")
        await screen.tap("save")
        field = screen.all(ft.TextField, label="E-mail")[0]
        await screen.until(lambda: field.error == "An e-mail address looks like name@example.com.")
        assert [value(screen, x) for x in ("Name", "Title, role", "E-mail")] == [
            "Zoe Brown", "Buyer", "zoe at example",
        ]  # fmt: skip
        await screen.type("E-mail", "zoe@example.com")
        await screen.tap("save")
        assert screen.bar() == "Contact saved"


async def test_an_account_that_was_typed_but_not_chosen_is_asked_about(office: Office) -> None:
    async with opened(office.replica, "/contacts/new") as screen:
        await screen.type("Name", "Zoe Brown")
        await screen.type("Account", "Hotel")
        await screen.tap("save")
        await screen.until_says("Choose an account beneath, or empty this field.")
        assert value(screen, "Account") == "Hotel"


async def test_only_what_was_changed_is_written(office: Office) -> None:
    replica = office.replica
    async with opened(replica, f"/accounts/{office[0].id}/edit") as screen:
        await screen.type("Industry", "Brewery")
        accept_all(replica)
        replica.update(office[0], website="https://elsewhere.example")
        accept_all(replica)
        await screen.tap("save")
        (waiting,) = replica.pending()
        assert [sorted(change.cells) for change in waiting.changes] == [["industry"]]
    account = replica.get(Account, office[0].id)
    assert account is not None
    assert account.website == "https://elsewhere.example"


async def test_entries_are_added_changed_and_removed(office: Office) -> None:
    replica = office.replica
    replica.update(
        office.contact,
        phones=entries(Phone("1", "work"), Phone("2")),
        emails=entries(Email("a@b.example")),
    )
    async with opened(replica, f"/contacts/{office.contact.id}/edit") as screen:
        removes = screen.all(ft.IconButton, tooltip="Remove phone")
        await screen.tap(removes[0])
        await screen.type("Phone", "22")
        await screen.tap("add-phones")
        await screen.type("Phone", "333")
        await screen.tap(screen.all(ft.IconButton, tooltip="Remove e-mail")[0])
        await screen.tap("save")
    contact = named(office, "Ada Byrne")
    assert {phone.number for phone in contact.phones.values()} == {"22", "333"}
    assert contact.emails == {}


async def test_leaving_with_unsaved_edits_asks_and_staying_keeps_them(office: Office) -> None:
    async with opened(office.replica, "/contacts/new", OFFICE) as screen:
        await screen.type("Name", "Zoe")
        await screen.tap("cancel")
        await screen.until_says("Leave without saving?")
        await screen.tap("answer-no")
        assert value(screen, "Name") == "Zoe"
        await screen.tap("cancel")
        await screen.tap("answer-yes")
        await screen.until(lambda: screen.page.route == "/contacts")
        await screen.go("/contacts/new")
        await screen.until_target("save")
        assert value(screen, "Name") == ""


async def test_what_was_typed_is_there_again_after_another_screen(office: Office) -> None:
    async with opened(office.replica, "/contacts/new") as screen:
        await screen.type("Name", "Zoe")
        await screen.type("Phone", "0171")
        await screen.go("/")
        await screen.go("/contacts/new")
        await screen.until_says("What you typed before is still here.")
        assert (value(screen, "Name"), value(screen, "Phone")) == ("Zoe", "0171")
        await screen.tap("start-afresh")
        await screen.until(lambda: value(screen, "Name") == "")


async def test_an_account_goes_into_the_only_territory_or_the_one_chosen(office: Office) -> None:
    replica = office.replica
    async with opened(replica, "/accounts/new?name=Kiosk") as screen:
        await screen.tap("save")
        assert screen.bar() == "Account saved"
    (kiosk,) = [x for x in replica.find(Account) if x.name == "Kiosk"]
    assert kiosk.territory_id == office[0].territory_id


async def test_a_contact_of_an_account_begins_with_that_account(office: Office) -> None:
    async with opened(office.replica, f"/accounts/{office[1].id}") as screen:
        await screen.tap("new-contact-here")
        await screen.until_target("account-chosen")
        assert "Café Müller" in screen.words(screen.target("account-chosen"))


async def test_a_contact_without_a_name_is_called_by_its_parts(office: Office) -> None:
    async with opened(office.replica, "/contacts/new") as screen:
        await screen.type("Given name, for letters", "Zoe")
        await screen.type("Family name, for letters", "Brown")
        await screen.tap("save")
        assert screen.bar() == "Contact saved"
    assert named(office, "Zoe Brown").given_name == "Zoe"


async def test_of_two_e_mails_only_the_wrong_one_is_marked(office: Office) -> None:
    right, wrong = Email("ada@example.com"), Email("ada@example.org")
    office.replica.update(office.contact, emails=entries(right, wrong))
    async with opened(office.replica, f"/contacts/{office.contact.id}/edit") as screen:
        await screen.type("E-mail", "ada at example")
        await screen.tap("save")
        await screen.until_target("form-problem")
        first, second = screen.all(ft.TextField, label="E-mail")
        assert first.error is None
        assert second.error == "An e-mail address looks like name@example.com."


async def test_going_elsewhere_says_that_the_draft_is_kept_and_leads_back(office: Office) -> None:
    async with opened(office.replica, "/contacts/new?name=Zoe") as screen:
        await screen.choose("bottom-bar", 0)
        await screen.until(lambda: screen.bar().startswith("Not saved yet."))
        await screen.undo()
        await screen.until_target("save")
        assert value(screen, "Name") == "Zoe"


async def test_going_elsewhere_with_nothing_typed_says_nothing(office: Office) -> None:
    async with opened(office.replica, "/contacts/new") as screen:
        await screen.choose("bottom-bar", 0)
        await screen.until_says("Never visited")
        assert screen.bar() == ""


@pytest.mark.parametrize("record", ["0000", "deleted"])
async def test_a_record_that_is_not_there_has_no_form(office: Office, record: str) -> None:
    if record == "deleted":
        office.replica.delete(office.contact)
        record = office.contact.id
    async with opened(office.replica, f"/contacts/{record}/edit") as screen:
        await screen.until(lambda: screen.says("not visible") or screen.says("was deleted"))
        assert not screen.has("save")


async def test_in_large_text_the_kinds_of_account_stand_apart_and_are_whole_words(
    office: Office,
) -> None:
    async with opened(office.replica, "/accounts/new") as screen:
        await screen.until_target("kind")
        await screen.with_text(200)
        await screen.until_target("kind-household")
        await screen.tap("kind-household")
        await screen.type("Name", "Familie Berg")
        await screen.tap("save")
        await screen.until(lambda: office.replica.count(Account, kind="household") == 1)


async def test_in_large_text_a_number_and_its_kind_have_a_line_each_and_nothing_is_lost(
    office: Office,
) -> None:
    office.replica.update(
        office[0],
        phones={"p": Phone(number="+4989123456", kind="work")},
        addresses=entries(Address(street="Hof 1", postal_code="95326", town="Kulmbach")),
    )
    async with opened(office.replica, f"/accounts/{office[0].id}/edit") as screen:
        await screen.until(lambda: kinds_beside_a_number(screen))
        await screen.with_text(200)
        await screen.until(lambda: not kinds_beside_a_number(screen))
        assert screen.all(ft.Dropdown, label="Kind")[0].value == "work"
        shown = [value(screen, x) for x in ("Street", "Postal code", "Town", "Country")]
        assert shown == ["Hof 1", "95326", "Kulmbach", ""]


def kinds_beside_a_number(screen: Screen) -> bool:
    """Whether a row holds both a phone number and its kind."""
    return any(
        screen.all(ft.TextField, within=row, label="Phone")
        and screen.all(ft.Dropdown, within=row, label="Kind")
        for row in screen.all(ft.Row)
        if not screen.all(ft.Column, within=row)
    )


async def test_a_long_territorys_name_is_whole_beneath_the_field_that_cuts_it_off(
    admins_office: Office,
) -> None:
    replica, name = admins_office.replica, "Bavaria, Austria and the north of Italy"
    async with opened(replica, f"/accounts/{admins_office[0].id}/edit") as screen:

        def beneath() -> list[str]:
            lines = screen.target("territory").content.controls
            return screen.words(lines[1]) if lines[1].visible else []

        await screen.until_target("territory")
        assert beneath() == []
        replica.update(replica.find(Territory, name="South")[0], name=name)
        await screen.until(lambda: beneath() == [name])
