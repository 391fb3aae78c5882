"""Writes that are unusual but allowed: none of them may stop what comes behind."""

from __future__ import annotations

import pytest

from sync_protocol import clock
from sync_protocol.records import Account, Contact, Label
from tests.simulation.world import Phone, World, same

pytestmark = pytest.mark.everywhere


def loaded(world: World) -> Phone:
    rita = world.phone(world.rita)
    rita.sync()
    return rita


def test_a_long_name_of_an_act_does_not_stop_sync(world: World) -> None:
    rita = loaded(world)
    with rita.replica.changeset("x" * 501):
        rita.replica.create(Contact(name="Ada", account_id=world.shop.id))
    with rita.replica.changeset("y" * 500):
        rita.replica.create(Contact(name="Ben", account_id=world.shop.id))
    rita.replica.undo()
    world.settle()
    assert [contact.name for contact in rita.replica.find(Contact)] == ["Ada"]
    same(world)


def test_undo_takes_back_what_it_may_and_says_what_it_may_not(world: World) -> None:
    rita = loaded(world)
    with rita.replica.changeset("Import"):
        label = rita.replica.create(Label(name="From the fair"))
        ada = rita.replica.create(Contact(name="Ada", account_id=world.shop.id))
        rita.replica.label(ada, label.name)
    world.settle()
    undone = rita.replica.undo()
    assert undone is not None
    assert [kept.kind for kept in undone.kept] == ["label"]
    world.settle()
    assert rita.replica.problems() == []
    assert rita.replica.find(Contact) == []
    same(world)


def test_undo_of_much_text_is_sent_in_parts_that_fit(world: World) -> None:
    rita = loaded(world)
    for part in range(3):
        with rita.replica.changeset(f"Write {part}"):
            for place in range(25):
                about = "x" * 19_999
                rita.replica.create(Contact(name=f"C{place}", about=about))
    with rita.replica.changeset("Clear"):
        for contact in rita.replica.find(Contact):
            rita.replica.update(contact, about="")
    undone = rita.replica.undo()
    assert undone is not None
    assert undone.records == 75
    world.settle()
    assert all(contact.about for contact in rita.replica.find(Contact))
    same(world)


def test_a_clock_that_was_ahead_is_right_again_after_the_server_restamped(world: World) -> None:
    rita = loaded(world)
    rita.offset_ms = 365 * 86_400_000
    rita.replica.update(rita.replica.find(Account)[0], about="From the future")
    rita.sync()
    rita.offset_ms = 0
    rita.sync()
    rita.replica.update(rita.replica.find(Account)[0], about="From today")
    (changeset,) = rita.replica.pending()
    assert not clock.is_ahead(changeset.time, world.office.clock.now_ms)
    assert rita.replica.find(Account)[0].about == "From today"
    world.settle()
    same(world)


def test_ones_own_later_write_on_another_device_loses_nothing(world: World) -> None:
    phone, tablet = world.phone(world.rita), world.phone(world.rita)
    world.settle()
    phone.replica.update(phone.replica.find(Account)[0], about="On the phone")
    world.wait(5_000)
    tablet.replica.update(tablet.replica.find(Account)[0], about="On the tablet")
    tablet.sync()
    phone.sync()
    world.settle()
    for device in (phone, tablet):
        history = device.replica.history(device.replica.find(Account)[0])
        assert {written.value for written in history if written.cell} == {
            "On the phone",
            "On the tablet",
        }
        assert not any(written.lost for written in history)


def test_two_people_who_write_the_same_lose_nothing(world: World) -> None:
    rita, olga = world.phone(world.rita), world.phone(world.olga)
    world.settle()
    rita.replica.update(rita.replica.find(Account)[0], about="Closed")
    world.wait(5_000)
    olga.replica.update(olga.replica.find(Account)[0], about="Closed")
    olga.sync()
    rita.sync()
    world.settle()
    for device in (rita, olga):
        history = device.replica.history(device.replica.find(Account)[0])
        assert not any(written.lost for written in history)
