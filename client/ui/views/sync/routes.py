"""The addresses of sync's screens."""

from __future__ import annotations

import flet as ft

from client.ui.screens import Screen

SYNC_ROUTES = [
    ft.Route(path="queue", component=Screen("sync.centre:SyncView")),
    ft.Route(path="queue/diagnostics", component=Screen("sync.diagnostics_view:DiagnosticsView")),
    ft.Route(path="conflicts", component=Screen("sync.conflicts:ConflictsView")),
    ft.Route(path="notices", component=Screen("sync.notices:NoticesView")),
    ft.Route(path="past/:kind/:id", component=Screen("records.history_view:AnyHistory")),
]
