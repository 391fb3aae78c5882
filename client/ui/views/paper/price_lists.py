"""Price lists: prices for some customers, or in another currency, over the products' own."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any, NamedTuple

import flet as ft

from client import money, paperwork
from client.errors import Invalid
from client.replica import DraftKey
from client.ui import theme, wording
from client.ui.component import component, memo_component
from client.ui.components import keeping, states
from client.ui.components.buttons import icon_button
from client.ui.components.fields import SearchInput
from client.ui.components.page import reading, scroll, section, target
from client.ui.components.rows import menu_row
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
from client.ui.views.kept_form import use_kept_form
from client.ui.views.paper.products import ROW_HEIGHT, inset, price_text, product_line
from sync_protocol.records import Price, PriceList, Product, Settings, price_id

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from client.replica import Replica
    from client.ui.context import App
    from client.ui.views.kept_form import KeptForm

ROUTE = "/pricelists"
CODE = re.compile(r"[A-Z]{3}")
ABOUT = "A price list has prices for some customers, or in another currency. A product that is not "
ABOUT += "on it keeps its own price."


class Prices(NamedTuple):
    """`listed` are the amounts on the list by product id."""

    ids: tuple[str, ...]
    listed: dict[str, str]
    locale: str


@component
def PriceListsView() -> ft.Control:
    app = use_app()
    lists = use_live(lambda replica: replica.find(PriceList, order_by="name"), PriceList)
    counts = use_live(lambda replica: replica.tally(Price, "price_list_id"), Price)
    may = keeping.may(app.replica, PriceList, "create")
    nothing = states.none_yet(ft.Icons.SELL_OUTLINED, "No price lists yet", ABOUT)
    rows = {
        archived: [_row(app, x, counts.get(x.id, 0)) for x in lists if x.archived is archived]
        for archived in (False, True)
    }
    return reading(
        "Price lists",
        scroll(
            [
                *([ft.Text(ABOUT, color=theme.MUTED)] if rows[False] else [nothing]),
                *rows[False],
                *([section("Archived", rows[True], len(rows[True]))] if rows[True] else []),
            ]
        ),
        on_back=lambda: app.go("/more"),
        actions=[_add(app)] if may else [],
    )


def _row(app: App, price_list: PriceList, count: int) -> ft.Control:
    return menu_row(
        f"pricelist-{price_list.id}",
        ft.Icons.SELL_OUTLINED,
        price_list.name,
        f"{price_list.currency}, {wording.plural(count, 'price')}",
        lambda: app.go(f"{ROUTE}/{price_list.id}"),
    )


def _add(app: App) -> ft.Control:
    new = ft.FilledTonalButton(
        "New price list",
        icon=ft.Icons.ADD,
        height=theme.TOUCH,
        on_click=lambda: app.go(f"{ROUTE}/new"),
    )
    return target("add", new)


@component
def PriceListView() -> Any:
    """`/pricelists/<id>`: what every product costs on it."""
    app, list_id = use_app(), ft.use_route_params().get("id", "")
    text, set_text = ft.use_state("")
    price_list = use_record(PriceList, list_id)
    prices = use_live(
        lambda replica: read_prices(replica, list_id, text),
        Price, Product, Settings, deps=[list_id, text],
    )  # fmt: skip
    back = lambda: app.go(ROUTE)  # noqa: E731
    search = SearchInput("Name, code or barcode", use_paused(set_text))
    if price_list is None:
        return keeping.absent("Price list", back)
    return reading(
        f"{price_list.name}, {price_list.currency}",
        ft.Column(
            expand=True,
            spacing=theme.GAP,
            controls=[
                inset(target("search", search)),
                _products(app, price_list, prices, text),
            ],
        ),
        on_back=back,
        actions=[_edit(app, list_id)] if keeping.may(app.replica, PriceList, "update") else [],
    )


def read_prices(replica: Replica, list_id: str, text: str) -> Prices:
    listed = paperwork.listed(replica, list_id)
    return Prices(
        tuple(replica.ids(Product, text=text, archived=False, order_by="name")),
        {product_id: price.amount for product_id, price in listed.items()},
        replica.settings.locale,
    )


def _products(app: App, price_list: PriceList, prices: Prices, text: str) -> ft.Control:
    may = keeping.may(app.replica, Price, "update")
    open_price = use_stable(lambda product_id: app.go(f"{ROUTE}/{price_list.id}/{product_id}"))
    if not prices.ids:
        title = f'Nothing found for "{text.strip()}"' if text else "No products yet"
        return states.none_yet(ft.Icons.INVENTORY_2_OUTLINED, title, "Prices need products.")

    def rows(ids: Sequence[str]) -> list[ft.Control]:
        held = {product.id: product for product in app.replica.find(Product, id=tuple(ids))}
        return [
            PriceRow(
                held[i], *_costs(held[i], price_list, prices), open_price if may else None, key=i
            )
            for i in ids
            if i in held
        ]

    listed: ft.Control = VirtualList(prices.ids, rows, ROW_HEIGHT, key=text)
    return ft.Container(
        expand=True,
        alignment=ft.Alignment.TOP_CENTER,
        content=ft.Container(listed, width=theme.READABLE_WIDTH),
    )


def _costs(product: Product, price_list: PriceList, prices: Prices) -> tuple[str, bool]:
    """What a product costs in words, and whether the list itself says so."""
    amount = prices.listed.get(product.id)
    if amount is not None:
        return money.shown(amount, price_list.currency, prices.locale), True
    own = product.price
    fits = own is not None and own.currency == price_list.currency
    return (price_text(product, prices.locale) if fits else "no price"), False


@memo_component
def PriceRow(
    product: Product, price: str, listed: bool, on_open: Callable[[str], None] | None
) -> ft.Control:
    """A product with its price; the list's own prices stand out."""
    words = product_line(product, price, strong=listed)
    return target(
        f"price-{product.id}",
        ft.Container(
            height=ROW_HEIGHT,
            padding=ft.Padding.symmetric(horizontal=theme.GAP_L),
            ink=on_open is not None,
            on_click=(lambda _event: on_open(product.id)) if on_open else None,
            content=words,
        ),
        button=on_open is not None,
    )


