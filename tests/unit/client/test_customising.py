"""Values of custom fields: read, kept, told in words, and never lost when a definition changes."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from client import customising, record_types
from client.customising import Reading, read, typed, words, written
from client.errors import Invalid
from client.replica import Replica
from sync_protocol.records import Account, CustomField, CustomObject, Option
from sync_protocol.records.custom import CustomType
from sync_protocol.rules import custom

TAPS = {"1": Option("Keg"), "2": Option("Tank", 1), "3": Option("Bottle", 2, archived=True)}


def field(type_: CustomType, **more: Any) -> CustomField:
    options = TAPS if type_ in custom.CHOICES else {}
    return CustomField(id="f", name="It", of="account", type=type_, **{"options": options} | more)


@pytest.mark.parametrize(
    ("type_", "text", "value"),
    [
        ("text", "  7 to 9 ", "7 to 9"),
        ("long_text", "a\nb", "a\nb"),
        ("number", "1,234.50", "1234.5"),
        ("number", "-12", "-12"),
        ("number", "0.125", "0.125"),
        ("number", "-0", "0"),
        ("money", "12,5", "12.5 EUR"),
        ("money", "USD 1,000", "1000 USD"),
        ("money", "\u00a312.50", "12.50 GBP"),
        ("money", "-3 chf", "-3 CHF"),
        ("date", "31.5.2026", "2026-05-31"),
        ("date", "31 May 2026", "2026-05-31"),
        ("date", "2026-05-31", "2026-05-31"),
        ("choice", "tank", "2"),
        ("choices", "Tank; keg", ("2", "1")),
        ("yes_no", "Yes", True),
        ("yes_no", "no", False),
        ("link", "adler.example/beer", "adler.example/beer"),
        ("email", "ada@example.com", "ada@example.com"),
        ("phone", "+49 (0)9261 62-800", "+49 (0)9261 62-800"),
        ("phone", "", None),
    ],
)
def test_what_people_type_is_kept_in_the_fields_own_form(
    type_: CustomType, text: str, value: Any
) -> None:
    assert read(field(type_), text) == Reading(value)


@pytest.mark.parametrize(
    ("text", "locale", "value"),
    [
        ("1,250", "de", "1.25"),
        ("1.250", "de", "1250"),
        ("1.250", "en", "1.25"),
        ("1.250", "", "1250"),
    ],
)
def test_a_number_is_read_by_the_decimal_mark_of_whoever_typed_it(
    text: str, locale: str, value: str
) -> None:
    assert read(field("number"), text, locale=locale) == Reading(value)


@pytest.mark.parametrize(
    ("type_", "text", "sentence"),
    [
        ("text", "x" * 2_001, custom.ONE_LINE),
        ("number", "twelve", custom.NUMBER),
        ("number", "1.2.3,4,5", custom.NUMBER),
        ("number", "1.2345678", "At most 6 decimals, please."),
        ("money", "cheap", custom.MONEY),
        ("money", "1.5 JPY", "Amounts in JPY have no decimals."),
        ("date", "31.6.2026", custom.DATE),
        ("choice", "Jug", '"Jug" is not among the choices.'),
        ("choices", "Keg; Jug", '"Jug" is not among the choices.'),
        ("yes_no", "perhaps", custom.YES_NO),
        ("link", "not a link", custom.LINK),
        ("email", "ada at example", custom.EMAIL),
        ("phone", "call me", custom.PHONE),
    ],
)
def test_what_cannot_be_kept_is_said_in_a_sentence(
    type_: CustomType, text: str, sentence: str
) -> None:
    assert read(field(type_), text) == Reading(problem=sentence)


def test_in_the_united_states_the_month_comes_first() -> None:
    assert read(field("date"), "5/31/2026", locale="en-US").value == "2026-05-31"


@pytest.mark.parametrize(
    ("type_", "value", "told"),
    [
        ("number", "1234.5", "1.234,5"),
        ("money", "1234.5 EUR", "1.234,50 EUR"),
        ("date", "2026-05-31", "31 May 2026"),
        ("choice", "2", "Tank"),
        ("choices", ("1", "3"), "Keg, Bottle"),
        ("yes_no", True, "yes"),
        ("number", "a dozen", "a dozen"),
        ("choice", "gone", "gone"),
        ("text", None, ""),
    ],
)
def test_a_value_is_told_in_words_and_one_that_does_not_fit_as_it_is(
    type_: CustomType, value: Any, told: str
) -> None:
    assert words(field(type_), value, "de") == told


amounts = st.decimals(-(10**9), 10**9, places=3).map(lambda d: f"{d.normalize():f}")
amounts = amounts.map(lambda text: "0" if text in ("-0", "0") else text)
lines = st.text(st.characters(exclude_categories=("C", "Z")), min_size=1, max_size=20)
VALUES: dict[CustomType, st.SearchStrategy[Any]] = {
    "text": lines,
    "long_text": lines,
    "number": amounts,
    "money": st.tuples(st.integers(0, 10**9), st.sampled_from(("EUR", "USD", "KWD"))).map(
        lambda pair: f"{pair[0]} {pair[1]}"
    ),
    "date": st.dates(date(1000, 1, 1)).map(date.isoformat),
    "choice": st.sampled_from(tuple(TAPS)),
    "choices": st.lists(st.sampled_from(tuple(TAPS)), unique=True, min_size=1).map(tuple),
    "yes_no": st.booleans(),
    "link": st.from_regex(r"https://[a-z]{1,9}\.example/[a-z]{0,9}", fullmatch=True),
    "email": st.from_regex(r"[a-z]{1,9}@[a-z]{1,9}\.example", fullmatch=True),
    "phone": st.from_regex(r"\+?[0-9]{3,12}", fullmatch=True),
}
typed_values = st.one_of([st.tuples(st.just(type_), values) for type_, values in VALUES.items()])


@given(typed_values)
def test_what_is_written_out_or_typed_again_is_the_same_value(pair: tuple[CustomType, Any]) -> None:
    type_, value = pair
    assert custom.fits(field(type_), value)
    assert read(field(type_), written(field(type_), value)) == Reading(value)
    assert read(field(type_), typed(field(type_), value, "de"), locale="de") == Reading(value)


names = st.text(st.characters(codec="utf-8", exclude_characters="\0"), min_size=1, max_size=12)
names = st.one_of(names, st.text(";\" \n\r,'a", min_size=1, max_size=6)).filter(str.strip)
named = st.lists(names, min_size=1, max_size=5, unique_by=lambda name: name.strip().casefold())


@given(named, st.data())
def test_several_choices_are_read_back_whatever_they_are_called(
    called: list[str], data: st.DataObject
) -> None:
    options = {f"o{place}": Option(name) for place, name in enumerate(called)}
    chosen = data.draw(st.lists(st.sampled_from(tuple(options)), unique=True, min_size=1))
    several, one = (field(type_, options=options) for type_ in custom.CHOICES[::-1])
    assert read(several, written(several, tuple(chosen))) == Reading(tuple(chosen))
    assert read(one, written(one, chosen[0])) == Reading(chosen[0])


def test_a_semicolon_within_a_name_is_quoted_in_files_and_not_on_the_screen() -> None:
    options = {"1": Option("Red; white"), "2": Option("Ros\u00e9")}
    wines = field("choices", options=options)
    assert written(wines, ("1", "2")) == '"Red; white"; Ros\u00e9'
    assert words(wines, ("1", "2")) == "Red; white, Ros\u00e9"
    assert read(wines, "Red; white") == Reading(("1",))
    assert read(wines, "Red; green").problem == '"Red" is not among the choices.'


@given(typed_values, st.sampled_from(tuple(VALUES)))
def test_a_value_under_a_changed_definition_is_still_told(
    pair: tuple[CustomType, Any], now: CustomType
) -> None:
    type_, value = pair
    assert words(field(now), value)
    if now in custom.may_become(type_) and isinstance(value, str) and now in custom.TEXTUAL:
        assert written(field(now, options=TAPS), value).rstrip("0") == value.rstrip("0")


@given(st.text(max_size=40), st.sampled_from(tuple(VALUES)))
def test_whatever_is_typed_is_read_to_a_value_that_fits_or_refused(
    text: str, type_: CustomType
) -> None:
    found = read(field(type_), text)
    assert found.value is None or not found.problem
    assume(found.value is not None)
    assert custom.fits(field(type_), found.value)  # type: ignore[arg-type]


def test_columns_are_in_their_order_and_without_what_is_archived(replica: Replica) -> None:
    second = replica.create(CustomField(name="Hours", of="account", place=1))
    first = replica.create(CustomField(name="Taps", of="account", place=0))
    old = replica.create(CustomField(name="Fax", of="account", archived=True))
    replica.create(CustomField(name="Shoe size", of="contact"))
    told = [(column.path, column.name) for column in customising.columns(replica, "account")]
    assert told == [(f"custom.{first.id}", "Taps"), (f"custom.{second.id}", "Hours")]
    account = Account(name="Adler", custom={second.id: "7 to 9", old.id: "123"})
    facts = [(x.name, said, fits) for x, said, fits in customising.facts(replica, account)]
    assert facts == [("Fax", "123", True), ("Hours", "7 to 9", True)]


def test_records_of_the_companys_own_types_have_the_fields_of_their_type() -> None:
    assert record_types.name_of(CustomObject(name="C1", type_id="cooler")) == "cooler"
    assert record_types.name_of(Account(name="Adler")) == "account"


def test_a_write_is_checked_and_what_was_valid_once_can_come_back(replica: Replica) -> None:
    size = replica.create(CustomField(name="Size", of="account", type="number"))
    with pytest.raises(Invalid, match="Write a number") as refused:
        replica.create(Account(name="Adler", custom={size.id: "large"}))
    assert refused.value.field == f"custom.{size.id}"
    account = replica.create(Account(name="Adler", custom={size.id: "12"}))
    replica.update(size, type="date")
    (fact,) = customising.facts(replica, account)
    assert fact[1:] == ("12", False)
    renamed = replica.update(account, name="Adler Inn")
    assert renamed.custom == {size.id: "12"}
    replica.update(account, custom={size.id: "2026-05-31"})
    replica.undo()
    found = replica.get(Account, account.id)
    assert found is not None
    assert found.custom == {size.id: "12"}


def test_merging_fills_in_custom_values_under_their_own_fields(replica: Replica) -> None:
    size, taps = (
        replica.create(CustomField(name=name, of="account", type=type_))
        for name, type_ in (("Size", "number"), ("Taps", "text"))
    )
    winner = replica.create(Account(name="Adler", custom={size.id: "12"}))
    loser = replica.create(Account(name="Adler Inn", custom={size.id: "13", taps.id: "Keg"}))
    replica.update(taps, type="number")
    merged = replica.merge(loser, winner)
    assert merged.custom == {size.id: "12", taps.id: "Keg"}


def test_a_form_is_told_what_is_missing_or_wrong(replica: Replica) -> None:
    size = replica.create(CustomField(name="Size", of="account", type="number", required=True))
    until = replica.create(CustomField(name="Until", of="account", type="date"))
    with pytest.raises(Invalid, match="Size is needed"):
        customising.finished(replica, "account", {}, {})
    with pytest.raises(Invalid, match="Write a date"):
        customising.finished(replica, "account", {}, {size.id: "12", until.id: "soon"})
    typed_in = {size.id: "1,200", until.id: " "}
    assert customising.finished(replica, "account", {}, typed_in) == {size.id: "1200"}
    unfit = {size.id: "12", until.id: "whenever"}
    assert customising.finished(replica, "account", unfit, unfit) == unfit


def index(replica: Replica) -> None:
    while replica.index_some():
        pass


def test_custom_values_are_found_by_their_words_also_after_a_renaming(replica: Replica) -> None:
    taps = replica.create(CustomField(name="Taps", of="account", type="choices", options=TAPS))
    line = replica.create(CustomField(name="Hotline", of="account", type="phone"))
    values: dict[str, Any] = {taps.id: ("1", "2"), line.id: "05555 5566"}
    replica.create(Account(name="Adler", custom=values))
    index(replica)
    found = {text: replica.count(Account, text=text) for text in ("keg", "tank", "1", "5566")}
    assert found == {"keg": 1, "tank": 1, "1": 0, "5566": 1}
    replica.update(taps, options=TAPS | {"1": Option("Barrel")})
    index(replica)
    assert [replica.count(Account, text=text) for text in ("keg", "barrel")] == [0, 1]
