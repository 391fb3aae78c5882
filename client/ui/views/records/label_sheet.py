"""All labels with their ticks: one tap puts a label on a record or takes it off."""

from __future__ import annotations

from typing import TYPE_CHECKING

import flet as ft

from client.ui import theme
from client.ui.component import component, memo_component
from client.ui.components.fields import TextInput
from client.ui.components.labels import BY_RULE
from client.ui.components.page import target
from client.ui.components.sheet import sheet
from client.ui.hooks import use_app, use_live, use_paused, use_stable
from sync_protocol.records import SUGGESTED, Label, Labelling, LabelRule

if TYPE_CHECKING:
    from collections.abc import Callable

    from client.replica import Replica
    from client.replica.labels import Worn
    from client.ui.context import App
    from sync_protocol.records import Record

MANY = 8
TWO_LINES = 64


@component
def LabelSheet(record: Record, is_open: bool, on_close: Callable[[], None]) -> ft.Control:
    """Shows nothing itself; while `is_open` the sheet is up: search, ticks, a label yet to be."""
    app = use_app()
    text, set_text = ft.use_state("")
    labels, on = use_live(lambda r: read_labels(r, record.id), Label, Labelling, deps=[record.id])
    whys = use_live(
        lambda r: read_whys(r, record.id), Label, Labelling, LabelRule, deps=[record.id]
    )
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
        *[
            LabelTick(label, label.id in on, whys.get(label.id, ""), toggle, key=label.id)
            for label in shown
        ],
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
def LabelTick(
    label: Label, on: bool, why: str, on_toggle: Callable[[str, str], None]
) -> ft.Control:
    """`why` says, where no hand put the label on, what else did."""
    return target(
        f"label-{label.name}",
        ft.Container(
            height=TWO_LINES if why else theme.TOUCH,
            border_radius=theme.RADIUS_S,
            ink=True,
            on_click=lambda _event: on_toggle(label.id, label.name),
            content=ft.Row(
                spacing=12,
                controls=[
                    ft.Icon(_tick(on, why), color=ft.Colors.PRIMARY if on or why else theme.MUTED),
                    ft.Container(width=14, height=14, border_radius=7, bgcolor=label.colour),
                    ft.Column(
                        expand=True,
                        tight=True,
                        spacing=0,
                        controls=[
                            ft.Text(label.name, style=theme.BODY, max_lines=1),
                            *([_small(why)] if why else []),
                        ],
                    ),
                ],
            ),
        ),
        button=True,
        checked=on or bool(why),
        label=f"{label.name}. {why}" if why else label.name,
        exclude_semantics=False,
    )


def read_whys(replica: Replica, record_id: str) -> dict[str, str]:
    """For each label that is on a record by other means than a hand, a sentence that says so."""
    return {worn.id: why for worn in replica.worn(record_id) if (why := _why(replica, worn))}


def _why(replica: Replica, worn: Worn) -> str:
    names = [rule.name for i in worn.rules if (rule := replica.get(LabelRule, i)) is not None]
    if worn.by_rule:
        return f"By rule: {', '.join(names)}. Comes and goes with the data."
    if worn.origin == SUGGESTED:
        return "Was suggested, and accepted."
    rule = replica.get(LabelRule, worn.origin) if worn.origin else None
    return f"Put on by a run of the rule {rule.name}." if rule else ""


def _tick(on: bool, why: str) -> ft.IconData:
    if on:
        return ft.Icons.CHECK_BOX
    return BY_RULE if why else ft.Icons.CHECK_BOX_OUTLINE_BLANK


def _small(why: str) -> ft.Control:
    return ft.Text(
        why, style=theme.SMALL, color=theme.MUTED, max_lines=2, overflow=ft.TextOverflow.ELLIPSIS
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
            icon=ft.Icons.ADD,
            height=theme.TOUCH,
            on_click=lambda _event: app.act(f"{name} added", create, once=f"label {name}"),
        ),
    )


def _colour(replica: Replica) -> str:
    """The first colour of the palette that no label has yet."""
    used = {label.colour for label in replica.find(Label)}
    return next((colour for colour in theme.PALETTE if colour not in used), theme.PALETTE[0])