@component
def PriceView() -> Any:
    """`/pricelists/<id>/<product>`: one price, or none."""
    app, params = use_app(), ft.use_route_params()
    list_id, product_id = params.get("id", ""), params.get("product", "")
    price_list = use_record(PriceList, list_id)
    product = app.replica.get(Product, product_id)
    back = lambda: app.go(f"{ROUTE}/{list_id}")  # noqa: E731
    if price_list is None or product is None:
        return keeping.absent("Price", back)
    if not keeping.may(app.replica, Price, "update"):
        return keeping.only_to_look_at(product.name, back)
    form = PriceForm(price_list, product, back, key=f"{list_id} {product_id}")
    return reading(product.name, scroll([form]), on_back=back)


@component
def PriceForm(price_list: PriceList, product: Product, on_done: Callable[[], None]) -> ft.Control:
    """Keeps what is typed until it is saved."""
    record_id = price_id(price_list.id, product.id)
    known = use_record(Price, record_id)
    amount = money.typed(known.amount, use_app().replica.settings.locale) if known else ""
    began = {"name": product.name, "amount": amount}
    form = use_kept_form(DraftKey("price", record_id, ""), began)
    return form.around(PriceFields(price_list, product, form, on_done, key=f"{form.generation}"))


@component
def PriceFields(
    price_list: PriceList, product: Product, form: KeptForm, on_done: Callable[[], None]
) -> ft.Control:
    app, values = use_app(), form.values
    locale = app.replica.settings.locale
    problem, set_problem = ft.use_state(Problem())

    def save() -> None:
        price = price_in(values, "amount", price_list.currency, locale)

        def write() -> None:
            if values.typed:
                put_price(app.replica, price_list, product, price.amount)

        if price.problem:
            set_problem(Problem("amount", price.problem))
        elif form.act("Price saved", write):
            form.done()
            on_done()

    own = price_text(product, locale) or "no price"
    label = f"Price for one on {price_list.name}"
    hint = f"Left empty, the product's own price holds: {own}."
    return stretched(
        [
            TypedPrice(values, "amount", label, price_list.currency, problem, autofocus=True),
            ft.Text(hint, color=theme.MUTED),
            ft.Row(
                controls=[
                    target("save", ft.FilledButton("Save", height=theme.TOUCH, on_click=save))
                ]
            ),
        ]
    )


