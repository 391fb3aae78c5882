"""The addresses of plain lists: those of `PLAIN`, and of each record type of the company's own."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

import flet as ft

from client.replica import DraftKey
from client.ui.component import component
from client.ui.components import keeping
from client.ui.hooks import use_app, use_live
from client.ui.plain import OBJECTS, PLAIN, of_type
from client.ui.views.plain.form import PlainForm
from client.ui.views.plain.list_view import PlainList
from client.ui.views.plain.page import PlainPage
from client.ui.views.records.draft_form import is_here
from sync_protocol.records import ObjectType

if TYPE_CHECKING:
    from collections.abc import Callable

    from client.ui.plain import Plain

    Screen = Callable[[Plain, str], ft.Control]


def _list(plain: Plain, _record_id: str) -> ft.Control:
    listed: ft.Control = PlainList(plain, key=plain.route)
    return listed


def _page(plain: Plain, record_id: str) -> ft.Control:
    page: ft.Control = PlainPage(plain, record_id, key=record_id)
    return page


def _form(plain: Plain, record_id: str) -> ft.Control:
    app = use_app()
    if not is_here(app, DraftKey(plain.kind, record_id, "")):
        return keeping.absent(f"Edit {plain.one}", lambda: app.go(plain.route))
    form: ft.Control = PlainForm(plain, record_id, key=app.page.route)
    return form


SCREENS: tuple[tuple[str, Screen], ...] = (
    ("", _list), ("/new", _form), ("/:id", _page), ("/:id/edit", _form),
)  # fmt: skip


@component
def Declared(plain: Plain, screen: Screen) -> ft.Control:
    return screen(plain, ft.use_route_params().get("id", ""))


@component
def Own(screen: Screen) -> ft.Control:
    """A screen of the record type that the address names."""
    app = use_app()
    found = ft.use_route_params()
    own = use_live(
        lambda replica: replica.get(ObjectType, found.get("type", "")), ObjectType,
        deps=[found.get("type", "")],
    )  # fmt: skip
    if own is None or own.deleted:
        return keeping.absent("Records", lambda: app.go("/more"))
    return screen(of_type(own), found.get("id", ""))


PLAIN_ROUTES = [
    *[
        ft.Route(path=f"{plain.route.strip('/')}{rest}", component=partial(Declared, plain, screen))
        for plain in PLAIN
        for rest, screen in SCREENS
    ],
    *[
        ft.Route(path=f"{OBJECTS.strip('/')}/:type{rest}", component=partial(Own, screen))
        for rest, screen in SCREENS
    ],
]
