"""Fields that save themselves, in records to which others write as well."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

import flet as ft
import pytest

from client import cases, fieldwork
from client.store import meta
from sync_protocol.messages import Cursor
from sync_protocol.records import (
    Activity,
    Answer,
    Case,
    Competitor,
    Deal,
    Invoice,
    Lead,
    Line,
    Pipeline,
    SalesOrder,
    Stage,
    Task,
    VisitForm,
)
from sync_protocol.records.cases import CaseState
from sync_protocol.records.fieldwork import Question
from tests.unit.client.ui.harness import opened
from tests.unit.client.ui.office import accept_all, open_office

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Callable
    from pathlib import Path

    from client.replica import Replica
    from sync_protocol.records import Record
    from tests.unit.client.ui.harness import Screen
    from tests.unit.client.ui.office import Office

THEIRS = "They cancel unless we call today"


@pytest.fixture
async def office(tmp_path: Path) -> AsyncIterator[Office]:
    """Without a server: what is written waits, and can be looked at."""
    office = await open_office(tmp_path, role="admin")
    yield office
    await office.replica.close()


class Text(NamedTuple):
    """A field that saves itself, and what another writes into it."""

    record: Record
    route: str
    label: str
    theirs: dict[str, Any]


def note(office: Office) -> Text:
    one = fieldwork.log(office.replica, "call", fieldwork.About(office[0].id), note="Old")
    return Text(one, f"/activities/{one.id}", "Note", {"note": THEIRS})


def task_title(office: Office) -> Text:
    one = office.replica.create(Task(title="Old"))
    return Text(one, f"/tasks/{one.id}", "What is to be done", {"title": THEIRS})


def task_note(office: Office) -> Text:
    one = office.replica.create(Task(title="Call", about="Old"))
    return Text(one, f"/tasks/{one.id}", "Note", {"about": THEIRS})


def a_case(office: Office) -> Case:
    return cases.open_for(office.replica, "Old", fieldwork.About(office[0].id))


def case_title(office: Office) -> Text:
    one = a_case(office)
    return Text(one, f"/cases/{one.id}", "What is wrong", {"title": THEIRS})


def case_about(office: Office) -> Text:
    one = a_case(office)
    return Text(one, f"/cases/{one.id}", "More about it", {"about": THEIRS})


def case_resolution(office: Office) -> Text:
    one = cases.move(office.replica, a_case(office), "resolved")
    state = CaseState("resolved", one.state.at, THEIRS)
    return Text(one, f"/cases/{one.id}", "How it was resolved", {"state": state})


def a_deal(office: Office, **facts: Any) -> Deal:
    line = office.replica.create(Pipeline(name="Sales", stages={"a": Stage("Talk", 1)}))
    return office.replica.create(
        Deal(name="Taps", pipeline_id=line.id, stage_id="a", account_id=office[0].id, **facts)
    )


def next_step(office: Office) -> Text:
    one = a_deal(office, next_step="Old")
    return Text(one, f"/deals/{one.id}", "What comes next", {"next_step": THEIRS})


def offer(office: Office) -> Text:
    other = office.replica.create(Competitor(name="Other"))
    one = a_deal(office, competitors={other.id: "Old"})
    theirs = {"competitors": {other.id: THEIRS}}
    return Text(one, f"/deals/{one.id}", "Other: what they offer", theirs)


def question(office: Office) -> Text:
    one = office.replica.create(Lead(name="Max Neu"))
    return Text(
        one, f"/leads/{one.id}", "Note on need", {"answers": {"need": Answer(None, THEIRS)}}
    )


def invoice(office: Office) -> Text:
    one = office.replica.create(
        SalesOrder(at=1, account_id=office[0].id, lines={"a": Line("Beer")})
    )
    return Text(one, f"/orders/{one.id}", "Number of the invoice", {"invoice": Invoice(THEIRS)})


def visit_answer(office: Office) -> Text:
    asked = {"q": Question("Which taps?")}
    office.replica.create(VisitForm(name="Checklist", questions=asked))
    one = fieldwork.log(office.replica, "visit", fieldwork.About(office[0].id))
    return Text(one, f"/visit/{one.id}", "Which taps?", {"answers": {"q": THEIRS}})


FIELDS = (
    note, task_title, task_note, case_title, case_about, case_resolution, next_step, offer,
    question, invoice, visit_answer,
)  # fmt: skip


def field(screen: Screen, label: str) -> ft.TextField:
    return screen.all(ft.TextField, label=label)[0]


def arrives(replica: Replica, record: Record, sequence: int, **fields: Any) -> None:
    """Somebody else's words, read up to the server's `sequence`."""
    held = replica.get(type(record), record.id)
    assert held is not None
    replica.update(held, **fields)
    accept_all(replica)
    with replica._database.transaction() as connection:
        meta.write(connection, "cursor", Cursor(sequence=sequence))


@pytest.mark.parametrize("make", FIELDS)
async def test_a_field_in_which_nobody_types_shows_what_arrives(
    office: Office, make: Callable[[Office], Text]
) -> None:
    replica, text = office.replica, make(office)
    accept_all(replica)
    async with opened(replica, text.route) as screen:
        await screen.until(lambda: screen.all(ft.TextField, label=text.label))
        arrives(replica, text.record, 7, **text.theirs)
        await screen.until(lambda: field(screen, text.label).value == THEIRS)
        await screen.type(text.label, f"{THEIRS}!")
        await screen.until(replica.pending)
        assert field(screen, text.label).value == f"{THEIRS}!"
    (waiting,) = replica.pending()
    assert waiting.seen == 7


@pytest.mark.parametrize("make", FIELDS)
async def test_what_is_typed_on_over_another_s_words_says_that_they_were_not_seen(
    office: Office, make: Callable[[Office], Text]
) -> None:
    replica, text = office.replica, make(office)
    accept_all(replica)
    async with opened(replica, text.route) as screen:
        await screen.until(lambda: screen.all(ft.TextField, label=text.label))
        await screen.event(field(screen, text.label), "focus")
        await screen.type(text.label, "Mine")
        await screen.until(replica.pending)
        arrives(replica, text.record, 7, **text.theirs)
        await screen.until(lambda: replica.seen == 7)
        await screen.settle()
        assert field(screen, text.label).value == "Mine"
        await screen.type(text.label, "Mine, longer")
        await screen.until(replica.pending)
        assert [waiting.seen for waiting in replica.pending()] == [0]
        accept_all(replica)
        arrives(replica, text.record, 9, **text.theirs)
        await screen.event(field(screen, text.label), "blur")
        await screen.until(lambda: field(screen, text.label).value == THEIRS)


async def test_what_was_refused_stays_in_its_field(office: Office) -> None:
    replica, text = office.replica, task_title(office)
    async with opened(replica, text.route) as screen:
        await screen.type(text.label, "")
        await screen.until_says("A task needs a few words")
        arrives(replica, text.record, 7, about="More")
        await screen.until(lambda: field(screen, "Note").value == "More")
        assert field(screen, text.label).value == ""


async def test_a_pause_after_a_space_takes_nothing_away(office: Office) -> None:
    replica, text = office.replica, next_step(office)
    async with opened(replica, text.route) as screen:
        await screen.until(lambda: screen.all(ft.TextField, label=text.label))
        await screen.type(text.label, "Send the ")
        await screen.until(lambda: replica.find(Deal)[0].next_step == "Send the")
        await screen.go("/tasks")
        await screen.go(text.route)
        await screen.until(lambda: screen.all(ft.TextField, label=text.label))
        await screen.type(text.label, "Send the offer ")
        await screen.until(lambda: replica.find(Deal)[0].next_step == "Send the offer")
        arrives(replica, text.record, 7, about="Somebody else writes beside it")
        await screen.until_says("Somebody else writes beside it")
        assert field(screen, text.label).value == "Send the offer "
    assert replica.find(Activity) == []
