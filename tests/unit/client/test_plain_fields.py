"""Declared fields in forms: what is typed becomes a value of the field's type, or a sentence."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from client import plain_fields
from client.errors import Invalid
from sync_protocol.records import Deal, Money, Record, kinds


def field(kind: str, name: str) -> Any:
    return kinds()[kind].fields[name]


@pytest.mark.parametrize(
    ("kind", "name", "form"),
    [
        ("account", "name", "text"),
        ("account", "about", "long_text"),
        ("account", "employees", "number"),
        ("account", "kind", "choice"),
        ("account", "territory_id", "reference"),
        ("account", "phones", None),
        ("account", "deleted", None),
        ("account", "verified_at", None),
        ("product", "price", "money"),
        ("product", "tax", "number"),
        ("price", "amount", "number"),
        ("task", "due", "day"),
        ("user", "active", "yes_no"),
    ],
)
def test_the_declaration_says_how_a_field_is_filled_in(
    kind: str, name: str, form: str | None
) -> None:
    assert plain_fields.form_of(field(kind, name)) == form


@pytest.mark.parametrize(
    ("kind", "name", "typed", "value"),
    [
        ("account", "name", " Adler ", "Adler"),
        ("account", "employees", "1,200", 1200),
        ("account", "employees", "", None),
        ("product", "price", "12,5", Money("12.5", "EUR")),
        ("product", "tax", "7,5", "7.5"),
        ("product", "tax", "", "0"),
        ("task", "due", "31.5.2026", date(2026, 5, 31)),
        ("task", "due", " ", None),
        ("user", "active", False, False),
    ],
)
def test_what_is_typed_becomes_a_value(kind: str, name: str, typed: Any, value: Any) -> None:
    assert plain_fields.read(field(kind, name), typed) == value


@pytest.mark.parametrize(
    ("kind", "name", "typed", "sentence"),
    [
        ("account", "employees", "many", "Write a number"),
        ("account", "employees", "1.5", "Write a whole number."),
        ("task", "due", "soon", "Write a date"),
    ],
)
def test_what_is_no_value_is_said_beside_its_field(
    kind: str, name: str, typed: str, sentence: str
) -> None:
    struct: Any = kinds()[kind].struct
    before = struct(**{"task": {"title": "Call"}, "account": {"name": "Adler"}}[kind])
    now = struct(**{"task": {"title": "Call"}, "account": {"name": "Adler"}}[kind] | {name: typed})
    with pytest.raises(Invalid, match=sentence) as refused:
        plain_fields.changes(kinds()[kind], before, now)
    assert refused.value.field == name


def test_only_what_differs_is_written() -> None:
    before = Deal(name="Beer", pipeline_id="p", stage_id="s", about="Old")
    now = Deal(name=" Beer", pipeline_id="p", stage_id="s", about="New")
    assert plain_fields.changes(kinds()["deal"], before, now) == {"about": "New"}


@given(
    st.sampled_from(["en", "de"]),
    st.one_of(
        st.tuples(st.just(("account", "employees")), st.integers(0, 10**9)),
        st.tuples(st.just(("task", "due")), st.dates(date(1000, 1, 1))),
        st.tuples(
            st.just(("product", "price")),
            st.integers(0, 10**9).map(lambda cents: Money(f"{cents}.25", "EUR")),
        ),
    ),
)
def test_a_value_typed_again_as_it_stands_is_the_same_value(
    locale: str, pair: tuple[tuple[str, str], Any]
) -> None:
    (kind, name), value = pair
    typed = plain_fields.typed(field(kind, name), value, locale)
    assert plain_fields.read(field(kind, name), typed, locale=locale) == value
    assert plain_fields.words(field(kind, name), value, locale)


def test_every_declared_type_can_be_asked_for() -> None:
    for kind in kinds().values():
        assert issubclass(kind.struct, Record)
        assert all(plain_fields.form_of(one) for one in plain_fields.asked(kind))
