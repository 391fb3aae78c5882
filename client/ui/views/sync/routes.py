"""The addresses of sync's screens."""

from __future__ import annotations

import flet as ft

from client.ui.views.sync.centre import SyncView
from client.ui.views.sync.diagnostics_view import DiagnosticsView

SYNC_ROUTES = [
    ft.Route(path="queue", component=SyncView),
    ft.Route(path="queue/diagnostics", component=DiagnosticsView),
]
