"""Who is mentioned, follows, or is given something hears of it: once, if they may see it."""

from __future__ import annotations

import pytest

from client import talk
from sync_protocol.records import Account, Activity, Comment, Notice, Task
from tests.simulation.world import Phone, World, same

pytestmark = pytest.mark.everywhere


def trio(world: World) -> tuple[Phone, Phone, Phone]:
    phones = world.phone(world.rita), world.phone(world.olga), world.phone(world.ben)
    world.settle()
    return phones


def told(phone: Phone) -> list[tuple[str, str]]:
    return [(x.reason, x.record_id) for x in phone.replica.find(Notice, deleted=True)]


def test_who_is_mentioned_is_told_once_with_the_words(world: World) -> None:
    rita, olga, _ben = trio(world)
    comment = talk.post(
        rita.replica, "account", world.shop.id, f"@{world.olga.name} please call them"
    )
    world.settle()
    (notice,) = olga.replica.find(Notice)
    assert (notice.reason, notice.record_id) == ("mentioned", world.shop.id)
    assert (notice.under_id, notice.by_id) == (comment.id, world.rita.id)
    assert notice.text.endswith("please call them")
    assert told(rita) == []
    rita.replica.update(comment, text="Please call them soon")
    world.settle()
    assert olga.replica.count(Notice) == 1
    same(world)


def test_who_may_not_see_the_record_is_not_told(world: World) -> None:
    rita, olga, ben = trio(world)
    mine = rita.replica.create(Account(name="Private"))
    comment = Comment(
        record_kind="account", record_id=mine.id, text="x", at=1,
        mentions={world.olga.id: True, world.ben.id: True},
    )  # fmt: skip
    rita.replica.create(comment)
    rita.replica.create(Task(title="Theirs", account_id=mine.id, assignee_id=world.ben.id))
    world.settle()
    assert told(olga) == told(ben) == []
    same(world)


def test_who_follows_hears_of_what_others_write_and_not_of_their_own(world: World) -> None:
    rita, olga, _ben = trio(world)
    talk.follow(rita.replica, "account", world.shop.id)
    world.settle()
    olga.replica.create(Activity(kind="call", at=1, account_id=world.shop.id))
    world.settle()
    assert told(rita) == [("followed", world.shop.id)]
    rita.replica.update(rita.replica.find(Account, id=world.shop.id)[0], about="Mine")
    world.settle()
    assert len(told(rita)) == 1
    talk.follow(rita.replica, "account", world.shop.id, on=False)
    world.settle()
    olga.replica.create(Activity(kind="call", at=2, account_id=world.shop.id))
    world.settle()
    assert len(told(rita)) == 1
    same(world)


def test_an_act_is_told_once_by_its_strongest_reason(world: World) -> None:
    rita, olga, _ben = trio(world)
    talk.follow(rita.replica, "account", world.shop.id)
    world.settle()
    talk.post(olga.replica, "account", world.shop.id, f"@{world.rita.name} look")
    world.settle()
    assert told(rita) == [("mentioned", world.shop.id)]
    same(world)


def test_who_is_given_many_things_in_one_act_is_told_once(world: World) -> None:
    rita, olga, _ben = trio(world)
    with olga.replica.changeset("Give tasks"):
        for place in range(5):
            olga.replica.create(
                Task(title=f"{place}", account_id=world.shop.id, assignee_id=world.rita.id)
            )
    world.settle()
    assert [reason for reason, _id in told(rita)] == ["assigned"]
    assert told(olga) == []
    same(world)
