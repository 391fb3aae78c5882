"""The thin strip that says how sync stands, and the bell. A tap opens the sync centre."""

from __future__ import annotations

from typing import TYPE_CHECKING

import flet as ft

from client.sync.loop import Phase
from client.ui import theme, wording
from client.ui.component import component
from client.ui.components.bell import Bell
from client.ui.components.buttons import icon_button
from client.ui.components.page import target
from client.ui.components.title_bar import strut
from client.ui.hooks import use_app, use_status, use_sync

if TYPE_CHECKING:
    from collections.abc import Callable

    from client.ui.context import App

LINES = 4
"""Two on a phone; large text takes more, and nothing of it is cut."""
_ICONS = {
    Phase.IDLE: ft.Icons.CLOUD_DONE_OUTLINED,
    Phase.SYNCING: ft.Icons.SYNC,
    Phase.OFFLINE: ft.Icons.CLOUD_OFF_OUTLINED,
    Phase.SIGNED_OUT: ft.Icons.LOCK_OUTLINE,
    Phase.TROUBLE: ft.Icons.ERROR_OUTLINE,
    Phase.ASKS: ft.Icons.HELP_OUTLINE,
}


@component
def SyncStrip() -> ft.Control:
    """Offline - 7 changes waiting, last sync 09:42."""
    app, loop, status = use_app(), use_sync(), use_status()
    text = sentence(
        loop.phase,
        status.waiting,
        status.problems,
        "" if status.synced_ms is None else _when(app.replica.now(), status.synced_ms),
        wording.lacking(status),
    )
    progress = status.loading
    bar = (
        [ft.ProgressBar(value=progress.done / max(1, progress.total), height=2)] if progress else []
    )
    strip = target(
        "sync-strip",
        _strip(_ICONS[loop.phase], text, lambda: app.go("/queue")),
        button=True,
        label=text,
    )
    strip.expand = True
    line = ft.Container(
        bgcolor=ft.Colors.SURFACE_CONTAINER,
        content=ft.Row(spacing=0, controls=[strip, _search(app), Bell()]),
    )
    return ft.Column(spacing=0, controls=[line, *bar])


def _search(app: App) -> ft.Control:
    return target(
        "open-search",
        icon_button(
            ft.Icon(ft.Icons.SEARCH, color=theme.MUTED),
            "Search everything (Ctrl+K)",
            on_click=lambda _event: app.go("/search"),
        ),
    )


def _strip(icon: ft.IconData, text: str, on_click: Callable[[], None]) -> ft.Control:
    words = ft.Text(
        text,
        size=13,
        color=theme.MUTED,
        max_lines=LINES,
        overflow=ft.TextOverflow.ELLIPSIS,
    )
    told = ft.Container(words, expand=True, padding=ft.Padding.symmetric(vertical=theme.GAP_S))
    gap = ft.Container(width=theme.GAP)
    return ft.Container(
        ink=True,
        on_click=lambda _event: on_click(),
        padding=ft.Padding.symmetric(horizontal=theme.GAP_L),
        content=ft.Row(
            spacing=0,
            controls=[strut(), ft.Icon(icon, size=16, color=theme.MUTED), gap, told],
        ),
    )


def sentence(phase: Phase, waiting: int, problems: int, synced: str, lacking: str = "") -> str:
    """The strip's words; `lacking` as of `wording.lacking`."""
    parts = []
    if waiting:
        parts.append(f"{wording.plural(waiting, 'change')} waiting")
    if problems:
        needs = "needs" if problems == 1 else "need"
        changes = "" if waiting else f" {'change' if problems == 1 else 'changes'}"
        parts.append(f"{problems}{changes} {needs} you")
    is_busy = phase in (Phase.IDLE, Phase.SYNCING)
    if lacking:
        parts.append(lacking if is_busy else f"still loading, {lacking}")
    elif phase is not Phase.SYNCING:
        parts.append(f"last sync {synced}" if synced else "not synced yet")
    head = {
        Phase.IDLE: "" if waiting or problems or not synced else "Up to date",
        Phase.SYNCING: "Syncing",
        Phase.OFFLINE: "Offline",
        Phase.SIGNED_OUT: "Signed out",
        Phase.TROUBLE: "Sync has a problem",
        Phase.ASKS: "Sync asks you something",
    }[phase]
    if lacking and is_busy:
        head = "Still loading"
    return " - ".join(filter(None, [head, ", ".join(parts)]))


def _when(now_ms: int, synced_ms: int) -> str:
    """How long ago, held together where the line is broken."""
    return wording.ago(synced_ms, now_ms).replace(" ", "\u00a0")
