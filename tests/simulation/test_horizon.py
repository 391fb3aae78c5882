"""Half a year later: what is let go, and what becomes of a device that was away for longer."""

from __future__ import annotations

import asyncio

import pytest

from server.domain.upkeep import DAY_MS, Done, Upkeep
from server.store.tables import changeset, history, log
from sync_protocol.errors import Resnapshot
from sync_protocol.messages import Cursor, Hello, Page, Pull, Push, Welcome
from sync_protocol.records import Account, Activity, Contact, Notice
from tests.simulation.world import Phone, World, same

pytestmark = pytest.mark.both_stores

HORIZON = 180


def upkeep(world: World) -> Done:
    return Upkeep(world.office.store, world.office.clock, horizon_days=HORIZON).run()


def days(world: World, count: int) -> None:
    world.wait(count * DAY_MS)


def counted(world: World) -> tuple[int, int, int]:
    with world.office.store.read() as connection:
        return tuple(  # type: ignore[return-value]
            len(connection.execute(table.select()).all()) for table in (log, history, changeset)
        )


@pytest.fixture
def pair(world: World) -> tuple[Phone, Phone]:
    rita, olga = world.phone(world.rita), world.phone(world.olga)
    rita.sync()
    rita.replica.create(Contact(name="Ada", account_id=world.shop.id))
    rita.replica.update(world.shop, about="One")
    rita.replica.update(world.shop, about="Two")
    world.settle()
    return rita, olga


def test_what_is_younger_than_the_horizon_stays(world: World, pair: tuple[Phone, Phone]) -> None:
    before = counted(world)
    days(world, HORIZON - 1)
    assert upkeep(world).removed == 0
    assert counted(world) == before
    same(world)


def test_the_log_and_the_history_end_at_the_horizon(
    world: World, pair: tuple[Phone, Phone]
) -> None:
    days(world, HORIZON + 1)
    upkeep(world)
    kept, past, taken = counted(world)
    assert (kept, past) == (0, 0)
    assert taken == 1
    world.settle()
    pair[0].replica.update(world.shop, about="Three")
    world.settle()
    assert pair[1].replica.find(Account)[0].about == "Three"
    same(world)


def test_a_deleted_record_is_removed_for_good_everywhere_with_what_hung_beneath(
    world: World, pair: tuple[Phone, Phone]
) -> None:
    rita, olga = pair
    contact = rita.replica.find(Contact)[0]
    rita.replica.create(Activity(kind="call", at=1, contact_id=contact.id))
    shared = rita.replica.create(
        Activity(kind="visit", at=2, contact_id=contact.id, account_id=world.shop.id)
    )
    rita.replica.delete(contact)
    world.settle()
    days(world, HORIZON + 1)
    assert upkeep(world).removed == 2
    world.settle()
    for phone in (rita, olga):
        assert phone.replica.get(Contact, contact.id) is None
        assert [found.id for found in phone.replica.find(Activity)] == [shared.id]
    same(world)


def test_what_hung_beneath_a_removed_record_goes_where_the_other_one_above_it_is(
    world: World, pair: tuple[Phone, Phone]
) -> None:
    rita, olga = pair
    north = world.office.territory(name="North")
    shop = olga.replica.create(Account(name="Shop in the north", territory_id=north.id))
    contact = olga.replica.find(Contact)[0]
    visit = olga.replica.create(
        Activity(kind="visit", at=1, account_id=shop.id, contact_id=contact.id)
    )
    olga.replica.delete(shop)
    world.settle()
    assert rita.replica.get(Activity, visit.id) is None
    days(world, HORIZON + 1)
    upkeep(world)
    world.settle()
    assert rita.replica.get(Activity, visit.id) is not None
    same(world)


def test_what_hung_beneath_two_records_goes_when_the_second_one_does(
    world: World, pair: tuple[Phone, Phone]
) -> None:
    _rita, olga = pair
    contact = olga.replica.find(Contact)[0]
    shop = olga.replica.create(Account(name="Another shop", territory_id=world.territory.id))
    visit = olga.replica.create(
        Activity(kind="visit", at=1, account_id=shop.id, contact_id=contact.id)
    )
    for going in (shop, contact):
        olga.replica.delete(going)
        world.settle()
        days(world, HORIZON + 1)
        upkeep(world)
        world.settle()
    assert olga.replica.get(Activity, visit.id) is None
    same(world)


