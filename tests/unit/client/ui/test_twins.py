"""The warning while typing, the proposals, and the merge screen."""

from __future__ import annotations

from types import SimpleNamespace
from typing import TYPE_CHECKING

import flet as ft

from client.ui.views.records.draft import Draft
from client.ui.views.records.draft_joining import take_in
from sync_protocol.records import (
    Account,
    Activity,
    Address,
    Contact,
    CustomField,
    Email,
    Phone,
    Territory,
    entries,
)
from tests.unit.client.ui.harness import OFFICE, opened

if TYPE_CHECKING:
    from client.replica import Replica
    from tests.unit.client.ui.harness import Screen
    from tests.unit.client.ui.office import Office


def index(replica: Replica) -> None:
    while replica.index_some():
        pass


def pair(office: Office) -> tuple[Account, Account]:
    """A doublet of the brewery, made later."""
    replica = office.replica
    first = replica.update(office[0], emails=entries(Email("info@adler.example")))
    office.time_ms += 1_000
    second = replica.create(
        Account(
            name="Brauerei Adler GmbH",
            territory_id=office[0].territory_id,
            industry="Brewery",
            emails=entries(Email("INFO@adler.example")),
            phones=entries(Phone("09261 62800")),
        )
    )
    replica.create(Activity(kind="call", at=1, account_id=second.id))
    index(replica)
    return first, second


async def test_whoever_types_a_new_contact_is_told_who_is_here_already(office: Office) -> None:
    replica = office.replica
    replica.update(office.contact, phones=entries(Phone("09261 62800")))
    async with opened(replica, "/contacts/new") as screen:
        assert not screen.has("likes-warning")
        await screen.type("Phone", "09261/628-00")
        await screen.until_target("likes-warning")
        await screen.until_says("Brauerei Adler, 09261 62800 (same phone)")
        await screen.type("Name", "Karl Zuse")
        await screen.until(lambda: not screen.has("likes-warning"))
        await screen.type("Name", "Ada Birne")
        await screen.until_says("similar name")
        await screen.tap("save")
        assert screen.bar() == "Contact saved"
    assert replica.count(Contact) == 2


async def test_using_the_one_that_is_here_takes_along_what_was_typed(office: Office) -> None:
    replica, ada = office.replica, office.contact
    async with opened(replica, "/contacts/new") as screen:
        await screen.type("Name", "Ada Byrne")
        await screen.type("Title, role", "Brewer")
        await screen.type("Phone", "09261 62800")
        await screen.until_target(f"likes-use-{ada.id}")
        await screen.tap(f"likes-use-{ada.id}")
        await screen.until(lambda: screen.page.route == f"/contacts/{ada.id}/edit")
        await screen.until(lambda: screen.all(ft.TextField, label="Phone"))
        assert replica.count(Contact) == 1
        await screen.tap("save")
    found = replica.get(Contact, ada.id)
    assert found is not None
    assert (found.title, found.account_id) == ("Brewer", ada.account_id)
    assert [phone.number for phone in found.phones.values()] == ["09261 62800"]
    assert replica.drafts() == []


async def take_up(screen: Screen, held: Contact) -> None:
    """Use the one that is here, and wait for its form."""
    await screen.until_target(f"likes-use-{held.id}")
    await screen.tap(f"likes-use-{held.id}")
    await screen.until(lambda: screen.page.route == f"/contacts/{held.id}/edit")
    await screen.until(lambda: screen.all(ft.TextField, label="Title, role"))


def value(screen: Screen, label: str) -> str:
    return screen.all(ft.TextField, label=label)[0].value


async def test_using_the_one_that_is_here_keeps_all_that_was_typed_at_once(office: Office) -> None:
    replica = office.replica
    ada = replica.update(office.contact, title="Buyer", about="Likes stout.")
    async with opened(replica, "/contacts/new") as screen:
        await screen.type("Name", "Ada Byrne")
        await screen.type("Title, role", "Head of buying")
        await screen.type("Part in buying: decides, uses, pays", "decides")
        await screen.type("Birthday", "1980-05-31")
        await screen.type("About", "Ring twice.")
        await screen.tap("add-needs")
        await screen.type("What to know", "Has a dog")
        await screen.tap("channel-phone-blocked")
        await take_up(screen, ada)
        assert [kept.route for kept in replica.drafts()] == [f"/contacts/{ada.id}/edit"]
        assert value(screen, "Title, role") == "Head of buying"
        assert "Title had another value, which stays in the history." in screen.bar()
    async with opened(replica, f"/contacts/{ada.id}/edit") as screen:
        await screen.tap("save")
    found = replica.get(Contact, ada.id)
    assert found is not None
    assert (found.title, found.role, found.birthday) == ("Head of buying", "decides", "1980-05-31")
    assert found.about == "Likes stout.\nRing twice."
    assert [need.text for need in found.needs.values()] == ["Has a dog"]
    assert found.channels == {"phone": "blocked"}
    assert replica.drafts() == []


