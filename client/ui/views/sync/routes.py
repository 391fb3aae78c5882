"""The addresses of sync's screens."""

from __future__ import annotations

import flet as ft

from client.ui.views.records.history_view import AnyHistory
from client.ui.views.sync.centre import SyncView
from client.ui.views.sync.conflicts import ConflictsView
from client.ui.views.sync.diagnostics_view import DiagnosticsView
from client.ui.views.sync.notices import NoticesView

SYNC_ROUTES = [
    ft.Route(path="queue", component=SyncView),
    ft.Route(path="queue/diagnostics", component=DiagnosticsView),
    ft.Route(path="conflicts", component=ConflictsView),
    ft.Route(path="notices", component=NoticesView),
    ft.Route(path="past/:kind/:id", component=AnyHistory),
]