def put_price(replica: Replica, price_list: PriceList, product: Product, amount: str) -> None:
    """Set the one price of a product on a list, or take it off if nothing was typed."""
    known = replica.get(Price, price_id(price_list.id, product.id))
    with replica.changeset(f"Price of {product.name}"):
        if known is None and amount:
            replica.create(
                Price(
                    id=price_id(price_list.id, product.id),
                    price_list_id=price_list.id,
                    product_id=product.id,
                    amount=amount,
                )
            )
        elif known is not None and amount:
            replica.update(known, amount=amount, deleted=False)
        elif known is not None:
            replica.update(known, deleted=True)


@component
def PriceListForm() -> Any:
    """`/pricelists/new` and `/pricelists/<id>/edit`."""
    app, list_id = use_app(), ft.use_route_params().get("id", "")
    price_list = use_record(PriceList, list_id)
    back = lambda: app.go(f"{ROUTE}/{list_id}" if list_id else ROUTE)  # noqa: E731
    title = "Price list" if list_id else "New price list"
    instead = keeping.instead(
        app.replica, PriceList, list_id, price_list, title=title, on_back=back
    )
    if instead is not None:
        return instead
    return reading(title, scroll([ListForm(price_list, key=list_id)]), on_back=back)


@component
def ListForm(price_list: PriceList | None) -> ft.Control:
    """Keeps what is typed until it is saved."""
    first = price_list.currency if price_list else use_app().replica.settings.currency
    began = {"name": price_list.name if price_list else "", "currency": first}
    form = use_kept_form(DraftKey("pricelist", price_list.id if price_list else "", ""), began)
    return form.around(ListFields(price_list, form, key=f"{form.generation}"))


@component
def ListFields(price_list: PriceList | None, form: KeptForm) -> ft.Control:
    app, values = use_app(), form.values
    problem, set_problem = ft.use_state(Problem())

    def save() -> None:
        found = check_list(app.replica, values, price_list.id if price_list else "")
        if found.message:
            set_problem(found)
            return
        try:
            done = form.act("Price list saved", lambda: _save(app.replica, price_list, values))
        except Invalid as error:
            set_problem(problem_of(error))
            return
        if done:
            form.done()
            app.go(ROUTE)

    return stretched(
        [
            TypedField(values, "name", "Name", problem, autofocus=price_list is None),
            TypedField(values, "currency", "Currency", problem, hint_text="EUR", max_length=3),
            keeping.buttons(app, price_list, save, ROUTE),
        ]
    )


def check_list(replica: Replica, values: dict[str, str], but: str) -> Problem:
    name, currency = values["name"].strip(), values["currency"].strip().upper()
    if not CODE.fullmatch(currency):
        return Problem("currency", "Write a currency as three letters, like EUR.")
    taken = any(
        x.name.strip().casefold() == name.casefold() and x.id != but
        for x in replica.find(PriceList)
    )
    return Problem("name", f"There is already a price list called {name}.") if taken else Problem()


def _save(replica: Replica, price_list: PriceList | None, values: dict[str, str]) -> None:
    fields: dict[str, Any] = {
        "name": values["name"].strip(),
        "currency": values["currency"].strip().upper(),
    }
    if price_list is None:
        replica.create(PriceList(**fields))
    else:
        replica.update(price_list, **fields)


def _edit(app: App, list_id: str) -> ft.Control:
    button = icon_button(
        ft.Icons.EDIT_OUTLINED, "Edit", on_click=lambda: app.go(f"{ROUTE}/{list_id}/edit")
    )
    return target("edit", button)
