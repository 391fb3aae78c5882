from __future__ import annotations

import asyncio
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from client.replica import Replica
from sync_protocol.records import (
    CHANNELS,
    SETTINGS_ID,
    Account,
    Address,
    Closing,
    Condition,
    Deal,
    Filter,
    Label,
    Line,
    Money,
    Phone,
    Position,
    Record,
    Settings,
    Task,
    entries,
    kind_of,
)
from sync_protocol.rules import conditions
from sync_protocol.rules.conditions import Moment

NOW = 1_760_000_000_000
DAY = 86_400_000
WORDS = st.sampled_from(
    ["", "a", "A", "ab", "Ä", "ä b", "ß", "SS", "12", "12.5", "012", "true", "no", "2025-10-09"]
)
MOMENTS = st.one_of(
    st.sampled_from([NOW, NOW - DAY, NOW + DAY, NOW - 7 * DAY, 0]),
    st.integers(NOW - 20 * DAY, NOW + 20 * DAY),
)
DAYS = st.dates(date(2025, 9, 20), date(2025, 10, 30))
AMOUNTS = st.sampled_from(["0", "9", "10", "12.50", "-3"])
ADDRESSES = st.builds(
    Address, street=WORDS, town=WORDS, position=st.none() | st.just(Position(12.5, 9))
)
CUSTOM = st.one_of(
    WORDS,
    AMOUNTS,
    st.just("12.50 EUR"),
    DAYS.map(str),
    st.booleans(),
    st.lists(WORDS, max_size=2).map(tuple),
)
ACCOUNTS = st.builds(
    Account,
    name=WORDS.filter(bool),
    kind=st.sampled_from(["company", "household"]),
    industry=WORDS,
    employees=st.none() | st.integers(0, 13),
    addresses=st.lists(ADDRESSES, max_size=2).map(lambda found: entries(*found)),
    phones=st.lists(st.builds(Phone, WORDS.filter(bool)), max_size=2).map(lambda x: entries(*x)),
    channels=st.dictionaries(
        st.sampled_from(CHANNELS), st.sampled_from(["preferred", "blocked"]), max_size=2
    ),
    verified_at=st.none() | MOMENTS,
    custom=st.dictionaries(st.sampled_from(["one", "two"]), CUSTOM, max_size=2),
)
DEALS = st.builds(
    Deal,
    name=WORDS.filter(bool),
    pipeline_id=st.just("p"),
    stage_id=st.just("s"),
    value=st.none() | st.builds(Money, AMOUNTS, st.just("EUR")),
    expected_on=st.none() | DAYS,
    closing=st.none() | st.builds(Closing, st.booleans(), MOMENTS, note=WORDS),
    lines=st.lists(st.builds(Line, WORDS.filter(bool), quantity=AMOUNTS), max_size=2).map(
        lambda x: entries(*x)
    ),
)
TASKS = st.builds(
    Task,
    title=WORDS.filter(bool),
    due=st.none() | DAYS,
    done_at=st.none() | MOMENTS,
    remind_min=st.none() | st.integers(0, 13),
)
FIELDS = {
    Account: [
        "name", "kind", "industry", "employees", "addresses", "addresses.town", "verified_at",
        "addresses.position.lat", "phones.number", "channels", "channels.email", "custom.one",
        "custom.two", "deleted", "nowhere", "nowhere.town", "name.town", "custom.",
    ],
    Deal: ["value", "value.amount", "expected_on", "closing.won", "closing.at", "closing.note",
           "closing", "lines.quantity", "lines.name", "closing.newer"],
    Task: ["title", "due", "done_at", "remind_min"],
}  # fmt: skip
OPERATORS = [
    "is", "is_not", "contains", "starts", "empty", "filled",
    "less", "more", "between", "older", "within", "ahead",
]  # fmt: skip
ASKED = st.one_of(WORDS, AMOUNTS, DAYS.map(str), MOMENTS.map(str), st.sampled_from(["7", "yes"]))


def conditions_on(struct: type[Record]) -> st.SearchStrategy[Condition]:
    return st.builds(
        Condition,
        st.sampled_from(FIELDS[struct]),
        st.sampled_from(OPERATORS),
        st.lists(ASKED, max_size=3).map(tuple),
    )


@pytest.fixture(scope="module")
def replica(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Replica]:
    path: Path = tmp_path_factory.mktemp("filters") / "replica.db"
    opened = asyncio.run(Replica.open(str(path), now=lambda: NOW))
    opened.create(Settings(id=SETTINGS_ID, name="Filters", time_zone="Europe/Berlin"))
    for name in ("one", "two", "three"):
        opened.create(Label(name=name))
    yield opened
    asyncio.run(opened.close())


@pytest.mark.parametrize(
    ("struct", "records"),
    [(Account, ACCOUNTS), (Deal, DEALS), (Task, TASKS)],
    ids=["accounts", "deals", "tasks"],
)
@given(data=st.data())
@settings(
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.function_scoped_fixture], deadline=None
)
def test_a_list_finds_exactly_the_records_that_the_rule_accepts(
    replica: Replica, struct: type[Record], records: st.SearchStrategy[Record], data: st.DataObject
) -> None:
    labels = {label.name: label.id for label in replica.find(Label)}
    some = st.lists(st.sampled_from(sorted(labels.values())), max_size=2, unique=True)
    with replica.changeset("What was there before goes"):
        for old in replica.find(struct):
            replica.delete(old)
    carried: dict[str, list[str]] = {}
    with replica.changeset("New ones"):
        for draft in data.draw(st.lists(records, min_size=1, max_size=3)):
            record = replica.create(draft)
            carried[record.id] = data.draw(some)
            for label in carried[record.id]:
                replica.put_label(record, label)
    wanted = Filter(
        match=data.draw(st.sampled_from(["all", "any"])),
        conditions=tuple(data.draw(st.lists(conditions_on(struct), max_size=3))),
        labels_any=tuple(data.draw(some)),
        labels_all=tuple(data.draw(some)),
        labels_none=tuple(data.draw(some)),
    )
    now = Moment(NOW, ZoneInfo("Europe/Berlin"))
    expected = {
        record.id
        for record in replica.find(struct)
        if conditions.holds(
            kind_of(struct), wanted, conditions.plain(record), carried[record.id], now
        )
    }
    assert set(replica.ids(struct, filter=wanted)) == expected
    assert replica.count(struct, filter=wanted) == len(expected)
