from __future__ import annotations

from typing import get_args

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sync_protocol.records import Answer, Lead
from sync_protocol.records.leads import QUESTIONS, LeadStatus
from sync_protocol.rules import leads

STATUSES: tuple[LeadStatus, ...] = get_args(LeadStatus)


def test_every_status_has_its_steps_and_they_lead_to_statuses() -> None:
    assert set(leads.STEPS) == set(STATUSES)
    assert set().union(*leads.STEPS.values()) <= set(STATUSES)


@pytest.mark.parametrize("status", leads.OPEN)
def test_an_open_lead_can_be_converted_and_disqualified(status: LeadStatus) -> None:
    assert leads.may_become(status, "converted")
    assert leads.may_become(status, "disqualified")


def test_a_converted_lead_goes_nowhere() -> None:
    assert not any(leads.may_become("converted", status) for status in STATUSES)
    assert leads.refusal(Lead(name="A", status="converted"), "working")


def test_a_disqualified_lead_can_only_be_reopened() -> None:
    lead = Lead(name="A", status="disqualified")
    assert leads.refusal(lead, "working") == ""
    assert "reopened before" in leads.refusal(lead, "qualified")


@given(st.lists(st.sampled_from(STATUSES), max_size=12))
def test_whatever_is_tried_only_steps_of_the_table_are_taken(tried: list[LeadStatus]) -> None:
    status: LeadStatus = "new"
    for then in tried:
        if not leads.refusal(Lead(name="A", status=status), then):
            assert then in leads.STEPS[status]
            status = then
    assert status in STATUSES


def test_what_is_met_and_what_is_known_is_counted() -> None:
    answers = {"budget": Answer(met=True), "need": Answer(met=False), "timing": Answer(note="?")}
    assert leads.answered(answers) == (1, 2)
    assert set(answers) < set(QUESTIONS)


def test_what_is_made_of_a_lead_has_one_id_for_each_kind() -> None:
    assert leads.made_id("x", "account") == leads.made_id("x", "account")
    assert len({leads.made_id("x", kind) for kind in ("account", "contact", "deal")}) == 3
