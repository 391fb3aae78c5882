from __future__ import annotations

from datetime import date
from zoneinfo import ZoneInfo

import pytest

from sync_protocol.records import (
    Account,
    Address,
    Closing,
    Condition,
    Deal,
    Filter,
    Line,
    Money,
    Record,
    Task,
    entries,
    kind_of,
)
from sync_protocol.rules.conditions import Moment, condition_holds, holds, plain

NOW = Moment(1_760_000_000_000, ZoneInfo("Europe/Berlin"))  # Thursday 9 October 2025, 10:53
DAY = 86_400_000
SHOP = Account(
    id="a",
    name="Café Müller",
    employees=12,
    addresses=entries(Address(town="Kronach"), Address(town="Lichtenfels")),
    channels={"email": "blocked"},
    custom={"size": "12.50 EUR", "vip": True, "kinds": ("x", "y")},
    verified_at=NOW.ms - 10 * DAY,
)
DEAL = Deal(
    name="Beer",
    pipeline_id="p",
    stage_id="s",
    value=Money("900", "EUR"),
    closing=Closing(won=True, at=NOW.ms),
    expected_on=date(2025, 10, 9),
    lines=entries(Line("Lager", "12")),
)


def ask(record: Record, field: str, operator: str = "is", *values: str) -> bool:
    condition = Condition(field, operator, values)  # type: ignore[arg-type]
    return condition_holds(kind_of(record), condition, plain(record), NOW)


@pytest.mark.parametrize(
    ("field", "operator", "values"),
    [
        ("name", "is", ("cafe muller",)),
        ("name", "is", ("other", "CAFÉ MÜLLER")),
        ("name", "is_not", ("Cafe",)),
        ("name", "contains", ("mull",)),
        ("name", "starts", ("caf",)),
        ("name", "filled", ()),
        ("industry", "empty", ()),
        ("industry", "is_not", ("Gastronomy",)),
        ("employees", "is", ("12",)),
        ("employees", "less", ("13",)),
        ("employees", "more", ("11.5",)),
        ("employees", "between", ("12", "20")),
        ("addresses.town", "is", ("lichtenfels",)),
        ("addresses.street", "empty", ()),
        ("addresses", "filled", ()),
        ("socials", "empty", ()),
        ("channels.email", "is", ("blocked",)),
        ("channels.phone", "empty", ()),
        ("custom.size", "more", ("9",)),
        ("custom.size", "is", ("12.5",)),
        ("custom.vip", "is", ("true",)),
        ("custom.kinds", "is", ("y",)),
        ("verified_at", "older", ("9",)),
        ("verified_at", "within", ("10",)),
        ("verified_at", "is", ("2025-09-29",)),
        ("verified_at", "between", ("2025-09-01", "2025-09-29")),
        ("verified_at", "less", ("2025-09-30",)),
        ("a field of next year", "empty", ()),
    ],
)
def test_what_holds_of_a_customer(field: str, operator: str, values: tuple[str, ...]) -> None:
    assert ask(SHOP, field, operator, *values)


@pytest.mark.parametrize(
    ("field", "operator", "values"),
    [
        ("name", "is", ("cafe",)),
        ("name", "is", ()),
        ("name", "less", ("12",)),
        ("addresses.town", "is_not", ("kronach",)),
        ("employees", "less", ("12",)),
        ("employees", "more", ("12",)),
        ("employees", "between", ("13",)),
        ("employees", "older", ("many",)),
        ("verified_at", "older", ("11",)),
        ("verified_at", "ahead", ("30",)),
        ("verified_at", "more", ("2025-09-29",)),
        ("channels.email", "empty", ()),
        ("custom.vip", "is", ("false",)),
        ("a field of next year", "filled", ()),
    ],
)
def test_what_does_not_hold_of_a_customer(
    field: str, operator: str, values: tuple[str, ...]
) -> None:
    assert not ask(SHOP, field, operator, *values)


def test_amounts_are_compared_as_numbers_although_they_are_text() -> None:
    assert ask(DEAL, "value.amount", "less", "1000")
    assert ask(DEAL, "lines.quantity", "more", "2")
    assert not ask(SHOP, "custom.size", "more", "100")


def test_a_part_of_a_cell_is_asked_by_its_path() -> None:
    assert ask(DEAL, "closing.won", "is", "yes")
    assert not ask(DEAL, "closing.won", "is", "no")


def test_a_date_counts_whole_days_in_the_workspaces_zone() -> None:
    due = Task(title="Call", due=date(2025, 10, 8))
    assert ask(due, "due", "within", "1")
    assert ask(due, "due", "older", "0")
    assert not ask(due, "due", "older", "1")
    assert ask(DEAL, "expected_on", "ahead", "0")
    assert not ask(due, "due", "ahead", "7")


def test_any_condition_is_enough_where_the_filter_says_so() -> None:
    kind, fields = kind_of(SHOP), plain(SHOP)
    both = (Condition("name", "starts", ("caf",)), Condition("industry", "filled"))
    assert not holds(kind, Filter(conditions=both), fields, (), NOW)
    assert holds(kind, Filter(match="any", conditions=both), fields, (), NOW)


def test_labels_are_asked_for_beside_the_conditions() -> None:
    kind, fields = kind_of(SHOP), plain(SHOP)
    wanted = Filter(
        conditions=(Condition("name", "filled"),),
        labels_any=("a", "b"),
        labels_all=("c",),
        labels_none=("d",),
    )
    assert holds(kind, wanted, fields, {"b", "c"}, NOW)
    assert not holds(kind, wanted, fields, {"b"}, NOW)
    assert not holds(kind, wanted, fields, {"c"}, NOW)
    assert not holds(kind, wanted, fields, {"b", "c", "d"}, NOW)


def test_what_is_derived_is_asked_like_a_field() -> None:
    fields = plain(SHOP) | {"last_activity": NOW.ms - 100 * DAY}
    late = Filter(conditions=(Condition("last_activity", "older", ("90",)),))
    assert holds(kind_of(SHOP), late, fields, (), NOW)
