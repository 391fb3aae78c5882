"""The pipeline: on a phone one stage a page, on anything wider a column for each stage.

A card is moved by dragging it to another column or by its button; on a phone, where dragging would
fight with scrolling, by the button alone. A swipe turns to the next stage. Only some cards of a
stage are alive at once; its sums are of all of them.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import flet as ft

from client.ui import theme, wording
from client.ui.component import component
from client.ui.components import keeping, states
from client.ui.components.buttons import icon_button
from client.ui.components.choices import Choice, choice_row, choice_strip
from client.ui.components.dropping import drop_target
from client.ui.components.page import card, screen, target
from client.ui.components.sheet import sheet
from client.ui.hooks import use_app, use_lacking, use_layout, use_live, use_stable
from client.ui.layout import Size
from client.ui.renewing import renew_and_tell
from client.ui.signs import SIGNS
from client.ui.views.deals.cards import GROUP, DealCard
from client.ui.views.deals.moving import ROUTE, TABLE, dot, use_mover
from client.ui.views.deals.reading import Asked, Board, cards_of, read_board
from client.ui.views.lists.listing import Elsewhere, place_button
from sync_protocol.records import Account, Contact, Deal, Pipeline, Settings
from sync_protocol.rules import stages

if TYPE_CHECKING:
    from collections.abc import Callable

    from client.ui.context import App
    from client.ui.views.deals.moving import Mover
    from client.ui.views.deals.reading import Column
    from sync_protocol.records import Stage

SHOWN = 15
COLUMN_WIDTH = 288
SWIPE = 200.0
"""How fast a finger has to leave to the side, in pixels a second, to turn a page."""
SHOW = {"mine": "Mine", "stuck": "No next step", "best": "Best chances first"}
"""What can be asked of the board, by its field of `Asked`."""
AS_TABLE = Elsewhere("as-table", "As a table", ft.Icons.TABLE_ROWS_OUTLINED, TABLE)
PIPELINE = "pipeline"
"""Under which preference a device keeps the pipeline that was last looked at."""


class State:
    """What the board was left with."""

    def __init__(self, pipeline_id: str) -> None:
        self.asked = Asked(pipeline_id)
        self.stage = 0


class Turning(NamedTuple):
    """The stage that a phone shows, and how to turn to another."""

    at: int
    to: Callable[[int], None]


@component
def BoardView() -> ft.Control:
    app, layout = use_app(), use_layout()
    state = app.keep("board", lambda: State(app.replica.preference(PIPELINE)))
    asked, set_asked = ft.use_state(state.asked)
    stage, set_stage = ft.use_state(state.stage)
    reading, set_reading = ft.use_state(False)
    board = use_live(
        lambda replica: read_board(replica, asked),
        Account, Contact, Deal, Pipeline, Settings, deps=[asked],
    )  # fmt: skip
    ft.use_effect(lambda: renew_and_tell(app), [app])
    mover = use_mover()
    ft.use_dialog(_definitions(board, lambda: set_reading(False)) if reading else None)

    def ask(wanted: Asked) -> None:
        if wanted.pipeline_id != state.asked.pipeline_id:
            app.replica.prefer(PIPELINE, wanted.pipeline_id)
            turn(0)
        state.asked = wanted
        set_asked(wanted)

    def turn(to: int) -> None:
        state.stage = max(0, min(to, len(board.columns) - 1))
        set_stage(state.stage)

    if board.pipeline is None:
        return screen("Pipeline", no_pipeline(app))
    turning = Turning(min(stage, len(board.columns) - 1), turn)
    phone = layout.size is Size.PHONE
    body = _phone(app, board, mover, turning) if phone else _wide(app, board, mover)
    return screen(
        "Pipeline",
        ft.Column(
            expand=True,
            spacing=theme.GAP,
            controls=[_tools(board, asked, ask, lambda: set_reading(True)), body],
        ),
        actions=[
            *([place_button(app, AS_TABLE)] if layout.size is Size.OFFICE else []),
            _new(app, board.pipeline),
        ],
    )


# --- above the board ---


def _tools(
    board: Board, asked: Asked, ask: Callable[[Asked], None], on_read: Callable[[], None]
) -> ft.Control:
    """Which pipeline, which deals, and what they come to."""
    pipeline = board.pipeline
    which = [Choice(each.id, each.name) for each in board.pipelines]
    chosen = pipeline.id if pipeline else ""
    switch = choice_row("pipeline", which, chosen, lambda key: ask(asked._replace(pipeline_id=key)))
    chosen_chips = [name for name in SHOW if getattr(asked, name)]
    chips = choice_strip(
        "show",
        [Choice(name, text) for name, text in SHOW.items()],
        chosen_chips,
        lambda name: ask(asked.turned(name)),
    )
    about = icon_button(
        ft.Icons.INFO_OUTLINE, "What the stages mean", on_click=lambda _event: on_read()
    )
    total, expected = (_unbroken(sum_) for sum_ in (board.total, board.expected))
    deals = wording.plural(board.deals, "deal") + " so far" * bool(use_lacking())
    told = wording.listed((deals, total, f"expected {expected}" * bool(total)))
    hidden = f" \u00b7 {board.hidden} not shown" if board.hidden else ""
    return ft.Container(
        padding=ft.Padding.symmetric(horizontal=theme.GAP_L),
        content=ft.Column(
            tight=True,
            spacing=theme.GAP_S,
            controls=[
                _beside(switch, chips) if len(which) > 1 else chips,
                ft.Row(
                    controls=[
                        ft.Text(told + hidden, style=theme.SMALL, color=theme.MUTED, expand=True),
                        target("stages", about),
                    ]
                ),
            ],
        ),
    )


def _beside(switch: ft.Control, chips: ft.Control) -> ft.Control:
    """In one line where there is the room, which the cards beneath can use."""
    parts: list[ft.Control] = [
        ft.Container(part, col={"xs": 12, "lg": 6}) for part in (switch, chips)
    ]
    return ft.ResponsiveRow(run_spacing=theme.GAP_S, controls=parts)


def _new(app: App, pipeline: Pipeline) -> ft.Control:
    return target(
        "new-deal",
        ft.FilledTonalButton(
            "New deal",
            icon=ft.Icons.ADD,
            height=theme.TOUCH,
            on_click=lambda: app.go(f"{ROUTE}/new?pipeline={pipeline.id}"),
        ),
    )


def no_pipeline(app: App) -> ft.Control:
    """What is missing before there can be deals, and who sets it up."""
    may = keeping.may(app.replica, Pipeline, "create")
    return states.none_yet(
        ft.Icons.VIEW_KANBAN_OUTLINED,
        "No pipeline yet",
        "A pipeline is the way your deals go, stage by stage. The office sets it up for everybody.",
        "Set up a pipeline" if may else "",
        (lambda: app.go("/admin/pipelines")) if may else None,
    )


# --- the board ---


def _phone(app: App, board: Board, mover: Mover, turning: Turning) -> ft.Control:
    """One stage; a swipe turns to the next."""
    column = board.columns[turning.at]
    order = [each.stage_id for each in board.columns]
    steps = [
        Choice(each.stage_id, f"{each.stage.name} ({len(each.deals)})", colour=each.stage.colour)
        for each in board.columns
    ]
    chips = choice_strip(
        "stage", steps, (column.stage_id,), lambda key: turning.to(order.index(key))
    )

    def swipe(event: ft.DragEndEvent[ft.GestureDetector]) -> None:
        speed = event.primary_velocity or 0.0
        if abs(speed) > SWIPE:
            turning.to(turning.at + (1 if speed < 0 else -1))

    none = not board.deals and not board.hidden
    cards = ft.Container(
        _no_deals() if none else Cards(app, column, mover, key=f"cards {column.stage_id}"),
        expand=True,
        padding=ft.Padding.symmetric(horizontal=theme.GAP_L),
    )
    return ft.Column(
        expand=True,
        spacing=theme.GAP,
        controls=[
            ft.Container(chips, padding=ft.Padding.symmetric(horizontal=theme.GAP_L)),
            ft.Container(_sums(column), padding=ft.Padding.symmetric(horizontal=theme.GAP_L)),
            target(
                "swipe",
                ft.GestureDetector(on_horizontal_drag_end=swipe, content=cards, expand=True),
                expand=True,
            ),
        ],
    )


def _no_deals() -> ft.Control:
    """A pipeline that nothing is in yet; the way to begin stands above."""
    return states.none_yet(
        SIGNS["deal"],
        "No deals yet",
        "A deal is what a customer may buy. Begin one here, or on the customer's page.",
    )


def _wide(app: App, board: Board, mover: Mover) -> ft.Control:
    """A column a stage, side by side; the row scrolls where they do not fit."""
    columns = [
        StageColumn(app, column, mover, key=f"column {column.stage_id}") for column in board.columns
    ]
    return ft.Container(
        expand=True,
        padding=ft.Padding.only(left=theme.GAP_L, right=theme.GAP_L, bottom=theme.GAP),
        content=ft.Row(
            expand=True,
            spacing=theme.GAP,
            scroll=ft.ScrollMode.AUTO,
            vertical_alignment=ft.CrossAxisAlignment.STRETCH,
            controls=columns,
        ),
    )


@component
def StageColumn(app: App, column: Column, mover: Mover) -> ft.Control:
    """A stage that takes what is dropped on it."""
    above, set_above = ft.use_state(False)

    body = ft.Container(
        width=COLUMN_WIDTH,
        padding=theme.GAP,
        border_radius=theme.RADIUS,
        bgcolor=ft.Colors.SECONDARY_CONTAINER if above else ft.Colors.SURFACE_CONTAINER,
        content=ft.Column(
            expand=True,
            spacing=theme.GAP,
            controls=[
                _heading(column),
                ft.Container(Cards(app, column, mover, draggable=True), expand=True),
            ],
        ),
    )
    return drop_target(
        f"column-{column.stage_id}",
        GROUP,
        body,
        set_above,
        lambda dragged: mover.move(dragged, column.stage_id),
    )


@component
def Cards(app: App, column: Column, mover: Mover, draggable: bool = False) -> ft.Control:
    """The first of them, and the way to the rest."""
    limit, set_limit = ft.use_state(SHOWN)
    on_open = use_stable(lambda deal_id: app.go(f"{ROUTE}/{deal_id}"))
    if not column.deals:
        return ft.Container(
            padding=theme.GAP_L,
            content=ft.Text("No deals in this stage.", color=theme.MUTED, style=theme.SMALL),
        )
    rows: list[ft.Control] = [
        DealCard(each, on_open, mover.ask, draggable, key=each.id)
        for each in cards_of(app.replica, column, limit)
    ]
    rest = len(column.deals) - limit
    if rest > 0:
        more = ft.TextButton(f"Show {rest} more", height=theme.TOUCH,
                             on_click=lambda: set_limit(lambda old: old + SHOWN))  # fmt: skip
        rows.append(target(f"more-{column.stage_id}", more))
    return ft.ListView(expand=True, spacing=theme.GAP, controls=rows,
                       padding=ft.Padding.only(bottom=theme.TOUCH))  # fmt: skip


def _heading(column: Column) -> ft.Control:
    """Name, chance and number, and what the stage comes to."""
    stage = column.stage
    name = ft.Text(stage.name, style=theme.HEADING, expand=True, max_lines=1,
                   overflow=ft.TextOverflow.ELLIPSIS)  # fmt: skip
    return ft.Container(
        tooltip=_meaning(stage),
        padding=ft.Padding.only(left=theme.GAP_S, right=theme.GAP_S, top=theme.GAP_S),
        content=ft.Column(
            tight=True,
            spacing=2,
            controls=[
                ft.Row(
                    spacing=theme.GAP,
                    controls=[dot(stage.colour), name, ft.Text(f"{len(column.deals)}")],
                ),
                _sums(column),
            ],
        ),
    )


def _unbroken(sums: str) -> str:
    """Each amount on one line with its currency."""
    return " + ".join(amount.replace(" ", "\u00a0") for amount in sums.split(" + "))


def _sums(column: Column) -> ft.Control:
    worth = f"{column.total} \u00b7 expected {column.expected}" if column.total else "No value yet"
    ageing = [
        ft.Text(f"{wording.plural(column.ageing, 'deal')} ageing", style=theme.SMALL,
                color=ft.Colors.TERTIARY, weight=ft.FontWeight.W_600)
    ]  # fmt: skip
    return ft.Column(
        tight=True,
        spacing=2,
        controls=[
            ft.Text(worth, style=theme.SMALL, color=theme.MUTED),
            *(ageing if column.ageing else []),
        ],
    )


# --- what the stages mean ---


def _meaning(stage: Stage) -> str:
    asked = [name for name in stage.required if name in stages.ASKED]
    parts = (
        f"{stage.probability} % likely. {stage.meaning}".strip(),
        f"It goes on when: {stage.exit}" if stage.exit else "",
        f"Needed to go on: {stages.in_words(asked)}." if asked else "",
        f"Ageing after {wording.plural(stage.stale_days, 'day')}." if stage.stale_days else "",
    )
    return "\n".join(filter(None, parts))


def _definitions(board: Board, on_close: Callable[[], None]) -> ft.BottomSheet:
    """The stages of the pipeline, to be read."""
    told = [
        card(
            ft.Column(
                tight=True,
                spacing=theme.GAP_S,
                controls=[
                    ft.Row(controls=[dot(each.stage.colour),
                                     ft.Text(each.stage.name, style=theme.HEADING)]),
                    ft.Text(_meaning(each.stage), style=theme.BODY),
                ],
            )
        )
        for each in board.columns
    ]  # fmt: skip
    name = board.pipeline.name if board.pipeline else ""
    return sheet(f"Stages of {name}", told, on_close, tall=True)
