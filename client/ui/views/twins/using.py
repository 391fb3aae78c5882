"""Using the record that is here already: its form opens with what was typed for a new one."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from client.replica import DraftKey
from client.ui import wording
from client.ui.views.kept import forget
from client.ui.views.records.draft import Draft
from client.ui.views.records.draft_form import hand_over, unfinished
from client.ui.views.records.draft_joining import take_in
from client.ui.views.records.draft_keeping import keep

if TYPE_CHECKING:
    from collections.abc import Sequence

    from client.ui.context import App
    from client.ui.views.records.book import Book

TAKEN_IN = "What you typed is in this form. Look it over, then save."


def use_instead(app: App, book: Book, held: Any, typed: Draft) -> None:
    """Leave a new record's form for that of one that is `held`; what was typed is kept at once."""
    route = book.at(held.id, "edit")
    now = app.replica.get(book.struct, held.id) or held
    draft = unfinished(app, DraftKey(book.kind, held.id)) or Draft(now)
    gave_way = take_in(app.replica, draft, typed)
    keep(app.replica, draft, route)
    hand_over(app, draft)
    forget(app, typed.key)
    app.say(f"{TAKEN_IN}{_replaced(gave_way)}")
    app.go(route)


def _replaced(fields: Sequence[str]) -> str:
    if not fields:
        return ""
    had = "had another value, which stays" if len(fields) == 1 else "had other values, which stay"
    return f" {wording.joined(fields)} {had} in the history."
