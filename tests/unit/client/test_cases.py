"""Cases: opened at a customer's, moved on, listed by how long they wait."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING

import pytest

from client import cases, timeline
from client.errors import Invalid
from client.fieldwork import About
from sync_protocol.records import Case, CaseState
from tests.unit.client.ui.office import open_office

if TYPE_CHECKING:
    from collections.abc import AsyncIterator
    from pathlib import Path

    from tests.unit.client.ui.office import Office

DAY_MS = 86_400_000


@pytest.fixture
async def office(tmp_path: Path) -> AsyncIterator[Office]:
    office = await open_office(tmp_path)
    yield office
    await office.replica.close()


def opened(office: Office, title: str = "Tap drips", days_ago: int = 0) -> Case:
    office.time_ms -= days_ago * DAY_MS
    case = cases.open_for(office.replica, title, About(office[0].id))
    office.time_ms += days_ago * DAY_MS
    return case


async def test_a_case_goes_from_open_to_in_progress_to_resolved(office: Office) -> None:
    case = opened(office)
    assert case.state.status == "open"
    assert (case.assignee_id, case.owner_id) == (office.replica.user_id, office.replica.user_id)
    office.time_ms += DAY_MS
    assert cases.move(office.replica, case, "in_progress").state == CaseState(
        "in_progress", office.now()
    )
    office.time_ms += DAY_MS
    resolved = cases.move(office.replica, case, "resolved", " New washer ")
    assert resolved.state == CaseState("resolved", office.now(), "New washer")
    assert cases.days_waiting(resolved, office.now() + 9 * DAY_MS, "UTC") == 2


def test_a_case_of_late_last_night_has_waited_since_yesterday() -> None:
    opened_at = int(datetime(2026, 11, 28, 23, 49, tzinfo=UTC).timestamp() * 1000)
    case = Case(title="Tap drips", opened_at=opened_at)
    assert cases.days_waiting(case, opened_at + 3_600_000, "UTC") == 1
    assert cases.days_waiting(case, opened_at + 3_600_000, "America/Sao_Paulo") == 0


async def test_a_move_that_the_table_lacks_is_refused_and_undo_takes_one_back(
    office: Office,
) -> None:
    case = cases.move(office.replica, opened(office), "resolved", "New washer")
    with pytest.raises(Invalid, match="opened again first"):
        cases.move(office.replica, case, "in_progress")
    office.replica.undo()
    back = office.replica.get(Case, case.id)
    assert back is not None
    assert back.state == CaseState("open")


async def test_what_is_not_true_in_itself_is_refused_at_the_write(office: Office) -> None:
    case = opened(office)
    with pytest.raises(Invalid, match="says when it was resolved"):
        office.replica.update(case, state=CaseState("resolved"))
    with pytest.raises(Invalid, match="Only a resolved case"):
        office.replica.update(case, state=CaseState("open", 1, "Done?"))


async def test_a_case_is_about_a_customer(office: Office) -> None:
    with pytest.raises(Invalid, match="about a customer"):
        cases.open_for(office.replica, "Tap drips", About())
    with pytest.raises(Invalid) as refused:
        cases.open_for(office.replica, "  ", About(office[0].id))
    assert refused.value.field == "title"


async def test_lists_show_first_what_has_waited_longest(office: Office) -> None:
    young, old = opened(office, "Young", 1), opened(office, "Old", 9)
    working = cases.move(office.replica, opened(office, "Working", 5), "in_progress")
    first = cases.move(office.replica, opened(office, "First", 30), "resolved")
    office.time_ms += 1
    last = cases.move(office.replica, opened(office, "Last", 20), "resolved")
    found = cases.groups(office.replica, office.replica.user_id)
    assert [case.id for case in found.open] == [old.id, young.id]
    assert [case.id for case in found.in_progress] == [working.id]
    assert [case.id for case in found.resolved] == [last.id, first.id]
    assert found.counts == {"open": 2, "in_progress": 1, "resolved": 2}
    assert [case.title for case in cases.unresolved(office.replica)] == ["Old", "Working", "Young"]
    assert cases.groups(office.replica, "somebody else").counts["open"] == 0
    here = cases.of_record(office.replica, "account_id", office[0].id)
    assert [case.title for case in here] == ["Old", "Working", "Young", "Last", "First"]


async def test_a_case_is_on_its_customers_timeline_and_found_by_its_words(office: Office) -> None:
    case = cases.move(office.replica, opened(office, days_ago=3), "resolved", "New washer")
    told = timeline.read(office.replica, "account", office[0].id, "case", limit=9)
    assert [(entry.title, entry.note) for entry in told.entries] == [
        ("Case resolved: Tap drips", "New washer"), ("Case opened: Tap drips", ""),
    ]  # fmt: skip
    while office.replica.index_some():
        pass
    hits = office.replica.look_up("washer", ["case"])
    assert [hit.id for hit in hits] == [case.id]


async def test_the_resolution_can_be_told_later(office: Office) -> None:
    case = cases.move(office.replica, opened(office), "resolved")
    told = cases.tell_resolution(office.replica, case, "New washer")
    assert told.state == CaseState("resolved", case.state.at, "New washer")


async def test_a_case_is_hidden_with_its_customer(office: Office) -> None:
    opened(office)
    office.replica.delete(office[0])
    assert office.replica.find(Case) == []
