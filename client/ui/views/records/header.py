"""The top of a record's page: who it is, its labels, and what one does at once."""

from __future__ import annotations

from typing import TYPE_CHECKING

import flet as ft

from client import facts
from client.ui import links, theme
from client.ui.components import states
from client.ui.components.buttons import chip
from client.ui.components.labels import label_chip
from client.ui.components.line import line
from client.ui.components.page import target
from client.ui.components.record_row import avatar
from client.ui.hooks import use_layout
from client.ui.views.records.finding import town_of
from client.ui.views.records.known import BlockedWay
from client.ui.views.records.portrait import SIDE, Portrait
from client.ui.views.suggestions.chips import SuggestedLabels
from client.ui.views.ways import offer_call_to
from sync_protocol.records import Account, Contact

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from client.ui.context import App
    from client.ui.views.records.reading import Page
    from sync_protocol.records import Address

LINES = 3
LARGE_TEXT = 1.3
"""Larger, and four words do not fit beside each other on a phone."""
MARKED = {
    "waiting": "Some edits here wait to be sent. They go out with the next sync.",
    "problem": "The server refused an edit here. Open the sync strip to see why and what to do.",
}


def header(app: App, page: Page, on_labels: Callable[[], None]) -> list[ft.Control]:
    """The head's rows, one beneath the other."""
    return [
        _who(app, page),
        _labels(page, on_labels),
        *_suggested(page),
        _buttons(app, page),
        *_mark(page),
    ]


def _who(app: App, page: Page) -> ft.Control:
    record = page.record
    lines: list[ft.Control] = []
    if isinstance(record, Contact):
        if record.title:
            lines.append(line(record.title, theme.BODY, LINES))
        if page.account is not None:
            lines.append(_account_link(app, page.account))
    else:
        kind = "" if record.kind == "company" else record.kind.capitalize()
        words = ", ".join(filter(None, (kind, record.industry, town_of(record))))
        lines.append(line(words or "No address yet", theme.BODY, LINES, color=theme.MUTED))
    if not lines:
        lines.append(ft.Text("No account", style=theme.BODY, color=theme.MUTED))
    return ft.Row(
        spacing=12,
        controls=[
            Portrait(record, key=f"portrait {record.id}")
            if isinstance(record, Contact)
            else avatar(record.name, round_avatar=False, size=SIDE),
            ft.Column(expand=True, tight=True, spacing=0, controls=lines),
        ],
    )


def _account_link(app: App, account: Account) -> ft.Control:
    town = town_of(account)
    return target(
        "account-link",
        ft.Container(
            height=theme.TOUCH,
            border_radius=theme.RADIUS_S,
            alignment=ft.Alignment.CENTER_LEFT,
            ink=True,
            on_click=lambda _event: app.go(f"/accounts/{account.id}"),
            content=ft.Text(
                f"{account.name}, {town}" if town else account.name,
                style=theme.BODY,
                color=ft.Colors.PRIMARY,
                max_lines=1,
                overflow=ft.TextOverflow.ELLIPSIS,
            ),
        ),
        link=True,
    )


def _labels(page: Page, on_labels: Callable[[], None]) -> ft.Control:
    """The chips; a tap on any of them, or on the last, opens the choice."""
    chips = [
        ft.Container(
            label_chip(label), padding=ft.Padding.symmetric(vertical=6), key=f"on-{label.id}"
        )
        for label in page.labels
    ]
    add = target(
        "labels",
        chip(
            "Labels" if chips else "Add label",
            leading=ft.Icon(ft.Icons.LABEL_OUTLINE, size=18),
            on_click=lambda _event: on_labels(),
        ),
    )
    return ft.Row(
        wrap=True,
        spacing=6,
        run_spacing=0,
        vertical_alignment=ft.CrossAxisAlignment.CENTER,
        controls=[*chips, add],
    )


def _suggested(page: Page) -> list[ft.Control]:
    """What the server has learned of accounts, and of them alone."""
    record = page.record
    return [SuggestedLabels(record, key="suggested")] if isinstance(record, Account) else []


