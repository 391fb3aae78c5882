"""From the company's history to a device without a signal, and back: nothing is put on unasked."""

from __future__ import annotations

from random import Random
from typing import TYPE_CHECKING

import pytest

from client import suggesting
from server.domain import learning
from server.domain.learning import Learning
from sync_protocol.changes import MAX_CHANGES
from sync_protocol.errors import Unreachable
from sync_protocol.records import SUGGESTED, Account, Label, Labelling
from sync_protocol.rules.features import features
from tests.planted import company
from tests.simulation.world import World, same

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from client.suggesting import Suggestion
    from tests.simulation.world import Phone


@pytest.fixture
def world(tmp_path: Path) -> Iterator[World]:
    """A company with habits, and with slips; its labels are learned."""
    opened = World(tmp_path)
    office = opened.office
    labels = {name: office.id() for name in ("Quiet", "Summer", "Chance")}
    office.add(*(Label(id=label_id, name=name) for name, label_id in labels.items()))
    made = company(
        Random(4), 250, office.id, now_ms=office.clock.now_ms,
        territory_id=opened.territory.id, labels=labels,
    )  # fmt: skip
    for start in range(0, len(made), MAX_CHANGES):
        office.add(*made[start : start + MAX_CHANGES])
    Learning(office.store, office.exchange, office.clock).run()
    yield opened
    opened.close()


def suggested(phone: Phone) -> list[Suggestion]:
    asked = suggesting.learned(phone.replica)
    return suggesting.likeliest_first(
        one for part in suggesting.survey(phone.replica, asked, 50) for one in part
    )


def test_a_device_suggests_what_the_server_has_learned_with_the_server_gone(world: World) -> None:
    rita, ben = world.phone(world.rita), world.phone(world.ben)
    world.settle()
    same(world)
    rita.link.cut()
    with pytest.raises(Unreachable):
        rita.sync()
    before = rita.replica.count(Labelling)
    found = suggested(rita)
    assert {one.label.name for one in found} == {"Quiet", "Summer"}
    assert all(one.reasons for one in found)
    assert rita.replica.count(Labelling) == before
    first, second = found[:2]
    suggesting.put_on(rita.replica, first.label, first.account.id)
    suggesting.turn_down(rita.replica, second.label, second.account.id)
    world.settle()
    same(world)
    assert (first.label.name, SUGGESTED) in {
        (worn.name, worn.origin) for worn in ben.replica.worn(first.account.id)
    }
    rest = {(one.account.id, one.label.id) for one in found[2:]}
    assert {(one.account.id, one.label.id) for one in suggested(ben)} == rest


def test_both_ends_know_the_same_of_every_account(world: World) -> None:
    rita, office = world.phone(world.rita), world.office
    world.settle()
    now_ms = office.clock.now_ms
    here = {
        known.account.id: features(known, now_ms)
        for known in suggesting.known(rita.replica, rita.replica.find(Account))
    }
    with office.store.read() as connection:
        workspace = office.admin.workspace
        there = {
            known.account.id: features(known, now_ms)
            for known in learning.known(connection, workspace, sorted(here))
        }
    assert len(here) > 250
    assert here == there


def test_everybody_says_the_same_although_two_decide_at_once(world: World) -> None:
    rita, ben = world.phone(world.rita), world.phone(world.ben)
    world.settle()
    one = suggested(rita)[0]
    suggesting.put_on(rita.replica, one.label, one.account.id)
    world.wait(1_000)
    suggesting.turn_down(ben.replica, one.label, one.account.id)
    world.settle()
    same(world)
    assert rita.replica.labels_of(one.account.id) == ben.replica.labels_of(one.account.id)
    assert one.label.name not in {x.name for x in rita.replica.labels_of(one.account.id)}
