"""The addresses of visit forms."""

from __future__ import annotations

import flet as ft

from client.ui.screens import Screen

FORM_ROUTES = [
    ft.Route(path="admin/forms", component=Screen("forms.form_page:FormsView")),
    ft.Route(path="admin/forms/new", component=Screen("forms.form_page:FormView")),
    ft.Route(path="admin/forms/:id", component=Screen("forms.form_page:FormView")),
    ft.Route(
        path="admin/forms/:id/questions/new", component=Screen("forms.question_form:QuestionView")
    ),
    ft.Route(
        path="admin/forms/:id/questions/:entry",
        component=Screen("forms.question_form:QuestionView"),
    ),
]