def _buttons(app: App, page: Page) -> ft.Control:
    phone, email, address = first_ways(page)
    platform, in_browser = app.page.platform, bool(app.page.web)
    way = links.navigate(address, platform, in_browser=in_browser) if address else ""
    no_calls = facts.warning("phone", page.record, page.account)
    no_mail = facts.warning("email", page.record, page.account)
    dial = links.call(phone, page.region) if phone else ""
    write = links.mail(email) if email else ""
    text = links.message(phone, page.region) if phone else ""
    no_texts = facts.warning("message", page.record, page.account)

    def called() -> None:
        offer_call_to(app, page.record)

    return _side_by_side(
        [
            BlockedWay("call", "Call", dial, no_calls, called) if dial and no_calls else
            _button("call", ft.Icons.CALL_OUTLINED, "Call", "No phone", dial, on_click=called),
            BlockedWay("message", "Message", text, no_texts, lambda: None) if text and no_texts else
            _button("message", ft.Icons.SMS_OUTLINED, "Message", "No phone", text),
            BlockedWay("mail", "Mail", write, no_mail, lambda: None) if write and no_mail else
            _button("mail", ft.Icons.MAIL_OUTLINE, "Mail", "No e-mail", write),
            _button("navigate", ft.Icons.DIRECTIONS_OUTLINED, "Navigate", "No address", way,
                target_=ft.UrlTarget.BLANK),
        ],
        2 if use_layout().text > LARGE_TEXT else 4,
    )  # fmt: skip


def _side_by_side(buttons: Sequence[ft.Control], count: int) -> ft.Control:
    rows = [buttons[at : at + count] for at in range(0, len(buttons), count)]
    return ft.Column(
        spacing=theme.GAP,
        controls=[ft.Row(spacing=theme.GAP, controls=list(row)) for row in rows],
    )


def first_ways(page: Page) -> tuple[str, str, Address | None]:
    """The phone, e-mail and address to use at once; a contact falls back to its account's."""
    held = [page.record, *([page.account] if page.account else [])]
    phone = next((p.number for x in held for p in x.phones.values()), "")
    email = next((e.address for x in held[:1] for e in x.emails.values()), "")
    address = next((a for x in held for a in x.addresses.values() if links.one_line(a)), None)
    return phone, email, address


def _button(
    identifier: str,
    icon: ft.IconData,
    text: str,
    reason: str,
    url: str,
    *,
    target_: ft.UrlTarget = ft.UrlTarget.SELF,
    on_click: Callable[[], None] | None = None,
) -> ft.Control:
    """Large, for a thumb; without anything to open it says why."""
    colour = ft.Colors.ON_SECONDARY_CONTAINER if url else theme.MUTED
    body = ft.Container(
        height=64,
        border_radius=theme.RADIUS,
        bgcolor=ft.Colors.SECONDARY_CONTAINER if url else ft.Colors.SURFACE_CONTAINER,
        ink=bool(url),
        action=ft.OpenUrl(url, target_) if url else None,
        on_click=(lambda _event: on_click() if on_click else None) if url else None,
        alignment=ft.Alignment.CENTER,
        content=ft.Column(
            tight=True,
            spacing=2,
            horizontal_alignment=ft.CrossAxisAlignment.CENTER,
            controls=[
                ft.Icon(icon, color=colour),
                ft.Text(text if url else reason, style=theme.SMALL, color=colour),
            ],
        ),
    )
    return target(identifier, body, expand=True, button=True)


def _mark(page: Page) -> list[ft.Control]:
    if not page.mark:
        return []
    if page.mark == "problem":
        return [states.notice(ft.Icons.PRIORITY_HIGH, MARKED["problem"], error=True)]
    return [
        ft.Row(
            spacing=theme.GAP,
            controls=[
                ft.Icon(ft.Icons.CIRCLE, size=10, color=ft.Colors.TERTIARY),
                ft.Text(MARKED["waiting"], style=theme.SMALL, color=theme.MUTED, expand=True),
            ],
        )
    ]
