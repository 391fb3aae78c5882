"""The full facts of a customer: in the form, pinned on the page, and warned of."""

from __future__ import annotations

from typing import TYPE_CHECKING

import flet as ft

from client.facts import DAY_MS
from sync_protocol.records import (
    Account,
    Address,
    Contact,
    Email,
    Need,
    Phone,
    Position,
    Social,
    entries,
)
from tests.unit.client.ui.harness import opened

if TYPE_CHECKING:
    from tests.unit.client.ui.office import Office


async def test_needs_profiles_channels_and_size_are_typed_into_the_form(office: Office) -> None:
    async with opened(office.replica, f"/accounts/{office[0].id}/edit") as screen:
        await screen.tap("add-needs")
        await screen.type("What to know", "Ring at the back")
        await screen.tap("add-socials")
        await screen.type("Address of the profile", "https://social.example/adler")
        await screen.tap("channel-phone-blocked")
        await screen.type("Employees", "1,200")
        await screen.tap("save")
        await screen.until(lambda: office.replica.count(Account, employees=1200))
    account = office.found(Account, office[0].id)
    assert isinstance(account, Account)
    assert [need.text for need in account.needs.values()] == ["Ring at the back"]
    assert [x.url for x in account.socials.values()] == ["https://social.example/adler"]
    assert account.channels == {"phone": "blocked"}


async def test_what_is_no_number_is_refused_beside_its_field(office: Office) -> None:
    async with opened(office.replica, f"/accounts/{office[0].id}/edit") as screen:
        await screen.type("Employees", "about twenty")
        await screen.tap("save")
        await screen.until_says("Write a whole number, like 25.")
        assert screen.says("about twenty")


async def test_a_head_office_is_chosen_and_a_circle_refused_in_words(office: Office) -> None:
    replica = office.replica
    replica.update(office[1], parent_id=office[0].id)
    async with opened(replica, f"/accounts/{office[0].id}/edit") as screen:
        await screen.type("Belongs to (head office)", "müller")
        await screen.until_target(f"parent-{office[1].id}")
        await screen.tap(f"parent-{office[1].id}")
        await screen.tap("save")
        await screen.until_says("This account belongs to one beneath it already.")


async def test_accounts_and_branches_lead_to_each_other(office: Office) -> None:
    office.replica.update(office[1], parent_id=office[0].id)
    async with opened(office.replica, f"/accounts/{office[0].id}") as screen:
        await screen.until_target(f"related-{office[1].id}")
        await screen.tap(f"related-{office[1].id}")
        await screen.until_target(f"related-{office[0].id}")


async def test_needs_are_pinned_and_everything_known_is_shown(office: Office) -> None:
    office.replica.update(
        office[0],
        needs=entries(Need("Ring at the back", "habit")),
        socials=entries(Social("https://social.example/adler", "facebook")),
        employees=1200,
        addresses=entries(
            Address(town="Kronach", position=Position(50.2411, 11.3281)), Address(town="Coburg")
        ),
    )
    async with opened(office.replica, f"/accounts/{office[0].id}") as screen:
        assert "habit: Ring at the back" in screen.words(screen.target("pinned"))
        for text in ("50.24110, 11.32810", "Coburg", "1,200", "Facebook"):
            assert screen.says(text)


async def test_a_blocked_channel_warns_before_it_is_used(office: Office) -> None:
    office.replica.update(
        office.contact,
        phones=entries(Phone("09261 62800")),
        emails=entries(Email("ada@example.com")),
        channels={"phone": "blocked"},
    )
    async with opened(office.replica, f"/contacts/{office.contact.id}") as screen:
        assert "Ada Byrne does not want calls." in screen.words(screen.target("pinned"))
        button = screen.all(ft.Container, within=screen.target("call"))[0]
        assert button.action is None
        await screen.tap("call")
        assert screen.bar().startswith("Ada Byrne does not want calls.")
        await screen.until(lambda: "Call anyway" in screen.words(screen.target("call")))
        assert screen.all(ft.Container, within=screen.target("call"))[0].action
        assert screen.all(ft.Container, within=screen.target("mail"))[0].action
    async with opened(office.replica, f"/new/contacts/{office.contact.id}") as screen:
        await screen.until_says("Ada Byrne does not want calls.")


async def test_stale_facts_are_confirmed_with_one_tap(office: Office) -> None:
    office.time_ms += 400 * DAY_MS
    async with opened(office.replica, f"/accounts/{office[0].id}") as screen:
        await screen.until_says("not verified since")
        await screen.tap("still-right")
        assert screen.bar() == "Marked as still right"
        await screen.until(lambda: not screen.has("still-right"))


async def test_the_last_contact_is_on_the_page(office: Office) -> None:
    async with opened(office.replica, f"/contacts/{office.contact.id}") as screen:
        await screen.until_says("Nothing logged with this person yet")
    assert office.replica.count(Contact) == 1
