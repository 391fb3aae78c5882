"""The bell: how many notices wait, on every screen."""

from __future__ import annotations

import flet as ft

from client.ui import theme, wording
from client.ui.component import component
from client.ui.components.buttons import icon_button
from client.ui.components.page import target
from client.ui.hooks import use_app, use_live
from sync_protocol.records import Notice

MOST = 99


@component
def Bell() -> ft.Control:
    """Opens the notices; quiet while there are none."""
    app = use_app()
    count = use_live(
        lambda replica: replica.count(Notice, owner_id=replica.user_id, dismissed=False), Notice
    )
    words = wording.plural(count, "notice") if count else "No notices"
    shown = str(count) if count <= MOST else f"{MOST}+"
    return target(
        "bell",
        icon_button(
            ft.Icon(
                ft.Icons.NOTIFICATIONS if count else ft.Icons.NOTIFICATIONS_NONE,
                color=ft.Colors.PRIMARY if count else theme.MUTED,
                badge=ft.Badge(label=shown) if count else None,
            ),
            words,
            on_click=lambda: app.go("/notices"),
        ),
    )
