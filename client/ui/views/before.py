"""Before you go in: one card on the customer's page, on the visit's and where a visit is logged."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import flet as ft

from client import facts, fieldwork, going_in
from client.ui import theme, wording
from client.ui.component import component
from client.ui.components.labels import label_row
from client.ui.components.line import line
from client.ui.components.page import card, target
from client.ui.hooks import use_live
from client.ui.views import acts
from client.ui.views.cases.parts import ICON as CASE
from client.ui.views.cases.parts import standing_here
from client.ui.views.deals.reading import value_of
from sync_protocol.records import Account, Contact, Label, Labelling

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import date

    from client.birthdays import Birthday
    from client.going_in import GoingIn, LastVisit
    from client.replica import Replica
    from client.replica.labels import Worn
    from sync_protocol.records import Need, Task

LINES = 4
"""Of any one thing: all is to be read at one glance, and each has a page of its own."""
SHOWN = 2
"""Of promises and deals; the customer's page has them all."""
SOURCES = (*going_in.SOURCES, Label, Labelling)
WAYS = {
    "phone": "by phone", "message": "by message", "email": "by e-mail", "post": "by post",
    "visit": "in person",
}  # fmt: skip


class Before(NamedTuple):
    """What one wants to know at the door, in words; `late` lines are to be seen at once."""

    customer: fieldwork.About
    name: str
    labels: tuple[Worn, ...]
    last: str
    last_note: str
    promised: tuple[Said, ...] = ()
    deals: tuple[str, ...] = ()
    unpaid: tuple[str, ...] = ()
    cases: tuple[Said, ...] = ()
    birthdays: tuple[str, ...] = ()
    likes: str = ""
    needs: tuple[Need, ...] = ()
    warnings: tuple[str, ...] = ()
    about: str = ""


class Said(NamedTuple):
    """A line, and whether it is late."""

    text: str
    late: bool = False


@component
def BeforeCard(customer: fieldwork.About) -> ft.Control:
    """The card by itself, as it is now."""
    before = use_live(lambda replica: read_before(replica, customer), *SOURCES, deps=[customer])
    return before_card(before, labels=False) if before else ft.Container()


def read_before(replica: Replica, customer: fieldwork.About | None) -> Before | None:
    """What is known of a customer before the door opens."""
    if customer is None:
        return None
    account = replica.get(Account, customer.account_id) if customer.account_id else None
    contact = replica.get(Contact, customer.contact_id) if customer.contact_id else None
    known, people = going_in.read(replica, customer), (contact, account)
    liked = next((facts.preferred(one) for one in people if one and facts.preferred(one)), [])
    return Before(
        customer=customer,
        name=acts.name_of(replica, customer) or "A customer not visible to you",
        labels=tuple(replica.worn(customer.contact_id or customer.account_id)),
        last=_last(replica, known.last),
        last_note=known.last.note if known.last else "",
        promised=_promised(replica, known),
        deals=_deals(replica, known),
        unpaid=tuple(
            f"Invoice {bill.number} is {wording.plural(bill.days, 'day')} overdue"
            for bill in known.unpaid[:SHOWN]
        ),
        cases=_cases(replica, known),
        birthdays=tuple(_birthday(replica, one) for one in known.birthdays[:SHOWN]),
        likes=f"Best reached {wording.joined(WAYS[x] for x in liked)}" if liked else "",
        needs=tuple(facts.needs(contact, account)),
        warnings=tuple(filter(None, (facts.warning(x, *people) for x in facts.VERBS))),
        about=account.about if account else "",
    )


def before_card(before: Before, *, labels: bool = True) -> ft.Control:
    """The last visit, what was promised and stands open, what to mind; the gravest in red."""
    body = ft.Column(spacing=theme.GAP, tight=True, controls=[*_lines(before, labels=labels)])
    return target("before", card(body, width=theme.READABLE_WIDTH))


def _lines(before: Before, *, labels: bool) -> Iterator[ft.Control]:
    yield ft.Text("Before you go in", style=theme.SMALL, color=theme.MUTED)
    yield _line(ft.Icons.HISTORY, before.last, before.last_note, bold=True)
    for text in before.unpaid:
        yield _line(ft.Icons.RECEIPT_LONG_OUTLINED, text, late=True)
    for case in before.cases:
        yield _line(CASE, case.text, late=case.late)
    for promise in before.promised:
        yield _line(ft.Icons.HANDSHAKE_OUTLINED, promise.text, late=promise.late)
    for text in before.deals:
        yield _line(ft.Icons.VIEW_KANBAN_OUTLINED, text)
    for text in before.birthdays:
        yield _line(ft.Icons.CAKE_OUTLINED, text)
    pinned = list(_pinned(before))
    if pinned:
        yield target("pinned", ft.Column(tight=True, spacing=theme.GAP, controls=pinned))
    if before.about and labels:
        yield line(before.about, theme.BODY, LINES, color=theme.MUTED)
    if before.labels and labels:
        yield label_row(before.labels)