async def test_it_is_laid_over_what_was_typed_into_the_form_of_the_one_that_is_here(
    office: Office,
) -> None:
    replica, ada = office.replica, office.contact
    async with opened(replica, f"/contacts/{ada.id}/edit") as screen:
        await screen.until_says("Ada Byrne")
        await screen.go("/contacts/new")  # only looked at
        await screen.type("Name", "Ada Byrne")
        await screen.type("Website", "byrne.example")
        await take_up(screen, ada)
        assert value(screen, "Website") == "byrne.example"
        await screen.go("/contacts/new")
        await screen.type("Name", "Ada Byrne")
        await screen.type("Title, role", "Brewer")
        await take_up(screen, ada)
        assert value(screen, "Website") == "byrne.example"
        assert value(screen, "Title, role") == "Brewer"


async def test_a_name_that_differs_is_not_taken_over_and_not_lost(office: Office) -> None:
    replica, ada = office.replica, office.contact
    async with opened(replica, "/contacts/new") as screen:
        await screen.type("Name", "Ada Birne")
        await screen.type("Account", "Weinhaus Re")
        await take_up(screen, ada)
        assert value(screen, "Name") == "Ada Byrne"
    async with opened(replica, f"/contacts/{ada.id}/edit") as screen:
        words = screen.words(screen.target("unshown"))
        assert words[words.index("Name") + 1] == "Ada Birne"
        assert words[words.index("Account") + 1] == "Weinhaus Re"
        await screen.tap("save")
    found = replica.get(Contact, ada.id)
    assert found is not None
    assert (found.name, found.account_id) == ("Ada Byrne", ada.account_id)


async def test_an_account_that_is_yet_to_be_made_comes_along(office: Office) -> None:
    replica, ada = office.replica, office.contact
    async with opened(replica, "/contacts/new") as screen:
        await screen.type("Name", "Ada Byrne")
        await screen.type("Account", "Weinhaus Rebe")
        await screen.until_target("new-account")
        await screen.tap("new-account")
        await take_up(screen, ada)
        assert screen.says("New account: Weinhaus Rebe")
        await screen.tap("save")
    (made,) = replica.find(Account, name="Weinhaus Rebe")
    found = replica.get(Contact, ada.id)
    assert found is not None
    assert found.account_id == made.id


async def test_custom_values_come_along_and_long_ones_are_joined(admins_office: Office) -> None:
    office, replica = admins_office, admins_office.replica
    short = replica.create(CustomField(of="contact", name="Nickname", type="text"))
    long = replica.create(CustomField(of="contact", name="Story", type="long_text"))
    new = replica.create(CustomField(of="contact", name="Size", type="number"))
    ada = replica.update(office.contact, custom={short.id: "Addie", long.id: "Once."})
    draft, typed = Draft(ada), Draft(Contact(name=""))
    for field, text in ((short, "Lady"), (long, "Twice."), (new, "42")):
        typed.put_custom(field.id, text)
    assert take_in(replica, draft, typed) == ["Nickname"]
    assert draft.now.custom == {short.id: "Lady", long.id: "Once.\nTwice.", new.id: "42"}


async def test_an_account_stays_in_its_territory_and_takes_everything_else(
    admins_office: Office,
) -> None:
    office, replica = admins_office, admins_office.replica
    north = replica.create(Territory(name="North"))
    adler = replica.update(office[0], kind="household", industry="Brewery")
    draft, typed = Draft(adler), Draft(Account(name="", territory_id=office[0].territory_id))
    typed.set("territory_id", north.id)
    typed.set("employees", 0)
    typed.set("industry", "Pub")
    typed.set("parent_id", office[1].id)
    assert take_in(replica, draft, typed) == ["Industry"]
    assert draft.aside == {"Territory": "North"}
    assert draft.changes() == {"employees": 0, "industry": "Pub", "parent_id": office[1].id}


