"""What hangs beneath a record that was merged, what came late beneath it, and who hears of it."""

from __future__ import annotations

import pytest

from client import talk
from sync_protocol.records import Account, Activity, Notice, Territory
from tests.simulation.doublets import Three, now, three, told
from tests.simulation.world import Phone, World, same

pytestmark = pytest.mark.everywhere


@pytest.fixture
def people(world: World) -> Three:
    return three(world)


def visited(phone: Phone, account: Account) -> Activity:
    """A visit that somebody puts beneath an account."""
    return phone.replica.create(Activity(kind="visit", at=1, account_id=account.id))


def where(phone: Phone, visit: Activity) -> str:
    """The account that a visit is beneath."""
    found = phone.replica.get(Activity, visit.id)
    assert found is not None
    return found.account_id


def since(phone: Phone, before: list[Notice]) -> list[Notice]:
    """What a person was told beside what they had been told before."""
    return [notice for notice in phone.replica.find(Notice) if notice not in before]


def test_who_follows_a_merged_record_is_told_of_a_late_edit_once(people: Three) -> None:
    a, b = people.made("A", "B")
    talk.follow(people.ben.replica, "account", a.id)
    people.world.settle()
    people.merge(people.olga, a, b)
    people.olga.sync()
    people.ben.sync()
    before = people.ben.replica.find(Notice)
    people.rita.replica.update(a, about="Rita's")
    people.world.settle()
    after = since(people.ben, before)
    assert [(notice.reason, notice.record_id) for notice in after] == [("followed", b.id)]
    same(people.world)


def test_who_follows_the_one_that_goes_on_is_told_of_a_late_visit(people: Three) -> None:
    a, b = people.made("A", "B")
    talk.follow(people.ben.replica, "account", b.id)
    people.ben.sync()
    people.merge(people.olga, a, b)
    people.olga.sync()
    people.ben.sync()
    before = people.ben.replica.find(Notice)
    visit = visited(people.rita, a)
    people.world.settle()
    after = since(people.ben, before)
    assert [(notice.record_id, notice.under_id) for notice in after] == [(b.id, visit.id)]
    same(people.world)


def test_a_late_visit_stays_where_its_author_sees_it(people: Three) -> None:
    world, rita, olga = people.world, people.rita, people.olga
    elsewhere = Territory(id=world.office.id(), name="Elsewhere")
    secret = Account(id=world.office.id(), name="Secret Ltd", territory_id=elsewhere.id)
    world.office.add(elsewhere, secret)
    world.settle()
    people.merge(olga, world.shop, secret)
    olga.sync()
    visit = visited(rita, world.shop)
    world.settle()
    assert where(rita, visit) == world.shop.id
    olga.replica.delete(now(olga, secret))
    olga.sync()
    visited(rita, world.shop)
    world.settle()
    assert told(rita) == []
    same(world)


def test_who_merges_into_what_was_deleted_unseen_is_told(people: Three) -> None:
    a, b = people.made("A", "B")
    people.ben.replica.delete(b)
    people.ben.sync()
    people.merge(people.olga, a, b)
    people.world.settle()
    assert now(people.olga, a).merged_into == b.id
    assert now(people.olga, b).deleted
    assert told(people.olga) == [("hidden", b.id, b.id)]
    same(people.world)


def test_who_adds_late_to_what_goes_on_deleted_is_told(people: Three) -> None:
    a, b = people.made("A", "B")
    people.merge(people.olga, a, b)
    people.olga.replica.delete(now(people.olga, b))
    people.olga.sync()
    visit = visited(people.rita, a)
    people.world.settle()
    assert where(people.olga, visit) == b.id
    assert people.rita.replica.find(Activity) == []
    assert told(people.rita) == [("hidden", visit.id, b.id)]
    same(people.world)


def test_who_writes_late_to_a_deleted_record_is_not_told_where_it_shows(people: Three) -> None:
    """It shows on the record that goes on, and beneath that."""
    a, b = people.made("A", "B")
    people.merge(people.olga, a, b)
    people.olga.sync()
    people.ben.replica.delete(a)
    people.ben.sync()
    visit = visited(people.rita, a)
    people.rita.replica.update(a, about="Rita's")
    people.world.settle()
    assert where(people.rita, visit) == b.id
    assert now(people.rita, b).about == "Rita's"
    assert told(people.rita) == []
    same(people.world)


