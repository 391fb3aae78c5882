"""Possible duplicates: pairs found on this device, to be merged or put aside for good.

Putting a pair aside holds on this device only: it is one person's opinion, and a wrong one must not
hide the pair from the colleague who knows better.
"""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Any, NamedTuple

import flet as ft

from client.store.likenesses import Twins
from client.ui import theme, wording
from client.ui.component import component
from client.ui.components import states
from client.ui.components.page import card, reading, scroll, target
from client.ui.components.rows import menu_row
from client.ui.hooks import use_app, use_live
from client.ui.signs import SIGNS
from client.ui.views.twins.words import STRUCTS, detail

if TYPE_CHECKING:
    from client.replica import Replica
    from client.ui.context import App

ROUTE = "/duplicates"
SHOWN = 30


class Proposal(NamedTuple):
    """A pair with the two records, the older one first."""

    pair: Twins
    one: Any
    two: Any


class Proposals(NamedTuple):
    first: tuple[Proposal, ...]
    total: int


@component
def DuplicatesRow() -> ft.Control:
    """The way there, with how many there are."""
    app = use_app()
    count = use_live(lambda replica: len(replica.twins()), Twins, *STRUCTS.values())
    said = wording.plural(count, "pair") if count else "None"
    return menu_row(
        "more-duplicates", ft.Icons.PEOPLE_ALT_OUTLINED, "Possible duplicates", said,
        lambda: app.go(ROUTE),
    )  # fmt: skip


@component
def DuplicatesView() -> ft.Control:
    app = use_app()
    found = use_live(read_proposals, Twins, *STRUCTS.values())
    rows: list[ft.Control] = [_card(app, proposal) for proposal in found.first]
    if found.total > len(found.first):
        rest = found.total - len(found.first)
        rows.append(ft.Text(f"{rest:,} more come up as these are decided.", color=theme.MUTED))
    return reading(
        "Possible duplicates",
        scroll(rows or [_nothing()]),
        on_back=lambda: app.go("/more"),
    )


def read_proposals(replica: Replica) -> Proposals:
    pairs = replica.twins()
    shown = [
        Proposal(pair, *(replica.get(STRUCTS[pair.kind], i) for i in (pair.one, pair.two)))
        for pair in pairs[:SHOWN]
    ]
    return Proposals(tuple(shown), len(pairs))


def _card(app: App, proposal: Proposal) -> ft.Control:
    pair = proposal.pair
    key = f"{pair.one}-{pair.two}"
    compare = ft.FilledTonalButton(
        "Compare and merge",
        height=theme.TOUCH,
        on_click=lambda _event: app.go(f"/merge/{pair.kind}/{pair.one}/{pair.two}"),
    )
    apart = ft.TextButton(
        "Not the same", height=theme.TOUCH, on_click=lambda _event: _put_aside(app, pair)
    )
    return ft.Container(
        key=key,
        content=card(
            ft.Column(
                tight=True,
                spacing=theme.GAP,
                controls=[
                    _who(app, pair.kind, proposal.one),
                    _who(app, pair.kind, proposal.two),
                    ft.Text(pair.reasons.capitalize(), style=theme.SMALL, color=ft.Colors.PRIMARY),
                    ft.Row(
                        wrap=True,
                        spacing=theme.GAP,
                        run_spacing=theme.GAP,
                        controls=[
                            target(f"compare-{key}", compare),
                            target(f"apart-{key}", apart),
                        ],
                    ),
                ],
            )
        ),
    )


def _who(app: App, kind: str, record: Any) -> ft.Control:
    return ft.Row(
        spacing=12,
        controls=[
            ft.Icon(SIGNS[kind], color=theme.MUTED),
            ft.Column(
                expand=True,
                tight=True,
                spacing=0,
                controls=[
                    ft.Text(record.name, style=theme.BODY),
                    ft.Text(
                        detail(app.replica, record) or "No more is known",
                        style=theme.SMALL,
                        color=theme.MUTED,
                    ),
                ],
            ),
        ],
    )


def _put_aside(app: App, pair: Twins) -> None:
    key = (pair.kind, pair.one, pair.two)
    app.replica.dismiss_twins(*key)
    app.say("They stay two", "Undo", partial(app.replica.ask_about_twins, *key))


def _nothing() -> ft.Control:
    return states.none_yet(
        ft.Icons.PEOPLE_ALT_OUTLINED,
        "No duplicates found",
        "Customers are compared as they arrive, also those that two of you made without a signal.",
    )
