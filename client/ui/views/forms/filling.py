"""A visit's forms on its page: each answer is kept as it is given, what is needed is named."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, NamedTuple

import flet as ft
import msgspec

from client import visit_forms
from client.ui import theme, wording
from client.ui.component import component
from client.ui.components import states
from client.ui.components.page import section, target
from client.ui.components.rows import menu_row
from client.ui.components.typed import stretched
from client.ui.hooks import use_app, use_live, use_stable
from client.ui.self_saving import use_saving
from client.ui.views import acts
from client.ui.views.custom.inputs import CustomInput, Ways
from sync_protocol.records import Activity, CustomField, Settings, VisitForm
from sync_protocol.rules import custom

if TYPE_CHECKING:
    from client.replica import Replica
    from client.visit_forms import Filled
    from sync_protocol.records.parts import CustomValue

SHOWN = 20
LONGEST_LABEL = 36
"""A longer question stands above its field, where all of it can be read."""


class Read(NamedTuple):
    forms: tuple[Filled, ...]
    ways: Ways


@component
def FormsSection(visit_id: str) -> ft.Control:
    """Nothing where the company asks nothing."""
    read = use_live(
        lambda replica: read_forms(replica, visit_id),
        Activity, VisitForm, Settings, deps=[visit_id],
    )  # fmt: skip
    if read is None or not any(filled.fields for filled in read.forms):
        return ft.Container()
    return ft.Column(
        tight=True,
        spacing=theme.GAP,
        horizontal_alignment=ft.CrossAxisAlignment.STRETCH,
        controls=[_form(visit_id, filled, read) for filled in read.forms if filled.fields],
    )


def read_forms(replica: Replica, visit_id: str) -> Read | None:
    visit, settings = replica.get(Activity, visit_id), replica.settings
    if visit is None:
        return None
    ways = Ways(settings.currency, settings.locale)
    return Read(tuple(visit_forms.read(replica, visit)), ways)


def _form(visit_id: str, filled: Filled, read: Read) -> ft.Control:
    about = [ft.Text(filled.form.about, color=theme.MUTED)] if filled.form.about else []
    inputs = [QuestionInput(visit_id, field, read.ways, key=field.id) for field in filled.fields]
    return section(filled.form.name, [*about, stretched([*inputs]), *_needed(filled)])


def _needed(filled: Filled) -> list[ft.Control]:
    if not filled.missing:
        return []
    asked = wording.joined(f"\u201c{question}\u201d" for question in filled.missing)
    words = f"Still needed: {asked}. You may finish first and answer later."
    return [target(f"needed-{filled.form.id}", states.notice(ft.Icons.RULE, words))]


@component
def QuestionInput(visit_id: str, field: CustomField, ways: Ways) -> ft.Control:
    """Choices are kept by the tap, words when typing pauses or the screen is left."""
    app = use_app()
    typed = field.type not in (*custom.CHOICES, "yes_no")

    def read(replica: Replica) -> CustomValue | None:
        visit = replica.get(Activity, visit_id)
        return visit.answers.get(field.id) if visit else None

    def write(given: CustomValue | None) -> None:
        visit_forms.answer(app.replica, visit_id, field, given, before=saving.first)

    saving = use_saving(read, write, Activity)

    def hear(_entry: str, given: CustomValue | None) -> None:
        (saving.hear if typed else saving.save)(given)

    above = typed and len(field.name) > LONGEST_LABEL
    entry = CustomInput(
        msgspec.structs.replace(field, name="Answer") if above else field,
        saving.first, use_stable(hear), saving.said, ways,
        before=saving.first, key=saving.turn, **saving.focus,
    )  # fmt: skip
    if above:
        entry = stretched([ft.Text(field.name, style=theme.BODY), entry], theme.GAP)
    return target(f"answer-{field.id}", entry)


@component
def UnansweredVisits() -> ft.Control:
    """Visits of mine whose forms still need answers; nothing where there are none."""
    app = use_app()
    found = use_live(visit_forms.unanswered, Activity, VisitForm)
    if not found:
        return ft.Container()
    zone, now = app.replica.settings.time_zone, app.replica.now()
    rows = [
        menu_row(
            f"unanswered-{visit.id}", ft.Icons.RULE,
            acts.name_of(app.replica, acts.about(visit)) or "A visit",
            f"{wording.day(visit.at, now, zone)}: {wording.joined(missing)}",
            partial(app.go, f"/visit/{visit.id}"),
        )
        for visit, missing in found[:SHOWN]
    ]  # fmt: skip
    return section("Visits with unanswered questions", rows, len(found))
