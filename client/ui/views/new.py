"""The round +: who it is about, then how it went. The tap on an outcome saves.

Three taps log a visit that was not planned: +, the customer, the outcome. A call takes the same
three, because its outcomes stand on the same page; and if Call, E-mail, Meeting, Demo or Chat is
chosen first, the tap on the customer logs it and the outcome can follow.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import flet as ft

from client import cadence, fieldwork
from client.ui import wording
from client.ui.component import component
from client.ui.components import states
from client.ui.components.choices import Choice, choice_row
from client.ui.components.fields import SearchInput
from client.ui.components.page import reading, scroll, section
from client.ui.components.rows import ChoiceRow, Line, menu_row
from client.ui.hooks import use_app, use_live, use_paused, use_stable
from client.ui.views import acts
from sync_protocol.records import Account, Activity, Cadence, Contact, Labelling

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from client.replica import Replica
    from client.ui.context import App
    from sync_protocol.records.activities import ActivityKind

SHOWN = 8
FOUND = 20
VISIT, CALL, NOTE, TASK = "visit", "call", "note", "task"
KINDS = (
    Choice(VISIT, "Visit", ft.Icons.STOREFRONT_OUTLINED),
    Choice(CALL, "Call", ft.Icons.CALL_OUTLINED),
    Choice("email", "E-mail", ft.Icons.MAIL_OUTLINE),
    Choice("meeting", "Meeting", ft.Icons.GROUPS_OUTLINED),
    Choice("demo", "Demo", ft.Icons.SLIDESHOW_OUTLINED),
    Choice("chat", "Chat", ft.Icons.CHAT_OUTLINED),
    Choice(NOTE, "Note", ft.Icons.NOTES_OUTLINED),
    Choice(TASK, "Task", ft.Icons.TASK_ALT_OUTLINED),
)
AT_ONCE: tuple[ActivityKind, ...] = ("call", "email", "meeting", "demo", "chat")
"""What the tap on the customer logs; how it went is told afterwards."""


class Customer(NamedTuple):
    """One row; `route` is `accounts/<id>`, `contacts/<id>`, or `visit/<id>` if one is planned."""

    id: str
    route: str
    name: str
    detail: str


class Choices(NamedTuple):
    """Whom a rep most likely means, or what the search found."""

    planned: tuple[Customer, ...]
    recent: tuple[Customer, ...]
    overdue: tuple[Customer, ...]
    found: tuple[Customer, ...]


@component
def NewView() -> ft.Control:
    app = use_app()
    kind, set_kind = ft.use_state(VISIT)
    text, set_text = ft.use_state("")
    choices = use_live(
        lambda replica: read_choices(replica, text),
        Account,
        Activity,
        Cadence,
        Contact,
        Labelling,
        deps=[text],
    )

    on_choose = use_stable(lambda route: _choose(app, kind, route))
    return reading(
        "New",
        scroll(
            [
                choice_row("kind", KINDS, kind, set_kind),
                SearchInput("Search customers", use_paused(set_text)),
                *_groups(choices, text, on_choose),
                *_others(app, kind),
            ]
        ),
        on_back=lambda: app.go("/"),
    )


def read_choices(replica: Replica, text: str) -> Choices:
    """Planned today, then recent, then overdue; or, once something is typed, what matches."""
    if text.strip():
        return Choices((), (), (), tuple(_found(replica, text)))
    settings, now = replica.settings, replica.now()
    start, end = wording.day_bounds(now, settings.time_zone)
    visits = fieldwork.planned_visits(replica, start, end)
    due, last = cadence.waiting(replica), cadence.last_visits(replica)
    planned = tuple(_planned(replica, visit, settings.time_zone) for visit in visits)
    seen = {visit.account_id for visit in visits}
    recent = [i for i in fieldwork.recent(replica, SHOWN * 2) if i not in seen][:SHOWN]
    seen.update(recent)
    overdue = [i for i in (*due.overdue, *due.never) if i not in seen][:SHOWN]
    return Choices(
        planned,
        tuple(_account(replica, i, last) for i in recent),
        tuple(_account(replica, i, last) for i in overdue),
        (),
    )


def _choose(app: App, kind: str, route: str) -> None:
    place, record_id = route.split("/")
    if place == "visit" and kind != VISIT:
        visit = app.replica.get(Activity, record_id)
        place, record_id = "accounts", visit.account_id if visit else ""
    logged = next((name for name in AT_ONCE if name == kind), None)
    if logged and (customer := fieldwork.about(app.replica, place, record_id)):
        acts.log(app, logged, customer)
    elif place == "visit":
        app.go(f"/visit/{record_id}")
    else:
        app.go(f"/new/{place}/{record_id}" + ("" if kind == VISIT else f"/{kind}"))


def _planned(replica: Replica, visit: Activity, time_zone: str) -> Customer:
    account = replica.get(Account, visit.account_id)
    name = account.name if account else "A customer not visible to you"
    at = f"planned for {wording.clock(visit.at, time_zone)}"
    return Customer(visit.id, f"visit/{visit.id}", name, _joined(town_of(account), at))


def _account(replica: Replica, account_id: str, last: dict[str, int]) -> Customer:
    account = replica.get(Account, account_id)
    name = account.name if account else "A customer not visible to you"
    seen = last.get(account_id)
    when = "never visited" if seen is None else f"visited {wording.ago(seen, replica.now())}"
    return Customer(account_id, f"accounts/{account_id}", name, _joined(town_of(account), when))


def _found(replica: Replica, text: str) -> Iterator[Customer]:
    accounts = replica.ids(Account, text=text, order_by="name", limit=FOUND)
    last = cadence.last_visits(replica, accounts)
    for account_id in accounts:
        yield _account(replica, account_id, last)
    for contact in replica.find(Contact, text=text, order_by="name", limit=FOUND):
        account = replica.get(Account, contact.account_id) if contact.account_id else None
        detail = _joined(contact.title, account.name if account else "")
        yield Customer(contact.id, f"contacts/{contact.id}", contact.name, detail)


def town_of(account: Account | None) -> str:
    addresses = account.addresses.values() if account else ()
    return next((address.town for address in addresses if address.town), "")


def _joined(*parts: str) -> str:
    return ", ".join(filter(None, parts))


def _groups(choices: Choices, text: str, on_choose: Callable[[str], None]) -> Sequence[ft.Control]:
    if text.strip() and not choices.found:
        return [states.no_match("Nobody found", "Try a part of the name, a town or a number.")]
    groups = (
        ("Found", choices.found),
        ("Planned today", choices.planned),
        ("Recent", choices.recent),
        ("Overdue", choices.overdue),
    )
    return [_group(title, customers, on_choose) for title, customers in groups if customers]


def _group(
    title: str, customers: Sequence[Customer], on_choose: Callable[[str], None]
) -> ft.Control:
    rows = [ChoiceRow(_line(customer), on_choose, key=customer.id) for customer in customers]
    return section(title, [ft.Column(spacing=0, controls=rows)])


def _line(customer: Customer) -> Line:
    person = customer.route.startswith("contacts/")
    icon = ft.Icons.PERSON_OUTLINE if person else ft.Icons.STOREFRONT_OUTLINED
    return Line(f"customer-{customer.id}", customer.route, customer.name, customer.detail, icon)


def _others(app: App, kind: str) -> list[ft.Control]:
    """What is not about a customer that exists."""
    task = (
        [menu_row("new-task", ft.Icons.TASK_ALT_OUTLINED, "A task without a customer", "",
                  lambda: app.go("/new/task"))]
        if kind == TASK
        else []
    )  # fmt: skip
    someone = [
        menu_row("new-lead", ft.Icons.PERSON_SEARCH_OUTLINED, "New lead", "",
                 lambda: app.go("/leads/new")),
        menu_row("new-contact", ft.Icons.PERSON_ADD_ALT_OUTLINED, "New contact", "",
                 lambda: app.go("/contacts/new")),
        menu_row("new-account", ft.Icons.ADD_BUSINESS_OUTLINED, "New account", "",
                 lambda: app.go("/accounts/new")),
    ]  # fmt: skip
    deal = menu_row("new-deal", ft.Icons.VIEW_KANBAN_OUTLINED, "New deal", "",
                    lambda: app.go("/deals/new"))  # fmt: skip
    return [
        section("Someone new", [ft.Column(spacing=0, controls=[*task, *someone])]),
        section("A chance to sell", [deal]),
    ]
