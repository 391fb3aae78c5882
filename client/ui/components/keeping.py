"""What the office keeps for everybody: who may change it, and how it is saved and archived.

Archived rather than deleted: what was made with it stays as it is.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import flet as ft

from client.ui import theme
from client.ui.components import states
from client.ui.components.page import reading, target
from sync_protocol.records import kind_of
from sync_protocol.rules import permissions, scopes

if TYPE_CHECKING:
    from collections.abc import Callable

    from client.replica import Replica
    from client.ui.context import App

REFUSAL = "Office staff and administrators can change it."


def may(replica: Replica, struct: type[Any], action: permissions.Action) -> bool:
    """Whether this user may make or change records of a type that the whole workspace shares."""
    actor = replica.actor
    return actor is None or permissions.may(actor, action, kind_of(struct), scopes.WORKSPACE)


def absent(title: str, on_back: Callable[[], None]) -> ft.Control:
    """Instead of a form: the record is not here."""
    nothing = states.empty(
        ft.Icons.SEARCH_OFF,
        "It is not here",
        "It may have been removed, not have arrived yet, or not be visible to you.",
    )
    return reading(title, nothing, on_back=on_back)


def only_to_look_at(title: str, on_back: Callable[[], None], refusal: str = REFUSAL) -> ft.Control:
    """Instead of a form: this role may not change it."""
    refused = states.empty(ft.Icons.LOCK_OUTLINE, "Only to look at", refusal)
    return reading(title, refused, on_back=on_back)


def instead(
    replica: Replica,
    struct: type[Any],
    record_id: str,
    known: Any,
    *,
    title: str,
    on_back: Callable[[], None],
    refusal: str = REFUSAL,
) -> ft.Control | None:
    """What stands in a form's place: its record is not here, or is not this user's to change."""
    if record_id and known is None:
        return absent(title, on_back)
    if not may(replica, struct, "update" if record_id else "create"):
        return only_to_look_at(title, on_back, refusal)
    return None


def buttons(app: App, record: Any, save: Callable[[], None], route: str) -> ft.Control:
    """Save, and for what is there already, Archive; both lead back to the list at `route`."""
    return ft.Row(
        wrap=True,
        spacing=theme.GAP,
        controls=[
            target("save", ft.FilledButton("Save", height=theme.TOUCH, on_click=save)),
            *([] if record is None else [_archive_button(app, record, route)]),
        ],
    )


def _archive_button(app: App, record: Any, route: str) -> ft.Control:
    archived = record.archived
    button = ft.OutlinedButton(
        "Offer it again" if archived else "Archive",
        icon=ft.Icons.UNARCHIVE_OUTLINED if archived else ft.Icons.ARCHIVE_OUTLINED,
        height=theme.TOUCH,
        on_click=lambda: _archive(app, record, route),
    )
    return target("archive", button)


def _archive(app: App, record: Any, route: str) -> None:
    said = "is offered again" if record.archived else "is archived; it stays where it is"
    change = lambda: app.replica.update(record, archived=not record.archived)  # noqa: E731
    if app.act(f"{record.name} {said}", change):
        app.go(route)
