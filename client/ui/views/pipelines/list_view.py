"""The pipelines, and one of them with its stages in order: `/admin/pipelines...`."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Any

import flet as ft

from client import pipelining
from client.errors import Invalid
from client.replica import DraftKey
from client.ui import theme, wording
from client.ui.component import component
from client.ui.components import keeping
from client.ui.components.buttons import icon_button
from client.ui.components.choices import Choice, choice_row
from client.ui.components.page import reading, scroll, section, target
from client.ui.components.rows import row
from client.ui.components.typed import Problem, TypedField, problem_of, stretched
from client.ui.hooks import use_app, use_live, use_record
from client.ui.views.admin.parts import Entry, EntryList, refusal, use_admin
from client.ui.views.kept_form import use_choice, use_kept_form
from sync_protocol.records import Deal, Pipeline, Stage
from sync_protocol.rules import stages

if TYPE_CHECKING:
    from client.replica import Replica
    from client.ui.context import App
    from client.ui.views.kept_form import KeptForm

ROUTE = "/admin/pipelines"
PURPOSES = {
    "sales": ("Sales", ft.Icons.TRENDING_UP),
    "support": ("Support", ft.Icons.SUPPORT_AGENT),
    "renewal": ("Renewals", ft.Icons.AUTORENEW),
}
ABOUT = "How deals go, a stage at a time. Several pipelines can run beside each other."


@component
def PipelinesView() -> Any:
    app, admin = use_app(), use_admin()
    entries = use_live(read_pipelines, Pipeline, Deal)
    if not admin:
        return refusal("Pipelines", lambda: app.go("/more"))
    return EntryList("Pipelines", "pipeline", entries, f"{ROUTE}/new", ABOUT)


def read_pipelines(replica: Replica) -> list[Entry]:
    deals = replica.tally(Deal, "pipeline_id", closing=None)
    return [
        Entry(
            pipeline.id,
            PURPOSES[pipeline.purpose][1],
            pipeline.name,
            wording.listed(
                [
                    "archived" if pipeline.archived else "",
                    wording.plural(len(pipeline.stages), "stage"),
                    wording.plural(deals.get(pipeline.id, 0), "open deal"),
                ]
            ),
            f"{ROUTE}/{pipeline.id}",
        )
        for pipeline in pipelining.every(replica)
    ]


@component
def PipelineView() -> Any:
    """`/admin/pipelines/new` and `/admin/pipelines/<id>`."""
    app, admin = use_app(), use_admin()
    pipeline_id = ft.use_route_params().get("id", "")
    pipeline = use_record(Pipeline, pipeline_id)
    back = lambda: app.go(ROUTE)  # noqa: E731
    title = pipeline.name if pipeline else "New pipeline"
    if not admin:
        return refusal("Pipeline", lambda: app.go("/more"))
    if pipeline_id and pipeline is None:
        return keeping.absent("Pipeline", back)
    stages_of = [StageList(pipeline, key="stages")] if pipeline else []
    form = PipelineForm(pipeline, key=pipeline_id)
    return reading(title, scroll([form, *stages_of]), on_back=back)


@component
def PipelineForm(pipeline: Pipeline | None) -> ft.Control:
    """Keeps what is typed until it is saved."""
    began = {
        "name": pipeline.name if pipeline else "",
        "purpose": pipeline.purpose if pipeline else "sales",
    }
    form = use_kept_form(DraftKey("pipeline", pipeline.id if pipeline else "", ""), began)
    return form.around(PipelineFields(pipeline, form, key=f"{form.generation}"))


@component
def PipelineFields(pipeline: Pipeline | None, form: KeptForm) -> ft.Control:
    """Its name and what it is for; saving a new one leads to its stages."""
    app, values = use_app(), form.values
    purpose, set_purpose = use_choice(values, "purpose")
    problem, set_problem = ft.use_state(Problem())

    def save() -> None:
        saved: list[Pipeline] = []
        write = lambda: saved.append(  # noqa: E731
            pipelining.name_pipeline(app.replica, pipeline, values["name"], values["purpose"])
        )
        try:
            done = form.act("Pipeline saved", write)
        except Invalid as error:
            set_problem(problem_of(error))
            return
        if done:
            form.done()
            app.go(ROUTE if pipeline else f"{ROUTE}/{saved[0].id}")

    choices = [Choice(value, words, icon) for value, (words, icon) in PURPOSES.items()]
    fields = [
        TypedField(values, "name", "Name", problem, autofocus=pipeline is None),
        choice_row("purpose", choices, purpose, set_purpose),
        keeping.buttons(app, pipeline, save, ROUTE),
    ]
    return stretched(fields, theme.GAP_L)


@component
def StageList(pipeline: Pipeline) -> ft.Control:
    """The stages as deals go through them, each with the way up and down."""
    app = use_app()
    deals = use_live(
        lambda replica: pipelining.open_in(replica, pipeline), Deal, Pipeline, deps=[pipeline]
    )
    order = stages.ordered(pipeline)
    keys = [key for key, _stage in order]
    rows = [
        _stage_row(app, pipeline, keys, key, told(stage, deals.get(key, 0))) for key, stage in order
    ]
    nothing = [ft.Text("A pipeline needs stages for deals to stand in.", color=theme.MUTED)]
    add = target(
        "add-stage",
        ft.FilledTonalButton(
            "New stage",
            icon=ft.Icons.ADD,
            height=theme.TOUCH,
            on_click=lambda: app.go(f"{ROUTE}/{pipeline.id}/stages/new"),
        ),
    )
    return section("Stages", [*(rows or nothing), ft.Row(controls=[add])], len(rows) or None)


def told(stage: Stage, deals: int) -> str:
    """What a stage is, in a line."""
    asked = [stages.ASKED[name] for name in stage.required if name in stages.ASKED]
    return wording.listed(
        [
            f"{stage.probability} %",
            f"asks for {wording.joined(asked)}" if asked else "asks for nothing",
            f"ageing after {wording.plural(stage.stale_days, 'day')}" if stage.stale_days else "",
            wording.plural(deals, "open deal") if deals else "",
        ]
    )


def _stage_row(app: App, pipeline: Pipeline, keys: list[str], key: str, detail: str) -> ft.Control:
    stage = pipeline.stages[key]
    shown = row(
        ft.Icon(ft.Icons.CIRCLE, size=16, color=stage.colour),
        stage.name,
        detail,
        on_click=partial(app.go, f"{ROUTE}/{pipeline.id}/stages/{key}"),
        end=_moves(app, pipeline, keys, key),
    )
    return target(f"stage-{key}", shown, button=True, key=key)


def _moves(app: App, pipeline: Pipeline, keys: list[str], key: str) -> list[ft.Control]:
    place = keys.index(key)

    def move(to: int) -> None:
        order = [other for other in keys if other != key]
        order.insert(to, key)
        app.act("Order changed", lambda: pipelining.order_stages(app.replica, pipeline, order))

    def button(icon: ft.IconData, words: str, to: int) -> ft.Control:
        return icon_button(
            icon, words, disabled=not 0 <= to < len(keys), on_click=lambda _event: move(to)
        )

    return [
        button(ft.Icons.ARROW_UPWARD, "Earlier", place - 1),
        button(ft.Icons.ARROW_DOWNWARD, "Later", place + 1),
    ]
