"""The page of a record as it is declared: what it says, what it belongs to, its history."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import flet as ft

from client import customising, plain_fields
from client.ui import naming, theme
from client.ui.component import component
from client.ui.components import states
from client.ui.components.buttons import icon_button, menu_button
from client.ui.components.page import card, reading, screen, scroll, target
from client.ui.components.text import linking, selectable
from client.ui.components.typed import stretched
from client.ui.hooks import use_app, use_layout, use_live
from client.ui.views.custom.facts import CustomFacts
from client.ui.views.files.section import FilesSection
from client.ui.views.lists.facets import can_be_labelled
from client.ui.views.plain.told import SHOWN, told
from client.ui.views.records.labels_section import LabelsSection
from client.ui.views.talk import Comments, FollowButton
from sync_protocol.records import kind_of, kinds

if TYPE_CHECKING:
    from client.replica import Replica
    from client.ui.context import App
    from client.ui.plain import Plain
    from sync_protocol.records import Record


class Fact(NamedTuple):
    """What a field says; `route` leads to the record that it names."""

    what: str
    words: str
    route: str = ""


@component
def PlainPage(plain: Plain, record_id: str) -> ft.Control:
    app, layout = use_app(), use_layout()
    struct = kinds()[plain.kind].struct
    record = use_live(
        lambda replica: replica.get(struct, record_id), struct, *SHOWN, deps=[record_id]
    )
    frame = screen if layout.two_panes else reading
    back = None if layout.two_panes else lambda: app.go(plain.route)
    if record is None:
        return frame(_capital(plain.one), _unknown(plain), on_back=back)
    name = naming.name_of(app.replica, plain.kind, record_id)
    if record.deleted:
        return frame(_capital(plain.one), _deleted(app, record, name), on_back=back)
    facts = [_fact(app, fact) for fact in read_facts(app.replica, record)]
    bare = not facts and not customising.facts(app.replica, record)
    return frame(
        name,
        scroll(
            [
                *([card(stretched(facts))] if facts else []),
                *([_bare(app, plain, record_id)] if bare else []),
                CustomFacts(plain.kind, record_id),
                *([LabelsSection(record, key="labels")] if can_be_labelled(plain.of) else []),
                FilesSection(struct, record_id, key="files"),
                Comments(plain.kind, record_id, key="comments"),
            ],
            left=layout.two_panes,
        ),
        on_back=back,
        actions=_actions(app, plain, record, name),
    )


def _capital(word: str) -> str:
    return word[:1].upper() + word[1:]


def _bare(app: App, plain: Plain, record_id: str) -> ft.Control:
    return states.empty(
        plain.icon,
        "Only the name is known",
        f"What else you learn of this {plain.one.lower()} goes here.",
        "Add what you know",
        lambda: app.go(plain.at(record_id, "edit")),
    )


def read_facts(replica: Replica, record: Record) -> list[Fact]:
    routes = {
        naming.title_of(field.name): naming.page_of(
            replica, plain_fields.referred(field), getattr(record, field.name)
        )
        for field in plain_fields.asked(kind_of(record))
        if plain_fields.form_of(field) == "reference" and getattr(record, field.name)
    }
    owner = getattr(record, "owner_id", "")
    facts = [Fact(what, words, routes.get(what, "")) for what, words in told(replica, record)]
    if owner:
        facts.append(Fact(naming.title_of("owner_id"), naming.person(replica, owner)))
    return facts


def _fact(app: App, fact: Fact) -> ft.Control:
    lines = ft.Column(
        tight=True,
        spacing=0,
        controls=[
            ft.Text(fact.what, style=theme.SMALL, color=theme.MUTED),
            linking(fact.words) if fact.route else selectable(fact.words, style=theme.BODY),
        ],
    )
    if not fact.route:
        return lines
    return target(
        f"goes-{fact.what.lower()}",
        ft.Container(
            lines,
            ink=True,
            border_radius=theme.RADIUS_S,
            padding=ft.Padding.symmetric(vertical=6),  # a finger needs the room
            on_click=lambda _event: app.go(fact.route),
        ),
        button=True,
    )


def _actions(app: App, plain: Plain, record: Record, name: str) -> list[ft.Control]:
    def delete() -> None:
        if app.act(f"{name} deleted", lambda: app.replica.delete(record)):
            app.go(plain.route)

    history = naming.history_of(plain.kind, record.id)
    return [
        FollowButton(plain.kind, record.id),
        target(
            "edit",
            icon_button(
                ft.Icons.EDIT_OUTLINED,
                "Edit",
                on_click=lambda _event: app.go(plain.at(record.id, "edit")),
            ),
        ),
        target(
            "record-menu",
            menu_button(
                "More",
                [
                    ft.PopupMenuItem(
                        content="History",
                        icon=ft.Icons.MANAGE_HISTORY,
                        on_click=lambda _event: app.go(history),
                    ),
                    ft.PopupMenuItem(
                        content=f"Delete {plain.one}",
                        icon=ft.Icons.DELETE_OUTLINE,
                        on_click=lambda _event: delete(),
                    ),
                ],
            ),
        ),
    ]


def _unknown(plain: Plain) -> ft.Control:
    return states.empty(
        ft.Icons.VISIBILITY_OFF_OUTLINED,
        f"This {plain.one.lower()} is not visible to you",
        "It may belong to another territory, or it has not reached this device yet.",
    )


def _deleted(app: App, record: Record, name: str) -> ft.Control:
    def restore() -> None:
        app.act(f"{name} restored", lambda: app.replica.restore(record))

    return states.empty(
        ft.Icons.DELETE_OUTLINE,
        f"{name} was deleted",
        "Nothing is lost: restoring brings it back with its whole history.",
        "Restore",
        restore,
    )