async def test_the_warning_leads_to_the_record(office: Office) -> None:
    async with opened(office.replica, "/accounts/new") as screen:
        await screen.type("Name", "Hotel Post")
        await screen.until_target(f"likes-open-{office[2].id}")
        await screen.tap(f"likes-open-{office[2].id}")
        assert screen.page.route == f"/accounts/{office[2].id}"


async def test_editing_a_record_warns_of_nothing(office: Office) -> None:
    pair(office)
    async with opened(office.replica, f"/accounts/{office[0].id}/edit") as screen:
        await screen.type("Industry", "Brewery")
        assert not screen.has("likes-warning")


async def test_possible_duplicates_are_counted_compared_and_merged(office: Office) -> None:
    replica = office.replica
    first, second = pair(office)
    async with opened(replica, "/more") as screen:
        await screen.until_says("1 pair")
        await screen.tap("more-duplicates")
        await screen.until_says("Same name, same e-mail")
        await screen.tap(f"compare-{first.id}-{second.id}")
        await screen.until_says("Moves along")
        assert screen.says("Visits, calls and notes (1)")
        await screen.tap("choose-name-two")
        await screen.tap("merge")
        assert screen.page.route == f"/accounts/{first.id}"
        assert screen.bar() == "Merged into Brauerei Adler GmbH"
        merged = replica.get(Account, first.id)
        assert merged is not None
        assert (merged.name, merged.industry) == ("Brauerei Adler GmbH", "Brewery")
        assert [email.address for email in merged.emails.values()] == ["info@adler.example"]
        assert replica.twins() == []
        await screen.undo()
        assert screen.bar().startswith("Undone: Merge into")
    assert replica.get(Account, first.id) == first
    assert replica.get(Account, second.id) == second


async def test_an_undo_says_what_could_not_be_taken_back(office: Office) -> None:
    replica = office.replica
    first, second = pair(office)
    async with opened(replica, f"/merge/account/{first.id}/{second.id}", OFFICE) as screen:
        await screen.tap("merge")
        with replica._database.transaction(), replica._writing("Elsewhere", "", undoes=True):
            replica.update(replica.get(Account, first.id) or first, industry="Pub")
        await screen.undo()
        assert "1 value was left as it is." in screen.bar()


async def test_the_other_one_can_go_on(office: Office) -> None:
    first, second = pair(office)
    async with opened(office.replica, f"/merge/account/{first.id}/{second.id}") as screen:
        await screen.tap("swap")
        await screen.tap("merge")
        assert screen.page.route == f"/accounts/{second.id}"
    gone = office.replica.get(Account, first.id)
    assert gone is not None
    assert gone.merged_into == second.id


async def test_a_pair_put_aside_is_asked_about_no_more_unless_that_is_undone(
    office: Office,
) -> None:
    first, second = pair(office)
    async with opened(office.replica, "/duplicates") as screen:
        await screen.tap(f"apart-{first.id}-{second.id}")
        await screen.until_says("No duplicates found")
        await screen.undo()
        await screen.until_says("Same name, same e-mail")


async def test_a_record_is_merged_with_whomever_one_finds(office: Office) -> None:
    pair(office)
    post = office[2]
    office.replica.update(post, addresses=entries(Address(town="Kronach")))
    index(office.replica)
    async with opened(office.replica, f"/merge/account/{office[0].id}") as screen:
        await screen.until_says("Perhaps the same")
        assert screen.says("Brauerei Adler GmbH")
        await screen.type("Name, phone, town", "kronach")
        await screen.until_target(f"with-{post.id}")
        await screen.tap(f"with-{post.id}")
        await screen.until_says("Choose what holds")
        assert screen.page.route == f"/merge/account/{office[0].id}/{post.id}"


async def test_two_that_are_one_already_cannot_be_merged(office: Office) -> None:
    first, second = pair(office)
    office.replica.merge(second, first)
    async with opened(office.replica, f"/merge/account/{first.id}/{second.id}") as screen:
        await screen.until_says("These two cannot be merged")


async def test_two_rows_of_a_table_are_merged(office: Office) -> None:
    first, second = office[0], office[1]
    office.replica.delete(office[2])
    async with opened(office.replica, "/accounts", OFFICE) as screen:
        await screen.until_says("2 in all")
        handler = screen.page.on_keyboard_event
        assert handler is not None
        handler(SimpleNamespace(key="A", ctrl=True, shift=False, alt=False, meta=False))
        await screen.settle()
        await screen.tap("bulk-merge")
        await screen.until_says("Choose what holds")
    assert first.id in screen.page.route
    assert second.id in screen.page.route
