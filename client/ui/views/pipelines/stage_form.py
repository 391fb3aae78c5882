"""One stage of a pipeline: what it means, when a deal leaves it, what must be known by then."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import flet as ft

from client import pipelining
from client.errors import Invalid
from client.replica import DraftKey
from client.ui import theme
from client.ui.component import component
from client.ui.components import keeping, states
from client.ui.components.choices import Choice, several_row, turned
from client.ui.components.colours import palette
from client.ui.components.page import reading, scroll, section, target
from client.ui.components.typed import Problem, TypedField, problem_of, stretched
from client.ui.hooks import use_app, use_live
from client.ui.views.admin.parts import refusal, use_admin
from client.ui.views.kept_form import use_choice, use_kept_form
from client.ui.views.pipelines.list_view import ROUTE
from sync_protocol.records import Pipeline, Stage
from sync_protocol.rules import stages

if TYPE_CHECKING:
    from collections.abc import Callable

    from client.ui.meanwhile import Values
    from client.ui.views.kept_form import KeptForm

BEGIN = Stage("New", colour=theme.PALETTE[5])
ASKS = "Before a deal may leave this stage, these must be filled in:"


@component
def StageView() -> Any:
    """`/admin/pipelines/<id>/stages/new` and `.../stages/<entry>`."""
    app, admin = use_app(), use_admin()
    params = ft.use_route_params()
    pipeline_id, stage_id = params.get("id", ""), params.get("stage", "")
    pipeline = use_live(
        lambda replica: replica.get(Pipeline, pipeline_id), Pipeline, deps=[pipeline_id]
    )
    back = lambda: app.go(f"{ROUTE}/{pipeline_id}")  # noqa: E731
    if not admin:
        return refusal("Stage", lambda: app.go("/more"))
    if pipeline is None or (stage_id and stage_id not in pipeline.stages):
        return keeping.absent("Stage", back)
    form = StageForm(pipeline, stage_id, key=stage_id)
    title = pipeline.stages[stage_id].name if stage_id else "New stage"
    return reading(title, scroll([form]), on_back=back)


@component
def StageForm(pipeline: Pipeline, stage_id: str) -> ft.Control:
    """Keeps what is typed until it is saved."""
    stage = pipeline.stages.get(stage_id, BEGIN)
    began = {**_typed(stage, new=not stage_id), "required": [*stage.required],
             "colour": stage.colour}  # fmt: skip
    form = use_kept_form(DraftKey("pipeline", pipeline.id, f"stage {stage_id}"), began)
    return form.around(StageFields(pipeline, stage_id, form, key=f"{form.generation}"))


@component
def StageFields(pipeline: Pipeline, stage_id: str, form: KeptForm) -> ft.Control:
    app, values = use_app(), form.values
    required, set_required = use_choice(values, "required")
    colour, set_colour = use_choice(values, "colour")
    problem, set_problem = ft.use_state(Problem())

    def act(said: str, write: Callable[[], Any]) -> None:
        try:
            done = form.act(said, write)
        except Invalid as error:
            set_problem(problem_of(error))
            return
        if done:
            form.done()
            app.go(f"{ROUTE}/{pipeline.id}")

    def save() -> None:
        def write() -> None:
            texts = {name: values[name] for name in pipelining.Typed._fields}
            read = pipelining.read(pipelining.Typed(**texts), values["required"], values["colour"])
            pipelining.put_stage(app.replica, pipeline, stage_id, read)

        act("Stage saved", write)

    def remove() -> None:
        act("Stage removed", lambda: pipelining.remove_stage(app.replica, pipeline, stage_id))

    def ask(name: str) -> None:
        set_required(turned(values["required"], name, on=name not in required))

    standing = problem.at("stage")
    return stretched(
        [
            *([states.notice(ft.Icons.ERROR_OUTLINE, standing, error=True)] if standing else []),
            *_fields(values, problem, new=not stage_id),
            _asked(required, ask),
            section("Colour", [palette(colour, set_colour)]),
            _buttons(save, remove if stage_id else None),
        ]
    )


def _typed(stage: Stage, *, new: bool) -> dict[str, str]:
    return {
        "name": "" if new else stage.name,
        "probability": f"{stage.probability}",
        "stale_days": f"{stage.stale_days or ''}",
        "meaning": stage.meaning,
        "exit": stage.exit,
    }


def _fields(values: Values, problem: Problem, *, new: bool) -> list[ft.Control]:
    number: dict[str, Any] = {"keyboard_type": ft.KeyboardType.NUMBER}
    lines: dict[str, Any] = {"multiline": True, "min_lines": 2, "max_lines": 5}
    return [
        TypedField(values, "name", "Name", problem, autofocus=new, max_length=60),
        TypedField(values, "meaning", "What it means to stand here", problem, **lines),
        TypedField(values, "exit", "When a deal leaves it", problem, **lines),
        TypedField(values, "probability", "Chance of winning", problem, suffix="%", **number),
        TypedField(values, "stale_days", "Ageing after (optional)", problem, suffix="days",
                   **number),
    ]  # fmt: skip


def _asked(required: list[str], on_ask: Callable[[str], None]) -> ft.Control:
    choices = [Choice(name, _title(words)) for name, words in stages.ASKED.items()]
    return section(
        "What is asked for",
        [ft.Text(ASKS, color=theme.MUTED), several_row("asks", choices, required, on_ask)],
    )


def _title(words: str) -> str:
    """`Closing date` of `a closing date`: what a rep who is stopped will read."""
    bare = words
    for article in ("a ", "an ", "the "):
        bare = bare.removeprefix(article)
    return bare[0].upper() + bare[1:]


def _buttons(save: Callable[[], None], remove: Callable[[], None] | None) -> ft.Control:
    gone = ft.OutlinedButton(
        "Remove stage", icon=ft.Icons.DELETE_OUTLINE, height=theme.TOUCH,
        on_click=lambda _event: remove() if remove else None,
    )  # fmt: skip
    return ft.Container(
        padding=ft.Padding.only(top=theme.GAP_L),
        content=ft.Row(
            wrap=True,
            spacing=theme.GAP,
            controls=[
                target("save", ft.FilledButton("Save", height=theme.TOUCH, on_click=save)),
                *([target("remove", gone)] if remove else []),
            ],
        ),
    )
