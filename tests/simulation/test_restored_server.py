"""A server that comes back from a backup: it is given what it lost, and nobody is stuck."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import NoReturn

import msgspec
import pytest

from client.errors import Wiped
from server.domain.upkeep import DAY_MS
from sync_protocol.changes import Change
from sync_protocol.errors import Gap, Unreachable
from sync_protocol.messages import (
    Hello,
    Page,
    Pull,
    Push,
    Snapshot,
    States,
    Verdicts,
    Welcome,
)
from sync_protocol.records import Account, Contact, Notice, Territory, cells
from tests.simulation.backups import backed_up
from tests.simulation.world import Phone, World, before_next, command, recorded, same

pytestmark = pytest.mark.both_stores


def test_a_refused_number_that_the_backup_lacks_does_not_stop_the_rest(world: World) -> None:
    rita = world.phone(world.rita)
    rita.sync()
    restore = backed_up(world)
    rita.replica.create(Contact(name="Ada", account_id=world.shop.id))
    refuse_one(rita)
    refuse_one(rita)
    rita.replica.create(Contact(name="Ben", account_id=world.shop.id))
    rita.sync()
    rita.replica.discard(rita.replica.problems()[0])
    restore()
    world.settle()
    assert rita.replica.count(Contact) == 2
    assert len(rita.replica.problems()) == 1
    same(world)


def test_a_value_that_only_a_lost_device_had_written_is_gone_everywhere(world: World) -> None:
    rita, olga = world.phone(world.rita), world.phone(world.olga)
    world.settle()
    restore = backed_up(world)
    olga.replica.update(olga.replica.find(Account)[0], about="After the backup")
    world.settle()
    restore()
    world.phones.remove(olga)
    world.settle()
    assert rita.replica.find(Account)[0].about == ""
    same(world)
    world.phones.append(olga)


def test_what_reached_a_restored_server_late_and_was_refused_there_is_told_as_refused(
    world: World,
) -> None:
    rita, admin = world.phone(world.rita), world.phone(world.boss)
    world.settle()
    restore = backed_up(world)
    rita.replica.create(Contact(name="Ada", account_id=world.shop.id))
    sent = recorded(rita, "push")
    rita.sync()
    restore()
    admin.replica.update(admin.replica.get(Territory, world.territory.id), reps={})  # type: ignore[arg-type]
    admin.sync()
    late = of_an_older_version(sent[0])
    world.office.exchange.push(rita.link.session, late)  # a proxy had held it back
    rita.sync()
    assert [problem.rejection.code for problem in rita.replica.problems()] == ["gone"]
    world.settle()
    same(world)


def test_a_clock_that_jumps_in_the_middle_of_a_round_makes_a_device_forget_nothing(
    world: World,
) -> None:
    rita = world.phone(world.rita)
    world.settle()
    restore = backed_up(world)
    rita.replica.create(Contact(name="Ada", account_id=world.shop.id))
    pull = rita.link.pull

    async def a_year_later(request: Pull) -> Page:
        rita.offset_ms = 365 * DAY_MS
        return await pull(request)

    rita.link.pull = a_year_later  # type: ignore[method-assign]
    rita.sync()
    rita.offset_ms, rita.link.pull = 0, pull  # type: ignore[method-assign]
    restore()
    world.settle()
    assert [contact.name for contact in rita.replica.find(Contact)] == ["Ada"]
    same(world)


def test_an_edit_of_a_record_the_backup_lacks_is_refused_and_the_record_goes(world: World) -> None:
    rita, olga = world.phone(world.rita), world.phone(world.olga)
    world.settle()
    restore = backed_up(world)
    made = olga.replica.create(Contact(name="Ada", account_id=world.shop.id))
    world.settle()
    restore()
    world.phones.remove(olga)
    snapshot = rita.link.snapshot

    async def edit_meanwhile(request: Snapshot) -> States:
        rita.link.snapshot = snapshot  # type: ignore[method-assign]
        rita.replica.update(made, title="Buyer")
        return await snapshot(request)

    rita.link.snapshot = edit_meanwhile  # type: ignore[method-assign]
    world.settle()
    assert rita.replica.get(Contact, made.id) is None
    assert len(rita.replica.problems()) == 1
    same(world)
    world.phones.append(olga)


def test_a_restored_server_is_given_back_what_its_backup_lacked(world: World) -> None:
    rita, olga = world.phone(world.rita), world.phone(world.olga)
    world.settle()
    restore = backed_up(world)
    rita.replica.update(rita.replica.find(Account)[0], about="After the backup")
    world.settle()
    restore()
    world.settle()
    for phone in (rita, olga):
        assert phone.replica.find(Account)[0].about == "After the backup"
    same(world)


def test_a_fresh_copy_can_be_asked_for_though_the_backup_counts_fewer_of_them(
    world: World,
) -> None:
    rita = world.phone(world.rita)
    rita.sync()
    restore = backed_up(world)
    command(world, rita, "resync")
    world.settle()
    restore()
    world.settle()
    command(world, rita, "resync")
    assert rita.sync().loaded > 0
    assert rita.sync().loaded == 0
    same(world)


def test_nobody_is_held_to_have_seen_what_a_restored_server_took_meanwhile(world: World) -> None:
    rita, ben, olga = (world.phone(user) for user in (world.rita, world.ben, world.olga))
    lost = world.phone(world.boss)
    world.settle()
    restore = backed_up(world)
    lead_on(world, lost)
    world.settle()
    restore()
    world.phones.remove(lost)
    ben.sync()
    ben.replica.update(world.shop, about="Ben's")
    ben.sync()
    world.wait(5_000)
    rita.replica.update(world.shop, about="Rita's")
    world.settle()
    found = asyncio.run(olga.replica.conflicts()).conflicts
    assert [(told.lost.cell, told.lost.user) for told in found] == [("about", world.ben.id)]
    same(world)
    world.phones.append(lost)


def test_who_is_overwritten_by_a_text_begun_before_a_restore_is_told(world: World) -> None:
    rita, ben = world.phone(world.rita), world.phone(world.ben)
    world.settle()
    restore = backed_up(world)
    lead_on(world, rita)
    begun = rita.replica.seen
    restore()
    ben.sync()
    ben.replica.update(world.shop, about="Ben's")
    ben.sync()
    world.settle()
    with rita.replica.having_seen(begun):
        rita.replica.update(rita.replica.find(Account)[0], about="Rita's")
    world.settle()
    assert [notice.reason for notice in ben.replica.find(Notice)] == ["overwritten"]
    assert ben.replica.find(Account)[0].about == "Rita's"
    same(world)


def test_a_text_begun_after_a_restore_has_seen_what_had_come_since(world: World) -> None:
    rita, ben = world.phone(world.rita), world.phone(world.ben)
    world.settle()
    restore = backed_up(world)
    lead_on(world, rita)
    restore()
    ben.sync()
    ben.replica.update(world.shop, about="Ben's")
    ben.sync()
    world.settle()
    with rita.replica.having_seen(rita.replica.seen):
        rita.replica.update(rita.replica.find(Account)[0], about="Rita's")
    world.settle()
    assert ben.replica.find(Notice) == []
    same(world)


def test_what_is_overwritten_knowingly_after_a_restore_is_not_told_as_lost(world: World) -> None:
    rita, olga, ben = (world.phone(user) for user in (world.rita, world.olga, world.ben))
    lost = world.phone(world.boss)
    world.settle()
    restore = backed_up(world)
    lead_on(world, lost)
    olga.replica.update(world.shop, about="Olga's")
    world.settle()
    restore()
    world.phones.remove(lost)
    for phone in (olga, ben, rita):
        phone.sync()
    ben.replica.update(world.shop, about="Ben's")
    ben.sync()
    world.settle()
    past = {write.value: write.lost for write in rita.replica.history(world.shop)}
    assert past["Olga's"] is False
    same(world)
    world.phones.append(lost)


def test_an_edit_that_a_restored_server_lost_is_shown_while_it_waits_again(world: World) -> None:
    rita = world.phone(world.rita)
    rita.sync()
    restore = backed_up(world)
    rita.replica.update(rita.replica.find(Account)[0], about="Accepted, then lost")
    push = rita.link.push

    async def restored_after(request: Push) -> Verdicts:
        rita.link.push = fails  # type: ignore[method-assign]
        answer = await push(request)
        restore()
        return answer

    rita.link.push = restored_after  # type: ignore[method-assign]
    assert not rita.try_sync()
    assert len(rita.replica.pending()) == 1
    assert rita.replica.find(Account)[0].about == "Accepted, then lost"
    rita.link.push = push  # type: ignore[method-assign]
    world.settle()
    assert rita.replica.find(Account)[0].about == "Accepted, then lost"
    same(world)


def test_what_had_left_stays_away_though_a_restored_server_is_asked_what_became_of_it(
    world: World,
) -> None:
    north = Territory(id=world.office.id(), name="North")
    world.office.add(north)
    rita, admin = world.phone(world.rita), world.phone(world.boss)
    world.settle()
    made = rita.replica.create(Contact(name="Ada", account_id=world.shop.id))
    rita.sync()
    rita.replica.update(made, title="Buyer")
    rita.sync()
    admin.sync()
    admin.replica.update(world.shop, territory_id=north.id)
    world.settle()
    assert rita.replica.find(Contact) == []
    loads_from_a_backup(world, rita)
    rita.sync()
    assert rita.replica.find(Contact) == []
    world.settle()
    same(world)


def test_an_old_answer_does_not_say_where_a_record_is_now(world: World) -> None:
    north = Territory(id=world.office.id(), name="North", reps={world.rita.id: True})
    world.office.add(north)
    rita, admin = world.phone(world.rita), world.phone(world.boss)
    world.settle()
    rita.replica.create(Contact(name="Ada", account_id=world.shop.id))
    world.settle()
    admin.replica.update(world.shop, territory_id=north.id)
    world.settle()
    loads_from_a_backup(world, rita)
    rita.sync()
    admin.replica.update(admin.replica.get(Territory, world.territory.id), reps={})  # type: ignore[arg-type]
    admin.sync()
    rita.sync()
    assert len(rita.replica.find(Contact)) == 1
    world.settle()
    same(world)


def test_what_a_restored_server_took_under_a_number_of_the_log_s_past_is_on_the_screen(
    world: World,
) -> None:
    rita, olga = world.phone(world.rita), world.phone(world.olga)
    world.settle()
    restore = backed_up(world)
    olga.replica.update(world.shop, about="One")
    olga.replica.update(world.shop, about="Two")
    world.settle()
    rita.replica.create(Contact(name="Ada", account_id=world.shop.id))
    push = rita.link.push

    async def restored_before(request: Push) -> Verdicts:
        restore()
        return await push(of_an_older_version(request))

    async def cut(_request: Pull) -> Page:
        raise Unreachable("The line is cut.")

    pull = rita.link.pull
    rita.link.push, rita.link.pull = restored_before, cut  # type: ignore[method-assign]
    assert not rita.try_sync()
    assert rita.replica.pending() == []
    assert len(rita.replica.find(Contact)) == 1
    rita.link.push, rita.link.pull = push, pull  # type: ignore[method-assign]
    world.settle()
    assert len(rita.replica.find(Contact)) == 1
    same(world)


@pytest.mark.parametrize("is_edited_again", [False, True])
def test_what_two_lives_of_a_server_took_one_after_the_other_is_counted_as_it_is(
    world: World, is_edited_again: bool
) -> None:
    rita, olga = world.phone(world.rita), world.phone(world.olga)
    world.settle()
    restore = backed_up(world)
    olga.replica.update(world.shop, about="One")
    world.settle()
    made = rita.replica.create(Contact(name="Ada", account_id=world.shop.id))
    rita.replica.update(made, title="Buyer")
    rita.link.loses_next = {Push}
    assert not rita.try_sync()
    if is_edited_again:
        rita.replica.update(made, about="Likes tea")
    hello, pull = rita.link.hello, rita.link.pull

    async def restored_after(request: Hello) -> Welcome:
        rita.link.hello = hello  # type: ignore[method-assign]
        said = await hello(request)
        restore()
        return said

    async def cut(_request: Pull) -> Page:
        raise Unreachable("The line is cut.")

    push = rita.link.push
    rita.link.push = lambda request: push(of_an_older_version(request))  # type: ignore[method-assign]
    rita.link.hello, rita.link.pull = restored_after, cut  # type: ignore[method-assign]
    assert not rita.try_sync()
    assert rita.replica.kept_digest() == rita.replica.digest()
    rita.link.pull = pull  # type: ignore[method-assign]
    world.settle()
    (found,) = rita.replica.find(Contact)
    assert (found.name, found.title) == ("Ada", "Buyer")
    assert (found.about == "Likes tea") == is_edited_again
    assert rita.replica.kept_digest() == rita.replica.digest()
    same(world)


def test_what_was_refused_is_not_taken_late_by_a_restored_server(world: World) -> None:
    rita, admin = world.phone(world.rita), world.phone(world.boss)
    world.settle()
    restore = backed_up(world)
    admin.replica.update(admin.replica.get(Territory, world.territory.id), reps={})  # type: ignore[arg-type]
    admin.sync()
    rita.replica.create(Contact(name="Ada", account_id=world.shop.id))
    sent = recorded(rita, "push")
    rita.sync()
    assert [problem.rejection.code for problem in rita.replica.problems()] == ["gone"]
    restore()
    with pytest.raises(Gap):
        world.office.exchange.push(rita.link.session, sent[0])  # a proxy had sent it twice
    world.settle()
    assert len(rita.replica.problems()) == 1
    assert admin.replica.find(Contact) == []
    same(world)


def test_what_is_sent_while_a_server_is_restored_arrives_in_its_new_life(world: World) -> None:
    rita = world.phone(world.rita)
    world.settle()
    restore = backed_up(world)
    rita.replica.create(Contact(name="Ada", account_id=world.shop.id))
    sent = recorded(rita, "push")
    before_next(rita, "push", restore)
    rita.sync()
    assert [request.changesets for request in sent[1:]] == [sent[0].changesets]
    assert sent[0].epoch != sent[1].epoch
    assert rita.replica.pending() == []
    assert [contact.name for contact in rita.replica.find(Contact)] == ["Ada"]
    same(world)


@pytest.mark.parametrize("is_answered", [False, True])
def test_who_is_overwritten_by_what_was_sent_before_a_restore_and_taken_after_it_is_told(
    world: World, is_answered: bool
) -> None:
    rita, ben, restore = rita_overwrites_ben(world)
    hello, push = rita.link.hello, rita.link.push

    async def cut(_request: object) -> NoReturn:
        raise Unreachable("The line is cut.")

    async def restored_before(request: Push) -> Verdicts:
        restore()
        rita.link.hello = cut  # type: ignore[method-assign]
        if not is_answered:
            await cut(request)
        return await push(request)

    rita.link.push = restored_before  # type: ignore[method-assign]
    assert not rita.try_sync()
    rita.link.hello, rita.link.push = hello, push  # type: ignore[method-assign]
    ben.sync()
    world.settle()
    assert ben.replica.find(Account)[0].about == "Rita's"
    assert [notice.reason for notice in ben.replica.find(Notice)] == ["overwritten"]
    same(world)


def test_a_copy_that_gets_its_new_id_from_a_restored_server_gives_it_back_what_it_lost(
    world: World,
) -> None:
    rita, olga = world.phone(world.rita), world.phone(world.olga)
    world.settle()
    restore = backed_up(world)
    rita.replica.create(Contact(name="Ada", account_id=world.shop.id))
    rita.sync()
    copy = world.copied(rita)
    rita.replica.create(Contact(name="Ben", account_id=world.shop.id))
    rita.sync()
    world.phones.remove(rita)
    copy.replica.create(Contact(name="Cleo", account_id=world.shop.id))
    before_next(copy, "rekey", restore)
    world.settle()
    assert {contact.name for contact in olga.replica.find(Contact)} == {"Ada", "Cleo"}
    same(world)


@pytest.mark.parametrize("is_told_meanwhile", [False, True])
def test_a_device_to_be_wiped_gives_a_restored_server_back_what_it_lost(
    world: World, is_told_meanwhile: bool
) -> None:
    rita, olga = world.phone(world.rita), world.phone(world.olga)
    world.settle()
    restore = backed_up(world)
    rita.replica.update(world.shop, about="Taken, and lost")
    rita.sync()

    def is_restored_and_told() -> None:
        restore()
        command(world, rita, "rescue")

    if is_told_meanwhile:
        rita.replica.update(world.shop, website="https://waits.example")
        before_next(rita, "push", is_restored_and_told)
    else:
        is_restored_and_told()
    with pytest.raises(Wiped):
        rita.sync()
    world.phones.remove(rita)
    world.settle()
    shop = olga.replica.find(Account)[0]
    assert shop.about == "Taken, and lost"
    assert (shop.website == "https://waits.example") == is_told_meanwhile
    same(world)


def test_a_device_to_be_wiped_whose_numbers_a_copy_took_at_a_restored_server_hands_in_all(
    world: World,
) -> None:
    rita, olga = world.phone(world.rita), world.phone(world.olga)
    world.settle()
    restore = backed_up(world)
    copy = world.copied(rita)
    rita.replica.create(Contact(name="Ada", account_id=world.shop.id))
    rita.sync()
    restore()
    copy.replica.create(Contact(name="Ben", account_id=world.shop.id))
    copy.sync()
    command(world, rita, "rescue")
    for phone in (rita, copy):
        with pytest.raises(Wiped):
            phone.sync()
        world.phones.remove(phone)
    world.settle()
    assert {contact.name for contact in olga.replica.find(Contact)} == {"Ada", "Ben"}
    same(world)


def test_who_is_overwritten_unseen_by_what_is_handed_in_after_a_restore_is_told(
    world: World,
) -> None:
    rita, ben, restore = rita_overwrites_ben(world)
    restore()
    ben.sync()
    command(world, rita, "rescue")
    with pytest.raises(Wiped):
        rita.sync()
    world.phones.remove(rita)
    world.settle()
    assert [notice.reason for notice in ben.replica.find(Notice)] == ["overwritten"]
    same(world)


def rita_overwrites_ben(world: World) -> tuple[Phone, Phone, Callable[[], None]]:
    """Neither has heard of the other's edit; she has read far beyond the backup."""
    rita, ben, lost = world.phone(world.rita), world.phone(world.ben), world.phone(world.boss)
    world.settle()
    restore = backed_up(world)
    lead_on(world, lost)
    world.phones.remove(lost)
    rita.sync()
    ben.replica.update(world.shop, about="Ben's")
    world.wait(10_000)
    rita.replica.update(world.shop, about="Rita's")
    return rita, ben, restore


def of_an_older_version(request: Push) -> Push:
    """As it was sent, or looked at, before a push named the life of the server it is for."""
    return msgspec.structs.replace(request, epoch="")


def loads_from_a_backup(world: World, phone: Phone) -> None:
    """A phone fetches everything anew, and meanwhile the server comes back from a backup."""
    before_next(phone, "snapshot", backed_up(world))
    command(world, phone, "resync")
    phone.sync()


async def fails(_request: Push) -> Verdicts:
    raise Unreachable("The line is cut.")


def lead_on(world: World, phone: Phone) -> None:
    """Bring the server far beyond its backup, on a device that is lost afterwards."""
    for number in range(20):
        phone.replica.update(world.shop, website=f"https://{number}.example")
        phone.sync()


def refuse_one(phone: Phone) -> None:
    """Write a change the server will refuse."""
    account = phone.replica.find(Account)[0]
    with phone.replica.changeset("Edit account"):
        phone.replica._add(Change("account", account.id, {"name": cells.raw("")}))