def test_who_merged_is_not_told_where_what_they_never_saw_was_moved_elsewhere(
    people: Three,
) -> None:
    """The server had moved it because of the merge: that was nobody's word."""
    a, b, d = people.made("A", "B", "D")
    visit = visited(people.rita, a)
    people.rita.sync()
    people.ben.sync()
    people.world.wait(1_000)
    people.ben.replica.update(visit, account_id=d.id)
    people.merge(people.olga, a, b)
    people.olga.sync()
    people.world.settle()
    assert where(people.olga, visit) == d.id
    assert told(people.olga) == told(people.rita) == []
    same(people.world)


def test_a_late_child_goes_along_to_where_a_second_merge_puts_its_record(people: Three) -> None:
    a, b, c = people.made("A", "B", "C")
    people.merge(people.olga, a, b)
    people.olga.sync()
    visit = visited(people.rita, a)
    people.rita.sync()
    people.merge(people.ben, a, c)
    people.world.settle()
    assert now(people.olga, a).merged_into == c.id
    assert where(people.olga, visit) == c.id
    same(people.world)


def test_a_late_child_goes_where_its_record_is_when_a_later_merge_is_undone(people: Three) -> None:
    a, b, c = people.made("A", "B", "C")
    people.merge(people.olga, a, b)
    act = people.merge(people.olga, b, c)
    visit = visited(people.rita, a)
    people.olga.sync()
    people.world.settle()
    assert where(people.olga, visit) == c.id
    people.olga.replica.undo(act)
    people.world.settle()
    assert now(people.olga, b).merged_into == ""
    assert now(people.olga, a).merged_into == b.id
    assert where(people.olga, visit) == b.id
    same(people.world)


def test_a_late_child_goes_back_when_the_first_merge_of_a_chain_is_undone(people: Three) -> None:
    a, b, c = people.made("A", "B", "C")
    act = people.merge(people.olga, a, b)
    people.merge(people.olga, b, c)
    visit = visited(people.rita, a)
    people.olga.sync()
    people.world.settle()
    people.olga.replica.undo(act)
    people.world.settle()
    assert now(people.olga, a).merged_into == ""
    assert where(people.olga, visit) == a.id
    same(people.world)


def test_a_late_child_follows_its_record_as_often_as_that_is_merged_and_taken_apart(
    people: Three,
) -> None:
    a, b = people.made("A", "B")
    act = people.merge(people.olga, a, b)
    visit = visited(people.rita, a)
    people.olga.sync()
    people.world.settle()
    for _ in range(2):
        people.olga.replica.undo(act)
        people.world.settle()
        assert where(people.olga, visit) == a.id
        people.olga.replica.redo(act)
        people.world.settle()
        assert where(people.olga, visit) == b.id
        act = people.olga.replica.last_act()
    same(people.world)


def test_undo_of_a_merge_takes_nothing_from_another_that_stands(people: Three) -> None:
    """A visit of A is moved to D; both were merged into B, and only A's merge is undone."""
    a, b, d = people.made("A", "B", "D")
    visit = visited(people.rita, a)
    people.rita.sync()
    people.world.wait(1_000)
    people.rita.replica.update(visit, account_id=d.id)
    act = people.merge(people.olga, a, b)
    people.merge(people.olga, d, b)
    people.olga.sync()
    people.world.settle()
    assert where(people.olga, visit) == b.id
    people.olga.replica.undo(act)
    people.world.settle()
    assert now(people.olga, d).merged_into == b.id
    assert where(people.olga, visit) == b.id
    same(people.world)


def test_what_the_server_moved_goes_no_further_back_than_who_undoes_may_write(
    people: Three,
) -> None:
    world, rita, ben, olga = people
    north, south = (
        Territory(id=world.office.id(), name=name, reps={rep.id: True})
        for name, rep in (("North", world.rita), ("South", world.ben))
    )
    world.office.add(north, south)
    world.settle()
    a, b, c = (
        olga.replica.create(Account(name=name, territory_id=place.id))
        for name, place in (("A", north), ("B", south), ("C", south))
    )
    world.settle()
    people.merge(olga, a, b)
    visit = visited(rita, a)
    for phone in (rita, olga, rita):
        phone.sync()
    world.settle()
    rita.replica.update(now(rita, a), merged_into="")
    world.settle()
    assert where(olga, visit) == b.id  # Rita may not write to B
    ben.replica.update(now(ben, b), merged_into=c.id)  # as a device that lacks the visit
    world.settle()
    assert where(olga, visit) == c.id
    ben.replica.undo()
    world.settle()
    assert where(olga, visit) == b.id
    same(world)
