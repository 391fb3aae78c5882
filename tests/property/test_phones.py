"""Phone numbers typed in any way, against libphonenumber's own samples of every country."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, NamedTuple

import phonenumbers
import pytest
from hypothesis import given
from hypothesis import strategies as st

from client.countries import region_of
from client.phones import digits, e164, shown
from client.replica import Replica
from sync_protocol.records import SETTINGS_ID, Address, Contact, Phone, Settings, entries

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

FORMATS = phonenumbers.PhoneNumberFormat
HOME = "DE"
SHORTEST = 3


class Sample(NamedTuple):
    """A number of a country, and how it is dialled from anywhere."""

    region: str
    number: phonenumbers.PhoneNumber
    dialled: str

    def written(self, form: int) -> str:
        return phonenumbers.format_number(self.number, form)


def _samples() -> Iterator[Sample]:
    for region in sorted(phonenumbers.SUPPORTED_REGIONS):
        for kind in sorted(phonenumbers.supported_types_for_region(region)):
            number = phonenumbers.example_number_for_type(region, kind)
            if number is not None:
                dialled = phonenumbers.format_number(number, FORMATS.E164)
                yield Sample(region, number, dialled)


SAMPLES = tuple(_samples())
SIGNS = st.sampled_from([" ", "-", ".", "/", " - ", "\u00a0", "\u2011"])


def spaced(number: str, places: list[int], sign: str) -> str:
    """The number with a sign behind some of its digits."""
    inside = {1 + place % (len(number) - 1) for place in places}
    return "".join(sign * (at in inside) + letter for at, letter in enumerate(number))


@st.composite
def typed(draw: st.DrawFn) -> tuple[Sample, str]:
    """A number as somebody of its country types it."""
    sample, sign = draw(st.sampled_from(SAMPLES)), draw(SIGNS)
    places = draw(st.lists(st.integers(0, 20), max_size=4))
    form = draw(st.sampled_from([FORMATS.NATIONAL, FORMATS.INTERNATIONAL, FORMATS.E164]))
    if form == FORMATS.E164:
        return sample, "+" + spaced(sample.dialled[1:], places, sign)
    return sample, sample.written(form).replace(" ", sign)


def test_there_are_samples_of_the_whole_world() -> None:
    assert len({sample.region for sample in SAMPLES}) > 200
    assert len(SAMPLES) > 1_000


@pytest.mark.parametrize("form", [FORMATS.NATIONAL, FORMATS.INTERNATIONAL, FORMATS.RFC3966])
def test_every_sample_is_dialled_as_it_should_be(form: int) -> None:
    for sample in SAMPLES:
        assert e164(sample.written(form), sample.region) == sample.dialled


def test_every_sample_is_dialled_from_abroad() -> None:
    for sample in SAMPLES:
        assert e164(sample.written(FORMATS.INTERNATIONAL), HOME) == sample.dialled


def test_every_sample_is_dialled_without_its_plus_unless_another_number_is_written_so() -> None:
    other = []
    for sample in SAMPLES:
        bare = sample.dialled[1:]
        if e164(bare, sample.region) != sample.dialled:
            national = phonenumbers.parse(bare, sample.region)
            written = phonenumbers.format_number(national, FORMATS.NATIONAL)
            assert digits(written) == bare
            other.append(sample)
    assert len(other) < 5, "Brazil's area 55 is Brazil's code, too"


@given(typed())
def test_signs_between_the_digits_change_nothing(pair: tuple[Sample, str]) -> None:
    sample, text = pair
    assert e164(text, sample.region) == sample.dialled


@given(typed())
def test_what_is_shown_is_read_as_the_same_number(pair: tuple[Sample, str]) -> None:
    sample, text = pair
    assert e164(shown(text, sample.region), sample.region) == sample.dialled


@pytest.fixture(scope="module")
def book(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Replica]:
    """A contact for each sample, written as in its own country."""
    path: Path = tmp_path_factory.mktemp("phones") / "replica.db"
    replica = asyncio.run(Replica.open(str(path)))
    replica.create(Settings(id=SETTINGS_ID, name="Acme", region=HOME))
    for start in range(0, len(SAMPLES), 400):
        with replica.changeset("Book"):
            for place, sample in enumerate(SAMPLES[start : start + 400], start):
                here = region_of(sample.region) == sample.region
                form = FORMATS.NATIONAL if here else FORMATS.INTERNATIONAL
                replica.create(
                    Contact(
                        name=f"{place}",
                        phones=entries(Phone(sample.written(form))),
                        addresses=entries(Address(country=sample.region)) if here else {},
                    )
                )
    while replica.index_some():
        pass
    yield replica
    asyncio.run(replica.close())


@given(place=st.integers(0, len(SAMPLES) - 1), data=st.data(), sign=SIGNS)
def test_a_number_is_found_by_any_of_its_digits(
    book: Replica, place: int, data: st.DataObject, sign: str
) -> None:
    number = SAMPLES[place].dialled[1:]
    first = data.draw(st.integers(0, len(number) - SHORTEST))
    last = data.draw(st.integers(first + SHORTEST, len(number)))
    run = number[first:last]
    if len(run.lstrip("0")) < SHORTEST:
        return
    asked = spaced(run, data.draw(st.lists(st.integers(0, 20), max_size=2)), sign)
    assert f"{place}" in {contact.name for contact in book.find(Contact, text=asked)}
