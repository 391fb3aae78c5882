"""What two people took offline though it can be one record's only: which records, and the ways out.

It is read from this device, so it is told without a connection and goes when it is resolved.
"""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Any, NamedTuple

import flet as ft

from client import clashes
from client.store.history import CREATED
from client.ui import naming, theme, wording
from client.ui.components import keeping
from client.ui.components.page import card, section, target
from client.ui.components.rows import menu_row
from sync_protocol.records import User

if TYPE_CHECKING:
    from collections.abc import Sequence

    from client.clashes import Clash
    from client.replica import Replica
    from client.ui.context import App

NAMES = {"objecttype": "Record type", "pricelist": "Price list", "visitform": "Visit form"}
"""Of record types of two words."""
MERGE = {"label": "/labels/{loser}?into={winner}"}
"""Where two of a type are made one, after a question."""
BESIDE_ICON = 40
"""Where the words of a row begin, but for the air within a button."""
ASK = "Ask an administrator to rename one."


class Claim(NamedTuple):
    """A record that has the value; `merge` is where it becomes one with the first, if it can."""

    id: str
    holds: bool
    name: str
    detail: str
    route: str
    merge: str


class Twice(NamedTuple):
    """A value that is taken more than once; the first claim is the one that holds it."""

    key: str
    title: str
    told: str
    claims: tuple[Claim, ...]


def read_twice(replica: Replica) -> tuple[Twice, ...]:
    return tuple(_told(replica, clash) for clash in clashes.found(replica))


def twice_section(app: App, found: Sequence[Twice]) -> list[ft.Control]:
    """A card for each value; nothing where none is taken twice."""
    if not found:
        return []
    return [section("Taken twice", [_card(app, twice) for twice in found], len(found))]


def _told(replica: Replica, clash: Clash) -> Twice:
    may = keeping.may(replica, type(clash.holder), "update")
    every = (clash.holder, *clash.others)
    field = naming.title_of(clash.field).lower()
    merges = ", or merge them" if clash.kind in MERGE else ""
    way_out = f"Rename one of them{merges}." if may else ASK
    return Twice(
        f"{clash.kind}-{clash.holder.id}",
        f"{NAMES.get(clash.kind, clash.kind.capitalize())}: {getattr(clash.holder, clash.field)}",
        f"{len(every)} {naming.PLURALS[clash.kind].lower()} have the same {field}. {way_out}",
        tuple(_claim(replica, clash, record, may=may) for record in every),
    )


def _claim(replica: Replica, clash: Clash, record: Any, *, may: bool) -> Claim:
    """Who may not change it is led to its history."""
    first = record.id == clash.holder.id
    page = naming.page_of(replica, clash.kind, record.id) if may else ""
    merge = MERGE.get(clash.kind, "") if may and not first else ""
    return Claim(
        record.id,
        first,
        getattr(record, clash.field),
        _made(replica, record, "Made first" if first else "Made later"),
        page or naming.history_of(clash.kind, record.id),
        merge.format(loser=record.id, winner=clash.holder.id),
    )


def _made(replica: Replica, record: Any, word: str) -> str:
    """`Made later: Today, 11:00, Olga Ott`; by whom only where that is known here."""
    at_ms, zone = replica.made_ms(record), replica.settings.time_zone
    when = f"{wording.day(at_ms, replica.now(), zone)}, {wording.clock(at_ms, zone)}"
    makers = (x.user for x in replica.history(record) if x.cell == CREATED)
    user = replica.get(User, next(makers, ""))
    return f"{word}: {wording.listed((when, user.name if user else ''))}"


def _card(app: App, twice: Twice) -> ft.Control:
    """The rows bring their own air; what stands above them has as much at its sides."""
    head = ft.Column(
        tight=True,
        spacing=theme.GAP_S,
        controls=[
            ft.Text(twice.title, style=theme.HEADING),
            ft.Text(twice.told, style=theme.BODY, color=theme.MUTED),
        ],
    )
    lines = ft.Column(
        tight=True,
        spacing=0,
        controls=[
            ft.Container(head, padding=ft.Padding.only(left=12, top=12, right=12)),
            *[line for claim in twice.claims for line in _lines(app, claim)],
        ],
    )
    shown = card(lines, padding=0, width=theme.READABLE_WIDTH)
    return target(f"twice-{twice.key}", shown)


def _lines(app: App, claim: Claim) -> list[ft.Control]:
    icon = ft.Icons.LOOKS_ONE_OUTLINED if claim.holds else ft.Icons.CONTENT_COPY
    go = partial(app.go, claim.route)
    row = menu_row(f"claim-{claim.id}", icon, claim.name, claim.detail, go)
    if not claim.merge:
        return [row]
    merge = ft.TextButton(
        "Merge into the first",
        icon=ft.Icons.MERGE,
        height=theme.TOUCH,
        on_click=lambda _event: app.go(claim.merge),
    )
    beneath = ft.Container(
        target(f"merge-{claim.id}", merge), padding=ft.Padding.only(left=BESIDE_ICON, bottom=4)
    )
    return [row, beneath]
