"""Products: what can be sold, found by name, code or barcode, kept by the office."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

import flet as ft

from client import money
from client.errors import Invalid
from client.replica import DraftKey
from client.ui import theme
from client.ui.component import component, memo_component
from client.ui.components import keeping, states
from client.ui.components.choices import Choice, choice_row
from client.ui.components.fields import SearchInput
from client.ui.components.page import reading, scroll, target
from client.ui.components.text import selectable
from client.ui.components.typed import (
    Problem,
    TypedField,
    TypedPrice,
    price_in,
    problem_of,
    stretched,
)
from client.ui.components.virtual_list import VirtualList
from client.ui.hooks import use_app, use_live, use_paused, use_record, use_stable
from client.ui.views.custom.facts import CustomFacts
from client.ui.views.form_keys import OWN
from client.ui.views.kept_form import use_kept_form
from sync_protocol.records import Money, Product, Settings

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from client.replica import Replica
    from client.ui.context import App
    from client.ui.meanwhile import Values
    from client.ui.views.kept_form import KeptForm

ROUTE = "/products"
ROW_HEIGHT = 68
TEXTS = ("name", "code", "barcode", "unit", "about")
TAX = "Write the tax in per cent, like 19 or 7.7."
OFFERED, ARCHIVED = "offered", "archived"


class Found(NamedTuple):
    ids: tuple[str, ...]
    archived: int
    any: bool
    locale: str


@component
def ProductsView() -> ft.Control:
    app = use_app()
    text, set_text = ft.use_state("")
    shown, set_shown = ft.use_state(OFFERED)
    found = use_live(
        lambda replica: find(replica, text, archived=shown == ARCHIVED),
        Product, Settings, deps=[text, shown],
    )  # fmt: skip
    search = SearchInput("Name, code or barcode", use_paused(set_text))
    return reading(
        "Products",
        ft.Column(
            expand=True,
            spacing=theme.GAP,
            controls=[
                inset(target("search", search)),
                *([inset(_which(found, shown, set_shown))] if found.archived else []),
                _list(app, found, text, shown),
            ],
        ),
        on_back=lambda: app.go("/more"),
        actions=[_add(app)] if keeping.may(app.replica, Product, "create") else [],
    )


def find(replica: Replica, text: str, *, archived: bool) -> Found:
    """The products that are offered, or those that were archived."""
    return Found(
        tuple(replica.ids(Product, text=text, archived=archived, order_by="name")),
        replica.count(Product, archived=True),
        bool(replica.ids(Product, limit=1)),
        replica.settings.locale,
    )


def _which(found: Found, shown: str, set_shown: Callable[[str], None]) -> ft.Control:
    choices = [Choice(OFFERED, "Offered"), Choice(ARCHIVED, f"Archived ({found.archived})")]
    return choice_row("shown", choices, shown, set_shown)


def _list(app: App, found: Found, text: str, shown: str) -> ft.Control:
    open_product = use_stable(lambda product_id: app.go(f"{ROUTE}/{product_id}"))
    if not found.ids:
        return _nothing(app, found, text)

    def rows(ids: Sequence[str]) -> list[ft.Control]:
        held = {product.id: product for product in app.replica.find(Product, id=tuple(ids))}
        return [ProductRow(held[i], found.locale, open_product, key=i) for i in ids if i in held]

    listed: ft.Control = VirtualList(found.ids, rows, ROW_HEIGHT, key=f"{shown} {text}")
    return ft.Container(
        expand=True,
        alignment=ft.Alignment.TOP_CENTER,
        content=ft.Container(listed, width=theme.READABLE_WIDTH),
    )


def _nothing(app: App, found: Found, text: str) -> ft.Control:
    if found.any and text:
        return states.no_match(f'Nothing found for "{text.strip()}"', "Fewer letters find more.")
    if found.any:
        return states.none_yet(ft.Icons.INVENTORY_2_OUTLINED, "No products here", "See the others.")
    may = keeping.may(app.replica, Product, "create")
    about = "Products are what quotes and orders are made of. The office keeps them for everybody."
    return states.none_yet(
        ft.Icons.INVENTORY_2_OUTLINED, "No products yet", about,
        "New product" if may else "", (lambda: app.go(f"{ROUTE}/new")) if may else None,
    )  # fmt: skip


@memo_component
def ProductRow(product: Product, locale: str, on_open: Callable[[str], None]) -> ft.Control:
    """Name and price, with code and unit beneath."""
    return target(
        f"product-{product.id}",
        ft.Container(
            height=ROW_HEIGHT,
            padding=ft.Padding.symmetric(horizontal=theme.GAP_L),
            ink=True,
            on_click=lambda _event: on_open(product.id),
            content=product_line(product, price_text(product, locale)),
        ),
        button=True,
    )


def product_line(product: Product, price: str, *, strong: bool = False) -> ft.Control:
    """The look of a product in any list; a `strong` price stands out."""
    about = " \u00b7 ".join(filter(None, (product.code, product.unit, product.barcode)))
    cut: dict[str, Any] = {"max_lines": 1, "overflow": ft.TextOverflow.ELLIPSIS}
    words = ft.Column(
        expand=True,
        tight=True,
        spacing=2,
        controls=[
            ft.Text(product.name, style=theme.BODY, **cut),
            *([ft.Text(about, style=theme.SMALL, color=theme.MUTED, **cut)] if about else []),
        ],
    )
    weight = ft.FontWeight.W_600 if strong else None
    cost = ft.Text(price, style=theme.BODY, weight=weight, no_wrap=True)
    return ft.Row(spacing=12, controls=[words, cost])


def price_text(product: Product, locale: str) -> str:
    """A product's own price in words; empty without one."""
    own = product.price
    return "" if own is None else money.shown(own.amount, own.currency, locale)


