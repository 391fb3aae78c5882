"""A deal's form: new, on a board or on a customer's page, or what is known of one."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import flet as ft
import msgspec

from client import customising, dealing, plain_fields
from client.errors import Invalid
from client.replica import DraftKey
from client.ui import theme
from client.ui.component import component
from client.ui.components import keeping
from client.ui.components.choices import Choice, choice_row
from client.ui.components.page import reading
from client.ui.components.typed import stretched
from client.ui.hooks import use_app, use_box
from client.ui.views.custom.inputs import CustomFields
from client.ui.views.deals.board import no_pipeline
from client.ui.views.deals.moving import ROUTE
from client.ui.views.kept import kept_as
from client.ui.views.plain.inputs import FieldInput
from client.ui.views.records.draft import Draft
from client.ui.views.records.draft_form import (
    Problem,
    asked,
    framed,
    is_here,
    use_draft_form,
)
from sync_protocol.records import Contact, Deal, Pipeline, kind_of
from sync_protocol.rules import stages

if TYPE_CHECKING:
    from client.replica import Replica
    from client.ui.context import App
    from client.ui.views.records.draft_form import DraftForm

BEFORE = ("name", "account_id", "contact_id")
AFTER = (
    "value", "probability", "expected_on", "next_step", "next_step_on", "term_ends", "source",
    "about",
)  # fmt: skip
PLACES = ("pipeline_id", "stage_id")


@component
def DealForm() -> ft.Control:
    """`/deals/new?account=`, `?contact=`, `?pipeline=`, and `/deals/<id>/edit`."""
    app, record_id = use_app(), ft.use_route_params().get("id", "")
    route = use_box(app.page.route).current
    if not dealing.pipelines(app.replica) and not record_id:
        return reading("New deal", no_pipeline(app), on_back=lambda: app.go(ROUTE))
    if not is_here(app, DraftKey("deal", record_id, "")):
        return keeping.absent("Edit deal", lambda: app.go(ROUTE))
    shown: ft.Control = DealFields(record_id, route, key=route)
    return shown


@component
def DealFields(record_id: str, route: str) -> ft.Control:
    """The fields in the frame that keeps what is typed."""
    app = use_app()
    parent = "" if record_id else asked(route, "account") or asked(route, "contact")
    key = DraftKey("deal", record_id, parent)
    seen = f"{ROUTE}/{record_id}" if record_id else _back(route)
    form = use_draft_form(key, lambda: begin(app.replica, record_id, route), seen)
    return framed(
        form,
        "Edit deal" if record_id else "New deal",
        Inputs(form.draft, form.problem, key=f"{form.generation}"),
        lambda: submit(app, form),
    )


@component
def Inputs(draft: Draft, problem: Problem) -> ft.Control:
    """Whose it is, where it stands, what is known of it."""
    fields = kind_of(draft.before).fields

    def inputs(names: tuple[str, ...]) -> list[ft.Control]:
        return [
            FieldInput(
                draft, fields[name], problem.at(name), autofocus=draft.is_new and name == "name"
            )
            for name in names
        ]

    custom = CustomFields(draft, problem)
    return stretched([*inputs(BEFORE), Place(draft), *inputs(AFTER), custom])


@component
def Place(draft: Draft) -> ft.Control:
    """The pipeline, and for a deal that is new to it the stage in which it begins."""
    app = use_app()
    _version, set_version = ft.use_state(0)
    offered = dealing.pipelines(app.replica)
    pipeline = next((each for each in offered if each.id == draft.now.pipeline_id), None)

    def choose(key: str) -> None:
        chosen = next(each for each in offered if each.id == key)
        first = stages.ordered(chosen)[0][0]
        draft.set("pipeline_id", key)
        draft.set("stage_id", first if _begins(draft) else draft.before.stage_id)
        set_version(lambda old: old + 1)

    def begin_in(key: str) -> None:
        draft.set("stage_id", key)
        set_version(lambda old: old + 1)

    which = [Choice(each.id, each.name) for each in offered]
    parts: list[ft.Control] = [
        _label("Pipeline"),
        choice_row("pipeline", which, draft.now.pipeline_id, choose),
    ]
    if pipeline is not None and _begins(draft):
        steps = [Choice(key, stage.name) for key, stage in stages.ordered(pipeline)]
        parts += [_label("Stage"), choice_row("stage", steps, draft.now.stage_id, begin_in)]
    return stretched(parts, theme.GAP_S)


def _begins(draft: Draft) -> bool:
    """Whether the deal is new to its pipeline."""
    return draft.is_new or bool(draft.now.pipeline_id != draft.before.pipeline_id)


def begin(replica: Replica, record_id: str, route: str) -> Draft:
    """The draft of an existing deal, or of a new one for whom the address names."""
    held = replica.get(Deal, record_id) if record_id else None
    if held is not None:
        return Draft(held)
    account_id, contact_id = asked(route, "account"), asked(route, "contact")
    contact = replica.get(Contact, contact_id) if contact_id else None
    pipeline_id, stage_id = _start(replica, asked(route, "pipeline"))
    blank = Deal(
        name="", pipeline_id=pipeline_id, stage_id=stage_id, contact_id=contact_id,
        account_id=account_id or (contact.account_id if contact else ""),
    )  # fmt: skip
    return Draft(blank, account_id or contact_id)


def submit(app: App, form: DraftForm) -> None:
    """Save and show the deal, or say beside the field what is wrong with it."""
    saved: list[Deal] = []
    try:
        done = app.act("Deal saved", lambda: saved.append(save(app.replica, form.draft)))
    except Invalid as error:
        form.set_problem(Problem(error.field, error.message))
        return
    if done:
        app.forget(kept_as(form.draft.key))
        app.go(f"{ROUTE}/{saved[0].id}")


def save(replica: Replica, draft: Draft) -> Deal:
    """Write what was typed; then it is kept no longer. Raises `Invalid`, `NotAllowed`."""
    fields = read_typed(replica, draft)
    if draft.is_new:
        with replica.changeset("Open deal"):
            replica.drop_draft(draft.key)
            return dealing.open_deal(replica, msgspec.structs.replace(draft.before, **fields))
    with replica.having_seen(draft.seen), replica.changeset("Edit deal"):
        replica.drop_draft(draft.key)
        changed: Deal = replica.update(draft.before, **fields)
        if fields.keys() & set(PLACES):
            return dealing.begin_in(replica, changed)
        return changed


def read_typed(replica: Replica, draft: Draft) -> dict[str, Any]:
    """The fields that differ. Raises `Invalid`."""
    settings, before, now = replica.settings, draft.before, draft.now
    fields = dict(
        plain_fields.changes(
            kind_of(before), before, now, currency=_currency(replica, before),
            locale=settings.locale,
        )
    )  # fmt: skip
    for name in PLACES:
        if getattr(now, name) != getattr(before, name):
            fields[name] = getattr(now, name)
    fields["custom"] = customising.finished(replica, "deal", before.custom, now.custom)
    return fields


def _currency(replica: Replica, deal: Deal) -> str:
    return deal.value.currency if deal.value else replica.settings.currency


def _start(replica: Replica, pipeline_id: str) -> tuple[str, str]:
    """The pipeline that is named, or that of sales, and its first stage."""
    named = replica.get(Pipeline, pipeline_id) if pipeline_id else None
    if named is not None and named.stages:
        return named.id, stages.ordered(named)[0][0]
    first = dealing.first_stage(replica, "sales")
    if first is None:
        offered = dealing.pipelines(replica)[0]
        return offered.id, stages.ordered(offered)[0][0]
    return first[0].id, first[1]


def _back(route: str) -> str:
    """Whence a new deal was begun."""
    for name in ("account", "contact"):
        if record_id := asked(route, name):
            return f"/{name}s/{record_id}"
    return ROUTE


def _label(text: str) -> ft.Control:
    return ft.Text(text, style=theme.SMALL, color=theme.MUTED)
