"""The form of a quote that was not sent yet: to whom, on what terms, until when."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Any

import flet as ft

from client.errors import Invalid
from client.replica import DraftKey
from client.ui import theme, wording
from client.ui.component import component
from client.ui.components import keeping, states
from client.ui.components.page import reading, scroll
from client.ui.components.typed import Problem, TypedField, stretched
from client.ui.components.when import DayChooser
from client.ui.hooks import use_app, use_record
from client.ui.views.kept_form import use_choice, use_kept_form
from client.ui.views.paper.quotes import ROUTE, VALID_DAYS, button, title_of
from sync_protocol.records import Quote

if TYPE_CHECKING:
    from collections.abc import Callable

    from client.ui.views.kept_form import KeptForm


@component
def QuoteForm() -> Any:
    """`/quotes/<id>/edit`."""
    app, quote_id = use_app(), ft.use_route_params().get("id", "")
    quote = use_record(Quote, quote_id)
    back = lambda: app.go(f"{ROUTE}/{quote_id}")  # noqa: E731
    if quote is None:
        return keeping.absent("Quote", lambda: app.go("/"))
    title = f"Quote {title_of(quote)}"
    if quote.sent_at is not None:
        nothing = states.empty(ft.Icons.LOCK_OUTLINE, "This quote was sent", "It stays as it is.")
        return reading(title, nothing, on_back=back)
    return reading(title, scroll([PaperForm(quote, back, key=quote_id)]), on_back=back)


@component
def PaperForm(quote: Quote, on_done: Callable[[], None]) -> ft.Control:
    """Keeps what is typed until it is saved."""
    until = quote.valid_until
    began = {
        "addressee": quote.addressee,
        "terms": quote.terms,
        "until": until.isoformat() if until else "",
    }
    form = use_kept_form(DraftKey("quote", quote.id), began)
    return form.around(PaperFields(quote, form, on_done, key=f"{form.generation}"))


@component
def PaperFields(quote: Quote, form: KeptForm, on_done: Callable[[], None]) -> ft.Control:
    app, values = use_app(), form.values
    until, choose = use_choice(values, "until")
    problem, set_problem = ft.use_state(Problem())
    today = wording.today(app.replica.now(), app.replica.settings.time_zone)

    def write() -> None:
        with app.replica.changeset("Edit quote"):
            app.replica.update(
                quote,
                valid_until=_day(values["until"]),
                addressee=values["addressee"],
                terms=values["terms"],
            )

    def act(said: str, change: Callable[[], None], field: str, then: Callable[[], None]) -> None:
        try:
            done = form.act(said, change)
        except Invalid as error:
            set_problem(Problem(field or error.field, error.message))
            return
        if done:
            form.done()
            then()

    def save() -> None:
        act("Quote saved", write, "", on_done)

    def delete() -> None:
        delete = lambda: app.replica.delete(quote)  # noqa: E731
        act("Quote deleted", delete, "addressee", lambda: app.go(ROUTE))

    lines = {"multiline": True, "min_lines": 4, "max_lines": 10}
    return stretched(
        [
            TypedField(values, "addressee", "Goes to", problem, **lines),
            ft.Text("Valid for", color=theme.MUTED),
            DayChooser(
                "valid", VALID_DAYS, today, lambda day: choose(day.isoformat()), _day(until)
            ),
            TypedField(values, "terms", "Terms (optional)", problem, **lines),
            ft.Row(
                wrap=True,
                controls=[
                    button("save", "Save", ft.Icons.CHECK, save, filled=True),
                    button("delete", "Delete this draft", ft.Icons.DELETE_OUTLINE, delete),
                ],
            ),
        ]
    )


def _day(kept: str) -> date | None:
    return date.fromisoformat(kept) if kept else None
