"""The addresses beneath /admin/pipelines."""

from __future__ import annotations

import flet as ft

from client.ui.screens import Screen

PIPELINE_ROUTES = [
    ft.Route(path="admin/pipelines", component=Screen("pipelines.list_view:PipelinesView")),
    ft.Route(path="admin/pipelines/new", component=Screen("pipelines.list_view:PipelineView")),
    ft.Route(path="admin/pipelines/:id", component=Screen("pipelines.list_view:PipelineView")),
    ft.Route(
        path="admin/pipelines/:id/stages/new", component=Screen("pipelines.stage_form:StageView")
    ),
    ft.Route(
        path="admin/pipelines/:id/stages/:stage", component=Screen("pipelines.stage_form:StageView")
    ),
]
