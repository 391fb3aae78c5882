"""Quotes and orders in lists: the places `/quotes` and `/orders`, and sections on other pages."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Any, NamedTuple

import flet as ft

from client import money, paperwork, purchases
from client.ui import theme, wording
from client.ui.component import component, memo_component
from client.ui.components import states
from client.ui.components.choices import Choice, choice_row
from client.ui.components.page import card, reading, section, target
from client.ui.components.virtual_list import VirtualList
from client.ui.hooks import use_app, use_live, use_stable
from client.ui.views.paper import orders, quotes
from client.ui.views.paper.parts import customer_of
from client.ui.views.paper.products import inset
from client.zones import local
from sync_protocol.records import Contact, Deal, Quote, SalesOrder, Settings
from sync_protocol.rules import totals

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from client.replica import Replica
    from client.ui.context import App

ROW_HEIGHT = 68
SHOWN = 3


class PaperLine(NamedTuple):
    """A quote or an order as a row."""

    id: str
    title: str
    detail: str
    amount: str
    icon: ft.IconData


class Place(NamedTuple):
    """What the two lists differ in. `states` are shown as filters."""

    struct: type[Any]
    route: str
    title: str
    order_by: str
    states: dict[str, str]
    nothing: str


QUOTES = Place(
    Quote, quotes.ROUTE, "Quotes", "-valid_until", quotes.NAMES,
    "Quotes are made on a deal's or a customer's page.",
)  # fmt: skip
ORDERS = Place(
    SalesOrder, orders.ROUTE, "Orders", "-at", orders.NAMES,
    "Orders are placed on a customer's page, or come from a quote that was accepted.",
)  # fmt: skip


@component
def QuotesView() -> Any:
    return PaperList(QUOTES)


@component
def OrdersView() -> Any:
    return PaperList(ORDERS)


@component
def PaperList(place: Place) -> ft.Control:
    app = use_app()
    state, set_state = ft.use_state("")
    ids = use_live(
        lambda replica: replica.ids(
            place.struct, order_by=place.order_by, where={"status": state} if state else {}
        ),
        place.struct, deps=[place, state],
    )  # fmt: skip
    open_paper = use_stable(lambda paper_id: app.go(f"{place.route}/{paper_id}"))

    def rows(wanted: Sequence[str]) -> list[ft.Control]:
        held = {x.id: x for x in app.replica.find(place.struct, id=tuple(wanted))}
        read = line_of_quote if place.struct is Quote else line_of_order
        lines = [read(app.replica, held[i], whose=True) for i in wanted if i in held]
        return [PaperRow(line, open_paper, key=line.id) for line in lines]

    choices = [Choice("", "All"), *(Choice(name, words) for name, words in place.states.items())]
    nothing = states.none_yet(ft.Icons.DESCRIPTION_OUTLINED, f"No {place.title.lower()} here",
                           place.nothing)  # fmt: skip
    listed = VirtualList(tuple(ids), rows, ROW_HEIGHT, key=state) if ids else nothing
    return reading(
        place.title,
        ft.Column(
            expand=True,
            spacing=theme.GAP,
            controls=[
                inset(choice_row("state", choices, state, set_state)),
                ft.Container(
                    expand=True,
                    alignment=ft.Alignment.TOP_CENTER,
                    content=ft.Container(listed, width=theme.READABLE_WIDTH),
                ),
            ],
        ),
        on_back=lambda: app.go("/more"),
    )


@memo_component
def PaperRow(line: PaperLine, on_open: Callable[[str], None]) -> ft.Control:
    cut: dict[str, Any] = {"max_lines": 1, "overflow": ft.TextOverflow.ELLIPSIS}
    words = ft.Column(
        expand=True,
        tight=True,
        spacing=2,
        controls=[
            ft.Text(line.title, style=theme.BODY, **cut),
            ft.Text(line.detail, style=theme.SMALL, color=theme.MUTED, **cut),
        ],
    )
    return target(
        f"paper-{line.id}",
        ft.Container(
            height=ROW_HEIGHT,
            padding=ft.Padding.symmetric(horizontal=theme.GAP_L),
            border_radius=theme.RADIUS,
            ink=True,
            on_click=lambda _event: on_open(line.id),
            content=ft.Row(
                spacing=12,
                controls=[
                    ft.Icon(line.icon, color=theme.MUTED),
                    words,
                    ft.Text(line.amount, style=theme.BODY, no_wrap=True),
                ],
            ),
        ),
        button=True,
    )


def line_of_quote(replica: Replica, quote: Quote, *, whose: bool) -> PaperLine:
    """`whose` adds the customer, where the row does not stand on their page."""
    added = totals.totals(quote.lines.values(), quote.currency).gross
    settings = replica.settings
    day = ""
    if quote.sent_at is not None:
        day = wording.midway(wording.day(quote.sent_at, replica.now(), settings.time_zone))
    state = f"Sent {day}" if quote.status == "sent" else quotes.NAMES[quote.status]
    return PaperLine(
        quote.id,
        *_named(replica, quote, quotes.title_of(quote), state, whose=whose),
        money.shown(totals.plain(added), quote.currency, settings.locale),
        quotes.ICONS[quote.status],
    )


def line_of_order(replica: Replica, order: SalesOrder, *, whose: bool) -> PaperLine:
    settings = replica.settings
    currency, amount = purchases.total_of(order)
    day = wording.day(order.at, replica.now(), settings.time_zone)
    state = f"{day}, {orders.NAMES[order.status].lower()}"
    return PaperLine(
        order.id,
        *_named(replica, order, order.number or "Order", state, whose=whose),
        money.shown(totals.plain(amount), currency, settings.locale),
        orders.ICONS[order.status],
    )  # fmt: skip


def _named(
    replica: Replica, paper: Quote | SalesOrder, number: str, state: str, *, whose: bool
) -> tuple[str, str]:
    """Title and detail: the customer comes first, where the row does not stand on their page."""
    customer = customer_of(replica, paper).short if whose else ""
    return (customer, f"{number} - {state}") if customer else (number, state)


# --- sections on the pages of customers and deals ---


@component
def QuotesSection(field: str, record_id: str) -> ft.Control:
    """The quotes of a deal, an account or a contact; `field` is how a quote names it."""
    app = use_app()
    lines = use_live(
        lambda replica: [
            line_of_quote(replica, x, whose=False)
            for x in replica.find(Quote, order_by="-valid_until", where={field: record_id})
        ],
        Quote, Settings, deps=[field, record_id],
    )  # fmt: skip
    make = partial(_new_quote, app, field, record_id)
    return _section(QUOTES, "quote", lines, make)


@component
def OrdersSection(field: str, record_id: str) -> ft.Control:
    """Last order, total spend, how often, then the latest orders themselves."""
    app = use_app()
    found = use_live(
        lambda replica: purchases.orders_of(replica, field, record_id),
        SalesOrder, Settings, deps=[field, record_id],
    )  # fmt: skip
    lines = [line_of_order(app.replica, order, whose=False) for order in found]
    name = field.removesuffix("_id")
    make = lambda: app.go(f"{orders.ROUTE}/new?{name}={record_id}")  # noqa: E731
    figures = [_figures(app, found)] if found else []
    return _section(ORDERS, "order", lines, make, *figures)


def _section(
    place: Place,
    one: str,
    lines: Sequence[PaperLine],
    make: Callable[[], None],
    *above: ft.Control,
) -> ft.Control:
    shown: ft.Control = Papers(tuple(lines), place.route)
    new = ft.OutlinedButton(f"New {one}", icon=ft.Icons.ADD, height=theme.TOUCH, on_click=make)
    buttons = ft.Row(controls=[target(f"new-{one}", new)])
    return section(place.title, [*above, *([shown] if lines else []), buttons], len(lines) or None)


@component
def Papers(lines: tuple[PaperLine, ...], route: str) -> ft.Control:
    """The latest few, and the rest at a tap."""
    app = use_app()
    everything, set_everything = ft.use_state(False)
    open_paper = use_stable(lambda paper_id: app.go(f"{route}/{paper_id}"))
    shown = lines if everything else lines[:SHOWN]
    rest = len(lines) - len(shown)
    more = ft.TextButton(
        f"Show {rest} more", height=theme.TOUCH, on_click=lambda: set_everything(True)
    )
    rows = [PaperRow(line, open_paper, key=line.id) for line in shown[:100]]
    return card(
        ft.Column(
            tight=True,
            spacing=0,
            controls=[*rows, *([target("more-papers", more)] if rest else [])],
        ),
        padding=0,
    )


def _figures(app: App, found: Sequence[SalesOrder]) -> ft.Control:
    """The three figures side by side."""
    settings, now = app.replica.settings, app.replica.now()
    bought = purchases.summary(found, lambda at_ms: local(at_ms, settings.time_zone).date())
    last = wording.day(bought.last.at, now, settings.time_zone) if bought.last else "none yet"
    spend = [
        money.shown(totals.plain(amount), currency, settings.locale)
        for currency, amount in bought.spend
    ]
    told = [
        ("Last order", last),
        ("Total spend", "\n".join(spend) or "nothing"),
        ("Usually orders", _every(bought.every_days)),
    ]
    return target(
        "purchases",
        ft.Row(
            wrap=True,
            spacing=theme.GAP_XL,
            run_spacing=theme.GAP,
            controls=[_figure(label, value) for label, value in told if value],
        ),
    )


def _every(days: int | None) -> str:
    if days is None:
        return ""
    return "every day" if days == 1 else f"every {days} days"


def _figure(label: str, value: str) -> ft.Control:
    return ft.Column(
        tight=True,
        spacing=0,
        controls=[
            ft.Text(label, style=theme.SMALL, color=theme.MUTED),
            ft.Text(value, style=theme.HEADING),
        ],
    )


def _new_quote(app: App, field: str, record_id: str) -> None:
    """A draft for a deal or a customer, and its page."""
    replica = app.replica
    today = wording.today(replica.now(), replica.settings.time_zone)
    made: list[Quote] = []

    def make() -> None:
        made.append(_draft(replica, field, record_id, today))

    if app.act("Quote made", make):
        app.go(f"{quotes.ROUTE}/{made[0].id}")


def _draft(replica: Replica, field: str, record_id: str, today: Any) -> Quote:
    if field == "deal_id":
        deal = replica.get(Deal, record_id)
        if deal is not None:
            return paperwork.quote_deal(replica, deal, today)
    if field == "contact_id":
        contact = replica.get(Contact, record_id)
        account_id = contact.account_id if contact else ""
        return paperwork.quote_customer(replica, today, account_id, record_id)
    return paperwork.quote_customer(replica, today, record_id)
