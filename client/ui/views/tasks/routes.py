"""The addresses beneath /tasks."""

from __future__ import annotations

import flet as ft

from client.ui.views.tasks.list_view import TasksView
from client.ui.views.tasks.page import TaskView

TASK_ROUTES = [
    ft.Route(path="tasks", component=TasksView),
    ft.Route(path="tasks/:id", component=TaskView),
]
