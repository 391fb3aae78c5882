"""Two customers become one: chosen field by field, side by side, and taken back with one Undo."""

from __future__ import annotations

from collections import Counter
from functools import partial
from typing import TYPE_CHECKING, Any, cast

import flet as ft

from client.merging import Difference, differences, unknown_to
from client.ui import naming, theme
from client.ui.component import component
from client.ui.components import states
from client.ui.components.page import card, reading, scroll, section, target
from client.ui.hooks import use_app, use_layout, use_live
from client.ui.layout import Size
from client.ui.views.twins.words import PLURALS, STRUCTS, detail, route_of

if TYPE_CHECKING:
    from collections.abc import Callable

    from client.ui.context import App

Choices = dict[str, str]
"""Which of the two holds in a field, where somebody has said so."""
JOINED = ("phones", "emails", "addresses", "socials", "needs")


@component
def MergeView() -> ft.Control:
    params = ft.use_route_params()
    kind, one, two = (params.get(name, "") for name in ("kind", "id", "other"))
    view: ft.Control = Merge(kind, one, two, key=f"{kind} {one} {two}")
    return view


@component
def Merge(kind: str, one_id: str, two_id: str) -> ft.Control:
    """The older of the two goes on unless told otherwise, so that two reps decide alike."""
    app, stacked = use_app(), use_layout().size is Size.PHONE
    struct = STRUCTS.get(kind)
    ids = sorted((one_id, two_id))
    swapped, set_swapped = ft.use_state(False)
    choices, set_choices = _use_choices()
    both = use_live(
        lambda replica: [replica.get(struct, i) for i in ids] if struct else [],
        *STRUCTS.values(), deps=[kind, one_id, two_id],
    )  # fmt: skip
    if len(ids) != len(set(ids)) or len(both) != len(ids) or not all(map(_stands, both)):
        return _absent(app)
    first, second = both
    stays: Any = second if swapped else first
    goes: Any = first if swapped else second
    found = differences(stays, goes)
    chosen = {d.field: choices.get(d.field, _default(d)) for d in found}

    def pick(field: str, which: str) -> None:
        set_choices(lambda old: {**old, field: which})

    def swap() -> None:
        set_choices(lambda old: {name: _other(which) for name, which in old.items()})
        set_swapped(not swapped)

    return reading(
        f"Merge {PLURALS[kind]}",
        scroll(
            [
                _heads(app, stays, goes, swap, stacked=stacked),
                *_fields(app, found, chosen, pick, stacked=stacked),
                *_joined(app, stays, goes),
                *_moving(app, goes),
                _merge_button(lambda: _merge(app, stays, goes, found, chosen)),
            ]
        ),
        on_back=lambda: app.go(route_of(stays)),
    )


def _use_choices() -> tuple[Choices, Callable[[Any], None]]:
    nothing: Choices = {}
    return cast("tuple[Choices, Callable[[Any], None]]", ft.use_state(nothing))


def _stands(record: Any) -> bool:
    return record is not None and not record.deleted and not record.merged_into


def _default(difference: Difference) -> str:
    """What the one that stays says, unless it says nothing."""
    return "two" if difference.one in ("", None, (), {}) else "one"


def _other(which: str) -> str:
    return "one" if which == "two" else "two"


def _merge(
    app: App, stays: Any, goes: Any, found: list[Difference], chosen: dict[str, str]
) -> None:
    values = {d.field: d.two for d in found if chosen[d.field] == "two"}
    name = values.get("name", stays.name)
    if app.act(f"Merged into {name}", lambda: app.replica.merge(goes, stays, **values)):
        app.go(route_of(stays))


def _heads(
    app: App, stays: Any, goes: Any, swap: Callable[[], None], *, stacked: bool
) -> ft.Control:
    return ft.Column(
        tight=True,
        spacing=theme.GAP,
        controls=[
            _pair(
                _head(app, stays, "Goes on"),
                _head(app, goes, "Becomes part of it"),
                stacked=stacked,
            ),
            target(
                "swap",
                ft.TextButton(
                    "Let the other one go on",
                    icon=ft.Icons.SWAP_HORIZ,
                    height=theme.TOUCH,
                    on_click=lambda _event: swap(),
                ),
            ),
        ],
    )


def _head(app: App, record: Any, role: str) -> ft.Control:
    return card(
        ft.Column(
            tight=True,
            spacing=2,
            controls=[
                ft.Text(role, style=theme.SMALL, color=ft.Colors.PRIMARY),
                ft.Text(record.name, style=theme.HEADING),
                ft.Text(detail(app.replica, record) or " ", style=theme.SMALL, color=theme.MUTED),
            ],
        )
    )


