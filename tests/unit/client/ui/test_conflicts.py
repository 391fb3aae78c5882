"""Who overwrote whom, for those who look after the data."""

from __future__ import annotations

from client.replica import Replica
from sync_protocol import clock
from sync_protocol.messages import Conflict, Write
from sync_protocol.records import User, cells
from tests.unit.client.ui.harness import OFFICE, opened
from tests.unit.client.ui.office import NOON_MS, Office, accept_all

HOUR_MS = 3_600_000


def write(value: object, user: str, hours_ago: int, sequence: int, cell: str = "title") -> Write:
    at = clock.at(NOON_MS - hours_ago * HOUR_MS)
    return Write(cell, cells.raw(value), at, 9, user, sequence)


def olga(replica: Replica) -> str:
    user = replica.create(User(name="Olga Ott", role="office"))
    accept_all(replica)
    return user.id


async def test_lost_and_standing_value_stand_side_by_side_and_lead_to_the_history(
    admins_office: Office,
) -> None:
    office = admins_office
    mine, hers = office.replica.user_id, olga(office.replica)
    lost, won = write("Buyer", mine, 3, 7), write("Head buyer", hers, 2, 8)
    office.server.conflicts = [Conflict("contact", office.contact.id, "Ada Byrne", lost, won)]
    async with opened(office.replica, "/conflicts", size=OFFICE) as screen:
        await screen.until_says("Ada Byrne - Title")
        words = screen.words()
        assert words[words.index("Lost") :][:3] == ["Lost", "Buyer", "Rita Berger, Today, 11:00"]
        assert words[words.index("Stands") :][:2] == ["Stands", "Head buyer"]
        assert screen.says("Olga Ott, Today, 12:00")
        (card,) = [x for x in screen.identifiers() if x.startswith("conflict-")]
        await screen.tap(card)
        await screen.until(
            lambda: screen.page.route == f"/contacts/{office.contact.id}/history?field=title"
        )


async def test_a_value_that_was_used_again_says_so(admins_office: Office) -> None:
    office = admins_office
    mine = office.replica.user_id
    lost, won = write("Buyer", mine, 3, 7), write("Buyer", mine, 1, 9)
    office.server.conflicts = [Conflict("contact", "gone", "Old Friend", lost, won)]
    async with opened(office.replica, "/conflicts") as screen:
        await screen.until_says("Old Friend - Title")
        assert screen.says("Lost, and used again")


async def test_more_come_page_by_page(admins_office: Office) -> None:
    office = admins_office
    office.server.conflicts = [
        Conflict("account", "x", f"Shop {n}", write("a", "u", 9 - n, n, "name"), None)
        for n in (5, 4, 3)
    ]
    async with opened(office.replica, "/conflicts") as screen:
        await screen.until_says("Shop 4 - Name")
        assert not screen.says("Shop 3")
        await screen.tap("earlier")
        await screen.until_says("Shop 3 - Name")
        assert screen.says("Shop 5 - Name")
        assert not screen.has("earlier")


async def test_without_conflicts_and_without_a_connection_it_says_so(
    admins_office: Office,
) -> None:
    async with opened(admins_office.replica, "/conflicts") as screen:
        await screen.until_says("No conflicts")
    admins_office.server.up = False
    async with opened(admins_office.replica, "/conflicts") as screen:
        await screen.until_says("Conflicts are kept by the server.")
        admins_office.server.up = True
        await screen.press("Try again")
        await screen.until_says("No conflicts")


async def test_a_rep_is_not_offered_conflicts(office: Office) -> None:
    async with opened(office.replica, "/more") as screen:
        assert screen.has("more-notices")
        assert not screen.has("more-conflicts")
        await screen.go("/conflicts")
        await screen.until_says("Conflicts are shown to managers, the office and administrators.")
