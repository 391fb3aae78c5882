from __future__ import annotations

from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from sync_protocol.records import Account, Activity, LabelModel, SalesOrder, Weight, entries
from sync_protocol.records.parts import Address, Line
from sync_protocol.rules import likelihood
from sync_protocol.rules.features import EDITION, YEAR_MS, Known, features

NOW = 1_790_000_000_000
TIMES = st.integers(0, NOW * 2)
TEXTS = st.text(max_size=70)
ACTIVITIES = st.builds(
    Activity, kind=st.sampled_from(["visit", "call", "note"]), at=TIMES, note=TEXTS,
    status=st.sampled_from(["planned", "done"]), deleted=st.booleans(), id=st.uuids().map(str),
)  # fmt: skip
ORDERS = st.builds(
    SalesOrder, at=TIMES, status=st.sampled_from(["placed", "delivered", "cancelled"]),
    lines=st.lists(st.builds(Line, name=st.sampled_from(["a", "b", "c"])), max_size=4).map(
        lambda lines: entries(*lines)
    ),
)  # fmt: skip
ACCOUNTS = st.builds(
    Account, name=st.just("A"), industry=TEXTS, about=TEXTS, source=TEXTS,
    employees=st.none() | st.integers(0, 1 << 31),
    addresses=st.builds(Address, town=TEXTS).map(entries),
)  # fmt: skip
NAMES = st.sampled_from("abcdefgh")
WEIGHTS = st.dictionaries(NAMES, st.floats(-1e6, 1e6)).map(
    lambda found: tuple(Weight(name, weight) for name, weight in found.items())
)


@given(ACCOUNTS, st.lists(ACTIVITIES, max_size=6), st.lists(ORDERS, max_size=4), st.randoms())
def test_features_depend_neither_on_order_nor_on_what_is_older_than_a_year(
    account: Account, done: list[Activity], bought: list[SalesOrder], random: Any
) -> None:
    found = features(Known(account, done, bought), NOW)
    mixed = features(
        Known(account, random.sample(done, len(done)), random.sample(bought, len(bought))), NOW
    )
    assert found.keys() == mixed.keys()
    recent = [x for x in done if x.at > NOW - YEAR_MS]
    ordered = [x for x in bought if x.at > NOW - YEAR_MS]
    assert features(Known(account, recent, ordered), NOW).keys() == found.keys()
    assert all(len(name) <= 200 and "=" in name for name in found)


@given(WEIGHTS, st.floats(-1e6, 1e6), st.sets(NAMES), st.randoms())
def test_a_chance_is_one_and_the_same_whatever_the_order_of_the_weights(
    weights: tuple[Weight, ...], bias: float, there: set[str], random: Any
) -> None:
    model = LabelModel(label_id="l", bias=bias, weights=weights, edition=EDITION)
    other = LabelModel(
        label_id="l",
        bias=bias,
        edition=EDITION,
        weights=tuple(random.sample(weights, len(weights))),
    )
    found = likelihood.chance(model, there)
    assert 0 <= found <= 1
    assert found == likelihood.chance(other, there)
    assert likelihood.reasons(model, there) == likelihood.reasons(other, there)
    speaking = {x.feature for x in weights if x.weight > 0} & there
    assert set(likelihood.reasons(model, there)) <= speaking


@given(WEIGHTS, st.sets(NAMES), NAMES)
def test_what_speaks_for_a_label_never_makes_it_less_likely(
    weights: tuple[Weight, ...], there: set[str], more: str
) -> None:
    model = LabelModel(label_id="l", weights=weights, edition=EDITION)
    if any(x.feature == more and x.weight >= 0 for x in weights):
        assert likelihood.chance(model, there | {more}) >= likelihood.chance(model, there)
