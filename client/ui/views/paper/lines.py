"""What is offered or sold, line by line: read on a page, or edited in a form.

An editor works on a `LinesDraft`, which whoever shows it keeps and saves: a deal, a quote, an
order. What is wrong with a number stands beneath it.
"""

from __future__ import annotations

from decimal import Decimal
from functools import partial
from typing import TYPE_CHECKING

import flet as ft
import msgspec

from client import money, paperwork
from client.ui import theme
from client.ui.component import component
from client.ui.components.buttons import icon_button
from client.ui.components.choices import Choice, choice_row
from client.ui.components.fields import SearchInput
from client.ui.components.money_input import MoneyInput, NumberInput
from client.ui.components.page import card, target
from client.ui.hooks import use_app, use_box, use_live, use_paused, use_stable
from client.ui.views.paper.lines_draft import FINE, GONE
from client.ui.views.paper.products import product_line
from sync_protocol.records import Line, Price, PriceList, Product
from sync_protocol.rules import totals

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Mapping

    from client.replica import Replica
    from client.ui.views.paper.lines_draft import LinesDraft

OFFERED = 6
OWN = "own"
NO_SCANNER = "This device cannot scan here. Type the number beneath the bars instead."


@component
def LinesEditor(draft: LinesDraft, on_change: Callable[[], None]) -> ft.Control:
    """Add, count, price, discount, remove; the total keeps up. `on_change` must be stable."""
    app = use_app()
    _version, set_version = ft.use_state(0)

    def changed() -> None:
        set_version(draft.version)
        on_change()

    def add(line: Line) -> None:
        before = draft.lines
        draft.add(app.replica.new_entry(), line)
        draft.turns.count({"lines": before}, {"lines": draft.lines})
        changed()

    def remove(entry: str) -> None:
        draft.remove(entry)
        changed()

    locale = app.replica.settings.locale
    on_changed = use_stable(changed)
    on_remove = use_stable(remove)
    rows = [
        LineEditor(
            draft, entry, on_changed, on_remove, key=f"{entry} {draft.turns[f'lines.{entry}']}"
        )
        for entry in draft.lines
    ]
    nothing = ft.Text("Nothing on it yet. Find a product above.", color=theme.MUTED)
    return _column(
        [
            ProductSearch(draft.currency, use_stable(add)),
            *(rows or [nothing]),
            sums(draft.all_read(), draft.currency, locale),
        ],
        theme.GAP_L,
    )


@component
def ProductSearch(currency: str, on_add: Callable[[Line], None]) -> ft.Control:
    """Products as one types, each a tap away; last, what is typed as a line of its own."""
    app = use_app()
    text, set_text = ft.use_state("")
    cleared, set_cleared = ft.use_state(0)
    list_id, set_list = ft.use_state(app.replica.preference(paperwork.PRICE_LIST) or OWN)
    lists = use_live(
        lambda replica: replica.find(PriceList, archived=False, currency=currency),
        PriceList, deps=[currency],
    )  # fmt: skip
    lines = use_live(
        lambda replica: offered(replica, text, currency, list_id),
        Product, Price, PriceList, deps=[text, currency, list_id],
    )  # fmt: skip

    def choose(value: str) -> None:
        app.replica.prefer(paperwork.PRICE_LIST, value)
        set_list(value)

    def add(line: Line) -> None:
        set_text("")
        set_cleared(lambda old: old + 1)
        on_add(line)

    async def scan() -> None:
        code = await app.host.scan()
        if code is None:
            app.say(NO_SCANNER)
            return
        found = offered(app.replica, code, currency, list_id)
        exact = [line for product, line in found if product.barcode == code]
        if len(exact) == 1:
            add(exact[0])
        elif code:
            app.say(f"No product has the barcode {code}.")

    choices = [Choice(OWN, "Own prices"), *(Choice(x.id, x.name) for x in lists)]
    search = SearchInput("Add a product: name, code or barcode", use_paused(set_text), key=cleared)
    typed = text.strip()
    free = [_free(typed, partial(add, Line(name=typed[:200])))] if typed else []
    locale = app.replica.settings.locale
    rows = [_offer(product, line, currency, locale, partial(add, line)) for product, line in lines]
    return _column(
        [
            *([choice_row("pricelist", choices, list_id, choose)] if lists else []),
            ft.Row(
                spacing=theme.GAP,
                controls=[target("product-search", search, expand=True), _scanner(scan)],
            ),
            *(rows if typed else []),
            *free,
        ],
        theme.GAP,
    )


