"""The screens of a record type that is shown as it is declared, by what they show of it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import flet as ft

from client.replica import DraftKey
from client.ui.component import component
from client.ui.components import keeping
from client.ui.hooks import use_app, use_live
from client.ui.plain import of_type
from client.ui.views.plain.form import PlainForm
from client.ui.views.plain.page import PlainPage
from client.ui.views.plain.section import PlainSection
from client.ui.views.records.draft_form import is_here
from client.ui.views.records.section import NoneChosen
from sync_protocol.records import ObjectType

if TYPE_CHECKING:
    from collections.abc import Callable

    from client.ui.plain import Plain


def _section(plain: Plain, _record_id: str) -> ft.Control:
    section: ft.Control = PlainSection(plain, key=plain.route)
    return section


def _none(_plain: Plain, _record_id: str) -> ft.Control:
    none: ft.Control = NoneChosen()
    return none


def _page(plain: Plain, record_id: str) -> ft.Control:
    page: ft.Control = PlainPage(plain, record_id, key=record_id)
    return page


def _form(plain: Plain, record_id: str) -> ft.Control:
    app = use_app()
    if not is_here(app, DraftKey(plain.kind, record_id, "")):
        return keeping.absent(f"Edit {plain.one}", lambda: app.go(plain.route))
    form: ft.Control = PlainForm(plain, record_id, key=app.page.route)
    return form


SCREENS: dict[str, Callable[[Plain, str], ft.Control]] = {
    "list": _section, "none": _none, "page": _page, "form": _form,
}  # fmt: skip


@component
def Declared(plain: Plain, shown: str) -> ft.Control:
    return SCREENS[shown](plain, ft.use_route_params().get("id", ""))


@component
def Own(shown: str) -> ft.Control:
    """A screen of the record type that the address names."""
    app = use_app()
    found = ft.use_route_params()
    own = use_live(
        lambda replica: replica.get(ObjectType, found.get("type", "")), ObjectType,
        deps=[found.get("type", "")],
    )  # fmt: skip
    if own is None or own.deleted:
        return keeping.absent("Records", lambda: app.go("/more"))
    return SCREENS[shown](of_type(own), found.get("id", ""))
