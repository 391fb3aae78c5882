"""The addresses beneath /tasks."""

from __future__ import annotations

import flet as ft

from client.ui.screens import Screen

TASK_ROUTES = [
    ft.Route(path="tasks", component=Screen("tasks.list_view:TasksView")),
    ft.Route(path="tasks/:id", component=Screen("tasks.page:TaskView")),
]