def _fields(
    app: App,
    found: list[Difference],
    chosen: dict[str, str],
    pick: Callable[[str, str], None],
    *,
    stacked: bool,
) -> list[ft.Control]:
    if not found:
        return [
            section("Fields", [ft.Text("Both say the same in every field.", color=theme.MUTED)])
        ]
    rows = [
        _field(app, each, chosen[each.field], partial(pick, each.field), stacked=stacked)
        for each in found
    ]
    return [section("Choose what holds", rows, len(found))]


def _field(
    app: App, difference: Difference, chosen: str, pick: Callable[[str], None], *, stacked: bool
) -> ft.Control:
    field = difference.field
    options = [
        _option(f"{field}-{which}", naming.words(app.replica, field, value), chosen == which,
                partial(pick, which))
        for which, value in (("one", difference.one), ("two", difference.two))
    ]  # fmt: skip
    return ft.Column(
        tight=True,
        spacing=theme.GAP_S,
        controls=[
            ft.Text(naming.title_of(field), style=theme.SMALL, color=theme.MUTED),
            _pair(*options, stacked=stacked),
        ],
    )


def _option(identifier: str, text: str, on: bool, choose: Callable[[], None]) -> ft.Control:
    colour = ft.Colors.ON_SECONDARY_CONTAINER if on else ft.Colors.ON_SURFACE
    icon = ft.Icons.RADIO_BUTTON_CHECKED if on else ft.Icons.RADIO_BUTTON_UNCHECKED
    return target(
        f"choose-{identifier}",
        ft.Container(
            ink=True,
            on_click=lambda _event: choose(),
            border_radius=theme.RADIUS,
            border=ft.Border.all(1, ft.Colors.PRIMARY if on else ft.Colors.OUTLINE_VARIANT),
            bgcolor=ft.Colors.SECONDARY_CONTAINER if on else None,
            padding=14,
            content=ft.Row(
                spacing=theme.GAP,
                controls=[
                    ft.Icon(icon, size=20, color=colour),
                    ft.Text(text, style=theme.BODY, color=colour, expand=True, max_lines=4),
                ],
            ),
        ),
        button=True,
        selected=on,
    )


def _pair(one: ft.Control, two: ft.Control, *, stacked: bool) -> ft.Control:
    """Side by side, on a phone one beneath the other."""
    if stacked:
        return ft.Column(
            tight=True,
            spacing=theme.GAP,
            horizontal_alignment=ft.CrossAxisAlignment.STRETCH,
            controls=[one, two],
        )
    return ft.Row(
        spacing=theme.GAP,
        vertical_alignment=ft.CrossAxisAlignment.START,
        controls=[ft.Container(one, expand=True), ft.Container(two, expand=True)],
    )


def _joined(app: App, stays: Any, goes: Any) -> list[ft.Control]:
    """What both have is kept, once."""
    lines: list[ft.Control] = []
    for name in JOINED:
        if not hasattr(stays, name):
            continue
        ours = list(getattr(stays, name).values())
        every = ours + unknown_to(app.replica, getattr(stays, name), getattr(goes, name))
        if len(every) > len(ours):
            said = "; ".join(_said(app, value) for value in every)
            lines.append(ft.Text(f"{naming.title_of(name)}: {said}", style=theme.BODY))
    if not lines:
        return []
    body = ft.Column(tight=True, spacing=theme.GAP_S, controls=lines)
    return [section("Joined, nothing is lost", [card(body)])]


def _said(app: App, value: Any) -> str:
    shown = [getattr(value, name) for name in value.__struct_fields__ if name != "position"]
    return ", ".join(naming.words(app.replica, "", part) for part in shown if part)


def _moving(app: App, goes: Any) -> list[ft.Control]:
    counts = Counter(kind for kind, _id in app.replica.beneath(goes))
    if not counts:
        return []
    words = ", ".join(f"{naming.PLURALS.get(k, k)} ({n})" for k, n in sorted(counts.items()))
    return [section("Moves along", [card(ft.Text(words, style=theme.BODY))])]


def _merge_button(act: Callable[[], None]) -> ft.Control:
    button = ft.FilledButton(
        "Merge",
        icon=ft.Icons.MERGE,
        height=theme.TALL,
        width=theme.READABLE_WIDTH,
        on_click=lambda _event: act(),
    )
    return ft.Container(target("merge", button), padding=ft.Padding.only(top=theme.GAP_L))


def _absent(app: App) -> ft.Control:
    nothing = states.empty(
        ft.Icons.MERGE,
        "These two cannot be merged",
        "One of them is not here any more, or they are one already.",
    )
    return reading("Merge", nothing, on_back=lambda: app.go("/duplicates"))
