"""Kilometres of a day: only with both switches on, from the positions of the day's visits."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from client import travelling
from client.routing import DETOUR
from sync_protocol import geo
from sync_protocol.records import (
    SETTINGS_ID,
    Account,
    Activity,
    Address,
    Position,
    Settings,
    entries,
)
from tests.unit.client.ui.office import open_office

if TYPE_CHECKING:
    from collections.abc import AsyncIterator
    from pathlib import Path

    from tests.unit.client.ui.office import Office

HOUR_MS = 3_600_000
MUNICH, DACHAU, FREISING = Position(48.137, 11.575), Position(48.26, 11.434), Position(48.4, 11.75)
PLACES = st.lists(
    st.builds(Position, st.floats(-80, 80), st.floats(-180, 180)), max_size=5
)  # fmt: skip


@pytest.fixture
async def office(tmp_path: Path) -> AsyncIterator[Office]:
    office = await open_office(tmp_path, role="admin")
    yield office
    await office.replica.close()


def switched(office: Office, *, company: bool, rep: bool) -> None:
    settings = office.replica.get(Settings, SETTINGS_ID)
    assert settings is not None
    office.replica.update(settings, travel=company)
    travelling.agree(office.replica, yes=rep)


def visit(office: Office, hour: int, position: Position | None, **facts: object) -> Activity:
    at = office.now() + hour * HOUR_MS
    facts = {"owner_id": office.replica.user_id, "account_id": office[0].id} | facts
    return office.replica.create(Activity(kind="visit", at=at, position=position, **facts))


async def test_nothing_is_reckoned_unless_the_company_and_the_rep_want_it(office: Office) -> None:
    visit(office, 0, MUNICH)
    today = office.replica.moment.day()
    assert travelling.of_day(office.replica, today) is None
    for company, rep in ((True, False), (False, True)):
        switched(office, company=company, rep=rep)
        assert travelling.of_day(office.replica, today) is None
    switched(office, company=True, rep=True)
    assert travelling.of_day(office.replica, today) == (0.0, 1, 1)


async def test_the_way_goes_from_visit_to_visit_in_the_order_of_the_day(office: Office) -> None:
    switched(office, company=True, rep=True)
    replica = office.replica
    visit(office, 2, FREISING)
    visit(office, -2, MUNICH)
    replica.update(office[1], addresses=entries(Address(position=DACHAU)))
    visit(office, 0, None, account_id=office[1].id)
    visit(office, 3, None, account_id=office[2].id)
    visit(office, 4, DACHAU, status="planned")
    visit(office, 1, FREISING, owner_id=replica.new_id())
    visit(office, 48, FREISING)
    found = travelling.of_day(replica, replica.moment.day())
    straight = geo.metres(MUNICH, DACHAU) + geo.metres(DACHAU, FREISING)
    assert found is not None
    assert (found.placed, found.visits) == (3, 4)
    assert found.metres == pytest.approx(straight * DETOUR)
    assert travelling.of_day(replica, replica.moment.day() - timedelta(1)) == (0, 0, 0)
    assert replica.count(Account) == 3


@given(places=PLACES)
def test_a_way_is_as_long_backwards_and_no_shorter_for_a_stop_more(places: list[Position]) -> None:
    there = travelling.way(places)
    assert there == pytest.approx(travelling.way(places[::-1]), rel=1e-9, abs=1e-3)
    assert travelling.way([*places, MUNICH]) >= there
    assert travelling.way(places[:1]) == 0
