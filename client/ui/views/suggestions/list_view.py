"""What was learned of which labels: `/suggestions`. All may read it, the office switches it."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

import flet as ft

from client import suggesting
from client.ui import theme, wording
from client.ui.component import component
from client.ui.components import keeping, states
from client.ui.components.colours import pill
from client.ui.components.labels import SUGGESTION
from client.ui.components.page import card, reading, scroll, section, target
from client.ui.components.rows import menu_row
from client.ui.hooks import use_app, use_live
from client.ui.views.suggestions import words
from client.ui.views.suggestions.deciding import use_survey
from sync_protocol.records import Label, Labelling, LabelModel

if TYPE_CHECKING:
    from client.suggesting import Learned
    from client.ui.context import App

ROUTE = "/suggestions"
ABOUT = (
    "The server learns from the labels that people have put on, and suggests them where they seem "
    "to be missing. Nothing is put on unasked."
)
NONE = (
    "A label is learned once it is on 20 customers or more, and only if suggestions of it are "
    "mostly right. The server looks every day."
)


@component
def SuggestionsView() -> ft.Control:
    app = use_app()
    learned = use_live(suggesting.learned, Label, LabelModel)
    survey = use_survey(app, learned)
    counts = use_live(
        lambda replica: None if survey.found is None else suggesting.count(replica, survey.found),
        Labelling, deps=[survey],
    )  # fmt: skip
    may = keeping.may(app.replica, Label, "update")
    cards = [_card(app, one, None if counts is None else counts.get(one.label.id, 0), may=may)
             for one in learned]  # fmt: skip
    nothing = states.none_yet(SUGGESTION, "Nothing learned yet", NONE)
    return reading(
        "Suggested labels",
        scroll([ft.Text(ABOUT, color=theme.MUTED), *(cards or [nothing])]),
        on_back=lambda: app.go("/more"),
    )


@component
def SuggestedFor(label: Label) -> ft.Control:
    """On a label's page: the way to what was learned of it, if anything was."""
    app = use_app()
    one = use_live(
        lambda replica: suggesting.learned_of(replica, label.id), Label, LabelModel, deps=[label.id]
    )
    if one is None:
        return ft.Container(visible=False)
    said = words.trust(one.model) if one.label.suggest else "Switched off."
    go = partial(app.go, f"{ROUTE}/{label.id}")
    return section(
        "Suggestions", [menu_row("suggested", SUGGESTION, "Where it may be missing", said, go)]
    )


def _card(app: App, one: Learned, count: int | None, *, may: bool) -> ft.Control:
    label, model = one.label, one.model
    lines = [words.trust(model), words.taught(model, app.replica.now())]
    return ft.Container(
        key=label.id,
        content=card(
            ft.Column(
                tight=True,
                spacing=theme.GAP,
                controls=[
                    ft.Row(controls=[
                        ft.Row(expand=True, controls=[pill(label.name, label.colour)]),
                        *([_switch(app, label)] if may else []),
                    ]),
                    *(ft.Text(line, style=theme.SMALL, color=theme.MUTED) for line in lines),
                    _way(app, label, count),
                ],
            )
        ),
    )  # fmt: skip


def _way(app: App, label: Label, count: int | None) -> ft.Control:
    """How many there are, and the way to them."""
    if not label.suggest:
        return ft.Text("Switched off: it is suggested to nobody.", style=theme.BODY)
    if count is None:
        return ft.Text("Looking through your customers\u2026", style=theme.BODY, height=theme.TOUCH)
    if not count:
        return ft.Text("Suggested for none of your customers now.", style=theme.BODY)
    button = ft.FilledTonalButton(
        f"Suggested for {wording.plural(count, 'customer')}",
        icon=ft.Icons.CHEVRON_RIGHT,
        height=theme.TOUCH,
        on_click=lambda: app.go(f"{ROUTE}/{label.id}"),
    )
    return ft.Row(controls=[target(f"open-{label.name}", button)])


def _switch(app: App, label: Label) -> ft.Control:
    def turn() -> None:
        said = f"{label.name} is {'no longer ' if label.suggest else ''}suggested"
        app.act(said, lambda: suggesting.switch(app.replica, label, on=not label.suggest))

    return target(
        f"switch-{label.name}",
        ft.Switch(
            value=label.suggest,
            tooltip="Suggested" if label.suggest else "Not suggested",
            on_change=lambda _event: turn(),
        ),
        label=f"Suggest {label.name}",
    )
