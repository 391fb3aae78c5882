"""The facts on a record's page: ways to reach it, its people, what else is known."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import flet as ft

from client import facts, phones
from client.ui import links, theme, wording
from client.ui.component import memo_component
from client.ui.components.buttons import icon_button
from client.ui.components.page import card, section, target
from client.ui.components.record_row import avatar
from client.ui.components.text import selectable
from sync_protocol.records import Account, Contact

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from client.ui.context import App
    from client.ui.views.records.reading import Page
    from sync_protocol.records import Address


def reach(app: App, page: Page) -> list[ft.Control]:
    """Every phone, e-mail and address: a tap acts, the button at its end copies."""
    record = page.record
    platform, in_browser = app.page.platform, bool(app.page.web)
    lines = [
        *[
            _line(app, ft.Icons.CALL_OUTLINED, phones.shown(p.number, page.region),
                p.kind or "Phone", links.call(p.number, page.region))
            for p in record.phones.values()
        ],
        *[
            _line(app, ft.Icons.MAIL_OUTLINE, e.address, e.kind or "E-mail", links.mail(e.address))
            for e in record.emails.values()
        ],
        *[
            _line(app, ft.Icons.PLACE_OUTLINED, links.one_line(a) or "On the map", _where(a),
                links.navigate(a, platform, in_browser=in_browser), blank=True)
            for a in record.addresses.values() if links.one_line(a) or a.position
        ],
    ]  # fmt: skip
    lines += [
        _line(app, ft.Icons.ALTERNATE_EMAIL, s.url, s.kind or "Profile", links.web(s.url),
            blank=True)
        for s in record.socials.values()
    ]  # fmt: skip
    if record.website:
        lines.append(
            _line(app, ft.Icons.LANGUAGE, record.website, "Website", links.web(record.website),
                blank=True)
        )  # fmt: skip
    return [section("Contact details", [card(_stack(lines), padding=0)])] if lines else []


def _where(address: Address) -> str:
    """Of which kind an address is, and where it lies on a map."""
    at = address.position
    return wording.listed((address.kind or "Address", f"{at.lat:.5f}, {at.lon:.5f}" if at else ""))


def known_facts(page: Page) -> list[ft.Control]:
    """What else is known, as pairs of a name and a value."""
    record = page.record
    pairs = [("About", record.about)]
    if isinstance(record, Contact):
        pairs += [("Birthday", record.birthday or ""), ("Part in buying", record.role)]
    else:
        employees = "" if record.employees is None else f"{record.employees:,}"
        pairs += [
            ("Industry", record.industry),
            ("Employees", employees),
            ("Territory", page.territory),
        ]
    pairs += [("Looked after by", page.owner), ("Came from", record.source)]
    pairs += [(item.heading, item.value) for item in record.imported.values()]
    shown = [_fact(name, value) for name, value in pairs if value]
    return [section("About", [card(_stack(shown, theme.GAP))])] if shown else []


def people(
    page: Page,
    on_open: Callable[[str], None],
    on_call: Callable[[Contact], None],
    on_new: Callable[[], None],
) -> ft.Control:
    """The contacts of an account; who can be called is called from here."""
    rows = [
        PersonRow(contact, _dial(page, contact), on_open, on_call, key=contact.id)
        for contact in page.contacts
    ]
    new = target(
        "new-contact-here",
        ft.OutlinedButton(
            "New contact",
            icon=ft.Icons.PERSON_ADD_ALT_1_OUTLINED,
            height=theme.TOUCH,
            on_click=lambda _event: on_new(),
        ),
    )
    controls = [card(_stack(rows), padding=0)] if rows else []
    return section("Contacts", [*controls, new], len(rows) or None)


def _dial(page: Page, contact: Contact) -> str:
    """How their first phone is dialled; who does not want calls is warned of on their page."""
    phone = next((p.number for p in contact.phones.values()), "")
    account = page.record if isinstance(page.record, Account) else None
    if not phone or facts.warning("phone", contact, account):
        return ""
    return links.call(phone, page.region)


@memo_component
def PersonRow(
    contact: Contact,
    dial: str,
    on_open: Callable[[str], None],
    on_call: Callable[[Contact], None],
) -> ft.Control:
    phone = next((p.number for p in contact.phones.values()), "")
    return target(
        f"person-{contact.id}",
        ft.Container(
            ink=True,
            border_radius=theme.RADIUS,
            padding=ft.Padding.symmetric(horizontal=12, vertical=theme.GAP),
            on_click=lambda _event: on_open(contact.id),
            content=ft.Row(
                spacing=12,
                controls=[
                    avatar(contact.name, round_avatar=True, size=36),
                    _two(contact.name, ", ".join(filter(None, (contact.title, phone)))),
                    *([_call(contact, dial, on_call)] if dial else []),
                    ft.Icon(ft.Icons.CHEVRON_RIGHT, color=theme.MUTED),
                ],
            ),
        ),
        button=True,
    )


def _call(contact: Contact, dial: str, on_call: Callable[[Contact], None]) -> ft.Control:
    return target(
        f"call-{contact.id}",
        icon_button(
            ft.Icons.CALL_OUTLINED,
            f"Call {contact.name}",
            icon_color=ft.Colors.PRIMARY,
            action=ft.OpenUrl(dial, ft.UrlTarget.SELF),
            on_click=lambda _event: on_call(contact),
        ),
    )


def _line(
    app: App, icon: ft.IconData, value: str, kind: str, url: str, *, blank: bool = False
) -> ft.Control:
    where = ft.UrlTarget.BLANK if blank else ft.UrlTarget.SELF
    return ft.Container(
        ink=True,
        border_radius=theme.RADIUS,
        action=ft.OpenUrl(url, where),
        padding=ft.Padding.only(left=12, right=4, top=4, bottom=4),
        content=ft.Row(
            spacing=12,
            controls=[
                ft.Icon(icon, color=theme.MUTED),
                _two(value, kind.capitalize()),
                icon_button(
                    ft.Icons.CONTENT_COPY,
                    f"Copy {value}",
                    icon_size=18,
                    action=ft.CopyToClipboard(value),
                    on_click=lambda _event: app.say(f"Copied {value}"),
                ),
            ],
        ),
    )


def _two(first: str, second: str) -> ft.Control:
    lines: list[Any] = [ft.Text(first, style=theme.BODY)]
    if second:
        lines.append(ft.Text(second, style=theme.SMALL, color=theme.MUTED))
    return ft.Column(expand=True, tight=True, spacing=0, controls=lines)


def _fact(name: str, value: str) -> ft.Control:
    return ft.Column(
        tight=True,
        spacing=0,
        controls=[
            ft.Text(name, style=theme.SMALL, color=theme.MUTED),
            selectable(value, style=theme.BODY),
        ],
    )


def _stack(controls: Sequence[ft.Control], spacing: int = 0) -> ft.Control:
    return ft.Column(
        tight=True,
        spacing=spacing,
        horizontal_alignment=ft.CrossAxisAlignment.STRETCH,
        controls=list(controls),
    )
