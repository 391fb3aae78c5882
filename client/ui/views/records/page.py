"""A contact's or an account's page: what a rep needs before going in, then all the rest."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING
from urllib.parse import urlencode

import flet as ft

from client import fieldwork
from client.ui import theme, wording
from client.ui.component import component
from client.ui.components import states
from client.ui.components.buttons import icon_button, menu_button
from client.ui.components.page import card, screen, scroll, section, target
from client.ui.components.task_row import TaskRow
from client.ui.hooks import use_app, use_layout, use_live, use_stable
from client.ui.layout import Size
from client.ui.views import acts as quick
from client.ui.views.before import BeforeCard
from client.ui.views.cadences.own import AccountCadence
from client.ui.views.cases.section import CasesSection
from client.ui.views.custom.facts import CustomFacts
from client.ui.views.deals.section import DealsSection
from client.ui.views.files.section import FilesSection
from client.ui.views.leads.came_from import CameFrom
from client.ui.views.paper.lists import OrdersSection, QuotesSection
from client.ui.views.plain.places import OwnRecords
from client.ui.views.records import details, known
from client.ui.views.records.book import ACCOUNTS, CONTACTS, Book
from client.ui.views.records.header import header
from client.ui.views.records.known import Related
from client.ui.views.records.label_sheet import LabelSheet
from client.ui.views.records.reading import Absent, Page, read_page
from client.ui.views.records.timeline import Timeline
from client.ui.views.talk import Comments, FollowButton
from client.ui.views.visits.check_in import CheckInButton
from client.ui.views.visits.mending import Mending
from client.ui.views.visits.place import PlaceHere
from client.ui.views.ways import offer_call_to
from sync_protocol.records import (
    Account,
    Activity,
    Contact,
    Label,
    Labelling,
    Outcome,
    Settings,
    Task,
    Territory,
    User,
)

if TYPE_CHECKING:
    from collections.abc import Callable

    from client.ui.context import App

SHOWN = (Account, Activity, Contact, Label, Labelling, Outcome, Settings, Task, Territory, User)


@component
def ContactPage() -> ft.Control:
    return _of_route(CONTACTS)


@component
def AccountPage() -> ft.Control:
    return _of_route(ACCOUNTS)


@component
def RecordPage(book: Book, record_id: str) -> ft.Control:
    """The page of one record; given the id as its key, so nothing stays of the one before."""
    app, layout = use_app(), use_layout()
    page = use_live(lambda replica: read_page(replica, book, record_id), *SHOWN, deps=[record_id])
    labelling, set_labelling = ft.use_state(False)
    close = use_stable(lambda: set_labelling(False))
    acts = _use_acts(app)
    back = None if layout.two_panes else lambda: app.go(book.route)
    if isinstance(page, Absent):
        return screen(book.one.capitalize(), _absent(app, book, record_id, page), on_back=back)
    return screen(
        page.record.name,
        scroll(
            [
                LabelSheet(page.record, labelling, close),
                *header(app, page, lambda: set_labelling(True)),
                BeforeCard(_customer(page), key="before"),
                *_mending(page),
                *known.odd(app, page),
                *_cadence(page),
                _log(app, book, page, narrow=layout.size is not Size.OFFICE),
                *_planned(page, acts.visit),
                *_tasks(page, acts),
                *details.reach(app, page),
                PlaceHere(page.record, key="place"),
                *_people(app, book, page, acts),
                Related(record_id),
                *details.known_facts(page),
                CustomFacts(book.kind, record_id),
                OwnRecords(book.by, record_id, key="own"),
                CameFrom(page.record, key="came-from"),
                CasesSection(book.by, record_id, key="cases"),
                DealsSection(book.by, record_id, key="deals"),
                QuotesSection(book.by, record_id, key="quotes"),
                OrdersSection(book.by, record_id, key="orders"),
                FilesSection(book.struct, record_id, key="files"),
                Comments(book.kind, record_id),
                Timeline(book.kind, record_id),
            ],
            left=layout.two_panes,
        ),
        on_back=back,
        actions=_actions(app, book, page),
    )


class _Acts:
    """Callbacks that keep their identity, so memoised rows are left alone."""

    visit: Callable[[str], None]
    tick: Callable[[str], None]
    task: Callable[[str], None]
    contact: Callable[[str], None]
    call: Callable[[Contact], None]


def _use_acts(app: App) -> _Acts:
    acts = _Acts()
    acts.visit = use_stable(lambda visit_id: app.go(f"/visit/{visit_id}"))
    acts.tick = use_stable(lambda task_id: quick.tick(app, task_id))
    acts.task = use_stable(lambda task_id: app.go(f"/tasks/{task_id}"))
    acts.contact = use_stable(lambda contact_id: app.go(CONTACTS.at(contact_id)))
    acts.call = use_stable(lambda contact: offer_call_to(app, contact))
    return acts


def _of_route(book: Book) -> ft.Control:
    record_id = ft.use_route_params().get("id", "")
    page: ft.Control = RecordPage(book, record_id, key=record_id)
    return page


def _actions(app: App, book: Book, page: Page) -> list[ft.Control]:
    record_id = page.record.id

    def item(
        identifier: str, text: str, icon: ft.IconData, act: Callable[[], object]
    ) -> ft.PopupMenuItem:
        del identifier
        return ft.PopupMenuItem(content=text, icon=icon, on_click=lambda _event: act())

    return [
        FollowButton(book.kind, record_id),
        target(
            "edit",
            icon_button(
                ft.Icons.EDIT_OUTLINED,
                "Edit",
                on_click=lambda _event: app.go(book.at(record_id, "edit")),
            ),
        ),
        target(
            "record-menu",
            menu_button(
                "More",
                [
                    item(
                        "card",
                        "Card and QR code",
                        ft.Icons.QR_CODE_2,
                        lambda: app.go(book.at(record_id, "card")),
                    ),
                    item(
                        "history",
                        "History",
                        ft.Icons.MANAGE_HISTORY,
                        lambda: app.go(book.at(record_id, "history")),
                    ),
                    item(
                        "merge",
                        "Merge with\u2026",
                        ft.Icons.MERGE,
                        lambda: app.go(f"/merge/{book.kind}/{record_id}"),
                    ),
                    item(
                        "delete",
                        f"Delete {book.one}",
                        ft.Icons.DELETE_OUTLINE,
                        lambda: _delete(app, book, page),
                    ),
                ],
            ),
        ),
    ]


def _delete(app: App, book: Book, page: Page) -> None:
    name = page.record.name
    if app.act(f"{name} deleted", lambda: app.replica.delete(page.record)):
        app.go(book.route)


def _log(app: App, book: Book, page: Page, *, narrow: bool) -> ft.Control:
    """What a visit leaves behind, and what comes next."""
    place, record_id = book.route.strip("/"), page.record.id
    customer = _customer(page)
    account = customer.account_id
    arrive = ft.Container(CheckInButton(customer, key=f"check-in {record_id}"))
    visit = target(
        "log-visit",
        ft.FilledTonalButton(
            "Log visit",
            icon=ft.Icons.CHECK,
            height=theme.TOUCH,
            on_click=lambda _event: app.go(f"/new/{place}/{record_id}"),
        ),
    )
    plan = target(
        "plan-visit",
        ft.OutlinedButton(
            "Plan" if narrow else "Plan visit",
            icon=ft.Icons.EVENT_OUTLINED,
            height=theme.TOUCH,
            on_click=lambda _event: app.go(f"/plan/{account}"),
        ),
    )
    note = _quick(app, "Note", ft.Icons.NOTES_OUTLINED, f"/new/{place}/{record_id}/note")
    task = _quick(app, "Task", ft.Icons.ADD_TASK, f"/new/{place}/{record_id}/task")
    later = [plan, note, task] if account else [note, task]
    if not narrow:
        return ft.Row(wrap=True, spacing=theme.GAP, controls=[arrive, visit, *later])
    for button in (arrive, visit, *later):
        button.expand = True
    return ft.Column(
        tight=True,
        spacing=theme.GAP,
        controls=[
            ft.Row(spacing=theme.GAP, controls=[arrive, visit]),
            ft.Row(spacing=theme.GAP, controls=[*later]),
        ],
    )


def _customer(page: Page) -> fieldwork.About:
    """Whom the page is about; a person's account is the customer."""
    account = page.record if isinstance(page.record, Account) else page.account
    person = page.record.id if isinstance(page.record, Contact) else ""
    return fieldwork.About(account.id if account else "", person)


