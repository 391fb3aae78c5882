"""Days picked from the calendar."""

from __future__ import annotations

import time
from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

import pytest

from client.ui.components.when import day_of

TAPPED = date(2026, 11, 27)


@pytest.mark.parametrize("screen", ["Pacific/Pago_Pago", "Europe/Berlin", "Asia/Tokyo", "UTC"])
@pytest.mark.parametrize("python", ["UTC", "America/New_York"])
def test_the_day_is_the_tapped_one_wherever_the_screen_is(
    screen: str, python: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TZ", python)
    time.tzset()
    midnight = datetime(2026, 11, 27, tzinfo=ZoneInfo(screen)).astimezone(UTC)
    assert day_of(midnight) == TAPPED


def test_beyond_utc_12_it_is_right_where_python_shares_the_screens_zone(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("TZ", "Pacific/Auckland")
    time.tzset()
    midnight = datetime(2026, 11, 27, tzinfo=ZoneInfo("Pacific/Auckland")).astimezone(UTC)
    assert day_of(midnight) == TAPPED


@pytest.fixture(autouse=True)
def _zone_put_back() -> object:
    yield
    time.tzset()
