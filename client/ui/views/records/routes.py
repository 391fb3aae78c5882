"""The addresses beneath /contacts and /accounts."""

from __future__ import annotations

import flet as ft

from client.ui.screens import Screen

RECORD_ROUTES = [
    ft.Route(
        path="contacts",
        component=Screen("records.section:ContactsSection"),
        children=[
            ft.Route(index=True, component=Screen("records.section:NoneChosen")),
            ft.Route(path="new", component=Screen("records.form:NewContact")),
            ft.Route(path=":id", component=Screen("records.page:ContactPage")),
            ft.Route(path=":id/edit", component=Screen("records.form:EditContact")),
            ft.Route(path=":id/history", component=Screen("records.history_view:ContactHistory")),
            ft.Route(path=":id/card", component=Screen("records.card_view:ContactCard")),
        ],
    ),
    ft.Route(
        path="accounts",
        component=Screen("records.section:AccountsSection"),
        children=[
            ft.Route(index=True, component=Screen("records.section:NoneChosen")),
            ft.Route(path="new", component=Screen("records.form:NewAccount")),
            ft.Route(path=":id", component=Screen("records.page:AccountPage")),
            ft.Route(path=":id/edit", component=Screen("records.form:EditAccount")),
            ft.Route(path=":id/history", component=Screen("records.history_view:AccountHistory")),
            ft.Route(path=":id/card", component=Screen("records.card_view:AccountCard")),
        ],
    ),
]
