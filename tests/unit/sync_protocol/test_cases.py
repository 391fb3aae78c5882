"""What may become of a case, and what its state may say."""

from __future__ import annotations

from itertools import product
from typing import get_args

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec import Raw

from sync_protocol.changes import Change
from sync_protocol.records import Case, CaseState
from sync_protocol.records.cases import CaseStatus
from sync_protocol.rules import cases

STATUSES: tuple[CaseStatus, ...] = get_args(CaseStatus)


def case(status: CaseStatus) -> Case:
    return Case(title="Tap drips", opened_at=1, state=CaseState(status, 2))


def writing(state: CaseState) -> Change:
    return Change("case", "c", {"state": Raw(msgspec.msgpack.encode(state))})


def test_every_status_has_its_steps_and_they_lead_to_statuses() -> None:
    assert set(cases.STEPS) == set(STATUSES)
    assert set().union(*cases.STEPS.values()) == set(STATUSES)


@pytest.mark.parametrize(("now", "then"), list(product(STATUSES, STATUSES)))
def test_a_step_is_refused_with_a_sentence_or_allowed(now: CaseStatus, then: CaseStatus) -> None:
    assert bool(cases.refusal(case(now), then)) != cases.may_become(now, then)


def test_what_is_resolved_is_opened_again_before_anything_else() -> None:
    assert cases.STEPS["resolved"] == {"open"}
    assert cases.refusal(case("resolved"), "in_progress") == (
        "A resolved case has to be opened again first."
    )
    assert cases.refusal(case("in_progress"), "in_progress") == (
        "This case is in progress already."
    )


@given(
    st.sampled_from(STATUSES), st.none() | st.integers(0, 1 << 50), st.sampled_from(["", "New tap"])
)
def test_a_state_is_true_if_it_is_resolved_at_a_moment_or_says_nothing_of_a_resolution(
    status: CaseStatus, at: int | None, resolution: str
) -> None:
    problem = cases.untrue(writing(CaseState(status, at, resolution)))
    if status == "resolved":
        assert (problem is None) == (at is not None)
    else:
        assert (problem is None) == (resolution == "")


def test_other_records_and_other_cells_are_not_looked_at() -> None:
    assert cases.untrue(Change("case", "c", {"title": Raw(b"\xa1T")})) is None
    assert cases.untrue(Change("deal", "d", {"state": Raw(b"\xa4gone")})) is None
