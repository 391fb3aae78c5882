"""One card, out as a code or a file and in again."""

from __future__ import annotations

import struct

import pytest
from hypothesis import given
from hypothesis import strategies as st

from client.interchange import one_card
from sync_protocol.records import Account, Address, Contact, Email, Phone, Position, entries

NAMES = st.text(
    st.characters(exclude_categories=("C", "Z"), exclude_characters="\\;,:\"'<>"),
    min_size=1, max_size=40,
)  # fmt: skip
DIGITS = st.integers(10**7, 10**10).map(lambda number: f"+49 89 {number}")
PNG = b"\x89PNG\r\n\x1a\n"


@given(given_name=NAMES, family=NAMES, numbers=st.lists(DIGITS, max_size=3, unique=True))
def test_what_a_code_holds_is_read_as_the_same_person(
    given_name: str, family: str, numbers: list[str]
) -> None:
    ada = Contact(
        name=f"{given_name} {family}", given_name=given_name, family_name=family,
        phones=entries(*map(Phone, numbers)), emails=entries(Email("ada@example.com")),
        account_id="a",
    )  # fmt: skip
    found = one_card.read(one_card.short_text(ada, "Adler"), "DE")
    assert found is not None
    assert found.organisation == "Adler"
    read = found.contact
    assert (read.name, read.given_name, read.family_name) == (ada.name, given_name, family)
    assert [phone.number for phone in read.phones.values()] == numbers
    assert [email.address for email in read.emails.values()] == ["ada@example.com"]


def test_a_code_stays_small_whatever_there_is() -> None:
    much = Contact(
        name="Ada", phones=entries(*(Phone(f"+49 89 {i:07}") for i in range(50))),
        emails=entries(*(Email(f"ada{i}@example.com") for i in range(50))),
        addresses=entries(Address("Long street " * 90, town="München", position=Position(1, 2))),
        website="https://example.com/" + "x" * 1_900, about="x" * 9_000,
    )  # fmt: skip
    text = one_card.short_text(much)
    assert len(text.encode()) <= one_card.ROOM
    assert "Ada" in text
    long = Contact(name="é" * 200, phones=entries(Phone("1" * 60)), emails=much.emails)
    assert len(one_card.code(one_card.short_text(long, "ö" * 200))) > 0


def test_the_code_is_a_square_picture_and_the_file_holds_everything() -> None:
    shop = Account(name="Adler", about="Rings twice", phones=entries(Phone("+49 9261 62800")))
    picture = one_card.code(one_card.short_text(shop))
    assert picture.startswith(PNG)
    width, height = struct.unpack(">II", picture[16:24])
    assert width == height
    assert "Rings twice" in one_card.text_of(shop)
    assert "Rings twice" not in one_card.short_text(shop)


@pytest.mark.parametrize("text", ["4006381333931", "https://example.com", "", "BEGIN:VCARD"])
def test_a_code_without_a_card_is_nobody(text: str) -> None:
    assert one_card.read(text, "DE") is None