@component
def ProductView() -> Any:
    """`/products/new` and `/products/<id>`."""
    app, product_id = use_app(), ft.use_route_params().get("id", "")
    product = use_record(Product, product_id)
    title = "Product" if product_id else "New product"
    back = lambda: app.go(ROUTE)  # noqa: E731
    if product_id and product is None:
        return keeping.absent(title, back)
    if not keeping.may(app.replica, Product, "update" if product_id else "create"):
        return _facts(app, product, back) if product else keeping.only_to_look_at(title, back)
    form = ProductForm(product, key=product_id)
    return reading(title, scroll([form]), on_back=back)


@component
def ProductForm(product: Product | None) -> ft.Control:
    """Keeps what is typed until it is saved."""
    began = _values(product, use_app().replica.settings.locale)
    key = DraftKey("product", product.id, OWN) if product else DraftKey("product")
    form = use_kept_form(key, began)
    return form.around(ProductFields(product, form, key=f"{form.generation}"))


@component
def ProductFields(product: Product | None, form: KeptForm) -> ft.Control:
    """All fields; a price says at once how it was understood."""
    app, values = use_app(), form.values
    settings = app.replica.settings
    own = product.price if product else None
    currency = own.currency if own else settings.currency
    problem, set_problem = ft.use_state(Problem())

    def save() -> None:
        found, fields = read_product(values, currency, settings.locale)
        if found.message:
            set_problem(found)
            return
        try:
            done = form.act("Product saved", lambda: _save(app.replica, product, fields))
        except Invalid as error:
            set_problem(problem_of(error))
            return
        if done:
            form.done()
            app.go(ROUTE)

    field = _fields(values, problem)
    return stretched(
        [
            field("name", "Name", autofocus=product is None),
            field("code", "Code (optional)"),
            field("unit", "Unit (optional)", hint_text="crate of 12, bottle, keg"),
            TypedPrice(values, "price", "Price for one", currency, problem),
            field("tax", "Tax in per cent", keyboard_type=ft.KeyboardType.NUMBER),
            field("barcode", "Barcode (optional)", keyboard_type=ft.KeyboardType.NUMBER),
            field("about", "About (optional)", multiline=True, min_lines=2, max_lines=8),
            keeping.buttons(app, product, save, ROUTE),
            *([CustomFacts("product", product.id, fill=True)] if product else []),
        ]
    )


def read_product(values: Values, currency: str, locale: str) -> tuple[Problem, dict[str, Any]]:
    """What was typed, as fields of a product, or the first problem with it."""
    typed = values.typed
    price = price_in(values, "price", currency, locale)
    tax = money.read(values["tax"] or "0", "", decimals=3, locale=locale)
    if price.problem and "price" in typed:
        return Problem("price", price.problem), {}
    if tax.problem or len(tax.amount.partition(".")[0]) > len("100"):
        return Problem("tax", TAX), {}
    fields: dict[str, Any] = {name: values[name].strip() for name in TEXTS}
    amount = Money(price.amount, currency) if price.amount else None
    fields |= {"price": amount, "tax": tax.amount}
    return Problem(), {name: value for name, value in fields.items() if name in typed}


def _values(product: Product | None, locale: str) -> dict[str, str]:
    values = {name: getattr(product, name) if product else "" for name in TEXTS}
    tax = product.tax if product else ""
    own = product.price if product else None
    price = money.typed(own.amount, locale) if own else ""
    return values | {"tax": money.typed(tax, locale), "price": price}


def _save(replica: Replica, product: Product | None, fields: dict[str, Any]) -> None:
    if product is None:
        replica.create(Product(**{"name": "", **fields}))
    else:
        replica.update(product, **fields)


def _fields(values: Values, problem: Problem) -> Callable[..., ft.Control]:
    def field(name: str, label: str, **options: Any) -> ft.Control:
        made: ft.Control = TypedField(values, name, label, problem, **options)
        return made

    return field


def _facts(app: App, product: Product, on_back: Callable[[], None]) -> ft.Control:
    """For those who may look but not change."""
    locale = app.replica.settings.locale
    told = [
        ("Code", product.code),
        ("Unit", product.unit),
        ("Price for one", price_text(product, locale)),
        ("Tax", f"{money.shown(product.tax, '', locale)} %"),
        ("Barcode", product.barcode),
        ("About", product.about),
    ]
    rows = [_fact(label, value) for label, value in told if value]
    facts: ft.Control = CustomFacts("product", product.id)
    return reading(product.name, scroll([*rows, facts]), on_back=on_back)


def _fact(label: str, value: str) -> ft.Control:
    return ft.Column(
        tight=True,
        spacing=0,
        controls=[
            ft.Text(label, style=theme.SMALL, color=theme.MUTED),
            selectable(value, style=theme.BODY),
        ],
    )


def _add(app: App) -> ft.Control:
    return target(
        "add",
        ft.FilledTonalButton(
            "New product",
            icon=ft.Icons.ADD,
            height=theme.TOUCH,
            on_click=lambda: app.go(f"{ROUTE}/new"),
        ),
    )


def inset(control: ft.Control) -> ft.Control:
    """As wide as the rows of a list beneath it."""
    return ft.Container(
        alignment=ft.Alignment.CENTER,
        content=ft.Container(
            control,
            width=theme.READABLE_WIDTH,
            padding=ft.Padding.symmetric(horizontal=theme.GAP_L),
        ),
    )
