"""Filling in the custom fields of a record whose own form is about something else.

A visit is logged with one tap, a task with two: what a company wants to know beyond that is filled
in afterwards, from the record's page.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import flet as ft

from client import customising, record_types
from client.errors import Invalid
from client.replica import DraftKey
from client.ui.component import component
from client.ui.components import keeping
from client.ui.hooks import use_app
from client.ui.naming import name_of, page_of
from client.ui.views.custom.inputs import CustomFields
from client.ui.views.kept import kept_as
from client.ui.views.records.draft import Draft, act_of, write
from client.ui.views.records.draft_form import Problem, framed, use_draft_form
from sync_protocol.records import kinds

if TYPE_CHECKING:
    from client.replica import Replica
    from client.ui.context import App
    from client.ui.views.records.draft_form import DraftForm
    from sync_protocol.records import Record


@component
def FillView() -> ft.Control:
    """`/custom/<kind>/<id>`."""
    app, named = use_app(), ft.use_route_params()
    kind, record_id = kinds().get(named.get("kind", "")), named.get("id", "")
    record = app.replica.get(kind.struct, record_id) if kind else None
    if kind is None or record is None or record.deleted or "custom" not in kind.fields:
        return keeping.absent("Custom fields", lambda: app.go("/"))
    form: ft.Control = FillForm(kind.name, record, key=record_id)
    return form


@component
def FillForm(kind: str, record: Record) -> ft.Control:
    app = use_app()
    seen = page_of(app.replica, kind, record.id) or "/"
    form = use_draft_form(DraftKey(kind, record.id), lambda: Draft(record), seen)
    fields = CustomFields(form.draft, form.problem, key=f"{form.generation}")
    title = name_of(app.replica, kind, record.id) or "Custom fields"
    return framed(form, title, fields, lambda: submit(app, form), alone=True)


def submit(app: App, form: DraftForm) -> None:
    """Save and go back to the record, or say beside the field what is wrong with it."""
    try:
        done = app.act("Saved", lambda: save(app.replica, form.draft))
    except Invalid as error:
        form.set_problem(Problem(error.field, error.message))
        return
    if done:
        app.forget(kept_as(form.draft.key))
        app.go(form.seen)


def save(replica: Replica, draft: Draft) -> None:
    """Write the custom values that differ. Raises `Invalid`, `NotAllowed`."""
    before, of = draft.before, record_types.name_of(draft.before)
    values = customising.finished(replica, of, before.custom, draft.now.custom)
    act = act_of(draft, "Fill in custom fields")
    with replica.having_seen(draft.seen), replica.changeset(act):
        write(replica, draft, {"custom": values})
