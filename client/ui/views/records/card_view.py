"""A customer's card on the screen: a code that another phone reads, and a file to pass on."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, cast

import flet as ft

from client.interchange import one_card
from client.ui import theme, wording
from client.ui.component import component
from client.ui.components import states
from client.ui.components.page import reading, screen, scroll, target
from client.ui.hooks import use_app, use_box, use_layout, use_live
from client.ui.views.records.book import ACCOUNTS, CONTACTS, Book
from sync_protocol.records import Account, Contact

if TYPE_CHECKING:
    from client.replica import Replica
    from client.ui.context import App

SIDE = 300
HOW = "Point another phone's camera at it: it offers to add the contact. No network is needed."


@component
def ContactCard() -> Any:
    """`/contacts/<id>/card`."""
    return _of_route(CONTACTS)


@component
def AccountCard() -> Any:
    """`/accounts/<id>/card`."""
    return _of_route(ACCOUNTS)


def _of_route(book: Book) -> ft.Control:
    record_id = ft.use_route_params().get("id", "")
    view: ft.Control = CardView(book, record_id, key=record_id)
    return view


@component
def CardView(book: Book, record_id: str) -> ft.Control:
    app, layout = use_app(), use_layout()
    frame = screen if layout.two_panes else reading
    picker = use_box(cast("ft.FilePicker | None", None))
    if picker.current is None:
        picker.current = ft.FilePicker()
    found = use_live(
        lambda replica: _read(replica, book, record_id), Account, Contact, deps=[record_id]
    )
    picture = ft.use_memo(lambda: one_card.code(one_card.short_text(*found)) if found else b"",
                          [found])  # fmt: skip
    back = lambda: app.go(book.at(record_id))  # noqa: E731 - one word of a screen
    if found is None:
        gone = states.empty(ft.Icons.PERSON_OFF_OUTLINED, f"This {book.one} is not on this device",
                            "It may have been deleted.")  # fmt: skip
        return frame("Card", gone, on_back=back)
    record, company = found
    return frame("Card", scroll(_parts(app, picker.current, record, company, picture),
                                left=layout.two_panes), on_back=back)  # fmt: skip


def _read(replica: Replica, book: Book, record_id: str) -> tuple[Account | Contact, str] | None:
    record = replica.get(book.struct, record_id)
    if record is None or record.deleted or not isinstance(record, Account | Contact):
        return None
    account_id = getattr(record, "account_id", "")
    account = replica.get(Account, account_id) if account_id else None
    return record, account.name if account else ""


def _company(name: str) -> list[ft.Control]:
    if not name:
        return []
    return [ft.Text(name, style=theme.BODY, color=theme.MUTED, text_align=ft.TextAlign.CENTER)]


def _parts(
    app: App, picker: ft.FilePicker, record: Account | Contact, company: str, picture: bytes
) -> list[ft.Control]:
    name = f"{record.name.replace('/', ' ')}.vcf"

    async def save() -> None:
        data = one_card.text_of(record, company).encode()
        await picker.save_file(file_name=name, src_bytes=data)
        app.say(f"{wording.short(name)} made")

    button = ft.FilledTonalButton(
        "Save as a file", icon=ft.Icons.DOWNLOAD_OUTLINED, height=theme.TOUCH, on_click=save
    )
    image = ft.Image(src=picture, width=SIDE, height=SIDE, fit=ft.BoxFit.CONTAIN)
    white = ft.Container(image, bgcolor=ft.Colors.WHITE, border_radius=theme.RADIUS, padding=0)
    middle = [
        target("qr-code", white, label=f"QR code of {record.name}"),
        ft.Text(record.name, style=theme.TITLE, text_align=ft.TextAlign.CENTER),
        *_company(company),
        ft.Text(HOW, style=theme.SMALL, color=theme.MUTED, text_align=ft.TextAlign.CENTER),
        target("save-card", button),
    ]
    return [
        ft.Column(
            spacing=theme.GAP,
            horizontal_alignment=ft.CrossAxisAlignment.CENTER,
            controls=[ft.Row(controls=[ft.Container(expand=True)]), *middle],
        )
    ]