def test_a_device_that_was_away_for_longer_gets_a_fresh_copy_and_keeps_its_edits(
    world: World, pair: tuple[Phone, Phone]
) -> None:
    rita, olga = pair
    contact = olga.replica.find(Contact)[0]
    rita.replica.update(world.shop, website="https://typed-long-ago.example")
    rita.replica.update(rita.replica.find(Contact)[0], title="Typed into what is gone")
    olga.replica.delete(contact)
    olga.sync()
    days(world, HORIZON + 1)
    upkeep(world)
    world.office.add(Contact(id=world.office.id(), name="New", account_id=world.shop.id))
    assert rita.sync().loaded > 0
    world.settle()
    assert olga.replica.find(Account)[0].website == "https://typed-long-ago.example"
    assert [found.name for found in rita.replica.find(Contact)] == ["New"]
    (problem,) = rita.replica.problems()
    assert problem.rejection.code == "gone"
    same(world)


def test_a_cursor_from_before_the_horizon_is_never_answered_with_no_changes(
    world: World, pair: tuple[Phone, Phone]
) -> None:
    rita, _olga = pair
    session = rita.link.session
    days(world, HORIZON + 1)
    upkeep(world)
    head = world.office.exchange.hello(session, Hello(session.device)).head
    stale = Cursor(head.epoch, 1, 0)
    with pytest.raises(Resnapshot):
        world.office.exchange.pull(session, Pull(session.device, stale, ("workspace",)))


def test_a_retry_from_before_the_horizon_is_not_applied_again(
    world: World, pair: tuple[Phone, Phone]
) -> None:
    rita, olga = pair
    rita.replica.update(world.shop, about="Sent, and the answer lost")
    rita.link.loses_answer = 1.0
    assert not rita.try_sync()
    rita.link.heal()
    rita.link.loses_request = 0.0
    push_only(rita)
    olga.sync()
    world.wait(1_000)
    olga.replica.update(olga.replica.find(Account)[0], about="Olga's")
    olga.sync()
    days(world, HORIZON + 1)
    upkeep(world)
    world.settle()
    assert rita.replica.find(Account)[0].about == "Olga's"
    same(world)


def test_who_was_overwritten_by_somebody_back_from_beyond_the_horizon_is_told(
    world: World, pair: tuple[Phone, Phone]
) -> None:
    rita, olga = pair
    olga.replica.update(world.shop, about="Olga's, that Rita has not seen")
    olga.sync()
    days(world, 1)
    rita.replica.update(world.shop, about="Rita's")
    days(world, HORIZON + 1)
    olga.replica.update(world.shop, website="https://corner-shop.example")
    olga.sync()
    upkeep(world)
    world.settle()
    (told,) = asyncio.run(olga.replica.conflicts()).conflicts
    assert (told.lost.cell, told.lost.user) == ("about", world.olga.id)
    assert [notice.reason for notice in olga.replica.find(Notice)] == ["overwritten"]
    assert olga.replica.find(Account)[0].about == "Rita's"
    same(world)


def test_what_was_unseen_by_who_merges_is_carried_though_history_has_let_go_of_it(
    world: World, pair: tuple[Phone, Phone]
) -> None:
    rita, olga = pair
    double = olga.replica.create(
        Account(name="Shop", source="Fair", territory_id=world.territory.id)
    )
    world.settle()
    rita.replica.update(double, about="Rita's, to what is merged", website="https://shop.example")
    rita.sync()
    days(world, 1)
    olga.replica.update(world.shop, website="https://corner-shop.example")
    olga.replica.merge(double, world.shop)
    days(world, HORIZON + 1)
    rita.replica.update(world.shop, industry="Food")
    rita.sync()
    upkeep(world)
    world.settle()
    shop = rita.replica.find(Account, id=world.shop.id)[0]
    assert (shop.about, shop.website) == (
        "Rita's, to what is merged",
        "https://corner-shop.example",
    )
    told = {(notice.record_id, notice.cells) for notice in rita.replica.find(Notice)}
    assert (world.shop.id, "website") in told
    same(world)


