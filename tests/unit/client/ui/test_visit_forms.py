"""Visit forms on screen: built by an administrator, filled in on the visit, never in the way."""

from __future__ import annotations

import csv
import io
from typing import TYPE_CHECKING, Any

import flet as ft
import pytest

from client import fieldwork, visit_forms, visiting
from client.interchange.export_answers import export_answers
from client.ui import naming
from client.ui.views.custom.field_list import TYPES
from sync_protocol.records import Activity, Condition, Option, Purpose, VisitForm
from sync_protocol.records.fieldwork import Question
from tests.unit.client.ui.harness import opened

if TYPE_CHECKING:
    from client.replica import Replica
    from tests.unit.client.ui.office import Office

SHELF = {
    "q1": Question("Is our shelf there?", type="yes_no", required=True),
    "q2": Question("How many facings?", type="number", required=True, place=1,
                   only_if=Condition("answers.q1", "is", ("yes",))),
    "q3": Question("Why not?", type="choice", place=2,
                   options={"a": Option("No room"), "b": Option("Sold out", 1)},
                   only_if=Condition("answers.q1", "is", ("no",))),
}  # fmt: skip


def shelf_check(replica: Replica, **fields: Any) -> VisitForm:
    return replica.create(VisitForm(name="Shelf check", questions=SHELF, **fields))


def begun(office: Office) -> Activity:
    return visiting.check_in(office.replica, fieldwork.About(office[0].id))


def answers(office: Office, visit: Activity) -> dict[str, Any]:
    found: Any = office.found(Activity, visit.id)
    return dict(found.answers)


async def test_answers_are_kept_as_they_are_given_and_lead_to_the_next_question(
    admins_office: Office,
) -> None:
    office = admins_office
    shelf_check(office.replica)
    visit = begun(office)
    async with opened(office.replica, f"/visit/{visit.id}") as screen:
        assert screen.says("Still needed: \u201cIs our shelf there?\u201d.")
        assert not screen.has("answer-q2")
        await screen.tap("custom-q1-yes")
        await screen.until_target("answer-q2")
        assert not screen.has("answer-q3")
        await screen.type("How many facings? (needed)", "12")
        await screen.until(lambda: not screen.says("Still needed"))
        assert answers(office, visit) == {"q1": True, "q2": "12"}
        await screen.tap("custom-q1-no")
        await screen.until_target("answer-q3")
        assert not screen.has("answer-q2")
        await screen.tap("custom-q3-a")
    assert answers(office, visit) == {"q1": False, "q2": "12", "q3": "a"}


async def test_an_answer_that_cannot_be_read_stays_and_is_shown_so(admins_office: Office) -> None:
    office = admins_office
    shelf_check(office.replica)
    visit = begun(office)
    visit_forms.answer(office.replica, visit.id, visit_forms.as_field("q1", SHELF["q1"]), True)
    async with opened(office.replica, f"/visit/{visit.id}") as screen:
        await screen.type("How many facings? (needed)", "a dozen")
        await screen.until(lambda: answers(office, visit).get("q2") == "a dozen")
    async with opened(office.replica, f"/visit/{visit.id}") as screen:
        assert "a dozen" in screen.words()


@pytest.mark.parametrize(
    "typed", [{"1,23405": "1.23405", "1,2340": "1.234"}, {"1.234": "1234"}, {"7": "7", "": None}]
)
async def test_an_answer_typed_back_is_what_it_was_and_another_is_read(
    admins_office: Office, typed: dict[str, str | None]
) -> None:
    office = admins_office
    office.replica.update(office.replica.settings, locale="de-DE")
    shelf_check(office.replica)
    visit = office.replica.update(begun(office), answers={"q1": True, "q2": "1.234"})
    async with opened(office.replica, f"/visit/{visit.id}") as screen:
        question = "How many facings? (needed)"
        await screen.until(lambda: screen.all(ft.TextField, label=question))
        assert screen.all(ft.TextField, label=question)[0].value == "1,2340"
        for text, kept in typed.items():
            await screen.type(question, text)
            await screen.until(lambda kept=kept: answers(office, visit).get("q2") == kept)


async def test_what_is_missing_stops_nobody_and_is_found_later(admins_office: Office) -> None:
    office = admins_office
    shelf_check(office.replica)
    visit = begun(office)
    async with opened(office.replica, f"/visit/{visit.id}") as screen:
        await screen.tap("visit-outcome-0")
        await screen.until_target("logged")
        await screen.go("/attention")
        await screen.until_says("Visits with unanswered questions (1)")
        await screen.tap(f"unanswered-{visit.id}")
        await screen.until_target("custom-q1-no")
        await screen.tap("custom-q1-no")
        await screen.go("/attention")
        await screen.until(lambda: not screen.has(f"unanswered-{visit.id}"))


async def test_a_form_is_asked_on_the_visits_of_its_purposes(admins_office: Office) -> None:
    office = admins_office
    audit = office.replica.create(Purpose(name="Audit"))
    shelf_check(office.replica, purposes=(audit.id,))
    visit = begun(office)
    async with opened(office.replica, f"/visit/{visit.id}") as screen:
        assert not screen.says("Shelf check")
        await screen.tap("purpose-0")
        await screen.until_says("Shelf check")


