"""The addresses beneath /contacts and /accounts."""

from __future__ import annotations

import flet as ft

from client.ui.views.records.card_view import AccountCard, ContactCard
from client.ui.views.records.form import EditAccount, EditContact, NewAccount, NewContact
from client.ui.views.records.history_view import AccountHistory, ContactHistory
from client.ui.views.records.page import AccountPage, ContactPage
from client.ui.views.records.section import AccountsSection, ContactsSection, NoneChosen

RECORD_ROUTES = [
    ft.Route(
        path="contacts",
        component=ContactsSection,
        children=[
            ft.Route(index=True, component=NoneChosen),
            ft.Route(path="new", component=NewContact),
            ft.Route(path=":id", component=ContactPage),
            ft.Route(path=":id/edit", component=EditContact),
            ft.Route(path=":id/history", component=ContactHistory),
            ft.Route(path=":id/card", component=ContactCard),
        ],
    ),
    ft.Route(
        path="accounts",
        component=AccountsSection,
        children=[
            ft.Route(index=True, component=NoneChosen),
            ft.Route(path="new", component=NewAccount),
            ft.Route(path=":id", component=AccountPage),
            ft.Route(path=":id/edit", component=EditAccount),
            ft.Route(path=":id/history", component=AccountHistory),
            ft.Route(path=":id/card", component=AccountCard),
        ],
    ),
]
