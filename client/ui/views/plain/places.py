"""The ways to plain lists: under More, and from the account or contact that records belong to."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, NamedTuple
from urllib.parse import urlencode

import flet as ft

from client.ui import theme
from client.ui.component import component
from client.ui.components.page import section, target
from client.ui.components.rows import menu_row
from client.ui.hooks import use_app, use_live
from client.ui.plain import PLAIN, of_type
from client.ui.views.plain.told import Line, read_lines
from sync_protocol.records import CustomObject, ObjectType

if TYPE_CHECKING:
    from client.replica import Replica
    from client.ui.context import App
    from client.ui.plain import Plain


class Group(NamedTuple):
    """The records of one type beneath an account or a contact."""

    plain: Plain
    lines: tuple[Line, ...]


@component
def PlainPlaces() -> ft.Control:
    """A row for each list."""
    app = use_app()
    own = use_live(read_types, ObjectType)
    rows = [
        menu_row(f"more-{p.kind}-{p.type_id}".rstrip("-"), p.icon, p.many, "",
                 partial(app.go, p.route))
        for p in (*PLAIN, *own)
    ]  # fmt: skip
    return ft.Column(spacing=0, controls=rows)


def read_types(replica: Replica) -> tuple[Plain, ...]:
    """The company's own record types that are in use."""
    return tuple(map(of_type, replica.find(ObjectType, archived=False, order_by="name")))


@component
def OwnRecords(by: str, record_id: str) -> ft.Control:
    """The records of the company's own types beneath a record; `by` is the field naming it."""
    app = use_app()
    groups = use_live(
        lambda replica: read_groups(replica, by, record_id),
        ObjectType, CustomObject, deps=[by, record_id],
    )  # fmt: skip
    query = urlencode({by.removesuffix("_id"): record_id})
    return ft.Column(
        spacing=theme.GAP, controls=[_group(app, group, f"new?{query}") for group in groups]
    )


def read_groups(replica: Replica, by: str, record_id: str) -> tuple[Group, ...]:
    found = replica.find(CustomObject, order_by="name", where={by: record_id})
    return tuple(
        Group(plain, tuple(read_lines(replica, plain.kind, ids)))
        for plain in read_types(replica)
        if (ids := [one.id for one in found if one.type_id == plain.type_id]) or by == "account_id"
    )


def _group(app: App, group: Group, new: str) -> ft.Control:
    plain = group.plain
    rows = [
        menu_row(f"own-{line.id}", plain.icon, line.name, "", partial(app.go, plain.at(line.id)))
        for line in group.lines
    ]
    add = target(
        f"new-{plain.type_id}",
        ft.OutlinedButton(
            f"New {plain.one}",
            icon=ft.Icons.ADD,
            height=theme.TOUCH,
            on_click=lambda _event: app.go(plain.at(new)),
        ),
    )
    return section(plain.many, [*rows, ft.Row(controls=[add])], len(rows) or None)
