"""A changeset the server cannot take stops nothing behind it, and loses nothing that was typed."""

from __future__ import annotations

from typing import Any

import pytest
from msgspec import Raw

from client.errors import Invalid
from client.store.problems import PARK_AFTER
from sync_protocol import codec
from sync_protocol.changes import Change
from sync_protocol.errors import ServerFailed, TooLarge
from sync_protocol.messages import Push, Verdicts
from sync_protocol.records import Account, Activity, Contact, Labelling, cells
from sync_protocol.rules import cases
from sync_protocol.rules.validity import Problem
from tests.simulation.world import Phone, World, same

pytestmark = pytest.mark.everywhere

POISON = "poison"


def poisoned(phone: Phone, error: Exception) -> None:
    """From now on the server fails on every changeset that holds the poison."""
    push = phone.link.push

    async def fail(request: Push) -> Verdicts:
        for place, changeset in enumerate(request.changesets):
            if POISON.encode() in codec.encode(changeset):
                if place:
                    return await push(Push(request.device, request.changesets[:place]))
                raise error
        return await push(request)

    phone.link.push = fail  # type: ignore[method-assign]


def rounds(phone: Phone, count: int) -> None:
    for _ in range(count):
        with pytest.raises(ServerFailed):
            phone.sync()


def poison(phone: Phone, shop: Account) -> None:
    phone.replica.update(shop, about=POISON)


def test_what_makes_the_server_fail_is_parked_and_the_rest_flows(world: World) -> None:
    rita = world.phone(world.rita)
    rita.sync()
    poisoned(rita, ServerFailed("Something went wrong on the server."))
    poison(rita, world.shop)
    rita.replica.create(Contact(name="Behind it", account_id=world.shop.id))
    rounds(rita, PARK_AFTER - 1)
    rita.sync()
    (problem,) = rita.replica.problems()
    assert problem.parked
    assert problem.about == "Corner shop"
    assert POISON.encode() in codec.encode(problem.changeset)
    assert rita.replica.find(Account)[0].about == ""
    assert [contact.name for contact in rita.replica.find(Contact)] == ["Behind it"]
    same(world)


def test_what_was_parked_can_be_tried_again(world: World) -> None:
    rita = world.phone(world.rita)
    rita.sync()
    push = rita.link.push
    poisoned(rita, ServerFailed("Something went wrong on the server."))
    poison(rita, world.shop)
    rounds(rita, PARK_AFTER - 1)
    rita.sync()
    rita.link.push = push  # type: ignore[method-assign]
    rita.replica.retry(rita.replica.problems()[0])
    world.settle()
    assert rita.replica.problems() == []
    assert rita.replica.find(Account)[0].about == POISON
    same(world)


def test_a_changeset_over_the_servers_limits_is_parked_at_once(world: World) -> None:
    rita = world.phone(world.rita)
    rita.sync()
    poisoned(rita, TooLarge("Too large."))
    rita.replica.create(Contact(name="Before it", account_id=world.shop.id))
    poison(rita, world.shop)
    rita.replica.create(Contact(name="Behind it", account_id=world.shop.id))
    rita.sync()
    assert len(rita.replica.problems()) == 1
    assert rita.replica.count(Contact) == 2
    same(world)


def test_the_past_of_a_record_does_not_tell_of_what_was_never_taken(world: World) -> None:
    rita = world.phone(world.rita)
    rita.sync()
    poisoned(rita, TooLarge("Too large."))
    poison(rita, world.shop)
    rita.replica.update(world.shop, website="https://taken.example")
    assert {"about", "website"} <= {write.cell for write in rita.replica.history(world.shop)}
    rita.sync()
    past = [(write.cell, write.sequence) for write in rita.replica.history(world.shop)]
    assert "about" not in [cell for cell, _sequence in past]
    assert all(sequence is not None for _cell, sequence in past)
    rita.replica.discard(rita.replica.problems()[0])
    same(world)


def test_an_act_stands_again_where_its_undo_was_not_taken(world: World) -> None:
    rita = world.phone(world.rita)
    rita.sync()
    poison(rita, world.shop)
    rita.sync()
    rita.replica.update(world.shop, about="In its place")
    act = rita.replica.last_act()
    poisoned(rita, TooLarge("Too large."))
    rita.replica.undo(act)
    assert rita.replica.acts()[0].undone
    rita.sync()
    assert rita.replica.find(Account)[0].about == "In its place"
    assert not rita.replica.acts()[0].undone
    rita.link.push = type(rita.link).push.__get__(rita.link)  # type: ignore[method-assign]
    assert rita.replica.undo(act) is not None
    rita.sync()
    assert rita.replica.find(Account)[0].about == POISON
    same(world)


