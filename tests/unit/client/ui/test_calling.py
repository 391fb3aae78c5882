"""Call, message, mail and navigate in one tap; and the offer to log on the return from a call."""

from __future__ import annotations

from types import SimpleNamespace
from typing import TYPE_CHECKING, Any

import flet as ft

from client import calling, fieldwork
from sync_protocol.records import Account, Address, Contact, Email, Phone, entries
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


async def test_from_todays_card_the_customer_is_called_and_the_call_logged_on_the_return(
    office: Office,
) -> None:
    office.replica.update(
        office[0], addresses=entries(Address(street="Marienplatz 1", town="M\u00fcnchen"))
    )
    office.replica.update(office.contact, phones=entries(Phone("030 901820")))
    fieldwork.plan(office.replica, fieldwork.About(office[0].id), office.now() + HOUR_MS)
    async with opened(office.replica) as screen:
        name = f"call-{office.contact.id}"
        await screen.until_target(name)
        (button,) = screen.all(ft.IconButton, within=screen.target(name))
        assert (spoken(button), button.height, button.width) == ("Call Ada Byrne", 48, 48)
        action: Any = button.action
        assert action.url.startswith("tel:+")
        (way,) = screen.all(ft.IconButton, within=screen.target(f"navigate-{office[0].id}"))
        assert spoken(way) == "Navigate to Brauerei Adler"
        await screen.tap(name)
        await come_back(screen)
        assert screen.bar() == "Back from calling Ada Byrne?"
        await screen.undo()  # the bar's action: Log call
        assert screen.page.route == f"/new/contacts/{office.contact.id}/call"


def spoken(button: ft.IconButton) -> str:
    icon: Any = button.icon
    return str(icon.semantics_label)


async def test_on_a_phone_a_call_is_one_tap_from_a_row_of_a_list(office: Office) -> None:
    replica = office.replica
    reachable(office)
    replica.create(Contact(name="Ida", account_id=office[1].id, phones=entries(Phone("030 99"))))
    async with opened(replica, "/accounts") as screen:
        await screen.until_target(f"call-{office[0].id}")
        (button,) = screen.all(ft.IconButton, tooltip="Call Brauerei Adler")
        assert str(button.action.url).startswith("tel:")  # type: ignore[union-attr]
        assert screen.says("Call Ida"), "where an account has no number it is its people's"
        assert not screen.has(f"call-{office[2].id}")
        await screen.event(button, "click")
        await screen.until(lambda: "Calling Brauerei Adler" in screen.bar())
        assert screen.page.route == "/accounts"
    async with opened(replica, "/accounts", (820.0, 1180.0)) as screen:
        await screen.until_target(f"row-{office[0].id}")
        assert not screen.has(f"call-{office[0].id}")


async def test_a_row_offers_no_call_to_who_does_not_want_any(office: Office) -> None:
    replica = office.replica
    ada = replica.update(office.contact, phones=entries(Phone("030 98")))
    async with opened(replica, "/contacts") as screen:
        await screen.until_target(f"call-{ada.id}")
        replica.update(ada, channels={"phone": "blocked"})
        await screen.until(lambda: not screen.has(f"call-{ada.id}"))


async def test_a_card_has_no_way_to_who_cannot_be_reached(office: Office) -> None:
    fieldwork.plan(office.replica, fieldwork.About(office[0].id), office.now() + HOUR_MS)
    async with opened(office.replica) as screen:
        await screen.until_says("Planned visits (1)")
        assert not [x for x in screen.identifiers() if x.startswith(("call-", "navigate-"))]


async def test_who_is_called_is_who_is_meant_then_the_account_then_its_people(
    office: Office,
) -> None:
    replica, adler = office.replica, office[0]
    ada = replica.update(office.contact, phones=entries(Phone("030 901820")))
    zoe = replica.create(Contact(name="Zoe", account_id=adler.id, phones=entries(Phone("11"))))

    def called(account: Account, *meant: str) -> str:
        found = calling.callees(replica, [account], meant).get(account.id)
        return found.name if found else ""

    assert called(office[1]) == ""
    assert called(adler) == "Ada Byrne"
    assert called(adler, zoe.id) == "Zoe"
    replica.update(ada, channels={"phone": "blocked"})
    assert called(adler) == "Zoe"
    adler = replica.update(adler, phones=entries(Phone("030 1")))
    assert called(adler) == "Brauerei Adler"
    assert called(adler, zoe.id) == "Zoe"
    adler = replica.update(adler, channels={"phone": "blocked"})
    assert called(adler) == ""


async def test_a_note_is_a_field_that_a_device_can_dictate_into(office: Office) -> None:
    async with opened(office.replica, f"/new/accounts/{office[0].id}/note") as screen:
        (note,) = screen.all(ft.TextField)
        assert (note.multiline, note.autocorrect, note.enable_suggestions) == (True, True, True)
        assert note.capitalization is ft.TextCapitalization.SENTENCES
