"""The custom fields of each record type: what there is, in which order. For administrators."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, NamedTuple
from urllib.parse import parse_qs, urlencode, urlparse

import flet as ft

from client.ui import naming, theme
from client.ui.component import component
from client.ui.components import states
from client.ui.components.buttons import icon_button
from client.ui.components.choices import Choice, choice_row
from client.ui.components.page import reading, scroll, section, target
from client.ui.components.rows import row
from client.ui.hooks import use_app, use_live
from client.ui.views.admin.parts import refusal, use_admin
from sync_protocol.records import CustomField, ObjectType, kinds

if TYPE_CHECKING:
    from collections.abc import Sequence

    from client.replica import Replica
    from client.ui.context import App
    from sync_protocol.records.custom import CustomType

ROUTE = "/admin/fields"
TITLE = "Custom fields"
ABOUT = (
    "Fields that your company needs beyond those that are there. Everybody sees them in forms, on "
    "pages, in lists and in files."
)
TYPES: dict[CustomType, tuple[str, ft.IconData]] = {
    "text": ("Text", ft.Icons.SHORT_TEXT),
    "long_text": ("Long text", ft.Icons.NOTES_OUTLINED),
    "number": ("Number", ft.Icons.NUMBERS),
    "money": ("Amount of money", ft.Icons.PAYMENTS_OUTLINED),
    "date": ("Date", ft.Icons.EVENT_OUTLINED),
    "choice": ("One choice", ft.Icons.RADIO_BUTTON_CHECKED),
    "choices": ("Several choices", ft.Icons.CHECKLIST),
    "yes_no": ("Yes or no", ft.Icons.TOGGLE_ON_OUTLINED),
    "link": ("Link", ft.Icons.LINK),
    "email": ("E-mail address", ft.Icons.MAIL_OUTLINE),
    "phone": ("Phone number", ft.Icons.CALL_OUTLINED),
}


class Shown(NamedTuple):
    """The record types that can have fields, and the fields of the one that is looked at."""

    types: tuple[Choice, ...]
    fields: tuple[CustomField, ...]
    archived: tuple[CustomField, ...]


@component
def FieldsView() -> ft.Control:
    """`/admin/fields?of=account`."""
    app, admin = use_app(), use_admin()
    of, set_of = ft.use_state(asked_of(app.page.route))
    shown = use_live(lambda replica: read_fields(replica, of), CustomField, ObjectType, deps=[of])
    if not admin:
        return refusal(TITLE, lambda: app.go("/more"))
    new = target(
        "add",
        ft.FilledTonalButton(
            "New field", icon=ft.Icons.ADD, height=theme.TOUCH,
            on_click=lambda: app.go(f"{ROUTE}/new?{urlencode({'of': of})}"),
        ),
    )  # fmt: skip
    rows = [_row(app, shown.fields, place) for place in range(len(shown.fields))]
    archived = [_archived(app, field) for field in shown.archived]
    return reading(
        TITLE,
        scroll(
            [
                ft.Text(ABOUT, color=theme.MUTED),
                choice_row("of", shown.types, of, set_of),
                *(rows or [_nothing()]),
                *([section("Archived", archived, len(archived))] if archived else []),
            ]
        ),
        on_back=lambda: app.go("/more"),
        actions=[new],
    )


def asked_of(route: str) -> str:
    """The record type that the address names; accounts if it names none."""
    return parse_qs(urlparse(route).query).get("of", ["account"])[0]


def read_fields(replica: Replica, of: str) -> Shown:
    found = sorted(replica.find(CustomField, of=of), key=lambda field: (field.place, field.id))
    return Shown(
        tuple(Choice(name, title) for name, title in types(replica)),
        tuple(field for field in found if not field.archived),
        tuple(field for field in found if field.archived),
    )


def types(replica: Replica) -> list[tuple[str, str]]:
    """Every record type that can have fields, with its name: ours, then the company's own."""
    ours = [
        (kind.name, naming.PLURALS[kind.name])
        for kind in kinds().values()
        if "custom" in kind.fields and kind.name != "customobject"
    ]
    own = replica.find(ObjectType, archived=False, order_by="name")
    return [*ours, *((one.id, one.plural or one.name) for one in own)]


def reorder(replica: Replica, fields: Sequence[CustomField], place: int, to: int) -> None:
    """Move one field; the others keep their order."""
    order = list(fields)
    order.insert(to, order.pop(place))
    with replica.changeset("Order custom fields"):
        for at, field in enumerate(order):
            replica.update(field, place=at)


def _row(app: App, fields: Sequence[CustomField], place: int) -> ft.Control:
    field = fields[place]

    def move(to: int) -> None:
        app.act("Order changed", lambda: reorder(app.replica, fields, place, to))

    end = [
        _move("Earlier", ft.Icons.ARROW_UPWARD, place > 0, partial(move, place - 1)),
        _move("Later", ft.Icons.ARROW_DOWNWARD, place < len(fields) - 1, partial(move, place + 1)),
        ft.Icon(ft.Icons.CHEVRON_RIGHT, color=theme.MUTED),
    ]
    words, icon = TYPES[field.type]
    detail = f"{words}, needed" if field.required else words
    line = row(icon, field.name, detail, on_click=partial(app.go, f"{ROUTE}/{field.id}"), end=end)
    return target(f"field-{field.id}", line, key=field.id)


def _move(tooltip: str, icon: ft.IconData, on: bool, act: partial[None]) -> ft.Control:
    return icon_button(icon, tooltip, disabled=not on, on_click=act)


def _archived(app: App, field: CustomField) -> ft.Control:
    words, icon = TYPES[field.type]
    line = row(icon, field.name, words, on_click=partial(app.go, f"{ROUTE}/{field.id}"))
    return target(f"field-{field.id}", line, key=field.id, button=True)


def _nothing() -> ft.Control:
    return states.none_yet(
        ft.Icons.DASHBOARD_CUSTOMIZE_OUTLINED,
        "No fields of your own yet",
        "Add only what somebody will fill in: every field more is work for all.",
    )