def offered(replica: Replica, text: str, currency: str, list_id: str) -> list[tuple[Product, Line]]:
    """The first products that fit the text, each as the line it would make."""
    if not text.strip():
        return []
    price_list = replica.get(PriceList, list_id)
    prices = paperwork.listed(replica, price_list.id) if price_list else {}
    found = replica.find(Product, text=text, archived=False, order_by="name", limit=OFFERED)
    return [(x, paperwork.line_of(x, currency, prices, price_list)) for x in found]


@component
def LineEditor(
    draft: LinesDraft, entry: str, on_change: Callable[[], None], on_remove: Callable[[str], None]
) -> ft.Control:
    """One line; given another key, it begins anew with what the draft says."""
    locale = use_app().replica.settings.locale
    generation, set_generation = ft.use_state(0)
    first = use_box(draft.lines.get(entry, GONE))
    line, problems = draft.read(entry)

    def hear(name: str, text: str) -> None:
        draft.put(entry, msgspec.structs.replace(draft.lines[entry], **{name: text}))
        on_change()

    def step(by: int) -> None:
        draft.step(entry, by)
        first.current = draft.lines[entry]
        set_generation(lambda old: old + 1)
        on_change()

    quantity = NumberInput(
        "Quantity", use_stable(partial(hear, "quantity")), first.current.quantity,
        problems.get("quantity", ""), decimals=FINE, key=generation,
    )  # fmt: skip
    price = MoneyInput(
        "Price for one", use_stable(partial(hear, "price")), first.current.price, draft.currency,
        problems.get("price", ""), decimals=money.FINE,
    )  # fmt: skip
    discount = NumberInput(
        "Discount", use_stable(partial(hear, "discount")), first.current.discount,
        problems.get("discount", ""), decimals=FINE, suffix="%",
    )  # fmt: skip
    return card(
        _column(
            [
                _head(line, draft.currency, locale, partial(on_remove, entry)),
                _stepper(entry, quantity, step),
                ft.Row(
                    spacing=theme.GAP,
                    vertical_alignment=ft.CrossAxisAlignment.START,
                    controls=[ft.Container(price, expand=3), ft.Container(discount, expand=2)],
                ),
            ],
            theme.GAP_L - theme.GAP_S,
        ),
        key=entry,
    )


def _head(line: Line, currency: str, locale: str, on_remove: Callable[[], None]) -> ft.Control:
    amount = money.shown(totals.plain(totals.line_net(line, currency)), currency, locale)
    about = [ft.Text(line.unit, style=theme.SMALL, color=theme.MUTED)] if line.unit else []
    return ft.Row(
        spacing=theme.GAP,
        controls=[
            ft.Column(
                expand=True,
                tight=True,
                spacing=0,
                controls=[ft.Text(line.name, style=theme.BODY, max_lines=2), *about],
            ),
            ft.Text(amount, style=theme.HEADING, no_wrap=True),
            icon_button(ft.Icons.CLOSE, f"Remove {line.name}", on_click=lambda: on_remove()),
        ],
    )


