"""How sync stands, in a card; and the question before most of what is here is removed."""

from __future__ import annotations

from typing import TYPE_CHECKING

import flet as ft

from client.sync.loop import Phase
from client.ui import theme, wording
from client.ui.component import component
from client.ui.components.page import card, target
from client.ui.hooks import use_app

if TYPE_CHECKING:
    from collections.abc import Callable

    from client.ui.views.sync.reading import Centre

CLOCK_OFF_MS = 60_000
KEPT = "deletions kept"
STATES = {
    Phase.IDLE: (ft.Icons.CLOUD_DONE_OUTLINED, "Everything is in order"),
    Phase.SYNCING: (ft.Icons.SYNC, "Syncing"),
    Phase.OFFLINE: (ft.Icons.CLOUD_OFF_OUTLINED, "The server cannot be reached"),
    Phase.SIGNED_OUT: (ft.Icons.LOCK_OUTLINE, "Signed out"),
    Phase.TROUBLE: (ft.Icons.ERROR_OUTLINE, "Sync has a problem"),
    Phase.ASKS: (ft.Icons.PAUSE_CIRCLE_OUTLINE, "Sync waits for your answer"),
}
EXPLAINED = {
    Phase.OFFLINE: "Go on working: changes are kept here and sent when there is a connection.",
    Phase.SIGNED_OUT: "Your changes are kept on this device. Sign in to send them.",
    Phase.TROUBLE: "Your changes are kept on this device. It tries again by itself.",
    Phase.ASKS: "Your own changes are sent meanwhile. What others changed comes in afterwards.",
}
MASS = (
    "This can be right (somebody cleared out) or a mistake on the server. If you are not sure, keep"
    " them and ask your administrator."
)


def state_card(centre: Centre, phase: Phase, trouble: str) -> ft.Control:
    """State, last sync, the clock if it is wrong, and how far a first load has come."""
    icon, title = _head(centre, phase)
    status = centre.status
    synced = status.synced_ms
    lacking = wording.lacking(status)
    lines = [
        f"{lacking.capitalize()}." if lacking else "",
        "Not synced yet" if synced is None else f"Last sync {wording.ago(synced, centre.now_ms)}",
        EXPLAINED.get(phase, ""),
        trouble if phase is Phase.TROUBLE else "",
        clock_words(status.offset_ms),
    ]
    progress = status.loading
    bar = (
        [ft.ProgressBar(value=progress.done / max(1, progress.total)),
         ft.Text(f"{progress.done:,} of about {progress.total:,} records", style=theme.SMALL)]
        if progress
        else []
    )  # fmt: skip
    words = [ft.Text(line, color=theme.MUTED) for line in lines if line]
    return card(
        ft.Row(
            vertical_alignment=ft.CrossAxisAlignment.START,
            spacing=theme.GAP_L,
            controls=[
                ft.Icon(icon, color=ft.Colors.PRIMARY),
                ft.Column(
                    expand=True,
                    tight=True,
                    spacing=theme.GAP_S,
                    controls=[ft.Text(title, style=theme.HEADING), *words, *bar],
                ),
            ],
        )
    )


def clock_words(offset_ms: int) -> str:
    """How this device's clock differs from the server's; empty if by less than a minute."""
    if abs(offset_ms) <= CLOCK_OFF_MS:
        return ""
    side = "behind" if offset_ms > 0 else "ahead of"
    away = wording.span(abs(offset_ms))
    return f"This device's clock is {away} {side} the server's; times are corrected."


@component
def PauseCard(count: int) -> ft.Control:
    """Asks before sync removes most of what is here; once kept, it asks in one line."""
    app = use_app()
    kept, set_kept = ft.use_state(app.kept(KEPT) == count)

    def remove() -> None:
        app.forget(KEPT)
        app.replica.allow_deletions()
        app.loop.ask()

    def keep() -> None:
        app.forget(KEPT)
        app.keep(KEPT, lambda: count)
        set_kept(True)

    records = wording.plural(count, "record")
    if kept:
        title, text = f"Kept for now: {records} that sync would remove.", ""
    else:
        title = f"Sync would remove {records}, more than half of this device's."
        text = MASS
    return target(
        "pause", _asking(title, text, [_remove(remove), *([] if kept else [_keep(keep)])])
    )


def _asking(title: str, text: str, buttons: list[ft.Control]) -> ft.Control:
    ink = ft.Colors.ON_TERTIARY_CONTAINER
    words = [ft.Text(text, style=theme.BODY, color=ink)] if text else []
    return ft.Container(
        bgcolor=ft.Colors.TERTIARY_CONTAINER,
        border_radius=theme.RADIUS,
        padding=theme.GAP_L,
        width=theme.READABLE_WIDTH,
        content=ft.Column(
            tight=True,
            spacing=theme.GAP,
            controls=[
                ft.Text(title, style=theme.HEADING, color=ink),
                *words,
                ft.Row(wrap=True, controls=buttons),
            ],
        ),
    )


def _remove(on_click: Callable[[], None]) -> ft.Control:
    button = ft.OutlinedButton("Remove them", height=theme.TOUCH, on_click=on_click)
    return target("allow-deletions", button)


def _keep(on_click: Callable[[], None]) -> ft.Control:
    return target(
        "keep-deletions",
        ft.FilledButton("Keep them for now", height=theme.TOUCH, on_click=on_click),
    )


def _head(centre: Centre, phase: Phase) -> tuple[ft.IconData, str]:
    icon, title = STATES[phase]
    if phase in (Phase.IDLE, Phase.SYNCING) and not centre.status.loaded:
        return ft.Icons.CLOUD_DOWNLOAD_OUTLINED, "Still loading"
    if phase is Phase.IDLE and centre.status.waiting:
        return icon, "About to send"
    if phase is Phase.IDLE and centre.refused:
        if all(refused.problem.parked for refused in centre.refused):
            return ft.Icons.ERROR_OUTLINE, "The server could not take what is listed here"
        return ft.Icons.ERROR_OUTLINE, "The server refused what is listed here"
    return icon, title
