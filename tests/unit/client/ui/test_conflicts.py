"""Who overwrote whom, for those who look after the data."""

from __future__ import annotations

from pathlib import Path

from client import clashes
from client.replica import Replica
from client.ui.views.sync.twice import read_twice
from sync_protocol import clock
from sync_protocol.messages import Conflict, Write
from sync_protocol.records import Label, User, cells
from tests.unit.client.ui.harness import OFFICE, opened
from tests.unit.client.ui.near_server import NearServer
from tests.unit.client.ui.office import NOON_MS, Office, accept_all, open_office

HOUR_MS = 3_600_000


def write(value: object, user: str, hours_ago: int, sequence: int, cell: str = "title") -> Write:
    at = clock.at(NOON_MS - hours_ago * HOUR_MS)
    return Write(cell, cells.raw(value), at, 9, user, sequence)


def label_twice(office: Office) -> tuple[Label, Label]:
    """Two labels of one name, the second flagged as the server does it."""
    first = office.replica.create(Label(name="VIP"))
    office.time_ms += 60_000
    second = office.replica.create(Label(name="vip ", clash="name"))
    accept_all(office.replica)
    return first, second


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


async def test_a_name_that_two_took_is_told_with_both_until_one_is_renamed(
    admins_office: Office,
) -> None:
    replica = admins_office.replica
    first, second = label_twice(admins_office)
    async with opened(replica, "/conflicts", size=OFFICE) as screen:
        await screen.until_says("Taken twice (1)")
        await screen.until(lambda: not screen.says("Asking the server"))
        words = screen.words(screen.target(f"twice-label-{first.id}"))
        told = "2 labels have the same name. Rename one of them, or merge them."
        assert words[:2] == ["Label: VIP", told]
        assert words[2:4] == ["VIP", "Made first: Today, 14:00, Rita Berger"]
        assert words[4:6] == ["vip ", "Made later: Today, 14:01, Rita Berger"]
        assert not screen.says("No conflicts")
        await screen.tap(f"claim-{first.id}")
        await screen.until(lambda: screen.page.route == f"/labels/{first.id}")
        await screen.go("/conflicts")
        await screen.until_says("Taken twice (1)")
        replica.update(second, name="Very important", clash="")
        await screen.until(lambda: not screen.says("Taken twice"))
        await screen.until_says("No conflicts")


async def test_two_labels_of_one_name_can_be_merged_from_there(admins_office: Office) -> None:
    replica = admins_office.replica
    first, second = label_twice(admins_office)
    replica.put_label(admins_office[0], second.id)
    async with opened(replica, "/conflicts") as screen:
        await screen.until_says("Taken twice (1)")
        await screen.tap(f"merge-{second.id}")
        await screen.until_says("Merge vip  into VIP?")
        await screen.tap("answer-yes")
        await screen.until(lambda: screen.page.route == "/labels")
    assert [label.name for label in replica.labels_of(admins_office[0].id)] == [first.name]


async def test_what_is_taken_twice_is_told_offline_too(admins_office: Office) -> None:
    label_twice(admins_office)
    admins_office.server.up = False
    async with opened(admins_office.replica, "/conflicts") as screen:
        await screen.until_says("Taken twice (1)")
        await screen.until_says("Conflicts are kept by the server.")


async def test_a_rep_is_not_told_of_what_is_taken_twice(office: Office) -> None:
    label_twice(office)
    async with opened(office.replica, "/conflicts") as screen:
        await screen.until_says("Conflicts are shown to managers, the office and administrators.")
        assert not screen.says("Taken twice")


async def test_who_may_not_rename_what_is_taken_twice_is_led_to_its_past(tmp_path: Path) -> None:
    office = await open_office(tmp_path, role="manager", server=NearServer())
    _first, second = label_twice(office)
    async with opened(office.replica, "/conflicts") as screen:
        await screen.until_says("Ask an administrator to rename one.")
        assert not screen.has(f"merge-{second.id}")
        await screen.tap(f"claim-{second.id}")
        await screen.until(lambda: screen.page.route == f"/past/label/{second.id}")
    await office.replica.close()


async def test_whatever_can_be_taken_twice_has_a_name_and_a_page(admins_office: Office) -> None:
    replica = admins_office.replica
    for kind in clashes.of_kinds():
        with replica.changeset("Twice"):
            for clash in ("", "name"):
                replica.create(kind.struct(name="Same", clash=clash))  # type: ignore[call-arg]
    found = read_twice(replica)
    assert {twice.key.partition("-")[0] for twice in found} == {x.name for x in clashes.of_kinds()}
    for claim in (claim for twice in found for claim in twice.claims):
        assert not claim.route.startswith("/past/")


def test_a_rename_that_the_server_has_not_heard_of_ends_a_clash_at_once(
    admins_office: Office,
) -> None:
    first, _second = label_twice(admins_office)
    assert len(clashes.found(admins_office.replica)) == 1
    admins_office.replica.update(first, name="Very important")
    assert clashes.found(admins_office.replica) == []
