"""The forms of visits, as administrators keep them."""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec

from client import visit_forms
from sync_protocol.records import Option, VisitForm
from sync_protocol.records.fieldwork import Question

if TYPE_CHECKING:
    from client.replica import Replica


def test_of_a_question_that_was_read_only_what_was_typed_is_written(replica: Replica) -> None:
    red, blue, green = (Option(name, place=place) for place, name in enumerate(("R", "B", "G")))
    asked = Question("Which?", type="choice", options={"r": red, "b": blue})
    read = replica.create(VisitForm(name="Checklist", questions={"q": asked}))
    others = msgspec.structs.replace(asked, required=True, options={**asked.options, "g": green})
    visit_forms.put_question(replica, read, "q", others)

    typed = msgspec.structs.replace(asked, text="Which colour?")
    visit_forms.put_question(replica, read, "q", typed)

    (now,) = replica.find(VisitForm)
    assert now.questions == {"q": msgspec.structs.replace(others, text="Which colour?")}
    acts = len(replica.acts())
    visit_forms.put_question(replica, read, "q", asked)
    assert len(replica.acts()) == acts


def test_a_question_that_is_moved_stays_as_it_has_become(replica: Replica) -> None:
    first, second = Question("Cold?", place=0), Question("Clean?", place=1)
    read = replica.create(VisitForm(name="Checklist", questions={"a": first, "b": second}))
    reworded = msgspec.structs.replace(first, text="Cold enough?")
    visit_forms.put_question(replica, read, "a", reworded)
    visit_forms.move_question(replica, read, 0, 1)
    (now,) = replica.find(VisitForm)
    assert [question.text for question in now.questions.values()] == ["Cold enough?", "Clean?"]
    assert [question.place for question in now.questions.values()] == [1, 0]
