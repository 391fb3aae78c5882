"""Call, message, mail and navigate in one tap; and the offer to log on the return from a call."""

from __future__ import annotations

from types import SimpleNamespace
from typing import TYPE_CHECKING, Any

import flet as ft

from client import calling
from sync_protocol.records import Account, Address, Email, Phone, entries
from tests.unit.client.ui.harness import opened

if TYPE_CHECKING:
    from tests.unit.client.ui.harness import Screen
    from tests.unit.client.ui.office import Office

HOUR_MS = 3_600_000


def reachable(office: Office) -> Account:
    return office.replica.update(
        office[0],
        phones=entries(Phone("030 901820")),
        emails=entries(Email("ada@adler.example")),
        addresses=entries(Address(street="Marienplatz 1", town="M\u00fcnchen")),
    )


def opens(screen: Screen, name: str) -> str:
    (way,) = screen.all(ft.Container, within=screen.target(name), ink=True)
    action: Any = way.action
    return str(action.url)


async def come_back(screen: Screen) -> None:
    handler: Any = screen.page.on_app_lifecycle_state_change
    for state in (ft.AppLifecycleState.HIDE, ft.AppLifecycleState.SHOW):
        handler(SimpleNamespace(state=state))
    await screen.settle()


async def test_four_ways_to_a_customer_are_one_tap_each(office: Office) -> None:
    reachable(office)
    async with opened(office.replica, f"/accounts/{office[0].id}") as screen:
        await screen.until_target("call")
        ways = {name: opens(screen, name) for name in ("call", "message", "mail", "navigate")}
    assert ways["call"].startswith("tel:")
    assert ways["message"] == ways["call"].replace("tel:", "sms:")
    assert ways["mail"] == "mailto:ada@adler.example"
    assert "Marienplatz" in ways["navigate"]


async def test_whoever_comes_back_from_a_call_logs_it_with_two_taps(office: Office) -> None:
    reachable(office)
    async with opened(office.replica, f"/accounts/{office[0].id}") as screen:
        await screen.until_target("call")
        await screen.tap("call")
        before = screen.taps
        await come_back(screen)
        assert screen.bar().startswith("Back from calling Brauerei Adler?")
        await screen.undo()  # the bar's action: Log call
        await screen.until_target("call-outcome-0")
        await screen.tap("call-outcome-0")
        await screen.until_target("logged")
        assert screen.taps == before + 1  # and the one on the bar


async def test_a_call_is_offered_once_also_after_a_restart(office: Office) -> None:
    calling.begin(office.replica, "Ada Byrne", f"/new/contacts/{office.contact.id}/call")
    async with opened(office.replica, "/more") as screen:
        await screen.until(lambda: screen.bar().startswith("Back from calling Ada Byrne?"))
    assert calling.take(office.replica) is None


async def test_a_call_of_this_morning_is_not_offered_any_more(office: Office) -> None:
    calling.begin(office.replica, "Ada Byrne", "/new/contacts/x/call")
    office.time_ms += 3 * HOUR_MS
    assert calling.take(office.replica) is None


async def test_a_person_is_called_from_their_accounts_page_unless_they_do_not_want_it(
    office: Office,
) -> None:
    office.replica.update(office.contact, phones=entries(Phone("030 901820")))
    async with opened(office.replica, f"/accounts/{office[0].id}") as screen:
        name = f"call-{office.contact.id}"
        await screen.until_target(name)
        (button,) = screen.all(ft.IconButton, within=screen.target(name))
        action: Any = button.action
        assert action.url.startswith("tel:+")
        await screen.tap(name)
        assert screen.bar() == "Calling Ada Byrne"
        await come_back(screen)
        assert screen.bar() == "Back from calling Ada Byrne?"
        office.replica.update(office[0], channels={"phone": "blocked"})
        await screen.until(lambda: not screen.has(name))


async def test_a_note_is_a_field_that_a_device_can_dictate_into(office: Office) -> None:
    async with opened(office.replica, f"/new/accounts/{office[0].id}/note") as screen:
        (note,) = screen.all(ft.TextField)
        assert (note.multiline, note.autocorrect, note.enable_suggestions) == (True, True, True)
        assert note.capitalization is ft.TextCapitalization.SENTENCES
