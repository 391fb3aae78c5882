"""Amounts as people write them, and as they are read back to them."""

from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from client import money
from client.money import FINE, Reading, read, shown
from sync_protocol.rules import totals

AMOUNTS = st.decimals(0, 10**14, places=2, allow_nan=False)
LOCALES = st.sampled_from(["en-GB", "de-DE", "de-CH", "fr-FR", "es-MX", "tlh"])


@pytest.mark.parametrize(
    ("text", "amount"),
    [
        ("1.234,50", "1234.50"), ("1,234.50", "1234.50"), ("1234.5", "1234.5"),
        ("1234,5", "1234.5"), ("1'234.50", "1234.50"), ("1 234,50", "1234.50"),
        ("1.234.567", "1234567"), ("1,234,567.8", "1234567.8"), ("1.234", "1234"),
        ("1,234", "1234"), ("12,50 EUR", "12.50"), ("EUR 12.50", "12.50"), ("\u20ac12", "12"),
        ("0,5", "0.5"), (",5", "0.5"), ("12.", "12"), ("007", "7"), ("\u0661\u0662.\u0665", "12.5"),
        ("12.500", "12500"), ("12,50000", "12.5"),
    ],
)  # fmt: skip
def test_an_amount_is_read_however_it_is_written(text: str, amount: str) -> None:
    assert read(text) == Reading(amount)


@pytest.mark.parametrize(
    "text",
    ["a lot", "1.2.3", "1,23,456.7", "1.234,5.6", "--5", "-5", ".", "EUR", "12 apples", "\u00bd",
     "1,2,3"],
)  # fmt: skip
def test_what_is_no_amount_is_said_in_a_sentence(text: str) -> None:
    assert read(text) == Reading(problem=money.EXAMPLE)


def test_nothing_is_no_amount_and_no_mistake() -> None:
    assert read("  ") == Reading()


def test_more_decimals_than_the_currency_has_are_refused_in_its_words() -> None:
    assert read("1.2345").problem == "At most 2 decimals, please."
    assert read("1.5", "JPY").problem == "Amounts in JPY have no decimals."
    assert read("0.1255", decimals=FINE) == Reading("0.1255")
    assert read("0.125", decimals=FINE) == Reading("0.125")
    assert read("1.234", "KWD") == Reading("1.234")


def test_an_amount_has_at_most_fifteen_digits_before_its_mark() -> None:
    assert read("9" * 15) == Reading("9" * 15)
    assert read("9" * 16).problem == "This is more than can be kept."


def test_amounts_are_shown_in_the_marks_of_the_locale() -> None:
    assert shown("1234.5", "EUR", "en-GB") == "1,234.50 EUR"
    assert shown("1234.5", "EUR", "de-DE") == "1.234,50 EUR"
    assert shown("1234.5", "CHF", "de-CH") == "1\u2019234.50 CHF"
    assert shown("0.125", "EUR", "de") == "0,125 EUR"
    assert shown("1500", "JPY", "ja") == "1,500 JPY"


@pytest.mark.parametrize(
    ("text", "locale", "amount"),
    [
        ("1.250", "en-GB", "1.250"), ("1,250", "en-GB", "1250"), ("2.125", "en-US", "2.125"),
        ("1,250", "de-DE", "1.250"), ("1.250", "de-DE", "1250"), ("1.250", "de-CH", "1.250"),
        ("1.250,5", "en-GB", "1250.5"), ("1,234,567", "de-DE", "1234567"),
        ("12,5", "en-GB", "12.5"), ("0,250", "en-GB", "0.250"),
    ],
)  # fmt: skip
def test_where_three_decimals_may_be_the_locales_mark_decides(
    text: str, locale: str, amount: str
) -> None:
    assert read(text, "", decimals=3, locale=locale) == Reading(amount)
    assert read(text, "EUR", decimals=FINE, locale=locale) == Reading(amount)


def test_an_amount_of_cents_has_no_three_decimals_in_any_locale() -> None:
    assert read("1.250", locale="en-GB") == read("1,250", locale="de-DE") == Reading("1250")


@given(st.decimals(0, 10**9, places=3, allow_nan=False), LOCALES)
def test_a_quantity_is_read_from_its_field_as_it_was(quantity: Decimal, locale: str) -> None:
    text = money.typed(totals.plain(quantity), locale)
    assert Decimal(read(text, "", decimals=3, locale=locale).amount) == quantity


@given(AMOUNTS, LOCALES, st.sampled_from(["EUR", "CHF", ""]))
def test_what_is_shown_can_be_typed_again(amount: Decimal, locale: str, currency: str) -> None:
    text = shown(totals.plain(amount), currency, locale)
    assert Decimal(read(text, currency or "EUR").amount) == amount


@given(AMOUNTS, LOCALES)
def test_a_field_begins_with_what_it_would_read_as_the_same(amount: Decimal, locale: str) -> None:
    assert Decimal(read(money.typed(totals.plain(amount), locale)).amount) == amount


@given(st.text(max_size=30), st.sampled_from(["EUR", "JPY", "KWD"]))
def test_anything_typed_is_an_amount_or_a_sentence(text: str, currency: str) -> None:
    reading = read(text, currency)
    assert not (reading.amount and reading.problem)
    if reading.amount:
        assert Decimal(reading.amount) >= 0
        assert read(reading.amount, currency).amount != "" or "." in reading.amount