def test_an_undo_can_be_taken_back_still_where_that_was_not_taken(world: World) -> None:
    rita = world.phone(world.rita)
    rita.sync()
    poison(rita, world.shop)
    act = rita.replica.last_act()
    rita.replica.undo(act)
    rita.sync()
    poisoned(rita, TooLarge("Too large."))
    rita.replica.redo(act)
    rita.sync()
    (told,) = rita.replica.acts()
    assert (told.undone, told.again) == (True, True)
    rita.replica.discard(rita.replica.problems()[0])
    same(world)


def test_a_server_that_takes_nothing_parks_nothing(world: World) -> None:
    rita = world.phone(world.rita)
    rita.sync()

    async def fail(_request: Push) -> Any:
        raise ServerFailed("The disk is full.")

    push = rita.link.push
    rita.link.push = fail  # type: ignore[method-assign]
    rita.replica.update(world.shop, about="One")
    rita.replica.update(world.shop, about="Two")
    rounds(rita, PARK_AFTER + 2)
    assert rita.replica.problems() == []
    assert len(rita.replica.pending()) == 2
    rita.link.push = push  # type: ignore[method-assign]
    world.settle()
    assert rita.replica.find(Account)[0].about == "Two"
    same(world)


def test_what_was_parked_but_had_been_taken_counts_as_taken(world: World) -> None:
    rita = world.phone(world.rita)
    rita.sync()
    push = rita.link.push

    async def commit_and_fail(request: Push) -> Verdicts:
        answer = await push(request)
        if any(changeset.changes for changeset in request.changesets):
            raise ServerFailed("It failed after the commit.")
        return answer

    rita.link.push = commit_and_fail  # type: ignore[method-assign]
    rita.replica.update(world.shop, about="Taken")
    rounds(rita, PARK_AFTER - 1)
    rita.sync()
    assert rita.replica.problems() == []
    assert rita.replica.find(Account)[0].about == "Taken"
    rita.link.push = push  # type: ignore[method-assign]
    world.settle()
    same(world)


def test_what_needs_a_refused_record_waits_with_it(world: World) -> None:
    rita, olga = world.phone(world.rita), world.phone(world.olga)
    world.settle()
    wrong = make_wrong_contact(rita, world)
    rita.replica.create(Activity(kind="call", at=1, contact_id=wrong, note="First call"))
    rita.replica.label(rita.replica.get(Contact, wrong) or world.shop, "Customer")
    rita.replica.update(world.shop, about="Nothing to do with it")
    world.settle()
    (problem,) = rita.replica.problems()
    assert problem.rejection.field == "name"
    assert len(problem.held) == 2
    assert olga.replica.find(Account)[0].about == "Nothing to do with it"
    assert rita.replica.find(Activity) == []
    same(world)


def test_a_problem_that_is_put_right_takes_along_what_waited_with_it(world: World) -> None:
    rita, olga = world.phone(world.rita), world.phone(world.olga)
    world.settle()
    wrong = make_wrong_contact(rita, world)
    rita.sync()
    rita.replica.create(Contact(id=wrong, name="Right", account_id=world.shop.id))
    rita.replica.discard(rita.replica.problems()[0])
    rita.replica.create(Activity(kind="call", at=1, contact_id=wrong, note="First call"))
    world.settle()
    assert [contact.name for contact in olga.replica.find(Contact)] == ["Right"]
    assert [call.note for call in olga.replica.find(Activity)] == ["First call"]
    same(world)


def test_what_is_mended_goes_out_with_what_was_held_and_leaves_a_copy_of_what_it_leaves_out(
    world: World,
) -> None:
    rita, olga = world.phone(world.rita), world.phone(world.olga)
    world.settle()
    wrong = make_wrong_contact(rita, world, birthday=cells.raw("in May"))
    rita.replica.create(Activity(kind="call", at=1, contact_id=wrong, note="First call"))
    world.settle()
    (problem,) = rita.replica.problems()
    (change,) = problem.changeset.changes
    rest = {name: packed for name, packed in change.cells.items() if name != "birthday"}
    mended = Change("contact", wrong, rest | {"name": cells.raw("Right")}, create=True)
    rita.replica.retry(problem, mended)
    world.settle()
    assert [(who.name, who.birthday) for who in olga.replica.find(Contact)] == [("Right", None)]
    assert [call.note for call in olga.replica.find(Activity)] == ["First call"]
    assert rita.replica.problems() == []
    (given,) = rita.replica.discarded()
    assert given.changeset == problem.changeset
    same(world)


