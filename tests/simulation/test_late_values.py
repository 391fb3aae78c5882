"""Which value stands on the record that goes on, where several wrote to what was merged into it."""

from __future__ import annotations

import asyncio

import pytest

from client.store import states
from sync_protocol.changes import Change, Changeset
from sync_protocol.messages import Hello, Push
from sync_protocol.records import Account, Activity, cells
from tests.simulation.doublets import Three, now, three, told
from tests.simulation.world import Phone, World, same

pytestmark = pytest.mark.everywhere


@pytest.fixture
def people(world: World) -> Three:
    return three(world)


def vehicles(phone: Phone, account: Account) -> dict[str, bytes]:
    """What a phone holds of a list that only a newer version knows."""
    state = states.read(phone.replica._connection, "account", account.id)
    assert state is not None
    return {cell: bytes(raw) for cell, raw in state.cells.items() if cell.startswith("vehicles.")}


def put_vehicle(phone: Phone, account: Account, text: str) -> None:
    """Write to that list, as the newer version does."""
    with phone.replica.changeset("Edit account"):
        phone.replica._add(Change("account", account.id, {"vehicles.1": cells.raw(text)}))


def test_of_a_changeset_that_names_a_record_twice_what_stands_is_carried(people: Three) -> None:
    a, b = people.made("A", "B")
    people.merge(people.olga, a, b)
    people.world.settle()
    device, link = people.rita.replica.device, people.rita.link
    number = asyncio.run(link.hello(Hello(device))).number + 1
    changes = tuple(Change("account", a.id, {"about": cells.raw(text)}) for text in ("zz", "aa"))
    twice = Changeset(device, number, people.world.office.clock.now_ms << 20, 0, changes)
    asyncio.run(link.push(Push(device, (twice,))))
    people.olga.sync()
    assert now(people.olga, a).about == now(people.olga, b).about != ""


@pytest.mark.parametrize("value", ["Abc", "Xyz"])
def test_of_two_late_edits_of_the_same_moment_the_same_stands_on_both(
    people: Three, value: str
) -> None:
    """The device decides on the merged record; both are carried by the same one, the server."""
    a, b = people.made("A", "B")
    people.merge(people.olga, a, b)
    people.olga.sync()
    first, second = sorted((people.rita, people.ben), key=lambda phone: phone.replica.device)
    first.replica.update(a, about="Mno")
    second.replica.update(a, about=value)
    first.sync()
    second.sync()
    people.world.settle()
    assert now(people.olga, a).about == now(people.olga, b).about == value
    assert [reason for reason, *_ in told(first)] == ["overwritten"]
    same(people.world)


def test_an_entry_of_a_newer_version_replaces_no_other_on_what_goes_on(people: Three) -> None:
    a, b = people.made("A", "B")
    for account, text in ((a, "of A"), (b, "of B")):
        put_vehicle(people.ben, account, text)
    people.world.settle()
    people.merge(people.olga, a, b)
    people.olga.sync()
    put_vehicle(people.rita, a, "of A, corrected")
    people.world.settle()
    assert list(vehicles(people.olga, b).values()) == [bytes(cells.raw("of B"))]
    assert list(vehicles(people.olga, a).values()) == [bytes(cells.raw("of A, corrected"))]
    same(people.world)


def test_an_entry_of_a_newer_version_is_carried_where_there_is_none(people: Three) -> None:
    a, b = people.made("A", "B")
    people.merge(people.olga, a, b)
    people.olga.sync()
    for text in ("of A", "of A, corrected"):
        put_vehicle(people.rita, a, text)
        people.world.settle()
        assert list(vehicles(people.olga, b).values()) == [bytes(cells.raw(text))]
    same(people.world)


def test_a_second_create_that_comes_late_is_carried(people: Three) -> None:
    """The same file was imported on two devices; one of them was offline."""
    (b,) = people.made("B")
    twin = imported(people.olga, b)
    people.world.wait(1_000)
    imported(people.ben, twin, about="Ben's")
    people.olga.sync()
    people.merge(people.olga, twin, b)
    people.olga.sync()
    people.world.settle()
    assert now(people.olga, twin).merged_into == b.id
    assert (now(people.olga, b).name, now(people.olga, b).about) == ("B", "Ben's")
    same(people.world)


def test_a_second_create_after_a_merge_undoes_it_and_takes_what_was_moved_back(
    people: Three,
) -> None:
    (b,) = people.made("B")
    twin = imported(people.olga, b)
    people.world.settle()
    visit = people.rita.replica.create(Activity(kind="visit", at=1, account_id=twin.id))
    people.rita.sync()
    people.merge(people.olga, twin, b)
    people.olga.sync()
    imported(people.ben, twin, about="Ben's")
    people.world.settle()
    assert now(people.olga, twin).merged_into == ""
    moved = people.olga.replica.get(Activity, visit.id)
    assert moved is not None
    assert moved.account_id == twin.id
    same(people.world)


