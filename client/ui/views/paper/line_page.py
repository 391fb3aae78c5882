"""The lines of a deal, a quote or an order, edited as a whole; kept until they are saved."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import flet as ft

from client.errors import Invalid
from client.replica import DraftKey
from client.ui import theme
from client.ui.component import component
from client.ui.components import keeping, states
from client.ui.components.page import reading, scroll, target
from client.ui.hooks import use_app, use_record, use_stable
from client.ui.views.form_keys import LINES
from client.ui.views.kept import forget
from client.ui.views.paper.lines import LinesEditor
from client.ui.views.paper.lines_kept import use_kept_lines
from sync_protocol.records import Deal, Quote, SalesOrder, kind_of

if TYPE_CHECKING:
    from collections.abc import Callable

    from client.ui.context import App
    from client.ui.views.paper.lines_draft import LinesDraft


@component
def QuoteLines() -> Any:
    """`/quotes/<id>/lines`."""
    return _page(Quote, "/quotes")


@component
def DealLines() -> Any:
    """`/deals/<id>/lines`."""
    return _page(Deal, "/deals")


@component
def OrderLines() -> Any:
    """`/orders/<id>/lines`."""
    return _page(SalesOrder, "/orders")


def _page(struct: type[Deal | Quote | SalesOrder], route: str) -> ft.Control:
    app, record_id = use_app(), ft.use_route_params().get("id", "")
    record = use_record(struct, record_id)
    back = lambda: app.go(f"{route}/{record_id}")  # noqa: E731
    if record is None:
        return keeping.absent("Products", lambda: app.go(route))
    if isinstance(record, Quote) and record.sent_at is not None:
        nothing = states.empty(ft.Icons.LOCK_OUTLINE, "This quote was sent", "It stays as it is.")
        return reading("Products", nothing, on_back=back)
    page: ft.Control = LinePage(record, back, key=record_id)
    return page


@component
def LinePage(record: Deal | Quote | SalesOrder, on_done: Callable[[], None]) -> ft.Control:
    app = use_app()
    key = DraftKey(kind_of(record).name, record.id, LINES)
    kept = use_kept_lines(key, "", record.lines, currency_of(app, record))
    draft = kept.draft
    error, set_error = ft.use_state("")

    def save() -> None:
        try:
            done = app.act("Lines saved", lambda: save_lines(app, record, draft))
        except Invalid as problem:
            set_error(problem.message)
            return
        if done:
            forget(app, key)
            on_done()

    def cancel() -> None:
        forget(app, key)
        on_done()

    heard = use_stable(lambda: set_error(""))
    problem = [states.notice(ft.Icons.ERROR_OUTLINE, error, error=True)] if error else []
    return reading(
        "Products",
        scroll([*kept.notice, *problem, LinesEditor(draft, heard, key=f"{kept.generation}")]),
        on_back=on_done,
        actions=[
            target("cancel", ft.TextButton("Cancel", height=theme.TOUCH, on_click=cancel)),
            target("save", ft.FilledButton("Save", height=theme.TOUCH, on_click=save)),
        ],
    )


def save_lines(app: App, record: Deal | Quote | SalesOrder, draft: LinesDraft) -> None:
    with app.replica.having_seen(draft.seen), app.replica.changeset("Edit products"):
        app.replica.update(record, lines=draft.finished())


def currency_of(app: App, record: Deal | Quote | SalesOrder) -> str:
    if not isinstance(record, Deal):
        return record.currency
    return record.value.currency if record.value else app.replica.settings.currency
