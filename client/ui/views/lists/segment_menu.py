"""The menu of segments above a list: pick one, keep what is shown as one, change or drop one."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Any, NamedTuple

import flet as ft

from client import segments
from client.errors import Invalid
from client.ui import theme, wording
from client.ui.component import component
from client.ui.components.fields import TextInput
from client.ui.components.page import target
from client.ui.hooks import use_app, use_box, use_live, use_optional, use_stable
from sync_protocol.records import Segment, User

if TYPE_CHECKING:
    from collections.abc import Callable

    from client.ui.context import App
    from client.ui.views.lists.reading import Asked


class Naming(NamedTuple):
    """The dialog in which a segment gets its name; `segment` None is a new one."""

    segment: Segment | None
    problem: str = ""


class Menu(NamedTuple):
    """What the menu is about, and whom it tells."""

    asked: Asked
    offered: list[Segment]
    current: Segment | None
    on_pick: Callable[[Segment | None], None]
    ask: Callable[[Segment | None], None]


@component
def SegmentMenu(
    everything: str,
    asked: Asked,
    segment_id: str,
    on_pick: Callable[[Segment | None], None],
    on_busy: Callable[[bool], None] = lambda _is_up: None,
) -> ft.Control:
    """`everything` is what the list is called without a segment.

    `on_busy` hears when a name is asked for, so that the list leaves the keys alone.
    """
    app = use_app()
    offered = use_live(lambda r: segments.segments(r, asked.of), Segment, User, deps=[asked.of])
    current = next((x for x in offered if x.id == segment_id), None)
    naming, set_naming = use_optional(Naming)
    typed: Any = use_box("")
    hear = use_stable(lambda text: setattr(typed, "current", text))

    def show(which: Naming | None) -> None:
        on_busy(which is not None)
        set_naming(which)

    def ask(segment: Segment | None) -> None:
        typed.current = segment.name if segment else ""
        show(Naming(segment))

    def finish(which: Naming) -> None:
        try:
            _name(app, which.segment, typed.current, asked, on_pick)
        except Invalid as problem:
            set_naming(which._replace(problem=problem.message))
            return
        show(None)

    dialog = _dialog(naming, hear, partial(finish, naming), partial(show, None)) if naming else None
    ft.use_dialog(dialog)
    title = current.name if current else everything
    return target("segments", _menu(Menu(asked, offered, current, on_pick, ask), app, title))


def _menu(menu: Menu, app: App, title: str) -> ft.Control:
    asked, current = menu.asked, menu.current
    items = [
        _item("Everything", partial(menu.on_pick, None), chosen=current is None),
        *[
            _item(x.name, partial(menu.on_pick, x), chosen=x is current, name=f"segment-{x.id}")
            for x in menu.offered
        ],
        ft.PopupMenuItem(),
        _item("Save as a segment", partial(menu.ask, None), ft.Icons.BOOKMARK_ADD_OUTLINED),
    ]
    if current is not None and segments.may_change(app.replica, current):
        items += _changes(menu, app, current)
    changed = "*" if current is not None and _differs(current, asked) else ""
    return ft.PopupMenuButton(
        tooltip="Segments",
        items=items,
        content=ft.Container(
            height=theme.TOUCH,
            padding=ft.Padding.symmetric(horizontal=theme.GAP),
            content=ft.Row(
                tight=True,
                spacing=theme.GAP_S,
                controls=[
                    ft.Text(wording.short(title, 20) + changed, style=theme.BODY, max_lines=1),
                    ft.Icon(ft.Icons.ARROW_DROP_DOWN, color=theme.MUTED),
                ],
            ),
        ),
    )


def _changes(menu: Menu, app: App, current: Segment) -> list[ft.PopupMenuItem]:
    keep = _item(
        f"Save into {current.name}",
        partial(_keep, app, current, menu.asked),
        ft.Icons.SAVE_OUTLINED,
    )
    return [
        *([keep] if _differs(current, menu.asked) else []),
        _item("Rename", partial(menu.ask, current), ft.Icons.EDIT_OUTLINED),
        _item("Delete", partial(_drop, app, current, menu.on_pick), ft.Icons.DELETE_OUTLINE),
    ]


def _item(
    text: str,
    on_click: Callable[[], None],
    icon: ft.IconData | None = None,
    *,
    chosen: bool | None = None,
    name: str = "",
) -> ft.PopupMenuItem:
    return ft.PopupMenuItem(
        content=target(name, ft.Text(text)) if name else text,
        icon=icon,
        checked=chosen,
        on_click=lambda _event: on_click(),
    )


def _dialog(
    naming: Naming,
    hear: Callable[[str], None],
    finish: Callable[[], None],
    cancel: Callable[[], None],
) -> ft.AlertDialog:
    old = naming.segment.name if naming.segment else ""
    return ft.AlertDialog(
        modal=True,
        title=ft.Text("Rename the segment" if old else "Save as a segment"),
        on_dismiss=lambda _event: cancel(),
        content=ft.Column(
            tight=True,
            controls=[
                ft.Text("The filter, the columns and the order, for everybody to use."),
                TextInput("Name", hear, old, naming.problem, autofocus=True),
            ],
        ),
        actions=[
            ft.TextButton("Cancel", height=theme.TOUCH, on_click=lambda _event: cancel()),
            target(
                "segment-save",
                ft.FilledButton("Save", height=theme.TOUCH, on_click=lambda _event: finish()),
            ),
        ],
    )


def _name(
    app: App,
    segment: Segment | None,
    name: str,
    asked: Asked,
    on_pick: Callable[[Segment | None], None],
) -> None:
    replica = app.replica
    if segment is not None:
        app.act("Segment renamed", lambda: segments.rename(replica, segment, name))
        return
    made: list[Segment] = []

    def save() -> None:
        made.append(segments.save(replica, asked.of, name, _shown(asked)))

    if app.act("Segment saved", save):
        on_pick(made[0])


def _keep(app: App, segment: Segment, asked: Asked) -> None:
    app.act(
        f"{segment.name} saved",
        lambda: segments.change(app.replica, segment, _shown(asked)),
    )


def _drop(app: App, segment: Segment, on_pick: Callable[[Segment | None], None]) -> None:
    if app.act(f"{segment.name} deleted", lambda: segments.delete(app.replica, segment)):
        on_pick(None)


def _shown(asked: Asked) -> segments.Shown:
    return segments.Shown(asked.filter, asked.columns, asked.sort)


def _differs(segment: Segment, asked: Asked) -> bool:
    return segments.Shown(segment.filter, segment.columns, segment.sort) != _shown(asked)
