"""On a label's page: let another label stand for it, after seeing how many records that touches."""

from __future__ import annotations

from typing import TYPE_CHECKING

import flet as ft

from client import labelling
from client.ui import theme, wording
from client.ui.component import component
from client.ui.components.page import section, target
from client.ui.components.rows import menu_row
from client.ui.components.sheet import question, sheet
from client.ui.hooks import use_app, use_live, use_optional
from client.ui.views.records.draft_form import asked
from sync_protocol.records import Label, Labelling

if TYPE_CHECKING:
    from collections.abc import Callable

    from client.ui.context import App

SEVERAL = 8


@component
def MergeLabel(label: Label) -> ft.Control:
    """`?into=<id>` in the address asks at once about that other label."""
    app = use_app()
    choosing, set_choosing = ft.use_state(False)
    winner, set_winner = use_optional(Label, _asked_for(app, label))
    others = use_live(
        lambda replica: [x for x in replica.find(Label, order_by="name") if x.id != label.id],
        Label, deps=[label.id],
    )  # fmt: skip
    counts = use_live(
        lambda replica: labelling.counts(replica, label, winner) if winner else None,
        Labelling, deps=[label.id, winner],
    )  # fmt: skip

    def choose(other: Label) -> None:
        set_choosing(False)
        set_winner(other)

    def merge() -> None:
        if winner is not None:
            app.page.run_task(_merge, app, label, winner)
        set_winner(None)

    dialog: ft.DialogControl | None = None
    if choosing:
        dialog = _choice(others, choose, lambda: set_choosing(False))
    elif winner is not None and counts is not None:
        dialog = question(
            f"Merge {label.name} into {winner.name}?",
            _told(label, winner, counts),
            "Merge",
            merge,
            lambda: set_winner(None),
        )
    ft.use_dialog(dialog)
    button = ft.OutlinedButton(
        "Merge into another label",
        icon=ft.Icons.MERGE,
        height=theme.TOUCH,
        disabled=not others,
        on_click=lambda _event: set_choosing(True),
    )
    return section("Two that mean the same", [target("merge-label", button)])


def _asked_for(app: App, label: Label) -> Label | None:
    """The other label that the address names."""
    other = app.replica.get(Label, asked(app.page.route, "into"))
    return other if other and not other.deleted and other.id != label.id else None


def _told(label: Label, winner: Label, counts: labelling.Counts) -> str:
    """What there is before, and what there will be after."""
    return (
        f"{label.name} is on {wording.plural(counts.loser, 'record')}, {winner.name} on "
        f"{counts.winner:,}, both on {counts.both:,}. Afterwards {winner.name} is on "
        f"{counts.after:,} and {label.name} is gone. Undo takes it back."
    )


def _choice(
    others: list[Label], choose: Callable[[Label], None], close: Callable[[], None]
) -> ft.BottomSheet:
    rows = [_row(other, choose) for other in others]
    return sheet("Merge into", rows, close, tall=len(rows) > SEVERAL)


def _row(other: Label, choose: Callable[[Label], None]) -> ft.Control:
    return menu_row(
        f"merge-into-{other.id}", ft.Icons.LABEL_OUTLINE, other.name, on_click=lambda: choose(other)
    )


async def _merge(app: App, loser: Label, winner: Label) -> None:
    said = f"{loser.name} merged into {winner.name}"
    if await app.act_in_steps(labelling.merge(app.replica, loser, winner), lambda _through: said):
        app.go("/labels")