def _mending(page: Page) -> list[ft.Control]:
    return [Mending(page.record.id, key="mending")] if isinstance(page.record, Account) else []


def _quick(app: App, text: str, icon: ft.IconData, route: str) -> ft.Semantics:
    return target(
        f"add-{text.lower()}",
        ft.OutlinedButton(
            text, icon=icon, height=theme.TOUCH, on_click=lambda _event: app.go(route)
        ),
    )


def _cadence(page: Page) -> list[ft.Control]:
    return [AccountCadence(page.record, key="cadence")] if isinstance(page.record, Account) else []


def _planned(page: Page, on_visit: Callable[[str], None]) -> list[ft.Control]:
    """The planned visits; a tap leads to their outcomes."""
    rows = []
    for visit in page.planned:
        day = wording.day(visit.at, page.now_ms, page.time_zone)
        text = f"{day}, {wording.clock(visit.at, page.time_zone)}"
        rows.append(_visit_row(visit.id, text, visit.note, on_visit))
    return [section("Planned visits", rows, len(rows))] if rows else []


def _visit_row(visit_id: str, text: str, note: str, on_visit: Callable[[str], None]) -> ft.Control:
    return target(
        f"planned-{visit_id}",
        card(
            ft.Row(
                spacing=12,
                controls=[
                    ft.Icon(ft.Icons.EVENT_OUTLINED, color=ft.Colors.PRIMARY),
                    ft.Column(
                        expand=True,
                        tight=True,
                        spacing=0,
                        controls=[
                            ft.Text(text, style=theme.BODY),
                            *(
                                [ft.Text(note, style=theme.SMALL, color=theme.MUTED)]
                                if note
                                else []
                            ),
                        ],
                    ),
                    ft.Icon(ft.Icons.CHEVRON_RIGHT, color=theme.MUTED),
                ],
            ),
            on_click=lambda: on_visit(visit_id),
        ),
        button=True,
    )