def _pinned(before: Before) -> Iterator[ft.Control]:
    """What stands for every visit: warnings, how they like to be reached, what they need."""
    for text in before.warnings:
        yield _line(ft.Icons.BLOCK, text, late=True)
    if before.likes:
        yield _line(ft.Icons.THUMB_UP_OUTLINED, before.likes)
    for need in before.needs:
        topic = f"{need.topic}: " if need.topic else ""
        yield _line(ft.Icons.PUSH_PIN_OUTLINED, topic + need.text)


def _line(
    icon: ft.IconData, text: str, more: str = "", *, late: bool = False, bold: bool = False
) -> ft.Control:
    weight = ft.FontWeight.W_600 if bold or late else None
    words: list[ft.Control] = [
        line(text, theme.BODY, LINES, weight=weight, color=ft.Colors.ERROR if late else None)
    ]
    if more:
        words.append(line(more, theme.BODY, LINES))
    return ft.Row(
        spacing=theme.GAP,
        vertical_alignment=ft.CrossAxisAlignment.START,
        controls=[
            ft.Container(
                ft.Icon(icon, size=18, color=ft.Colors.ERROR if late else theme.MUTED),
                padding=ft.Padding.only(top=2),
            ),
            ft.Column(expand=True, tight=True, spacing=2, controls=words),
        ],
    )


def _last(replica: Replica, last: LastVisit | None) -> str:
    if last is None:
        return "Never visited"
    when = wording.midway(wording.day(last.at_ms, replica.now(), replica.settings.time_zone))
    told = f"Last visit {when}" + (f" by {last.who}" if last.who else "")
    return f"{told}: {last.outcome}" if last.outcome else told


def _promised(replica: Replica, known: GoingIn) -> tuple[Said, ...]:
    """Open tasks, then the next step of the deal that comes first, unless a task says the same."""
    found = [_task(replica, task) for task in known.promised[:SHOWN]]
    rest = len(known.promised) - len(found)
    if rest > 0:
        found.append(Said(f"and {wording.plural(rest, 'more task')}"))
    titles = {task.title.casefold() for task in known.promised}
    for deal, _stage in known.deals[:1]:
        if deal.next_step and deal.next_step.casefold() not in titles:
            found.append(_due(replica, f"Next step: {deal.next_step}", deal.next_step_on))
    return tuple(found)


def _task(replica: Replica, task: Task) -> Said:
    return _due(replica, task.title, task.due)


def _due(replica: Replica, text: str, due: date | None) -> Said:
    if due is None:
        return Said(text)
    today = replica.moment.day()
    word = "was due" if due < today else "due"
    return Said(f"{text}, {word} {wording.midway(wording.day_name(due, today))}", due < today)


def _deals(replica: Replica, known: GoingIn) -> tuple[str, ...]:
    found = [
        wording.listed((deal.name, stage.name if stage else "", value_of(replica, deal)))
        for deal, stage in known.deals[:SHOWN]
    ]
    rest = len(known.deals) - len(found)
    return (*found, f"and {wording.plural(rest, 'more open deal')}") if rest > 0 else tuple(found)


def _cases(replica: Replica, known: GoingIn) -> tuple[Said, ...]:
    """What is wrong there and for how long; what matters most is to be seen at once."""
    told = [(standing_here(replica, case), case) for case in known.cases[:SHOWN]]
    found = [
        Said(f"Case {words[0].lower()}{words[1:]}: {case.title}", case.priority == "high")
        for words, case in told
    ]
    rest = len(known.cases) - len(found)
    return (*found, Said(f"and {wording.plural(rest, 'more case')}")) if rest > 0 else tuple(found)


def _birthday(replica: Replica, one: Birthday) -> str:
    day = wording.midway(wording.day_name(one.on, replica.moment.day()))
    return f"{one.name} turns {one.age} {day}" if one.age else f"{one.name} has a birthday {day}"
