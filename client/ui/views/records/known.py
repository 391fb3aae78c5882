"""What is odd or old on a record's page, ways to who does not want them, what belongs together."""

from __future__ import annotations

from typing import TYPE_CHECKING

import flet as ft

from client import attention, facts, timeline
from client.ui import naming, theme, wording
from client.ui.component import component
from client.ui.components.page import section, target
from client.ui.components.rows import menu_row
from client.ui.hooks import use_app, use_live
from sync_protocol.records import Account, Contact

if TYPE_CHECKING:
    from collections.abc import Callable

    from client.attention import Issue
    from client.ui.context import App
    from client.ui.views.records.reading import Page

SHOWN = 20


def odd(app: App, page: Page) -> list[ft.Control]:
    """What is to be mended in a form, and when the facts were last checked."""
    record = page.record
    asked = ("reach",) if isinstance(record, Account) else ()  # `Mending` asks for it
    mended = [
        _mend(app, record, issue)
        for issue in attention.of(app.replica, record)
        if issue.field and issue.code not in asked
    ]
    return [*mended, _verified(app, page)]


def _mend(app: App, record: Account | Contact, issue: Issue) -> ft.Control:
    """What is missing or odd; a tap leads to its field."""
    place = "contacts" if isinstance(record, Contact) else "accounts"
    return menu_row(
        f"mend-{issue.code}", ft.Icons.EDIT_NOTE_OUTLINED, issue.text, "",
        lambda: app.go(f"/{place}/{record.id}/edit?field={issue.field}"),
    )  # fmt: skip


def _verified(app: App, page: Page) -> ft.Control:
    """When somebody last did something, and when the facts were last checked."""
    record, replica = page.record, app.replica
    kind = "contact" if isinstance(record, Contact) else "account"
    last = timeline.last_contact(replica, kind, record.id)
    never = "Never contacted" if kind == "account" else "Nothing logged with this person yet"
    contacted = never if last is None else f"Last contact {_day(page, last)}"
    stale = facts.is_stale(record, page.now_ms, replica.settings.stale_days)
    since = facts.known_since(record)
    checked = ""
    if stale:
        checked = f"not verified since {_day(page, since)}" if since else "never verified"
    elif record.verified_at is not None:
        checked = f"verified {_day(page, since)}"
    text = ft.Text(
        wording.listed((contacted, checked)), style=theme.SMALL, color=theme.MUTED, expand=True
    )
    button = target(
        "still-right",
        ft.TextButton(
            "Still right",
            icon=ft.Icons.VERIFIED_OUTLINED,
            height=theme.TOUCH,
            on_click=lambda _event: verify(app, record),
        ),
    )
    return ft.Row(spacing=theme.GAP, controls=[text, *([button] if stale else [])])


def verify(app: App, record: Account | Contact) -> None:
    app.act("Marked as still right", lambda: facts.still_right(app.replica, record))


def _day(page: Page, at_ms: int) -> str:
    return wording.midway(wording.day(at_ms, page.now_ms, page.time_zone))


@component
def BlockedWay(
    identifier: str, text: str, url: str, warning: str, on_used: Callable[[], None]
) -> ft.Control:
    """A way to somebody who does not want it: the first tap warns, the second uses it."""
    app = use_app()
    warned, set_warned = ft.use_state(False)

    def tap(_event: object) -> None:
        if warned:
            on_used()
        else:
            set_warned(True)
            app.say(f"{warning} Tap again to do it anyway.")

    colour = ft.Colors.ON_ERROR_CONTAINER
    body = ft.Container(
        height=64,
        border_radius=theme.RADIUS,
        bgcolor=ft.Colors.ERROR_CONTAINER,
        ink=True,
        action=ft.OpenUrl(url) if warned else None,
        on_click=tap,
        alignment=ft.Alignment.CENTER,
        content=ft.Column(
            tight=True,
            spacing=2,
            horizontal_alignment=ft.CrossAxisAlignment.CENTER,
            controls=[
                ft.Icon(ft.Icons.BLOCK, color=colour),
                ft.Text(f"{text} anyway" if warned else text, style=theme.SMALL, color=colour),
            ],
        ),
    )
    return target(identifier, body, expand=True, button=True)


@component
def Related(record_id: str) -> ft.Control:
    """The account above an account, and the branches beneath."""
    app = use_app()
    rows = use_live(lambda _replica: _related(app, record_id), Account, deps=[record_id])
    return section("Belongs together", rows) if rows else ft.Container()


def _related(app: App, record_id: str) -> list[ft.Control]:
    account = app.replica.get(Account, record_id)
    if account is None:
        return []
    above = app.replica.get(Account, account.parent_id) if account.parent_id else None
    branches = facts.branches(app.replica, account)[:SHOWN]
    return [
        *([_row(app, above, "Belongs to")] if above is not None else []),
        *[_row(app, branch, "Branch") for branch in branches],
    ]


def _row(app: App, account: Account, what: str) -> ft.Control:
    return menu_row(
        f"related-{account.id}", ft.Icons.ACCOUNT_TREE_OUTLINED, account.name, what,
        lambda: app.go(naming.page_of_its_own("account", account.id)),
    )  # fmt: skip
