"""All labels with their ticks: one tap puts a label on a record or takes it off."""

from __future__ import annotations

from typing import TYPE_CHECKING

import flet as ft

from client.ui import theme
from client.ui.component import component, memo_component
from client.ui.components.fields import TextInput
from client.ui.components.page import target
from client.ui.components.sheet import sheet
from client.ui.hooks import use_app, use_live, use_paused, use_stable
from sync_protocol.records import Label, Labelling

if TYPE_CHECKING:
    from collections.abc import Callable

    from client.replica import Replica
    from client.ui.context import App
    from sync_protocol.records import Record

MANY = 8


@component
def LabelSheet(record: Record, is_open: bool, on_close: Callable[[], None]) -> ft.Control:
    """Shows nothing itself; while `is_open` the sheet is up: search, ticks, a label yet to be."""
    app = use_app()
    text, set_text = ft.use_state("")
    labels, on = use_live(lambda r: read_labels(r, record.id), Label, Labelling, deps=[record.id])
    toggle = use_stable(lambda label_id, name: _toggle(app, record, label_id, name))
    later = use_paused(set_text)
    wanted = text.strip().casefold()
    shown = [x for x in labels if wanted in x.name.casefold()]
    known = any(x.name.casefold() == wanted for x in labels)
    create = [_create(app, record, text.strip())] if wanted and not known else []

    def close() -> None:
        set_text("")
        on_close()

    controls = [
        target("label-search", TextInput("Find or create a label", later)),
        *create,
        *[LabelTick(label, label.id in on, toggle, key=label.id) for label in shown],
    ]
    up = sheet("Labels", controls, close, tall=len(labels) > MANY) if is_open else None
    ft.use_dialog(up)
    return ft.Container(visible=False)


def read_labels(replica: Replica, record_id: str) -> tuple[tuple[Label, ...], frozenset[str]]:
    """The labels to choose from, and the ids of those that are on."""
    on = frozenset(x.label_id for x in replica.find(Labelling, record_id=record_id, on=True))
    every = replica.find(Label, order_by="name")
    return tuple(x for x in every if not x.archived or x.id in on), on


@memo_component
def LabelTick(label: Label, on: bool, on_toggle: Callable[[str, str], None]) -> ft.Control:
    return target(
        f"label-{label.name}",
        ft.Container(
            height=theme.TOUCH,
            border_radius=theme.RADIUS_S,
            ink=True,
            on_click=lambda _event: on_toggle(label.id, label.name),
            content=ft.Row(
                spacing=12,
                controls=[
                    ft.Icon(
                        ft.Icons.CHECK_BOX if on else ft.Icons.CHECK_BOX_OUTLINE_BLANK,
                        color=ft.Colors.PRIMARY if on else theme.MUTED,
                    ),
                    ft.Container(width=14, height=14, border_radius=7, bgcolor=label.colour),
                    ft.Text(label.name, style=theme.BODY, expand=True, max_lines=1),
                ],
            ),
        ),
        button=True,
        checked=on,
        label=label.name,
        exclude_semantics=False,
    )


def toggle_label(app: App, record: Record, name: str, *, on: bool) -> None:
    """Put a label on or take it off, with Undo."""
    change = app.replica.label if on else app.replica.unlabel
    app.act(f"{name} {'added' if on else 'removed'}", lambda: change(record, name))


def _toggle(app: App, record: Record, label_id: str, name: str) -> None:
    _labels, on = read_labels(app.replica, record.id)
    toggle_label(app, record, name, on=label_id not in on)


def _create(app: App, record: Record, name: str) -> ft.Control:
    def create() -> None:
        replica = app.replica
        with replica.changeset(f"Create label: {name}"):
            replica.create(Label(name=name, colour=_colour(replica)))
            replica.label(record, name)

    return target(
        "label-create",
        ft.TextButton(
            f'Create label "{name}"',
            icon=ft.Icons.NEW_LABEL_OUTLINED,
            height=theme.TOUCH,
            on_click=lambda _event: app.act(f"{name} added", create),
        ),
    )


def _colour(replica: Replica) -> str:
    """The first colour of the palette that no label has yet."""
    used = {label.colour for label in replica.find(Label)}
    return next((colour for colour in theme.PALETTE if colour not in used), theme.PALETTE[0])
