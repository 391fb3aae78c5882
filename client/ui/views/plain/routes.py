"""The addresses of plain lists: those of `PLAIN`, and of each record type of the company's own."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

import flet as ft

from client.ui.plain import OBJECTS, PLAIN
from client.ui.screens import Screen

if TYPE_CHECKING:
    from collections.abc import Callable


def _routes(path: str, screen: Callable[[str], Screen]) -> ft.Route:
    return ft.Route(
        path=path.strip("/"),
        component=screen("list"),
        children=[
            ft.Route(index=True, component=screen("none")),
            ft.Route(path="new", component=screen("form")),
            ft.Route(path=":id", component=screen("page")),
            ft.Route(path=":id/edit", component=screen("form")),
        ],
    )


PLAIN_ROUTES = [
    *[_routes(plain.route, partial(Screen, "plain.declared:Declared", plain)) for plain in PLAIN],
    _routes(f"{OBJECTS}/:type", partial(Screen, "plain.declared:Own")),
]
