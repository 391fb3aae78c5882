"""When a birthday comes round."""

from __future__ import annotations

from datetime import date, timedelta

from hypothesis import given
from hypothesis import strategies as st

from client import birthdays
from sync_protocol.records import Contact

DAYS = st.dates(date(1900, 1, 1), date(2090, 12, 31))


@given(born=DAYS, today=DAYS)
def test_a_birthday_comes_within_a_year_on_its_day_with_or_without_the_year(
    born: date, today: date
) -> None:
    on = birthdays.coming(born.isoformat(), today)
    assert on is not None
    assert today <= on <= today + timedelta(366)
    assert (on.month, on.day) == (born.month, born.day) or (born.month, born.day) == (2, 29)
    assert birthdays.coming(f"--{born:%m-%d}", today) == on


@given(born=DAYS, today=DAYS)
def test_what_is_said_to_be_soon_is(born: date, today: date) -> None:
    ada = Contact(name="Ada", birthday=born.isoformat())
    on = birthdays.coming(born.isoformat(), today)
    assert on is not None
    found = birthdays.soon([ada], today)
    assert bool(found) is ((on - today).days <= birthdays.SOON_DAYS)
    if found:
        assert found[0].age == (on.year - born.year if born.year < on.year else None)


def test_leap_day_falls_on_the_day_before_march_and_nonsense_nowhere() -> None:
    assert birthdays.coming("2000-02-29", date(2027, 2, 1)) == date(2027, 2, 28)
    assert birthdays.coming("--02-29", date(2028, 2, 1)) == date(2028, 2, 29)
    assert birthdays.coming("--02-30", date(2027, 2, 1)) is None
    assert birthdays.coming("", date(2027, 2, 1)) is None
