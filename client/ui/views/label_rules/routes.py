"""The addresses of label rules."""

from __future__ import annotations

import flet as ft

from client.ui.screens import Screen

LABEL_RULE_ROUTES = [
    ft.Route(path="rules", component=Screen("label_rules.list_view:RulesView")),
    ft.Route(path="rules/new", component=Screen("label_rules.form:RuleView")),
    ft.Route(path="rules/:id", component=Screen("label_rules.form:RuleView")),
]
