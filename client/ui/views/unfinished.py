"""Forms that were begun and neither saved nor thrown away."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

import flet as ft

from client.replica import KeptDraft
from client.ui import wording
from client.ui.component import component
from client.ui.components import states
from client.ui.components.buttons import icon_button
from client.ui.components.page import reading, scroll, target
from client.ui.components.rows import menu_row, row
from client.ui.hooks import use_app, use_live
from client.ui.naming import name_of, title_of
from client.ui.views.form_keys import FORMS
from client.ui.views.kept import forget

if TYPE_CHECKING:
    from collections.abc import Callable

    from client.replica import Replica
    from client.ui.context import App

ROUTE = "/unfinished"


@component
def UnfinishedRow() -> ft.Control:
    """The way there, if there is anything."""
    app = use_app()
    count = len(_use_drafts())
    if not count:
        return ft.Container(visible=False)
    detail = f"{wording.plural(count, 'form')} not saved yet"
    icon = ft.Icons.EDIT_NOTE
    return menu_row("more-unfinished", icon, "Unfinished", detail, lambda: app.go(ROUTE))


@component
def UnfinishedView() -> ft.Control:
    app = use_app()
    drafts = _use_drafts()

    def throw(kept: KeptDraft) -> None:
        forget(app, kept.key)
        app.say("Thrown away", "Undo", partial(app.replica.keep_draft, kept))

    rows = [_row(app, kept, partial(throw, kept)) for kept in drafts]
    return reading(
        "Unfinished",
        scroll(rows or [_nothing()]),
        on_back=lambda: app.go("/more"),
    )


def _use_drafts() -> list[KeptDraft]:
    """Read once more after the first showing: a form that was left for it keeps its draft then."""
    turn, set_turn = ft.use_state(0)
    ft.use_effect(lambda: set_turn(1), [])
    return use_live(lambda replica: replica.drafts(), KeptDraft, deps=[turn])


def called(replica: Replica, kept: KeptDraft) -> str:
    """What an unfinished form is about: `New contact: Zoe Brown`, `Convert lead: Max Neu`."""
    form = FORMS.get(kept.parent, "Edit {}") if kept.id else "New {}"
    name = kept.title or name_of(replica, kept.kind, kept.id)
    return form.format(title_of(kept.kind).lower()) + (f": {name}" if name else "")


def _row(app: App, kept: KeptDraft, on_throw: Callable[[], None]) -> ft.Control:
    throw = target(
        f"throw-{kept.kind}-{kept.id}",
        icon_button(ft.Icons.DELETE_OUTLINE, "Throw away", on_click=on_throw),
    )
    ago = f"Typed {wording.ago(kept.kept_ms, app.replica.now())}"
    line = row(
        ft.Icons.EDIT_NOTE,
        called(app.replica, kept),
        ago,
        on_click=partial(app.go, kept.route),
        end=[throw],
    )
    return target(f"unfinished-{kept.kind}-{kept.id}", line, key=" ".join(kept.key))


def _nothing() -> ft.Control:
    return states.empty(
        ft.Icons.EDIT_NOTE,
        "Nothing unfinished",
        "What you type into a form and do not save waits here, also after the app was closed.",
    )