def test_what_was_unseen_by_who_merges_into_another_is_carried_there(people: Three) -> None:
    """Olga, who has seen Rita's edit, merges A into B; Ben, who has not, into C, and wins."""
    a, b, c = people.made("A", "B", "C")
    people.rita.replica.update(a, about="Rita's")
    people.rita.sync()
    people.olga.sync()
    people.merge(people.olga, a, b)
    people.olga.sync()
    people.merge(people.ben, a, c)
    people.world.settle()
    assert now(people.olga, a).merged_into == c.id
    assert now(people.olga, c).about == "Rita's"
    same(people.world)


def test_a_late_edit_reaches_every_record_of_a_chain(people: Three) -> None:
    """So it is where it belongs when the later of the merges is undone."""
    a, b, c = people.made("A", "B", "C")
    people.merge(people.olga, a, b)
    act = people.merge(people.olga, b, c)
    people.rita.replica.update(a, about="Rita's")
    people.olga.sync()
    people.world.settle()
    assert now(people.olga, c).about == "Rita's"
    people.olga.replica.undo(act)
    people.world.settle()
    assert now(people.olga, a).merged_into == b.id
    assert now(people.olga, b).about == "Rita's"
    same(people.world)


@pytest.mark.parametrize("first", ["rita", "olga"])
def test_in_a_chain_the_later_writer_wins_whoever_syncs_first(people: Three, first: str) -> None:
    """Ben writes to B, Rita later to A; then A is merged into B, and B into C, which copies."""
    world, rita, ben, olga = people
    a, b, c = people.made("A", "B", "C")
    ben.replica.update(b, about="Ben's, early")
    ben.sync()
    olga.sync()
    world.wait(1_000)
    rita.replica.update(a, about="Rita's, later")
    world.wait(1_000)
    if first == "rita":
        rita.sync()
    people.merge(olga, a, b)
    people.merge(olga, b, c)
    olga.sync()
    world.settle()
    assert now(olga, c).about == "Rita's, later"
    assert [reason for reason, *_ in told(ben)] == ["overwritten"]
    assert told(olga) == told(rita) == []
    same(world)


def test_in_a_chain_a_late_edit_is_as_old_as_its_author_made_it(people: Three) -> None:
    """It corrects what was copied to B, after that; on C it meets what Ben wrote before that."""
    world, rita, ben, olga = people
    a, b, c = people.made("A", "B", "C")
    olga.replica.update(a, website="https://old.example")
    world.settle()
    rita.replica.update(a, website="https://rita.example")
    world.wait(1_000)
    ben.replica.update(c, website="https://ben.example")
    ben.sync()
    olga.sync()
    people.merge(olga, a, b)
    people.merge(olga, b, c)
    olga.sync()
    world.settle()
    assert now(olga, b).website == "https://rita.example"
    assert now(olga, c).website == "https://ben.example"
    same(world)


@pytest.mark.parametrize("first", ["rita", "ben"])
def test_of_late_edits_of_two_doublets_the_later_wins_whoever_syncs_first(
    people: Three, first: str
) -> None:
    """Three of a kind: A and D were merged into B; Rita wrote to A, and later Ben to D."""
    world, rita, ben, olga = people
    a, d = people.made("A", "D")
    rita.replica.update(a, about="Rita's, early")
    world.wait(1_000)
    ben.replica.update(d, about="Ben's, later")
    world.wait(1_000)
    b = olga.replica.create(Account(name="B", territory_id=world.territory.id))
    people.merge(olga, a, b)
    people.merge(olga, d, b)
    olga.sync()
    for phone in (rita, ben) if first == "rita" else (ben, rita):
        phone.sync()
    world.settle()
    assert now(olga, b).about == "Ben's, later"
    assert [reason for reason, *_ in told(rita)] == ["overwritten"]
    assert told(ben) == []
    same(world)


def test_what_a_late_merge_only_copies_takes_nothing_from_who_typed_it(people: Three) -> None:
    """Olga merges A into B; Rita, who does not know, merges A2 into A, which lacks a website."""
    world, rita, ben, olga = people
    a, b, other = people.made("A", "B", "A2")
    olga.replica.update(other, website="https://old.example", about="Of A2")
    ben.replica.update(b, website="https://ben.example")
    world.settle()
    people.merge(olga, a, b)
    olga.sync()
    people.merge(rita, other, a)
    world.settle()
    assert now(olga, a).merged_into == b.id
    assert (now(olga, b).website, now(olga, b).about) == ("https://ben.example", "Of A2")
    assert told(ben) == []
    same(world)


def imported(phone: Phone, like: Account, about: str = "") -> Account:
    """An account whose id comes from the file it is in, as each import of that makes it."""
    row = Account(
        id=f"{like.territory_id[:-1]}!",
        name="Imported",
        territory_id=like.territory_id,
        about=about,
    )
    return phone.replica.create(row)
