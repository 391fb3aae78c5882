"""The addresses beneath /admin/pipelines."""

from __future__ import annotations

import flet as ft

from client.ui.views.pipelines.list_view import PipelinesView, PipelineView
from client.ui.views.pipelines.stage_form import StageView

PIPELINE_ROUTES = [
    ft.Route(path="admin/pipelines", component=PipelinesView),
    ft.Route(path="admin/pipelines/new", component=PipelineView),
    ft.Route(path="admin/pipelines/:id", component=PipelineView),
    ft.Route(path="admin/pipelines/:id/stages/new", component=StageView),
    ft.Route(path="admin/pipelines/:id/stages/:stage", component=StageView),
]
