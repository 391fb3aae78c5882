"""The forms of visits: kept by administrators, filled in on the visit, told in words afterwards.

A question is answered as a custom field is filled in, so it is turned into one, and all that reads,
checks and words such values serves it. What is typed is kept at once, also where it cannot be read
as what the question asks for: it is shown so, and nothing is lost.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import msgspec

from client import customising
from client.errors import Invalid
from client.meanwhile import put_over
from client.replica import Range
from sync_protocol.records import Activity, CustomField, VisitForm
from sync_protocol.rules import custom, forms

if TYPE_CHECKING:
    from collections.abc import Sequence

    from client.replica import Replica
    from client.replica.reading import Reading
    from sync_protocol.records.fieldwork import Question
    from sync_protocol.records.parts import CustomValue

DAY_MS = 86_400_000
LOOKED_BACK_DAYS = 60


class Filled(NamedTuple):
    """A form on a visit: what is asked, as fields, and what is still needed."""

    form: VisitForm
    fields: tuple[CustomField, ...]
    missing: tuple[str, ...]


class Unanswered(NamedTuple):
    """A visit that somebody has to come back to."""

    visit: Activity
    missing: tuple[str, ...]


# --- on the visit ---


def as_field(entry: str, question: Question) -> CustomField:
    """A question as a custom field."""
    return CustomField(
        id=entry, name=question.text, of="answers", type=question.type, options=question.options,
        required=question.required, about=question.about, place=question.place,
        archived=question.archived,
    )  # fmt: skip


def read(replica: Replica, visit: Activity) -> list[Filled]:
    """The forms of a visit, with the questions that its answers leave to ask."""
    held = replica.find(VisitForm)
    return [_filled(replica, form, visit) for form in forms.applying(held, visit.purpose_id)]


def answer(
    replica: Replica,
    visit_id: str,
    field: CustomField,
    typed: CustomValue | None,
    before: CustomValue | None = None,
) -> None:
    """Keep one answer as it is given; None or nothing takes it back.

    What was there `before`, given again, is that and not read anew.
    """
    visit = replica.get(Activity, visit_id)
    if visit is None or visit.deleted:
        return
    value = typed if typed == before else _value(replica, field, typed)
    others = {entry: held for entry, held in visit.answers.items() if entry != field.id}
    answers = others if value in (None, "", ()) else others | {field.id: value}
    with replica.changeset("Answer question"):
        replica.update(visit, answers=answers)


def unanswered(replica: Replica) -> list[Unanswered]:
    """This user's latest visits that lack answers which are needed, the latest first.

    A form asks nothing of the visits before it was made.
    """
    held = _demanding(replica)
    if not held:
        return []
    made = {form.id: replica.made_ms(form) for form in held}
    since = Range(replica.now() - LOOKED_BACK_DAYS * DAY_MS)
    found = []
    query = replica.query(
        kind="visit", status="done", at=since, owner_id=replica.user_id, order_by="-at", limit=200
    )
    for visit in replica.find(Activity, query):
        missing = tuple(
            text
            for form in forms.applying(held, visit.purpose_id)
            if made[form.id] <= visit.at
            for text in forms.missing(form, visit.answers, replica.moment)
        )
        if missing:
            found.append(Unanswered(visit, missing))
    return found


def _demanding(replica: Replica) -> list[VisitForm]:
    """The forms that need some answer."""
    return [
        form
        for form in replica.find(VisitForm, archived=False)
        if any(question.required for question in form.questions.values())
    ]


def question_field(replica: Reading, entry: str) -> CustomField | None:
    """The question that an answer is to, whichever form it is in."""
    for form in replica.find(VisitForm):
        if entry in form.questions:
            return as_field(entry, form.questions[entry])
    return None


# --- kept by administrators ---


def add_form(replica: Replica, name: str) -> VisitForm:
    """A new form without questions, the last. Raises `Invalid`."""
    held = replica.find(VisitForm)
    name = _free(held, name, "")
    place = 1 + max((form.place for form in held), default=-1)
    with replica.changeset("Add visit form"):
        return replica.create(VisitForm(name=name, place=place))


def change_form(
    replica: Replica, form: VisitForm, name: str, about: str, purposes: Sequence[str]
) -> None:
    """Raises `Invalid`."""
    name = _free(replica.find(VisitForm), name, form.id)
    with replica.changeset("Change visit form"):
        replica.update(form, name=name, about=about.strip(), purposes=tuple(purposes))


def put_question(replica: Replica, form: VisitForm, entry: str, question: Question) -> None:
    """A question as it is now; a new one, without `entry`, is the last. Raises `Invalid`.

    What differs from how it is in `form` is written; the rest stays as it has become since.
    """
    if not question.text.strip():
        raise Invalid("text", "Write the question.")
    question = msgspec.structs.replace(question, text=question.text.strip())
    now = replica.as_it_is(form)
    if not entry:
        last = max((x.place for x in now.questions.values()), default=-1)
        entry, question = replica.new_entry(), msgspec.structs.replace(question, place=last + 1)
    elif held := now.questions.get(entry):
        question = put_over(form.questions.get(entry, held), question, held)
    with replica.changeset("Change question"):
        replica.update(now, questions=now.questions | {entry: question})


def move_question(replica: Replica, form: VisitForm, place: int, to: int) -> None:
    """One question to another place among those that are asked."""
    now = replica.as_it_is(form)
    order = [entry for entry, _question in forms.in_order(form)]
    order.insert(to, order.pop(place))
    moved = {
        entry: msgspec.structs.replace(now.questions[entry], place=at)
        for at, entry in enumerate(order)
        if entry in now.questions
    }
    with replica.changeset("Order questions"):
        replica.update(now, questions=now.questions | moved)


def _filled(replica: Replica, form: VisitForm, visit: Activity) -> Filled:
    now = replica.moment
    asked = forms.asked(form, visit.answers, now)
    return Filled(
        form,
        tuple(as_field(entry, question) for entry, question in asked),
        tuple(forms.missing(form, visit.answers, now)),
    )


def _value(replica: Replica, field: CustomField, typed: CustomValue | None) -> CustomValue | None:
    """What was typed as it is kept; as it stands where it cannot be read."""
    if not isinstance(typed, str) or field.type in custom.CHOICES:
        return typed
    settings = replica.settings
    found = customising.read(field, typed, currency=settings.currency, locale=settings.locale)
    return typed if found.problem else found.value


def _free(held: Sequence[VisitForm], name: str, but: str) -> str:
    name = name.strip()
    if any(x.name.casefold() == name.casefold() and x.id != but for x in held):
        raise Invalid("name", f"There is already a form called {name}.")
    return name
