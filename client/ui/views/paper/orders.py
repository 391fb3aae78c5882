"""Orders: a quick form with lines, and the page of one."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple
from urllib.parse import parse_qs, urlparse

import flet as ft

from client import fieldwork, money, paperwork, purchases
from client.errors import Invalid
from client.replica import DraftKey
from client.ui import theme, wording
from client.ui.component import component
from client.ui.components import keeping, states
from client.ui.components.choices import Choice, choice_row
from client.ui.components.page import card, reading, scroll, section, target
from client.ui.components.rows import menu_row
from client.ui.components.text import selectable
from client.ui.components.typed import Problem, TypedField
from client.ui.hooks import use_app, use_box, use_live, use_stable
from client.ui.views import acts
from client.ui.views.custom.facts import CustomFacts
from client.ui.views.files.section import FilesSection
from client.ui.views.kept import forget
from client.ui.views.paper.invoice import InvoiceSection
from client.ui.views.paper.lines import LinesEditor, lines_shown
from client.ui.views.paper.lines_kept import use_kept_lines
from client.ui.views.paper.parts import Customer, Link, customer_link, customer_of, link_row
from client.ui.views.records.labels_section import LabelsSection
from client.ui.views.talk import Comments, FollowButton
from sync_protocol.records import Account, Contact, Quote, SalesOrder, Settings, User
from sync_protocol.rules import totals

if TYPE_CHECKING:
    from client.replica import Replica
    from client.ui.context import App
    from client.ui.views.paper.lines_draft import LinesDraft

ROUTE = "/orders"
NAMES = {"placed": "Placed", "delivered": "Delivered", "cancelled": "Cancelled"}
ICONS = {
    "placed": ft.Icons.SHOPPING_CART_OUTLINED,
    "delivered": ft.Icons.LOCAL_SHIPPING_OUTLINED,
    "cancelled": ft.Icons.REMOVE_SHOPPING_CART_OUTLINED,
}
EMPTY = "There is nothing on this order yet. Find a product and tap it."


@component
def NewOrder() -> Any:
    """`/orders/new?account=<id>` or `?contact=<id>`, with `&visit=<id>` if it is taken there."""
    app = use_app()
    query = parse_qs(urlparse(use_box(app.page.route).current).query)
    contact = app.replica.get(Contact, query.get("contact", [""])[0])
    account_id = query.get("account", [contact.account_id if contact else ""])[0]
    account = app.replica.get(Account, account_id)
    if account is None and contact is None:
        nobody = states.empty(
            ft.Icons.STOREFRONT_OUTLINED,
            "Who orders?",
            "An order is placed on the customer's page.",
            "To the accounts",
            lambda: app.go("/accounts"),
        )
        return reading("New order", nobody, on_back=lambda: app.go(ROUTE))
    contact_id = contact.id if contact else ""
    visit_id = query.get("visit", [""])[0]
    form: ft.Control = OrderForm(account, contact, visit_id, key=f"{account_id} {contact_id}")
    return form


@component
def OrderForm(account: Account | None, contact: Contact | None, visit_id: str) -> ft.Control:
    """Leads back to the visit it was taken on, if it was."""
    app = use_app()
    about = fieldwork.About(account.id if account else "", contact.id if contact else "")
    who = wording.listed(x.name for x in (account, contact) if x)
    key = DraftKey("salesorder", parent=about.account_id or about.contact_id)
    kept = use_kept_lines(key, who, {}, app.replica.settings.currency, note="")
    draft = kept.draft
    error, set_error = ft.use_state("")

    def order() -> None:
        made: list[SalesOrder] = []
        set_error(place(app, draft, about, made) if draft.lines else EMPTY)
        if made:
            forget(app, key)
            app.go(f"/visit/{visit_id}" if visit_id else f"{ROUTE}/{made[0].id}")

    heard = use_stable(lambda: set_error(""))
    problem = [states.notice(ft.Icons.ERROR_OUTLINE, error, error=True)] if error else []
    note = TypedField(
        draft.values, "note", "Note (optional)", Problem(),
        multiline=True, min_lines=1, max_lines=5, key=f"note {kept.generation}",
    )  # fmt: skip
    lines = LinesEditor(draft, heard, key=f"lines {kept.generation}")
    button = ft.FilledButton("Place order", icon=ft.Icons.CHECK, height=theme.TOUCH, on_click=order)
    return reading(
        "New order",
        scroll([ft.Text(who, style=theme.HEADING), *kept.notice, *problem, lines, note]),
        on_back=lambda: app.go(f"/visit/{visit_id}" if visit_id else acts.page_of(about)),
        actions=[target("place-order", button)],
    )


def place(app: App, draft: LinesDraft, about: fieldwork.About, made: list[SalesOrder]) -> str:
    """Place what was typed, into `made`; why it cannot be, or nothing."""
    try:
        order = SalesOrder(
            at=app.replica.now(),
            currency=draft.currency,
            lines=draft.finished(),
            note=draft.values["note"].strip(),
            account_id=about.account_id,
            contact_id=about.contact_id,
        )
        app.act("Order placed", lambda: made.append(paperwork.place(app.replica, order)))
    except Invalid as invalid:
        return invalid.message
    return ""


class Told(NamedTuple):
    """An order with all that its page says."""

    order: SalesOrder
    customer: Customer
    quote: Quote | None
    by: str
    now_ms: int
    settings: Settings


@component
def OrderView() -> Any:
    """`/orders/<id>`."""
    app, order_id = use_app(), ft.use_route_params().get("id", "")
    told = use_live(
        lambda replica: read_order(replica, order_id),
        SalesOrder, Account, Contact, Quote, Settings, User, deps=[order_id],
    )  # fmt: skip
    if told is None:
        return keeping.absent("Order", lambda: app.go(ROUTE))
    order, settings = told.order, told.settings
    return reading(
        order.number or "Order",
        scroll(
            [
                choice_row("status", _choices(), order.status, lambda x: _set(app, order, x)),
                _facts(app, told),
                section("Products", _lines(app, told, settings.locale)),
                *([section("Note", [selectable(order.note)])] if order.note else []),
                InvoiceSection(order.id, key=f"invoice {order.id}"),
                CustomFacts("salesorder", order.id, fill=True),
                LabelsSection(order, key=f"labels {order.id}"),
                FilesSection(SalesOrder, order.id, key=f"files {order.id}"),
                Comments("salesorder", order.id, key=f"comments {order.id}"),
                _delete(app, told),
            ]
        ),
        on_back=lambda: app.go(told.customer.route or ROUTE),
        actions=[FollowButton("salesorder", order.id)],
    )


def read_order(replica: Replica, order_id: str) -> Told | None:
    order = replica.get(SalesOrder, order_id)
    if order is None or order.deleted:
        return None
    owner = replica.get(User, order.owner_id) if order.owner_id else None
    return Told(
        order=order,
        customer=customer_of(replica, order),
        quote=replica.get(Quote, order.quote_id) if order.quote_id else None,
        by=owner.name if owner else "",
        now_ms=replica.now(),
        settings=replica.settings,
    )  # fmt: skip


def _choices() -> list[Choice]:
    return [Choice(status, words, ICONS[status]) for status, words in NAMES.items()]


def _set(app: App, order: SalesOrder, status: str) -> None:
    def write() -> None:
        with app.replica.changeset(f"Order {status}"):
            app.replica.update(order, status=status)

    if status != order.status:
        app.act(f"Order {status}", write)


def _facts(app: App, told: Told) -> ft.Control:
    order, zone = told.order, told.settings.time_zone
    day = wording.day(order.at, told.now_ms, zone)
    when = wording.listed([f"{day}, {wording.clock(order.at, zone)}", told.by and f"by {told.by}"])
    rows = [menu_row("when", ft.Icons.EVENT_OUTLINED, when, "Ordered")]
    links = customer_link(told.customer)
    if told.quote is not None:
        route = f"/quotes/{told.quote.id}"
        links.append(
            Link("quote", ft.Icons.DESCRIPTION_OUTLINED, told.quote.number, "Quote", route)
        )
    rows += [link_row(app, link) for link in links]
    return card(ft.Column(tight=True, spacing=0, controls=rows), padding=0)


def _lines(app: App, told: Told, locale: str) -> list[ft.Control]:
    order = told.order
    if not order.lines:
        currency, amount = purchases.total_of(order)
        text = f"Total {money.shown(totals.plain(amount), currency, locale)}, without products."
        return [ft.Text(text)]
    shown = lines_shown(order.lines, order.currency, locale)
    if order.status != "placed":
        return [shown]
    edit = ft.OutlinedButton(
        "Edit products",
        icon=ft.Icons.EDIT_OUTLINED,
        height=theme.TOUCH,
        on_click=lambda: app.go(f"{ROUTE}/{order.id}/lines"),
    )
    return [shown, ft.Row(controls=[target("edit-lines", edit)])]


def _delete(app: App, told: Told) -> ft.Control:
    def delete() -> None:
        if app.act("Order deleted", lambda: app.replica.delete(told.order)):
            app.go(told.customer.route or ROUTE)

    button = ft.TextButton(
        "Delete this order",
        icon=ft.Icons.DELETE_OUTLINE,
        height=theme.TOUCH,
        style=ft.ButtonStyle(color=ft.Colors.ERROR, icon_color=ft.Colors.ERROR),
        on_click=delete,
    )
    return ft.Container(padding=ft.Padding.only(top=theme.GAP_XL), content=target("delete", button))
