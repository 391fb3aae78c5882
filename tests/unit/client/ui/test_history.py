"""A record's past: who wrote what, what was lost, and every value one tap from being back."""

from __future__ import annotations

from typing import Any

from client.store import history, incoming
from client.store.states import UNTOLD, Placed
from sync_protocol import clock
from sync_protocol.changes import State
from sync_protocol.clock import Stamp
from sync_protocol.messages import Write
from sync_protocol.records import Account, Activity, Phone, User, cells, entries
from tests.unit.client.ui.harness import OFFICE, Screen, opened
from tests.unit.client.ui.office import NOON_MS, Office, accept_all

MINUTE_MS = 60_000
OURS, THEIRS = "https://ours.example", "https://theirs.example"


def reads(screen: Screen, *pieces: str) -> bool:
    """Whether these pieces of text follow each other."""
    words = screen.words()
    return any(words[at : at + len(pieces)] == list(pieces) for at in range(len(words)))


def lose_a_website(office: Office) -> None:
    """Ours was written over unseen."""
    replica = office.replica
    replica.update(office[0], website=OURS)
    (written,) = [x for x in replica.history(office[0]) if x.cell == "website"]
    accept_all(replica)
    office.time_ms += MINUTE_MS
    replica.update(office.found(Account, office[0].id), website=THEIRS)  # type: ignore[arg-type]
    with replica._database.transaction() as connection:
        at = Stamp(written.stamp.time, written.stamp.device)
        history.mark_lost(connection, "account", office[0].id, "website", at)
    office.time_ms += MINUTE_MS


def website(office: Office) -> str:
    found: Any = office.found(Account, office[0].id)
    return str(found.website)


async def test_a_lost_value_is_shown_and_restored_with_one_tap(office: Office) -> None:
    lose_a_website(office)
    async with opened(office.replica, f"/accounts/{office[0].id}/history") as screen:
        await screen.until_says("Not kept: somebody wrote later")
        assert reads(screen, "Website", THEIRS, f"before: {OURS}")
        await screen.tap("restore-value")
        assert screen.bar() == "Value restored"
    assert website(office) == OURS


async def test_a_role_is_told_as_it_is_called_elsewhere(admins_office: Office) -> None:
    replica = admins_office.replica
    user = replica.create(User(name="Uwe", role="rep"))
    admins_office.time_ms += MINUTE_MS
    replica.update(user, role="admin")
    async with opened(replica, f"/past/user/{user.id}") as screen:
        await screen.until(lambda: reads(screen, "Role", "Administrator", "before: Rep"))


async def test_any_value_that_does_not_stand_can_be_used_again(office: Office) -> None:
    replica = office.replica
    for name in ("Adler I", "Adler II", "Adler III"):
        replica.update(office.found(Account, office[0].id), name=name)
        office.time_ms += MINUTE_MS
    async with opened(replica, f"/accounts/{office[0].id}/history") as screen:
        await screen.until_says("Adler III")
        assert screen.identifiers().count("restore-value") == 2
        await screen.tap("restore-value")
        await screen.until(lambda: screen.says("Use this value again"))
    found: Any = office.found(Account, office[0].id)
    assert found.name == "Adler I"


async def test_only_what_was_lost_can_be_asked_for(office: Office) -> None:
    lose_a_website(office)
    async with opened(office.replica, f"/accounts/{office[0].id}/history", size=OFFICE) as screen:
        await screen.until_says("Created")
        await screen.tap("history-show-lost")
        await screen.until(lambda: not screen.says("Created"))
        assert reads(screen, "Website", OURS, "Not kept: somebody wrote later")
    async with opened(office.replica, f"/accounts/{office[1].id}/history") as screen:
        await screen.tap("history-show-lost")
        await screen.until_says("Nothing was lost")


async def test_an_address_may_name_the_field_to_show(office: Office) -> None:
    lose_a_website(office)
    route = f"/accounts/{office[0].id}/history?field=website"
    async with opened(office.replica, route) as screen:
        await screen.until_says(THEIRS)
        assert not screen.says("Created")
        await screen.tap("history-show-everything")
        await screen.until_says("Created")


async def test_history_names_labels_people_and_removed_entries(office: Office) -> None:
    replica = office.replica
    contact = replica.update(office.contact, phones=entries(Phone("0171 55", "mobile")))
    replica.update(contact, phones={}, account_id=office[1].id)
    replica.label(contact, "Prospect")
    async with opened(replica, f"/contacts/{contact.id}/history") as screen:
        await screen.until_says("Label Prospect added")
        assert reads(screen, "Phone", "0171 55, mobile")
        assert reads(screen, "Phone", "removed", "before: 0171 55, mobile")
        assert reads(screen, "Account", "Café Müller", "before: Brauerei Adler")
        assert reads(screen, "Rita Berger", "on this device")


async def test_a_record_without_a_page_has_a_history_too(office: Office) -> None:
    replica = office.replica
    call = replica.create(Activity(kind="call", at=office.now(), account_id=office[0].id))
    replica.update(call, note="Call back on Monday")
    async with opened(replica, f"/past/activity/{call.id}") as screen:
        await screen.until_says("History of Brauerei Adler")
        assert reads(screen, "Note", "Call back on Monday")


async def test_the_server_tells_what_this_device_does_not_know(admins_office: Office) -> None:
    office = admins_office
    at = clock.at(NOON_MS - 86_400_000)
    write = Write("about", cells.raw("Closed on Mondays"), at, 9, office.replica.user_id, 1)
    office.server.past = (write,)
    async with opened(office.replica, f"/accounts/{office[0].id}/history") as screen:
        assert not screen.says("Closed on Mondays")
        await screen.tap("full-history")
        await screen.until_says("Closed on Mondays")
        assert screen.says("This is all that the server keeps.")
        assert screen.says("Created")
        assert screen.says("Yesterday, 14:00")


async def test_offline_it_says_that_this_is_only_what_is_here(admins_office: Office) -> None:
    admins_office.server.up = False
    async with opened(admins_office.replica, f"/accounts/{admins_office[0].id}/history") as screen:
        await screen.tap("full-history")
        await screen.until_says("The server cannot be reached. This is what is on this device.")
        assert screen.says("Created")


async def test_a_field_of_which_nothing_is_here_is_asked_for_at_once(admins_office: Office) -> None:
    office = admins_office
    at = clock.at(NOON_MS - 86_400_000)
    lost = Write("about", cells.raw("Closed"), at, 9, office.replica.user_id, 1, lost=True)
    office.server.past = (lost,)
    async with opened(office.replica, f"/accounts/{office[0].id}/history?field=about") as screen:
        await screen.until_says("Not kept: somebody wrote later")
        await screen.tap("restore-value")
        await screen.until(lambda: screen.bar() == "Value restored")
    found: Any = office.found(Account, office[0].id)
    assert found.about == "Closed"


async def test_a_record_of_whose_past_nothing_is_here_is_asked_for_at_once(
    admins_office: Office,
) -> None:
    office, at = admins_office, clock.at(NOON_MS - 86_400_000)
    record_id = office.replica.new_id()
    state = State("account", record_id, Stamp(at, 9), cells.of_new(Account(name="Hotel Neu")))
    incoming.take_states(office.replica._database, [Placed(state, UNTOLD)], None)
    write = Write("about", cells.raw("Closed on Mondays"), at, 9, office.replica.user_id, 1)
    office.server.past = (write,)
    async with opened(office.replica, f"/accounts/{record_id}/history") as screen:
        await screen.until_says("Closed on Mondays")
