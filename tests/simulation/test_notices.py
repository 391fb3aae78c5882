"""Who lost something, or wrote beneath something deleted, is told: once, and only they."""

from __future__ import annotations

import pytest

from sync_protocol.records import Account, Activity, Contact, Notice
from tests.simulation.world import Phone, World, same

pytestmark = pytest.mark.everywhere


def pair(world: World) -> tuple[Phone, Phone]:
    rita, olga = world.phone(world.rita), world.phone(world.olga)
    rita.sync()
    rita.replica.create(Contact(name="Ada Byrne", account_id=world.shop.id))
    world.settle()
    return rita, olga


def ada(phone: Phone) -> Contact:
    return phone.replica.find(Contact, name="Ada Byrne")[0]


def test_the_author_of_a_value_that_lost_is_told_once_on_every_device(world: World) -> None:
    rita, olga = pair(world)
    tablet = world.phone(world.rita)
    world.settle()
    rita.replica.update(ada(rita), title="Rita's title", website="https://rita.example")
    world.wait(5_000)
    olga.replica.update(ada(olga), title="Olga's title")
    olga.sync()
    world.settle()
    for phone in (rita, tablet):
        (notice,) = phone.replica.find(Notice)
        assert (notice.reason, notice.record_id) == ("overwritten", ada(rita).id)
        assert (notice.title, notice.cells, notice.by_id) == ("Ada Byrne", "title", world.olga.id)
    assert olga.replica.find(Notice) == []
    tablet.replica.update(tablet.replica.find(Notice)[0], dismissed=True)
    world.settle()
    assert rita.replica.find(Notice, dismissed=False) == []
    same(world)


def test_who_is_overwritten_unseen_is_told_too(world: World) -> None:
    rita, olga = pair(world)
    olga.replica.update(ada(olga), title="Olga's title")
    olga.sync()
    world.wait(5_000)
    rita.replica.update(ada(rita), title="Rita's title")
    world.settle()
    assert [notice.by_id for notice in olga.replica.find(Notice)] == [world.rita.id]
    assert rita.replica.find(Notice) == []
    same(world)


def test_who_is_overwritten_by_a_text_begun_before_theirs_came_is_told(world: World) -> None:
    """Rita types on while Olga's text arrives beneath her hands, and saves what she has."""
    rita, olga = pair(world)
    begun = rita.replica.seen
    olga.replica.update(ada(olga), title="Olga's title", website="https://olga.example")
    world.settle()
    assert ada(rita).title == "Olga's title"
    with rita.replica.having_seen(begun):
        rita.replica.update(ada(rita), title="Rita's title")
    world.settle()
    (notice,) = olga.replica.find(Notice)
    assert (notice.cells, notice.by_id) == ("title", world.rita.id)
    assert rita.replica.find(Notice) == []
    for phone in (rita, olga):
        lost = [x for x in phone.replica.history(ada(phone)) if x.lost]
        assert [x.value for x in lost] == ["Olga's title"]
    same(world)


def test_who_loses_two_fields_one_after_the_other_is_told_of_both(world: World) -> None:
    """To two people, or twice to one: both fields were written at once."""
    rita, olga = pair(world)
    ben = world.phone(world.ben)
    world.settle()
    olga.replica.update(ada(olga), title="Olga's", website="https://olga.example", about="Olga's")
    olga.sync()
    world.wait(5_000)
    rita.replica.update(ada(rita), title="Rita's")
    rita.replica.update(ada(rita), about="Rita's")
    ben.replica.update(ada(ben), website="https://ben.example")
    world.settle()
    assert {(notice.by_id, notice.cells) for notice in olga.replica.find(Notice)} == {
        (world.rita.id, "title"),
        (world.rita.id, "about"),
        (world.ben.id, "website"),
    }
    assert rita.replica.find(Notice) == ben.replica.find(Notice) == []
    same(world)


def test_different_fields_and_equal_values_are_nobodys_loss(world: World) -> None:
    rita, olga = pair(world)
    rita.replica.update(ada(rita), title="Buyer", about="Rita's")
    olga.replica.update(ada(olga), title="Buyer", website="https://olga.example")
    world.settle()
    for phone in (rita, olga):
        assert phone.replica.find(Notice) == []
    same(world)


def test_a_late_visit_beneath_a_deleted_account_is_hidden_and_its_author_told(
    world: World,
) -> None:
    rita, olga = pair(world)
    olga.replica.delete(world.shop)
    olga.sync()
    rita.replica.create(Activity(kind="visit", at=1, account_id=world.shop.id))
    rita.replica.create(Activity(kind="call", at=2, contact_id=ada(rita).id))
    world.settle()
    assert rita.replica.find(Activity) == []
    (notice,) = rita.replica.find(Notice)
    assert (notice.reason, notice.under_id) == ("hidden", world.shop.id)
    assert notice.by_id == world.olga.id
    rita.replica.restore(world.shop)
    world.settle()
    for phone in (rita, olga):
        assert {activity.kind for activity in phone.replica.find(Activity)} == {"visit", "call"}
    same(world)


def test_an_edit_of_a_deleted_record_does_not_revive_it_and_can_be_had_back(world: World) -> None:
    rita, olga = pair(world)
    olga.replica.delete(ada(olga))
    olga.sync()
    rita.replica.update(ada(rita), title="Buyer")
    world.settle()
    assert rita.replica.find(Contact) == olga.replica.find(Contact) == []
    (notice,) = rita.replica.find(Notice)
    assert notice.reason == "hidden"
    gone = rita.replica.get(Contact, notice.under_id)
    assert gone is not None
    assert rita.replica.restore(gone).title == "Buyer"
    world.settle()
    assert ada(olga).title == "Buyer"
    same(world)


def test_who_deletes_and_goes_on_knowingly_is_told_nothing(world: World) -> None:
    rita, olga = pair(world)
    olga.replica.delete(world.shop)
    world.settle()
    contact = rita.replica.get(Contact, olga.replica.find(Contact, deleted=True)[0].id)
    assert contact is not None
    rita.replica.update(contact, title="Still here")
    olga.replica.update(contact, about="Mine")
    world.settle()
    assert rita.replica.find(Notice) == olga.replica.find(Notice) == []
    same(world)


def test_who_deleted_on_another_device_that_was_not_heard_of_is_told(world: World) -> None:
    rita, _olga = pair(world)
    tablet = world.phone(world.rita)
    world.settle()
    tablet.replica.delete(world.shop)
    tablet.sync()
    rita.replica.create(Activity(kind="visit", at=1, account_id=world.shop.id))
    world.settle()
    for phone in (rita, tablet):
        (notice,) = phone.replica.find(Notice)
        assert (notice.reason, notice.under_id) == ("hidden", world.shop.id)
    rita.replica.restore(world.shop)
    world.settle()
    assert [activity.kind for activity in tablet.replica.find(Activity)] == ["visit"]
    same(world)


def test_a_notice_reaches_nobody_else(world: World) -> None:
    rita, olga = pair(world)
    ben = world.phone(world.ben)
    rita.replica.update(ada(rita), title="Rita's")
    world.wait(5_000)
    olga.replica.update(ada(olga), title="Olga's")
    world.settle()
    assert ben.replica.find(Notice, deleted=True) == []
    assert rita.replica.count(Notice) == 1
    assert ben.replica.find(Account)
    same(world)
