"""A deal that is worked on with no signal, on two devices at once."""

from __future__ import annotations

from datetime import date

import pytest

from client import dealing
from sync_protocol.records import Closing, Deal, Money, Notice
from tests.simulation.world import Phone, World, same

pytestmark = pytest.mark.everywhere


@pytest.fixture
def deal(world: World) -> tuple[Phone, Phone, Deal]:
    """Rita's phone and Olga's office with one deal, whose stages ask for nothing yet."""
    rita, olga = world.phone(world.rita), world.phone(world.olga)
    rita.sync(), olga.sync()
    start = dealing.first_stage(rita.replica, "sales")
    assert start is not None
    deal = dealing.open_deal(
        rita.replica,
        Deal(name="Taps", pipeline_id=start[0].id, stage_id=start[1], account_id=world.shop.id),
    )
    world.settle()
    return rita, olga, deal


def test_different_fields_of_a_deal_keep_both_edits(
    world: World, deal: tuple[Phone, Phone, Deal]
) -> None:
    rita, olga, taps = deal
    dealing.plan_step(rita.replica, taps, "Send the offer", date(2026, 12, 1))
    dealing.compete(rita.replica, taps, "rival", "Cheaper by a tenth")
    world.wait(1_000)
    olga.replica.update(taps, value=Money("900", "EUR"))
    dealing.compete(olga.replica, taps, "other", "")
    world.settle()
    for device in (rita, olga):
        found = device.replica.get(Deal, taps.id)
        assert found is not None
        assert (found.next_step, found.value) == ("Send the offer", Money("900", "EUR"))
        assert found.competitors == {"rival": "Cheaper by a tenth", "other": ""}
        assert device.replica.find(Notice) == []
    same(world)


def test_a_deal_won_here_and_lost_there_ends_as_the_later_one_says_and_the_other_is_told(
    world: World, deal: tuple[Phone, Phone, Deal]
) -> None:
    rita, olga, taps = deal
    won = Closing(won=True, at=rita.replica.now(), note="Signed at the fair")
    rita.replica.update(taps, closing=won)
    world.wait(1_000)
    dealing.lose(olga.replica, taps, note="They bought elsewhere")
    world.settle()
    for device in (rita, olga):
        found = device.replica.get(Deal, taps.id)
        assert found is not None
        assert found.closing is not None
        assert (found.closing.won, found.closing.note) == (False, "They bought elsewhere")
        lost = [w.value["note"] for w in device.replica.history(taps) if w.lost]
        assert lost == ["Signed at the fair"]
    assert len(rita.replica.find(Notice)) == 1
    assert olga.replica.find(Notice) == []
    same(world)


def test_two_moves_of_a_deal_end_in_one_stage_with_its_own_time(
    world: World, deal: tuple[Phone, Phone, Deal]
) -> None:
    rita, olga, taps = deal
    rita.replica.update(taps, stage_id="later", stage_since=rita.replica.now())
    world.wait(1_000)
    olga.replica.update(taps, stage_id="last", stage_since=olga.replica.now())
    when = olga.replica.now()
    world.settle()
    for device in (rita, olga):
        found = device.replica.get(Deal, taps.id)
        assert found is not None
        assert (found.stage_id, found.stage_since) == ("last", when)
    same(world)
