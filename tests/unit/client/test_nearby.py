from __future__ import annotations

from random import Random
from typing import TYPE_CHECKING

from client import nearby
from sync_protocol import geo
from sync_protocol.records import Account, Address, Position, entries

if TYPE_CHECKING:
    from client.replica import Replica

HERE = Position(49.9, 11.5)


def shop(replica: Replica, name: str, lat: float, lon: float) -> Account:
    placed = Address(town=name, position=Position(lat, lon))
    return replica.create(Account(name=name, addresses=entries(placed)))


def test_the_nearest_come_first_and_who_has_no_position_not_at_all(replica: Replica) -> None:
    replica.create(Account(name="Nowhere", addresses=entries(Address(town="Kronach"))))
    for name, lat in (("Far", 50.4), ("Near", 49.91), ("Middle", 50.0)):
        shop(replica, name, lat, 11.5)
    found = nearby.near(replica, HERE, 10)
    assert [x.account.name for x in found] == ["Near", "Middle", "Far"]
    assert 1_000 < found[0].metres < 1_200


def test_nobody_beyond_two_hundred_kilometres_is_near(replica: Replica) -> None:
    shop(replica, "Hamburg", 53.5, 10.0)
    assert nearby.near(replica, HERE, 10) == []


def test_what_is_found_is_what_measuring_everybody_would_find(replica: Replica) -> None:
    rng = Random(3)
    with replica.changeset("Many"):
        for i in range(120):
            shop(replica, f"{i}", 49.9 + rng.gauss(0, 0.3), 11.5 + rng.gauss(0, 0.4))
    placed = [(x, nearby.place_of(x)) for x in replica.find(Account)]
    measured = sorted((geo.metres(HERE, place), x.id) for x, place in placed if place)
    for limit in (1, 10, 60):
        found = [(x.metres, x.account.id) for x in nearby.near(replica, HERE, limit)]
        assert found == measured[:limit]