def _tasks(page: Page, acts: _Acts) -> list[ft.Control]:
    today = wording.today(page.now_ms, page.time_zone)
    rows: list[ft.Control] = [
        TaskRow(task, today, acts.tick, "", acts.task, key=task.id) for task in page.tasks
    ]
    return [section("Tasks", rows, len(rows))] if rows else []


def _people(app: App, book: Book, page: Page, acts: _Acts) -> list[ft.Control]:
    if book.kind != "account":
        return []
    query = urlencode({"account": page.record.id})
    new = partial(app.go, f"{CONTACTS.at('new')}?{query}")
    return [details.people(page, acts.contact, acts.call, new)]


def _absent(app: App, book: Book, record_id: str, absent: Absent) -> ft.Control:
    if absent.why == "unknown":
        return states.empty(
            ft.Icons.VISIBILITY_OFF_OUTLINED,
            f"This {book.one} is not visible to you",
            "It may belong to another territory, or it has not reached this device yet.",
        )

    def restore() -> None:
        record = app.replica.get(book.struct, record_id)
        if record is not None:
            app.act(f"{absent.name} restored", lambda: app.replica.restore(record))

    return states.empty(
        ft.Icons.DELETE_OUTLINE,
        f"{absent.name} was deleted",
        "Nothing is lost: restoring brings it back with its whole history.",
        "Restore",
        restore,
    )