def test_trying_again_what_a_rule_here_refuses_by_now_says_why_and_loses_nothing(
    world: World,
) -> None:
    rita, olga = world.phone(world.rita), world.phone(world.olga)
    world.settle()
    wrong = make_wrong_contact(rita, world)
    rita.replica.create(Activity(kind="call", at=1, contact_id=wrong, note="First call"))
    rita.sync()
    (problem,) = rita.replica.problems()
    with pytest.raises(Invalid) as refused:
        rita.replica.retry(problem)
    assert refused.value.field == "name"
    assert rita.replica.problems() == [problem]
    assert len(problem.held) == 1
    assert rita.replica.pending() == []
    assert rita.replica.find(Contact) == rita.replica.find(Activity) == []
    rita.replica.update(world.shop, about="Written after it")
    world.settle()
    assert rita.replica.problems() == [problem]
    assert olga.replica.find(Account)[0].about == "Written after it"
    same(world)


def test_a_problem_stays_whole_where_a_newer_rule_refuses_what_is_held_with_it(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    rita = world.phone(world.rita)
    rita.sync()
    push = rita.link.push
    poisoned(rita, TooLarge("Too large."))
    made = rita.replica.create(Contact(name=POISON, account_id=world.shop.id))
    rita.replica.create(Activity(kind="call", at=1, contact_id=made.id, note="First call"))
    rita.sync()
    (problem,) = rita.replica.problems()
    assert len(problem.held) == 1
    rita.link.push = push  # type: ignore[method-assign]
    with monkeypatch.context() as newer:
        newer.setattr(cases, "untrue", no_calls)
        with pytest.raises(Invalid):
            rita.replica.retry(problem)
    assert rita.replica.problems() == [problem]
    assert rita.replica.find(Contact) == []
    rita.replica.retry(problem)
    world.settle()
    assert [call.note for call in rita.replica.find(Activity)] == ["First call"]
    same(world)


def no_calls(change: Change) -> Problem | None:
    """A rule that only a newer version has."""
    return Problem("kind", "Calls are not kept any more.") if change.kind == "activity" else None


def test_what_is_discarded_is_kept_for_a_while(world: World) -> None:
    rita = world.phone(world.rita)
    rita.sync()
    wrong = make_wrong_contact(rita, world)
    rita.replica.create(Activity(kind="call", at=1, contact_id=wrong, note="First call"))
    rita.sync()
    rita.replica.discard(rita.replica.problems()[0])
    assert rita.replica.problems() == []
    assert len(rita.replica.discarded()) == 2
    world.wait(31 * 86_400_000)
    world.settle()
    assert rita.replica.discarded() == []
    assert rita.replica.find(Labelling) == []
    same(world)


def make_wrong_contact(phone: Phone, world: World, **more: Raw) -> str:
    """Create a contact the server will refuse, past this device's own rules."""
    made = phone.replica.new_id()
    values = {"name": cells.raw(""), "account_id": cells.raw(world.shop.id), **more}
    with phone.replica.changeset("Add contact"):
        phone.replica._add(Change("contact", made, values, create=True))
    return made


def test_a_server_in_trouble_is_not_hammered_by_a_device_with_a_gap(world: World) -> None:
    rita = world.phone(world.rita)
    rita.sync()
    make_wrong_contact(rita, world)
    rita.replica.create(Activity(kind="call", at=1, contact_id=wrong_id(rita), note="Held"))
    rita.replica.update(world.shop, about="Behind the gap")
    push, asked = rita.link.push, 0

    async def first_only(request: Push) -> Verdicts:
        nonlocal asked
        asked += 1
        if asked > 1:
            raise ServerFailed("Something went wrong on the server.")
        return await push(Push(request.device, request.changesets[:1]))

    rita.link.push = first_only  # type: ignore[method-assign]
    rounds(rita, 1)
    assert asked < 6
    rita.link.push = push  # type: ignore[method-assign]
    world.settle()
    assert len(rita.replica.problems()) == 1
    same(world)


def wrong_id(phone: Phone) -> str:
    return phone.replica.pending()[0].changes[0].id