async def test_answers_are_told_in_words_in_the_history(admins_office: Office) -> None:
    office = admins_office
    shelf_check(office.replica)
    visit = begun(office)
    for entry, given in (("q1", False), ("q3", "b")):
        field = visit_forms.as_field(entry, SHELF[entry])
        visit_forms.answer(office.replica, visit.id, field, given)
    replica = office.replica
    assert naming.title_of_cell(replica, "answers.q3") == "Why not?"
    assert naming.words_of_cell(replica, "answers.q3", "b") == "Sold out"
    assert naming.words_of_cell(replica, "answers.q1", False) == "no"


async def test_an_administrator_builds_a_form_with_a_branch(admins_office: Office) -> None:
    replica = admins_office.replica
    async with opened(replica, "/admin/forms") as screen:
        await screen.tap("add")
        await screen.type("Name", "Shelf check")
        await screen.tap("save")
        await screen.until_target("add-question")
        await screen.tap("add-question")
        await screen.type("Question", "Is our shelf there?")
        await screen.tap("type-yes_no")
        await screen.tap("save")
        await screen.until_says("Questions (1)")
        await screen.tap("add-question")
        await screen.type("Question", "How many facings?")
        await screen.tap("type-number")
        (form,) = replica.find(VisitForm)
        (first,) = form.questions
        await screen.tap(f"only-if-{first}")
        await screen.until_target("only-answer-yes")
        await screen.tap("only-answer-yes")
        switch = screen.all(ft.Switch, within=screen.target("required"))[0]
        screen.session.apply_patch(switch._i, {"value": True})
        await screen.event(switch, "change", "true")
        await screen.tap("save")
        await screen.until_says("Questions (2)")
        assert screen.says("Number, needed, only if \u201cIs our shelf there?\u201d is Yes")
    (form,) = replica.find(VisitForm)
    second = next(x for entry, x in form.questions.items() if entry != first)
    assert second.only_if == Condition(f"answers.{first}", "is", ("yes",))
    assert (second.type, second.required, second.place) == ("number", True, 1)


async def test_questions_have_every_type_of_a_custom_field(admins_office: Office) -> None:
    replica = admins_office.replica
    options = {"a": Option("A"), "b": Option("B", 1)}
    questions = {
        f"q{place}": Question(type_, type=type_, place=place, options=options)
        for place, type_ in enumerate(TYPES)
    }
    replica.create(VisitForm(name="Everything", questions=questions))
    visit = begun(admins_office)
    async with opened(replica, f"/visit/{visit.id}") as screen:
        for entry in questions:
            assert screen.has(f"answer-{entry}")


async def test_questions_are_ordered_archived_and_asked_again(admins_office: Office) -> None:
    replica = admins_office.replica
    form = shelf_check(replica)
    visit_forms.move_question(replica, form, 2, 0)
    (form,) = replica.find(VisitForm)
    assert [form.questions[x].place for x in ("q1", "q2", "q3")] == [1, 2, 0]
    async with opened(replica, f"/admin/forms/{form.id}/questions/q3") as screen:
        await screen.tap("archive")
        await screen.until_says("Not asked any more (1)")
    (form,) = replica.find(VisitForm)
    assert form.questions["q3"].archived


async def test_two_forms_of_one_name_and_a_nameless_question_are_refused(
    admins_office: Office,
) -> None:
    replica = admins_office.replica
    form = shelf_check(replica)
    async with opened(replica, "/admin/forms/new") as screen:
        await screen.type("Name", "shelf check")
        await screen.tap("save")
        assert screen.says("There is already a form called shelf check.")
        await screen.go(f"/admin/forms/{form.id}/questions/new")
        await screen.tap("save")
        await screen.until_says("Write the question.")


async def test_a_rep_does_not_build_forms(office: Office) -> None:
    async with opened(office.replica, "/admin/forms") as screen:
        await screen.until_says("For administrators")


async def test_answers_are_exported_with_a_column_per_question(admins_office: Office) -> None:
    office = admins_office
    form, visit = shelf_check(office.replica), begun(office)
    given: dict[str, Any] = {"q1": True, "q2": "12"}
    for entry, value in given.items():
        visit_forms.answer(
            office.replica, visit.id, visit_forms.as_field(entry, SHELF[entry]), value
        )
    text = export_answers(office.replica, form).decode("utf-8-sig")
    heads, row = csv.reader(io.StringIO(text, newline=""))
    assert heads[-3:] == ["Is our shelf there?", "How many facings?", "Why not?"]
    assert row[0] == "2026-09-21 14:00"
    assert row[1:] == ["Brauerei Adler", "", "Rita Berger", "", "", "yes", "12", ""]


async def test_a_form_asks_nothing_of_the_visits_before_it(admins_office: Office) -> None:
    office = admins_office
    fieldwork.log(office.replica, "visit", fieldwork.About(office[0].id))
    office.time_ms += 60_000
    shelf_check(office.replica)
    assert not visit_forms.unanswered(office.replica)
    later = fieldwork.log(office.replica, "visit", fieldwork.About(office[0].id))
    assert [visit.id for visit, _missing in visit_forms.unanswered(office.replica)] == [later.id]
