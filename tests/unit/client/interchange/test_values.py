from __future__ import annotations

import pytest

from client.interchange import values


@pytest.mark.parametrize(
    ("typed", "region", "read"),
    [
        ("1979-05-12", "DE", "1979-05-12"),
        ("19790512", "DE", "1979-05-12"),
        ("1979/5/2", "DE", "1979-05-02"),
        ("1979-05-12T00:00:00Z", "DE", "1979-05-12"),
        ("--0203", "DE", "--02-03"),
        ("--02-29", "DE", "--02-29"),
        ("12.5.1979", "DE", "1979-05-12"),
        ("05/12/1979", "US", "1979-05-12"),
        ("05/12/1979", "IE", "1979-12-05"),
        ("12/25/1979", "IE", "1979-12-25"),
        ("25/12/1979", "US", "1979-12-25"),
        ("12 May 1979", "DE", "1979-05-12"),
        ("0/0/00", "US", ""),
    ],
)
def test_a_birthday_is_read_as_its_region_writes_it(typed: str, region: str, read: str) -> None:
    assert values.birthday(typed, region) == read


@pytest.mark.parametrize("typed", ["soon", "1979-13-01", "31.2.1980", "1979", "May 1979", "--1301"])
def test_what_is_no_whole_date_is_no_birthday(typed: str) -> None:
    assert values.birthday(typed, "DE") is None


@pytest.mark.parametrize(
    ("typed", "read"), [("48.1", 48.1), ("48,1°", 48.1), ("-9.5", -9.5), ("90", 90.0)]
)
def test_a_coordinate_may_have_a_comma(typed: str, read: float) -> None:
    assert values.coordinate(typed, 90) == read


@pytest.mark.parametrize("typed", ["", "north", "91", "nan", "inf", "1,2,3"])
def test_what_lies_outside_of_the_world_is_no_coordinate(typed: str) -> None:
    assert values.coordinate(typed, 90) is None


@pytest.mark.parametrize(
    ("typed", "read"),
    [
        ("a@b.example", ["a@b.example"]),
        ("Ada <a@b.example>", ["a@b.example"]),
        ("<a@b.example>, c@d.example;", ["a@b.example", "c@d.example"]),
        ("a@b.example ::: c@d.example", ["a@b.example", "c@d.example"]),
        ("mailto:a@b.example", ["a@b.example"]),
        ("ask them", []),
    ],
)
def test_all_addresses_in_a_cell_are_found(typed: str, read: list[str]) -> None:
    assert values.emails(typed) == read


def test_several_phones_in_a_cell_are_cut_apart_only_where_each_is_one() -> None:
    assert values.phones("0731 12345 ::: 0731 54321") == ["0731 12345", "0731 54321"]
    assert values.phones("0731 12345; ask for Ada") == ["0731 12345; ask for Ada"]


@pytest.mark.parametrize(
    ("typed", "read"),
    [
        ("* myContacts ::: VIP", ["VIP"]),
        ("VIP;Hotel", ["VIP", "Hotel"]),
        ("VIP, Hotel", ["VIP", "Hotel"]),
        ("* Family", ["Family"]),
        ("", []),
    ],
)
def test_a_cell_of_labels_is_cut_at_the_strongest_separator(typed: str, read: list[str]) -> None:
    assert values.labels(typed) == read


@pytest.mark.parametrize("typed", ["3.53215E+11", "4,9911E+10", "4.9e11"])
def test_a_number_that_a_spreadsheet_shortened_is_recognised(typed: str) -> None:
    assert values.mangled_by_spreadsheet(typed)


@pytest.mark.parametrize("typed", ["353215123456", "+353 21 5123456", "E+11"])
def test_other_numbers_are_not_called_mangled(typed: str) -> None:
    assert not values.mangled_by_spreadsheet(typed)


def test_numbers_of_a_position_are_whole_or_not_negative() -> None:
    assert (values.whole("12"), values.whole("1.5"), values.whole("9" * 16)) == (12, None, None)
    assert (values.metres("12.5"), values.metres("-1"), values.metres("x")) == (12.5, None, None)
