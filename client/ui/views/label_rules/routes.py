"""The addresses of label rules."""

from __future__ import annotations

import flet as ft

from client.ui.views.label_rules.form import RuleView
from client.ui.views.label_rules.list_view import RulesView

LABEL_RULE_ROUTES = [
    ft.Route(path="rules", component=RulesView),
    ft.Route(path="rules/new", component=RuleView),
    ft.Route(path="rules/:id", component=RuleView),
]
