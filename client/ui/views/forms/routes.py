"""The addresses of visit forms."""

from __future__ import annotations

import flet as ft

from client.ui.views.forms.form_page import FormsView, FormView
from client.ui.views.forms.question_form import QuestionView

FORM_ROUTES = [
    ft.Route(path="admin/forms", component=FormsView),
    ft.Route(path="admin/forms/new", component=FormView),
    ft.Route(path="admin/forms/:id", component=FormView),
    ft.Route(path="admin/forms/:id/questions/new", component=QuestionView),
    ft.Route(path="admin/forms/:id/questions/:entry", component=QuestionView),
]
