"""What is noted of a visit's position, when it is replaced, and how it is told."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from client import fieldwork, presence, visiting
from client.presence import Fix
from sync_protocol.records import Account, Activity, Address, Position, entries
from tests.unit.client.ui.office import open_office

if TYPE_CHECKING:
    from collections.abc import AsyncIterator
    from pathlib import Path

    from tests.unit.client.ui.office import Office

HERE = Position(48.1371, 11.5754)


@pytest.fixture
async def office(tmp_path: Path) -> AsyncIterator[Office]:
    office = await open_office(tmp_path)
    address = Address(street="Marienplatz 1", town="München", position=HERE)
    office.replica.update(office[0], addresses=entries(address))
    yield office
    await office.replica.close()


def fix(office: Office, north_m: float = 0, accuracy_m: float = 12, age_s: int = 0) -> Fix:
    lat = HERE.lat + north_m / 111_200
    return Fix(Position(lat, HERE.lon, accuracy_m, office.now() - age_s * 1000))


def noted(office: Office, *fixes: Fix, place: int = 0) -> Activity:
    visit = visiting.check_in(office.replica, fieldwork.About(office[place].id))
    for each in fixes:
        presence.note(office.replica, visit.id, each)
    found = office.replica.get(Activity, visit.id)
    assert found is not None
    return found


async def test_a_fix_near_the_address_verifies_the_visit(office: Office) -> None:
    visit = noted(office, fix(office, north_m=34))
    assert visit.presence is not None
    assert (visit.presence.state, visit.presence.radius_m) == ("verified", 150)
    assert presence.told(visit) == (
        "On site: 34 m from the address, accurate to 12 m, taken just then"
    )


async def test_a_fix_far_away_says_how_far(office: Office) -> None:
    visit = noted(office, fix(office, north_m=2_300))
    assert presence.told(visit).startswith("Outside: 2.3 km from the address")


@pytest.mark.parametrize(
    ("given", "words"),
    [
        (Fix(None, "no_fix"), "Not verified: no position could be had"),
        (Fix(None, "switched_off"), "Not verified: position is switched off on the device"),
        (Fix(None, "denied"), "Not verified: the device did not allow its position"),
        (Fix(None, "mocked"), "Not verified: the position was made up by another app"),
    ],
)
async def test_without_a_fix_the_reason_is_told(office: Office, given: Fix, words: str) -> None:
    assert presence.told(noted(office, given)) == words


async def test_an_old_or_vague_fix_is_told_as_such(office: Office) -> None:
    assert presence.told(noted(office, fix(office, age_s=720))) == (
        "Not verified: the position was an old one, 0 m from the address, accurate to 12 m,"
        " 12 min old"
    )
    office.replica.undo()
    assert "too vague" in presence.told(noted(office, fix(office, accuracy_m=900)))


async def test_a_customer_without_a_position_cannot_be_verified(office: Office) -> None:
    visit = noted(office, fix(office), place=1)
    assert presence.told(visit).startswith("Not verified: the customer's address has no position")


async def test_the_end_of_a_visit_can_verify_it_and_takes_nothing_away(office: Office) -> None:
    visit = noted(office, fix(office, north_m=900), fix(office), fix(office, north_m=5_000))
    assert visit.presence is not None
    assert visit.presence.state == "verified"
    assert visit.position is not None
    assert visit.position.lat == HERE.lat


async def test_one_undo_takes_the_check_in_and_its_position(office: Office) -> None:
    noted(office, fix(office))
    office.replica.undo()
    assert not office.replica.find(Activity)


async def test_a_fix_that_comes_after_the_undo_is_not_written(office: Office) -> None:
    visit = noted(office)
    office.replica.undo()
    presence.note(office.replica, visit.id, fix(office))
    assert office.found(Activity, visit.id).position is None  # type: ignore[attr-defined]


async def test_an_address_is_set_where_one_stands(office: Office) -> None:
    replica, here = office.replica, Position(48.2, 11.6, 8, office.now())
    (entry,) = office.found(Account, office[0].id).addresses  # type: ignore[attr-defined]
    account = replica.get(Account, office[0].id)
    assert account is not None
    presence.set_place(replica, account, entry, here)
    presence.set_place(replica, office[1], "", here)
    first, second = (replica.get(Account, office[i].id) for i in (0, 1))
    assert first is not None
    assert second is not None
    assert first.addresses[entry] == Address(street="Marienplatz 1", town="München", position=here)
    assert [address.position for address in second.addresses.values()] == [here]


async def test_the_switch_is_this_devices_own(office: Office) -> None:
    assert presence.is_on(office.replica)
    presence.switch(office.replica, on=False)
    assert not presence.is_on(office.replica)
    assert not office.replica.pending()[1:]