def _stepper(entry: str, quantity: ft.Control, step: Callable[[int], None]) -> ft.Control:
    def button(name: str, icon: ft.IconData, words: str, by: int) -> ft.Control:
        return target(
            f"{name}-{entry}",
            icon_button(icon, words, height=theme.TALL, on_click=lambda: step(by)),
        )

    return ft.Row(
        spacing=theme.GAP_S,
        vertical_alignment=ft.CrossAxisAlignment.START,
        controls=[
            button("less", ft.Icons.REMOVE_CIRCLE_OUTLINE, "One less", -1),
            ft.Container(quantity, expand=True),
            button("more", ft.Icons.ADD_CIRCLE_OUTLINE, "One more", 1),
        ],
    )


def _scanner(on_click: Callable[[], Awaitable[None]]) -> ft.Control:
    return target(
        "scan",
        icon_button(ft.Icons.QR_CODE_SCANNER, "Scan a barcode", on_click=on_click),
    )


def _offer(
    product: Product, line: Line, currency: str, locale: str, on_click: Callable[[], None]
) -> ft.Control:
    price = money.shown(line.price, currency, locale) if line.price != "0" else "no price"
    return target(
        f"offer-{product.id}",
        card(product_line(product, price), on_click=on_click, key=product.id),
        button=True,
    )


def _free(text: str, on_click: Callable[[], None]) -> ft.Control:
    button = ft.TextButton(
        f'Add "{text}" as a line of its own',
        icon=ft.Icons.ADD,
        height=theme.TOUCH,
        on_click=lambda: on_click(),
    )
    return target("offer-free", button)


# --- reading ---


def lines_shown(lines: Mapping[str, Line], currency: str, locale: str) -> ft.Control:
    """Lines to be read, and what they add up to."""
    rows = [_read(line, currency, locale) for line in lines.values()]
    return card(_column([*rows, ft.Divider(height=1), sums(lines, currency, locale)], theme.GAP))


def sums(lines: Mapping[str, Line], currency: str, locale: str) -> ft.Control:
    """Net, each tax, total."""
    added = totals.totals(lines.values(), currency)

    def shown(amount: Decimal) -> str:
        return money.shown(totals.plain(amount), currency, locale)

    taxes = [
        _sum(f"Tax {money.shown(rate, '', locale)} %", shown(tax)) for rate, tax in added.taxes
    ]
    parts = [_sum("Net", shown(added.net)), *taxes] if taxes else []
    total = _sum("Total", shown(added.gross), strong=True)
    return target("total", _column([*parts, total], theme.GAP_S))


def _sum(label: str, amount: str, *, strong: bool = False) -> ft.Control:
    style = theme.HEADING if strong else theme.BODY
    color = None if strong else theme.MUTED
    return ft.Row(
        controls=[
            ft.Text(label, style=style, color=color, expand=True),
            ft.Text(amount, style=style, color=color, no_wrap=True),
        ]
    )


def _read(line: Line, currency: str, locale: str) -> ft.Control:
    unit = f" \u00d7 {line.unit}" if line.unit else ""
    price = money.shown(line.price, currency, locale)
    discount = f", less {money.shown(line.discount, '', locale)} %" if line.discount != "0" else ""
    told = f"{money.shown(line.quantity, '', locale)}{unit} at {price}{discount}"
    amount = money.shown(totals.plain(totals.line_net(line, currency)), currency, locale)
    return ft.Row(
        spacing=12,
        vertical_alignment=ft.CrossAxisAlignment.START,
        controls=[
            ft.Column(
                expand=True,
                tight=True,
                spacing=0,
                controls=[
                    ft.Text(line.name, style=theme.BODY),
                    ft.Text(told, style=theme.SMALL, color=theme.MUTED),
                ],
            ),
            ft.Text(amount, style=theme.BODY, no_wrap=True),
        ],
    )


def _column(controls: list[ft.Control], spacing: int) -> ft.Control:
    return ft.Column(
        tight=True,
        spacing=spacing,
        horizontal_alignment=ft.CrossAxisAlignment.STRETCH,
        controls=controls,
    )
