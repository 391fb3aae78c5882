"""The form of a record as it is declared: every field that can be asked for, then custom ones."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import flet as ft
import msgspec

from client import customising, plain_fields, record_types
from client.errors import Invalid
from client.replica import DraftKey
from client.ui.component import component
from client.ui.components.typed import stretched
from client.ui.hooks import use_app, use_box
from client.ui.views.custom.inputs import CustomFields
from client.ui.views.kept import kept_as
from client.ui.views.plain.inputs import FieldInput
from client.ui.views.records.draft import NEW_VALUES, Draft, act_of, write
from client.ui.views.records.draft_form import (
    Problem,
    asked,
    framed,
    use_draft_form,
)
from client.ui.views.records.entry_fields import EntryFields
from sync_protocol.records import Record, kinds, rows

if TYPE_CHECKING:
    from client.replica import Replica
    from client.ui.context import App
    from client.ui.plain import Plain
    from client.ui.views.records.draft_form import DraftForm
    from sync_protocol.records import Kind

CUSTOM = "custom"


@component
def PlainForm(plain: Plain, record_id: str) -> ft.Control:
    """New or existing; `?account=` and the like in the address fill in what is known already."""
    app = use_app()
    route = use_box(app.page.route).current
    key = DraftKey(plain.kind, record_id, "" if record_id else _parent(plain, route))
    seen = plain.at(record_id) if record_id else plain.route
    form = use_draft_form(key, lambda: begin(app.replica, plain, record_id, route), seen)
    return framed(
        form,
        f"{'Edit' if record_id else 'New'} {plain.one}",
        PlainFields(form.draft, form.problem, key=f"{form.generation}"),
        lambda: submit(app, plain, form),
    )


@component
def PlainFields(draft: Draft, problem: Problem) -> ft.Control:
    kind = kinds()[draft.key.kind]
    inputs: list[ft.Control] = [
        FieldInput(draft, field, problem.at(field.name), autofocus=draft.is_new and not place)
        for place, field in enumerate(plain_fields.asked(kind))
    ]
    inputs += [
        EntryFields(draft, name, problem.at(name), problem.entry if problem.at(name) else "")
        for name in NEW_VALUES
        if name in kind.fields
    ]
    if CUSTOM in kind.fields:
        inputs.append(CustomFields(draft, problem))
    return stretched(inputs)


def begin(replica: Replica, plain: Plain, record_id: str, route: str) -> Draft:
    """The draft of an existing record, or of a new one."""
    kind = kinds()[plain.kind]
    held = replica.get(kind.struct, record_id) if record_id else None
    if held is not None:
        return Draft(held)
    known = {"type_id": plain.type_id} if plain.type_id else {}
    known |= {name: asked(route, name.removesuffix("_id")) for name in _references(kind)}
    blank: Any = rows.record(kind, {"id": "", **rows.defaults(kind)})
    return Draft(msgspec.structs.replace(blank, **known), _parent(plain, route))


def submit(app: App, plain: Plain, form: DraftForm) -> None:
    """Save and show the record, or say beside the field what is wrong with it."""
    saved: list[Record] = []
    name = f"{plain.one[0].upper()}{plain.one[1:]}"
    try:
        done = app.act(f"{name} saved", lambda: saved.append(save(app.replica, plain, form.draft)))
    except Invalid as error:
        form.set_problem(Problem(error.field, error.message))
        return
    if done:
        app.forget(kept_as(form.draft.key))
        app.go(plain.at(saved[0].id))


def save(replica: Replica, plain: Plain, draft: Draft) -> Record:
    """Write what was typed; then it is kept no longer. Raises `Invalid`, `NotAllowed`."""
    kind, settings = kinds()[plain.kind], replica.settings
    changes = dict(
        plain_fields.changes(
            kind, draft.before, draft.now, currency=settings.currency, locale=settings.locale
        )
    )
    changes |= {name: new for name, new in draft.changes().items() if name in NEW_VALUES}
    if CUSTOM in kind.fields:
        of = record_types.name_of(draft.before)
        changes[CUSTOM] = customising.finished(replica, of, draft.before.custom, draft.now.custom)
    act = act_of(draft, f"{'Add' if draft.is_new else 'Edit'} {plain.one}")
    with replica.having_seen(draft.seen), replica.changeset(act):
        saved: Record = write(replica, draft, changes)
        return saved


def _references(kind: Kind) -> list[str]:
    found = (field for field in plain_fields.asked(kind))
    return [field.name for field in found if plain_fields.form_of(field) == "reference"]


def _parent(plain: Plain, route: str) -> str:
    """What tells drafts of new records apart: their type, and what they belong to."""
    beneath = (asked(route, name.removesuffix("_id")) for name in _references(kinds()[plain.kind]))
    return " ".join(filter(None, (plain.type_id, *beneath)))
