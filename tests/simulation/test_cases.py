"""A case that is opened with no signal, worked on by two, and handed on with its customer."""

from __future__ import annotations

import pytest

from client import cases
from client.fieldwork import About
from sync_protocol.records import Account, Case, CaseState, Notice, Territory, User
from tests.simulation.world import Phone, World, same

pytestmark = pytest.mark.everywhere


@pytest.fixture
def drip(world: World) -> tuple[Phone, Phone, Case]:
    """Rita opened it offline; the office has heard of it."""
    rita, olga = world.phone(world.rita), world.phone(world.olga)
    rita.sync(), olga.sync()
    case = cases.open_for(rita.replica, "Tap drips", About(world.shop.id))
    world.settle()
    return rita, olga, case


def state(phone: Phone, case: Case) -> CaseState:
    found = phone.replica.get(Case, case.id)
    assert found is not None
    return found.state


def test_resolved_here_and_begun_there_ends_as_the_later_says_and_the_resolution_is_kept(
    world: World, drip: tuple[Phone, Phone, Case]
) -> None:
    rita, olga, case = drip
    cases.move(rita.replica, case, "resolved", "New washer")
    world.wait(1_000)
    began = cases.move(olga.replica, case, "in_progress").state
    world.settle()
    for phone in (rita, olga):
        assert state(phone, case) == began
        lost = [w for w in phone.replica.history(case) if w.lost]
        assert [w.value["resolution"] for w in lost] == ["New washer"]
    assert len(rita.replica.find(Notice)) == 1
    rita.replica.restore_value(lost[0])
    world.settle()
    assert state(olga, case).resolution == "New washer"
    assert cases.unresolved(olga.replica) == []
    same(world)


def test_a_case_goes_with_its_customer_to_who_looks_after_them_now(
    world: World, drip: tuple[Phone, Phone, Case]
) -> None:
    rita, olga, case = drip
    carl = User(id=world.office.id(), name="Carl", role="rep")
    north = Territory(id=world.office.id(), name="North", reps={carl.id: True})
    world.office.add(carl, north)
    theirs = world.phone(carl)
    world.settle()
    assert theirs.replica.get(Case, case.id) is None
    olga.replica.update(olga.replica.find(Account)[0], territory_id=north.id)
    world.settle()
    assert rita.replica.get(Case, case.id) is None
    assert [found.title for found in theirs.replica.find(Case)] == ["Tap drips"]
    same(world)
