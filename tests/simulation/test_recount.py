"""A replica looks through its own rows, a slice in each round, while life goes on around it."""

from __future__ import annotations

import asyncio

import pytest
from sqlalchemy import update

from client.store import meta, recount, tables
from sync_protocol.messages import Audit
from sync_protocol.records import Account, Contact, Territory, kind_of
from tests.simulation.world import Phone, World, same

pytestmark = pytest.mark.everywhere
DAY_MS = 86_400_000
ROWS = 10
GARBAGE = b"\xc1\xc1garbage"


@pytest.fixture(autouse=True)
def small_slices(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(recount, "ROWS_AT_ONCE", ROWS // 2)
    monkeypatch.setattr(recount, "SLICE_ROWS", ROWS)


def filled(world: World) -> Phone:
    contacts = (
        Contact(id=world.office.id(), name=f"C{place}", account_id=world.shop.id)
        for place in range(60)
    )
    world.office.add(*contacts)
    rita = world.phone(world.rita)
    rita.sync()
    return rita


def garble(phone: Phone, contact_id: str, column: str) -> None:
    """Damage a row so that nobody can read it."""
    table = tables.of(kind_of(Contact))
    with phone.replica._database.transaction() as connection:
        connection.execute(update(table).where(table.c.id == contact_id).values({column: GARBAGE}))


def swept(phone: Phone) -> int | None:
    """When a sweep has come to its end."""
    return meta.read(phone.replica._database.connection, "swept_ms", int)


def audits(phone: Phone) -> list[object]:
    """The audits that are asked for from now on."""
    seen: list[object] = []
    audit = phone.link.audit

    async def listen(request: Audit) -> object:
        seen.append(request)
        return await audit(request)

    phone.link.audit = listen  # type: ignore[method-assign,assignment]
    return seen


def test_a_sweep_takes_a_slice_in_each_round_and_rests_for_a_day(world: World) -> None:
    rita = filled(world)
    rounds = 0
    while swept(rita) is None:
        rita.sync()
        rounds += 1
    assert 60 // ROWS <= rounds < 200 // ROWS
    first = swept(rita)
    world.wait(DAY_MS - 1)
    rita.sync()
    assert swept(rita) == first
    for _ in range(rounds + 1):  # the first slice was taken when all was here
        world.wait(10)
        rita.sync()
    assert swept(rita) != first


def test_what_is_written_during_a_sweep_does_not_mislead_it(world: World) -> None:
    rita, ben = filled(world), world.phone(world.ben)
    ben.sync()
    asked, place = audits(rita), 0
    while swept(rita) is None:
        world.wait(10)
        for name, phone in ((f"C{place}", rita), (f"C{59 - place}", ben)):
            for contact in phone.replica.find(Contact, name=name):
                phone.replica.update(contact, title=f"Title {place}")
        rita.replica.create(Contact(name="New", account_id=world.shop.id))
        ben.replica.create(Contact(name="New, too", account_id=world.shop.id))
        ben.replica.delete(ben.replica.find(Contact, name=f"C{25 + place}")[0])
        ben.sync()
        rita.sync()
        rita.replica.update(rita.replica.find(Contact, name=f"C{24 - place}")[0], title="Unsent")
        place += 1
    assert place > 3
    assert rita.replica.kept_digest() == rita.replica.digest()
    world.settle()
    assert asked == []
    same(world)


def test_what_leaves_and_comes_during_a_sweep_does_not_mislead_it(world: World) -> None:
    rita, boss = filled(world), world.phone(world.boss)
    boss.sync()
    north = Territory(id=world.office.id(), name="North")
    world.office.add(north)
    boss.sync()
    asked, rounds = audits(rita), 0
    while swept(rita) is None:
        territory = (north, world.territory)[rounds % 2]
        boss.replica.update(boss.replica.find(Account)[0], territory_id=territory.id)
        boss.sync()
        rita.sync()
        rounds += 1
        assert rounds < 40
    assert rounds > 3
    assert rita.replica.kept_digest() == rita.replica.digest()
    world.settle()
    assert asked == []
    same(world)


def test_a_row_damaged_behind_a_sweep_is_found_by_the_next(world: World) -> None:
    rita = filled(world)
    rita.sync()
    rita.sync()
    table = tables.of(kind_of(Contact))
    with rita.replica._database.transaction() as connection:
        first = rita.replica.ids(Contact, order_by="id", limit=1)[0]
        connection.execute(update(table).where(table.c.id == first).values(title="Wrong"))
    while swept(rita) is None:
        rita.sync()
    world.wait(DAY_MS)
    asked = audits(rita)
    while not asked:
        rita.sync()
    assert rita.replica.find(Contact, title="Wrong") == []
    same(world)


@pytest.mark.parametrize("column", ["stamps", "extra", "phones"])
def test_a_row_that_cannot_be_read_is_found_and_what_the_server_says_takes_its_place(
    world: World, column: str
) -> None:
    rita = filled(world)
    (whole,) = rita.replica.find(Contact, name="C5")
    world.wait(DAY_MS)
    garble(rita, whole.id, column)
    assert [contact.id for contact in rita.replica.find(Contact, name="C5")] == [whole.id]
    asked = audits(rita)
    while not asked:
        rita.sync()
    assert rita.replica.get(Contact, whole.id) == whole
    same(world)


@pytest.mark.parametrize("column", ["stamps", "phones"])
def test_what_is_typed_around_damage_to_its_row_is_kept(world: World, column: str) -> None:
    rita, ben = filled(world), world.phone(world.ben)
    ben.sync()
    (whole,) = rita.replica.find(Contact, name="C5")
    rita.replica.update(whole, title="Typed before")
    garble(rita, whole.id, column)
    rita.replica.update(whole, website="https://typed-after.example")
    ben.replica.update(whole, about="Ben's")
    ben.sync()
    world.wait(DAY_MS)
    world.settle()
    for phone in (rita, ben):
        found = phone.replica.get(Contact, whole.id)
        assert found is not None
        assert (found.name, found.title, found.website, found.about) == (
            "C5", "Typed before", "https://typed-after.example", "Ben's",
        )  # fmt: skip
    same(world)


def test_a_change_of_a_row_that_cannot_be_read_comes_in_and_stands(world: World) -> None:
    rita, ben = filled(world), world.phone(world.ben)
    ben.sync()
    (whole,) = rita.replica.find(Contact, name="C5")
    garble(rita, whole.id, "stamps")
    ben.replica.update(whole, about="Ben's")
    ben.sync()
    world.settle()
    found = rita.replica.get(Contact, whole.id)
    assert found is not None
    assert (found.name, found.about) == ("C5", "Ben's")
    same(world)


def test_what_the_server_had_said_beneath_a_waiting_edit_and_cannot_be_read_comes_anew(
    world: World,
) -> None:
    rita = filled(world)
    (whole,) = rita.replica.find(Contact, name="C5")
    rita.replica.update(whole, title="Typed")
    with rita.replica._database.transaction() as connection:
        connection.execute(update(tables.confirmed).values(state=GARBAGE))
    world.wait(DAY_MS)
    world.settle()
    found = rita.replica.get(Contact, whole.id)
    assert found is not None
    assert (found.name, found.title) == ("C5", "Typed")
    same(world)


def test_a_sweep_that_was_cut_off_goes_on_after_a_restart(world: World) -> None:
    rita = filled(world)
    rita.sync()
    before = meta.read(rita.replica._database.connection, recount.SWEEP, recount.Sweep)
    asyncio.run(rita.restart(world))
    rita.sync()
    after = meta.read(rita.replica._database.connection, recount.SWEEP, recount.Sweep)
    assert before is not None
    assert after is not None
    assert after.has_passed(before.kind, before.id)
    assert not before.has_passed(after.kind, after.id)
