"""Lists ask in SQL who waits for a visit, the screens ask the rule: they cannot disagree."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from client import cadence
from client.replica import Replica
from sync_protocol.records import (
    SETTINGS_ID,
    Account,
    Activity,
    Cadence,
    Condition,
    Contact,
    Filter,
    Label,
    Settings,
)

DAY = 86_400_000
NOW = 1_761_480_000_000  # 26 October 2025, the day on which the clocks go back in Berlin
INDUSTRIES = ("bar", "shop", "")
VISITED = st.none() | st.one_of(
    st.integers(NOW - 40 * DAY, NOW), st.integers(-40, 0).map(lambda x: NOW + x * DAY // 2)
)
OVERDUE = Filter(conditions=(Condition("overdue", "is", ("yes",)),))
ACCOUNTS = st.tuples(
    st.sampled_from(INDUSTRIES), st.none() | st.sampled_from([0, 1, 7, 20]), VISITED, st.booleans()
)
CADENCES = st.tuples(
    st.sampled_from([1, 7, 14, 28]), st.sampled_from((*INDUSTRIES, None)), st.booleans()
)


@pytest.fixture(scope="module")
def replica(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Replica]:
    path: Path = tmp_path_factory.mktemp("cadence") / "replica.db"
    opened = asyncio.run(Replica.open(str(path), now=lambda: NOW))
    opened.create(Settings(id=SETTINGS_ID, name="Cadences", time_zone="Europe/Berlin"))
    opened.create(Label(name="Key"))
    yield opened
    asyncio.run(opened.close())


@given(accounts=st.lists(ACCOUNTS, min_size=1, max_size=4), kept=st.lists(CADENCES, max_size=3))
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
def test_who_waits_is_the_same_in_a_list_over_all_and_one_by_one(
    replica: Replica,
    accounts: list[tuple[str, int | None, int | None, bool]],
    kept: list[tuple[int, str | None, bool]],
) -> None:
    label = replica.label_named("Key")
    with replica.changeset("A company"):
        for old in (*replica.find(Account), *replica.find(Cadence)):
            replica.delete(old)
        for industry, own, at, key in accounts:
            one = replica.create(Account(name="A", industry=industry, cadence_days=own))
            replica.create(Contact(name="C", account_id=one.id))
            if key:
                replica.label(one, "Key")
            if at is not None:
                replica.create(Activity(kind="visit", at=at, account_id=one.id))
        for days, industry, key in kept:
            wanted = (Condition("industry", "is", (industry,)),) if industry else ()
            labels = (label.id,) if key else ()
            replica.create(
                Cadence(name="K", days=days, filter=Filter(conditions=wanted, labels_any=labels))
            )
    found = cadence.standings(replica)
    one_by_one = {x.id: cadence.of(replica, x) for x in replica.find(Account)}
    assert found == one_by_one
    late = {i for i, one in found.items() if one.state in ("overdue", "never")}
    assert set(replica.ids(Account, filter=OVERDUE)) == late
    people = replica.find(Contact, filter=OVERDUE)
    assert {x.account_id for x in people} == late
