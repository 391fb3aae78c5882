"""The custom fields of a record on its page."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import flet as ft

from client import customising
from client.ui import links, theme
from client.ui.component import component
from client.ui.components.page import card, section, target
from client.ui.components.text import linking, selectable
from client.ui.components.typed import stretched
from client.ui.hooks import use_app, use_live
from client.ui.views.custom.inputs import section_title
from sync_protocol.records import CustomField, Settings, kinds

if TYPE_CHECKING:
    from client.replica import Replica

UNFIT = "Does not fit this field any more"


class Fact(NamedTuple):
    """A field's name, its value in words, and where a tap leads; `fits` its definition or not."""

    id: str
    name: str
    words: str
    link: str
    fits: bool


@component
def CustomFacts(kind: str, record_id: str, *, fill: bool = False) -> ft.Control:
    """Nothing where nothing is known.

    `fill` offers to fill them in here, where the record's own form does not ask for them.
    """
    app = use_app()
    struct = kinds()[kind].struct
    facts = use_live(
        lambda replica: read_facts(replica, kind, record_id),
        struct, CustomField, Settings, deps=[kind, record_id],
    )  # fmt: skip
    may_fill = use_live(
        lambda replica: fill and bool(customising.fields_of(replica, kind)),
        CustomField, deps=[kind, fill],
    )  # fmt: skip
    if not facts and not may_fill:
        return ft.Container(visible=False)
    shown = [card(stretched([_fact(fact) for fact in facts]))] if facts else []
    button = ft.TextButton(
        "Fill in", icon=ft.Icons.EDIT_NOTE, height=theme.TOUCH,
        on_click=lambda _event: app.go(f"/custom/{kind}/{record_id}"),
    )  # fmt: skip
    ways = [ft.Row(controls=[target("fill-in", button)])] if may_fill else []
    return section(section_title(kind), [*shown, *ways])


def read_facts(replica: Replica, kind: str, record_id: str) -> tuple[Fact, ...]:
    record = replica.get(kinds()[kind].struct, record_id)
    if record is None:
        return ()
    region = replica.settings.region
    return tuple(
        Fact(field.id, field.name, words, _link(field, words, region) if fits else "", fits)
        for field, words, fits in customising.facts(replica, record)
    )


def _link(field: CustomField, words: str, region: str) -> str:
    match field.type:
        case "link":
            return links.web(words)
        case "email":
            return links.mail(words)
        case "phone":
            return links.call(words, region)
    return ""


def _fact(fact: Fact) -> ft.Control:
    words = fact.words.capitalize() if fact.words in ("yes", "no") else fact.words
    value = linking(words) if fact.link else selectable(words, style=theme.BODY)
    unfit = [] if fact.fits else [ft.Text(UNFIT, style=theme.SMALL, color=ft.Colors.ERROR)]
    lines = ft.Column(
        tight=True,
        spacing=0,
        controls=[ft.Text(fact.name, style=theme.SMALL, color=theme.MUTED), value, *unfit],
    )
    where = ft.UrlTarget.BLANK if fact.link.startswith("http") else ft.UrlTarget.SELF
    action = ft.OpenUrl(fact.link, where) if fact.link else None
    air = ft.Padding.symmetric(vertical=6) if fact.link else None  # a finger needs the room
    shown = ft.Container(lines, ink=bool(fact.link), action=action, padding=air)
    return target(f"fact-{fact.id}", shown, button=bool(fact.link))
