"""What a visit is for: one tap on a chip, another takes it off."""

from __future__ import annotations

from typing import TYPE_CHECKING

import flet as ft

from client import visiting
from client.ui import theme
from client.ui.component import component
from client.ui.components.choices import ROUND, room_for
from client.ui.components.page import section, target
from client.ui.hooks import use_app, use_live
from sync_protocol.records import Activity, Purpose

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from client.replica import Replica


@component
def PurposeSection(visit: Activity) -> ft.Control:
    """Nothing where the company has named no purposes."""
    app = use_app()
    offered = use_live(lambda replica: read_purposes(replica, visit), Purpose, deps=[visit])
    if not offered:
        return ft.Container()

    def choose(purpose_id: str) -> None:
        chosen = "" if purpose_id == visit.purpose_id else purpose_id
        app.act("", lambda: visiting.set_purpose(app.replica, visit, chosen))

    return section("Purpose", [purpose_row("purpose", offered, visit.purpose_id, choose)])


def read_purposes(replica: Replica, visit: Activity) -> list[Purpose]:
    """Those on offer, and the visit's own if it is archived by now."""
    offered = visiting.purposes(replica)
    own = replica.get(Purpose, visit.purpose_id) if visit.purpose_id else None
    return offered if own is None or own in offered else [*offered, own]


def purpose_row(
    name: str, purposes: Sequence[Purpose], chosen: str, on_choose: Callable[[str], None]
) -> ft.Control:
    """The purposes, targets `name-0`, `name-1`..., the chosen one in its colour."""
    return ft.Row(
        wrap=True,
        spacing=theme.GAP,
        run_spacing=theme.GAP,
        controls=[
            target(f"{name}-{place}", _chip(purpose, chosen, on_choose), key=purpose.id,
                   selected=purpose.id == chosen)
            for place, purpose in enumerate(purposes)
        ],
    )  # fmt: skip


def _chip(purpose: Purpose, chosen: str, on_choose: Callable[[str], None]) -> ft.Control:
    on = purpose.id == chosen
    text = theme.on_colour(purpose.colour) if on else ft.Colors.ON_SURFACE
    height, padding = room_for(purpose.name)
    return ft.OutlinedButton(
        purpose.name,
        icon=ft.Icon(ft.Icons.CHECK, color=text)
        if on
        else ft.Icon(ft.Icons.CIRCLE, size=12, color=purpose.colour),
        height=height,
        style=ft.ButtonStyle(
            bgcolor=purpose.colour if on else None,
            color=text,
            side=ft.BorderSide(1, purpose.colour if on else ft.Colors.OUTLINE_VARIANT),
            padding=padding,
            shape=ROUND,
        ),
        on_click=lambda: on_choose(purpose.id),
    )
