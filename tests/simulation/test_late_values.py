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


def imported(phone: Phone, like: Account, about: str = "") -> Account:
    """An account whose id comes from the file it is in, as each import of that makes it."""
    row = Account(
        id=f"{like.territory_id[:-1]}!",
        name="Imported",
        territory_id=like.territory_id,
        about=about,
    )
    return phone.replica.create(row)
