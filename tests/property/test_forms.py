"""Visit forms: whatever is built and answered, the questions asked are those the branches say."""

from __future__ import annotations

from datetime import UTC
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from sync_protocol.records import Condition, Option, VisitForm
from sync_protocol.records.fieldwork import Question
from sync_protocol.rules import forms
from sync_protocol.rules.conditions import Moment

NOW = Moment(1_790_000_000_000, UTC)
ENTRIES = ("a", "b", "c", "d", "e")
OPTIONS = {"x": Option("X"), "y": Option("Y", 1)}
TYPES = ("text", "choice", "choices", "yes_no")
given_answers = st.none() | st.sampled_from(
    ["", "text", "x", "y", True, False, (), ("x",), ("x", "y")]
)
answer_maps = st.dictionaries(st.sampled_from(ENTRIES), given_answers)


@st.composite
def conditions(draw: st.DrawFn) -> Condition:
    """On any question of the form, on itself, or on one that there is not."""
    field = f"answers.{draw(st.sampled_from([*ENTRIES, 'z']))}"
    operator = draw(st.sampled_from(["is", "is_not", "filled", "empty"]))
    values = draw(st.lists(st.sampled_from(["x", "y", "yes", "no", "text"]), max_size=2))
    return Condition(field, operator, tuple(values))


@st.composite
def questions(draw: st.DrawFn) -> Question:
    return Question(
        draw(st.sampled_from(["How many?", "Which?"])),
        type=draw(st.sampled_from(TYPES)),
        options=OPTIONS,
        required=draw(st.booleans()),
        place=draw(st.integers(0, 4)),
        archived=draw(st.sampled_from((False, False, False, True))),
        only_if=draw(st.one_of(conditions(), conditions(), st.none())),
    )


forms_made = st.dictionaries(st.sampled_from(ENTRIES), questions(), min_size=3).map(
    lambda held: VisitForm(name="Shelf", questions=held)
)


def holds(condition: Condition | None, answer: Any) -> bool:
    """What a condition says of one answer, told anew."""
    assert condition is not None
    given = [answer] if isinstance(answer, bool) else [x for x in answer or () if x]
    given = [answer] if isinstance(answer, str) and answer else given
    words = [{True: "yes", False: "no"}.get(x, x) if isinstance(x, bool) else x for x in given]
    if condition.operator in ("filled", "empty"):
        return bool(words) == (condition.operator == "filled")
    return any(word in condition.values for word in words) == (condition.operator == "is")


@given(forms_made, answer_maps)
def test_a_question_is_asked_if_and_only_if_its_branch_is_taken(
    form: VisitForm, answers: dict[str, Any]
) -> None:
    shown = [entry for entry, _question in forms.asked(form, answers, NOW)]
    order = [entry for entry, _question in forms.in_order(form)]
    assert shown == [entry for entry in order if entry in shown]
    for place, entry in enumerate(order):
        only_if = form.questions[entry].only_if
        needs = only_if.field.removeprefix(forms.PATH) if only_if else ""
        if needs not in order[:place]:
            assert entry in shown
        else:
            taken = needs in shown and holds(only_if, answers.get(needs))
            assert (entry in shown) == taken


@given(forms_made, answer_maps, answer_maps)
def test_answers_to_questions_that_are_not_asked_change_nothing(
    form: VisitForm, answers: dict[str, Any], stale: dict[str, Any]
) -> None:
    shown = forms.asked(form, answers, NOW)
    asked = {entry for entry, _question in shown}
    more = {entry: value for entry, value in stale.items() if entry not in asked} | {
        entry: value for entry, value in answers.items() if entry in asked
    }
    assert forms.asked(form, more, NOW) == shown
    assert forms.missing(form, more, NOW) == forms.missing(form, answers, NOW)


@given(forms_made, answer_maps)
def test_what_is_missing_is_exactly_what_is_needed_asked_and_empty(
    form: VisitForm, answers: dict[str, Any]
) -> None:
    expected = [
        question.text
        for entry, question in forms.asked(form, answers, NOW)
        if question.required and not answers.get(entry) and answers.get(entry) is not False
    ]
    assert forms.missing(form, answers, NOW) == expected


@given(st.lists(forms_made, max_size=4), st.sampled_from(["", "p", "q"]))
def test_a_form_for_no_purpose_is_for_every_visit(held: list[VisitForm], purpose: str) -> None:
    assert len(forms.applying(held, purpose)) == len(held)
    only_q = [VisitForm(name="Q", purposes=("q",))]
    assert bool(forms.applying(only_q, purpose)) == (purpose == "q")
