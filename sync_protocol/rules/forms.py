"""Which questions of a visit's forms are asked, and which answers are still missing. Pure.

Questions are asked in their order. One with `only_if` is asked where the answer to the earlier
question that it names is as it says, and that question is asked itself: an answer given before
another branch was taken counts for nothing, but stays. A condition that names no earlier question
of the form (it was archived, or moved behind) is passed over: rather ask too much than lose a
question. A missing answer is named and never stops anybody.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sync_protocol.records import Activity, VisitForm, kind_of
from sync_protocol.rules import conditions

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from sync_protocol.records.fieldwork import Question
    from sync_protocol.rules.conditions import Moment

PATH = "answers."
"""Begins what an `only_if` calls a question, and the cell of its answer."""


def applying(forms: Iterable[VisitForm], purpose_id: str) -> list[VisitForm]:
    """The forms of a visit with this purpose, in their order."""
    found = [
        form
        for form in forms
        if not form.archived and (not form.purposes or purpose_id in form.purposes)
    ]
    return sorted(found, key=lambda form: (form.place, form.id))


def in_order(form: VisitForm) -> list[tuple[str, Question]]:
    """The questions that are not archived, by their place."""
    found = [(entry, x) for entry, x in form.questions.items() if not x.archived]
    return sorted(found, key=lambda pair: (pair[1].place, pair[0]))


def asked(form: VisitForm, answers: Mapping[str, Any], now: Moment) -> list[tuple[str, Question]]:
    """The questions that are asked, given these answers."""
    earlier: set[str] = set()
    taken: set[str] = set()
    for entry, question in in_order(form):
        if _is_asked(question, earlier, taken, answers, now):
            taken.add(entry)
        earlier.add(entry)
    return [(entry, question) for entry, question in in_order(form) if entry in taken]


def missing(form: VisitForm, answers: Mapping[str, Any], now: Moment) -> list[str]:
    """The texts of the questions that need an answer and have none."""
    return [
        question.text
        for entry, question in asked(form, answers, now)
        if question.required and answers.get(entry) in (None, "", ())
    ]


def _is_asked(
    question: Question, earlier: set[str], taken: set[str], answers: Mapping[str, Any], now: Moment
) -> bool:
    only_if = question.only_if
    if only_if is None:
        return True
    needs = only_if.field.removeprefix(PATH)
    if needs not in earlier:
        return True
    fields = {"answers": {needs: answers.get(needs)}}
    holds = conditions.condition_holds(kind_of(Activity), only_if, fields, now)
    return needs in taken and holds