def test_who_made_a_record_a_second_time_is_told_by_who_is_back_from_beyond_the_horizon(
    world: World, pair: tuple[Phone, Phone]
) -> None:
    rita, olga = pair
    once = olga.replica.create(Contact(name="Made once, and seen", account_id=world.shop.id))
    world.settle()
    shop = rita.replica.create(Account(name="Imported", territory_id=world.territory.id))
    rita.sync()
    days(world, 1)
    olga.replica.create(
        Account(id=shop.id, name="Imported", about="Olga's", territory_id=world.territory.id)
    )
    olga.sync()
    days(world, 1)
    rita.replica.update(shop, about="Rita's")
    rita.replica.update(once, name="Rita's")
    days(world, HORIZON + 1)
    olga.replica.update(world.shop, website="https://corner-shop.example")
    olga.sync()
    upkeep(world)
    world.settle()
    assert olga.replica.find(Account, id=shop.id)[0].about == "Rita's"
    told = [(notice.record_id, notice.cells) for notice in olga.replica.find(Notice)]
    assert told == [(shop.id, "about")]
    same(world)


def test_who_is_back_from_beyond_the_horizon_is_told_that_what_they_add_is_hidden(
    world: World, pair: tuple[Phone, Phone]
) -> None:
    rita, olga = pair
    contact = olga.replica.find(Contact)[0]
    rita.replica.create(Activity(kind="call", at=1, contact_id=contact.id))
    olga.replica.delete(contact)
    olga.sync()
    days(world, HORIZON)
    olga.replica.update(contact, title="Written since, and so it is still there")
    olga.sync()
    days(world, 1)
    upkeep(world)
    world.settle()
    assert rita.replica.get(Contact, contact.id) is not None
    told = [(notice.reason, notice.by_id) for notice in rita.replica.find(Notice)]
    assert told == [("hidden", world.olga.id)]
    same(world)


def test_what_was_read_before_it_was_forgotten_is_overwritten_knowingly(
    world: World, pair: tuple[Phone, Phone]
) -> None:
    rita, olga = pair
    days(world, HORIZON + 1)
    rita.replica.update(world.shop, website="https://corner-shop.example")
    world.settle()
    upkeep(world)
    olga.replica.update(world.shop, about="Olga's")
    world.settle()
    assert rita.replica.find(Notice) == []
    assert asyncio.run(olga.replica.conflicts()).conflicts == ()


def test_the_author_of_what_was_carried_over_is_known_for_as_long_as_it_stands(
    world: World, pair: tuple[Phone, Phone]
) -> None:
    rita, olga = pair
    double = olga.replica.create(Account(name="Shop", territory_id=world.territory.id))
    world.settle()
    rita.replica.update(double, about="Rita's, to what was merged")
    olga.replica.merge(double, world.shop)
    olga.sync()
    world.settle()
    days(world, HORIZON + 1)
    rita.replica.update(world.shop, website="https://corner-shop.example")
    world.settle()
    upkeep(world)
    olga.replica.update(world.shop, about="Olga's")
    world.settle()
    past = asyncio.run(olga.replica.full_history(world.shop))
    carried = [write.user for write in past if write.value == "Rita's, to what was merged"]
    assert carried == [world.rita.id]
    days(world, HORIZON + 1)
    upkeep(world)
    assert counted(world)[1] == 0


def test_what_is_removed_for_good_where_nothing_is_young_needs_no_fresh_copy(
    world: World, pair: tuple[Phone, Phone]
) -> None:
    rita, olga = pair
    olga.replica.delete(olga.replica.find(Contact)[0])
    world.settle()
    days(world, HORIZON + 1)

    def now() -> int:
        world.wait(1)
        return world.office.clock.now_ms

    assert Upkeep(world.office.store, now, horizon_days=HORIZON).run().removed == 1
    rita.link.traffic.clear()
    rita.sync()
    assert [type(answer) for answer in rita.link.traffic] == [Welcome, Page]
    assert rita.replica.find(Contact, deleted=True) == []
    world.settle()
    same(world)


def push_only(phone: Phone) -> None:
    """Deliver what waits, and lose the answer."""
    waiting = tuple(phone.replica.pending())
    phone.link.office.exchange.push(phone.link.session, Push(phone.replica.device, waiting))
