"""Notices, the inbox: what became of one's own edits, and what colleagues want one to know."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, NamedTuple

import flet as ft

from client.ui import naming, theme, wording
from client.ui.component import component
from client.ui.components import states
from client.ui.components.page import card, reading, scroll, target
from client.ui.hooks import use_app, use_live
from sync_protocol.records import Account, Activity, Contact, Notice, Task, User, kinds

if TYPE_CHECKING:
    from client.replica import Replica
    from client.ui.context import App

SHOWN = 50
MOST_AT_ONCE = 500
"""As many changes as one changeset may hold."""
TALK = ("mentioned", "followed", "assigned")
ONE = {
    "activity": "an activity", "task": "a task", "deal": "a deal", "case": "a case",
    "quote": "a quote", "salesorder": "an order", "contact": "a contact", "attachment": "a file",
}  # fmt: skip
ICONS = {
    "overwritten": ft.Icons.COMPARE_ARROWS,
    "hidden": ft.Icons.VISIBILITY_OFF_OUTLINED,
    "mentioned": ft.Icons.ALTERNATE_EMAIL,
    "followed": ft.Icons.NOTIFICATIONS_ACTIVE_OUTLINED,
    "assigned": ft.Icons.ASSIGNMENT_IND_OUTLINED,
}
NAMED = (Account, Activity, Contact, Task, User)


class Told(NamedTuple):
    """A notice in words. `page` is where the kept value is; `hidden` names what can be restored.

    `opens` is the page of the record it is about, where that is the way on.
    """

    notice: Notice
    text: str
    when: str
    page: str
    hidden: str
    opens: str = ""


class Notices(NamedTuple):
    """The newest of them, and how many there are."""

    told: tuple[Told, ...]
    total: int


@component
def NoticesView() -> ft.Control:
    app = use_app()
    found = use_live(read_notices, Notice, *NAMED)
    rows: list[ft.Control] = [_row(app, told) for told in found.told]
    more = found.total - len(rows)
    if more > 0:
        rows.append(ft.Text(f"and {more} older ones", color=theme.MUTED))
    body = scroll(rows) if rows else _none()
    return reading(
        "Notices",
        body,
        on_back=lambda: app.go("/"),
        actions=[_dismiss_all(app, found.total)] if rows else [],
    )


def read_notices(replica: Replica) -> Notices:
    """The notices not dismissed yet, the newest first."""
    mine = {"owner_id": replica.user_id, "dismissed": False}
    found = replica.find(Notice, order_by="-at", limit=SHOWN, where=mine)
    told = tuple(tell(replica, notice) for notice in found)
    return Notices(told, replica.count(Notice, where=mine))


def tell(replica: Replica, notice: Notice) -> Told:
    """A notice as a sentence or two."""
    zone, now = replica.settings.time_zone, replica.now()
    when = f"{wording.day(notice.at, now, zone)}, {wording.clock(notice.at, zone)}"
    if notice.reason == "hidden":
        name = naming.name_of(replica, notice.under_kind, notice.under_id) or notice.title
        here = bool(naming.name_of(replica, notice.under_kind, notice.under_id))
        return Told(notice, _hidden(replica, notice, name), when, "", name if here else "")
    if notice.reason in TALK:
        opens = naming.page_of(replica, notice.record_kind, notice.record_id)
        return Told(notice, _talk(replica, notice), when, "", "", opens)
    cell = notice.cells.partition(" ")[0]
    page = naming.history_of(notice.record_kind, notice.record_id, cell)
    return Told(notice, _overwritten(replica, notice), when, page, "")


def _talk(replica: Replica, notice: Notice) -> str:
    """What a colleague said, did or gave."""
    who = naming.person(replica, notice.by_id)
    name = naming.name_of(replica, notice.record_kind, notice.record_id) or notice.title
    on = name or "a record"
    said = f": {notice.text}" if notice.text else "."
    if notice.reason == "mentioned":
        return f"{who} mentioned you on {on}{said}"
    if notice.reason == "assigned":
        return f"{who} gave you {on}."
    if notice.under_kind == "comment":
        return f"{who} commented on {on}{said}"
    if (notice.under_kind, notice.under_id) == (notice.record_kind, notice.record_id):
        return f"{who} changed {on}, which you follow."
    what = ONE.get(notice.under_kind, "something")
    return f"{who} wrote {what} for {on}, which you follow."


def _overwritten(replica: Replica, notice: Notice) -> str:
    fields = dict.fromkeys(naming.field_of(cell) for cell in notice.cells.split())
    what = wording.joined(naming.title_of(field) for field in fields) or "something"
    name = naming.name_of(replica, notice.record_kind, notice.record_id) or notice.title
    who = naming.person(replica, notice.by_id)
    of = f" of {name}" if name else ""
    kept = "Yours is" if len(fields) == 1 else "Yours are"
    return f"{who} changed {what}{of} after you. {kept} kept in the history."


def _hidden(replica: Replica, notice: Notice, name: str) -> str:
    who = naming.person(replica, notice.by_id)
    itself = (notice.under_kind, notice.under_id) == (notice.record_kind, notice.record_id)
    yours = "Your edit" if itself else "What you added to it"
    return f"{who} deleted {name or 'a record'}. {yours} came later: it is kept, but hidden."


def _row(app: App, told: Told) -> ft.Control:
    """The sentence, then the ways on."""
    notice = told.notice
    words = ft.Column(
        expand=True,
        tight=True,
        spacing=2,
        controls=[
            ft.Text(told.text, style=theme.BODY),
            ft.Text(told.when, style=theme.SMALL, color=theme.MUTED),
        ],
    )
    icon = ICONS[notice.reason]
    head = ft.Row(
        spacing=theme.GAP_L,
        vertical_alignment=ft.CrossAxisAlignment.START,
        controls=[ft.Icon(icon, color=ft.Colors.PRIMARY), words],
    )
    buttons = ft.Row(wrap=True, alignment=ft.MainAxisAlignment.END, controls=_ways(app, told))
    content = ft.Column(
        tight=True,
        spacing=theme.GAP_S,
        horizontal_alignment=ft.CrossAxisAlignment.STRETCH,
        controls=[head, buttons],
    )
    return target(f"notice-{notice.id}", card(content, width=theme.READABLE_WIDTH), key=notice.id)


def _ways(app: App, told: Told) -> list[ft.Control]:
    dismiss = ft.TextButton(
        "Dismiss", height=theme.TOUCH, on_click=partial(dismiss_one, app, told.notice)
    )
    ways: list[ft.Control] = [target("dismiss", dismiss)]
    if told.page:
        see = ft.FilledTonalButton(
            "See the history", height=theme.TOUCH, on_click=partial(app.go, told.page)
        )
        ways.append(target("see-history", see))
    if told.opens:
        opened = ft.FilledTonalButton(
            "Open", height=theme.TOUCH, on_click=partial(open_record, app, told)
        )
        ways.append(target("open-record", opened))
    if told.hidden:
        restore = ft.FilledTonalButton(
            f"Restore {wording.short(told.hidden)}",
            height=theme.TOUCH,
            on_click=partial(bring_back, app, told),
        )
        ways.append(target("restore", restore))
    return ways


def dismiss_one(app: App, notice: Notice) -> None:
    app.act("Notice dismissed", lambda: app.replica.update(notice, dismissed=True))


def open_record(app: App, told: Told) -> None:
    """Go to the record; whoever has looked need not be told again."""
    app.act("Notice dismissed", lambda: app.replica.update(told.notice, dismissed=True))
    app.go(told.opens)


def bring_back(app: App, told: Told) -> None:
    """Restore what hides the edit; the notice has done its work then."""
    notice, replica = told.notice, app.replica
    hides = replica.get(kinds()[notice.under_kind].struct, notice.under_id)
    if hides is None:
        app.say("This record is not on this device any more.")
        return

    def restore() -> None:
        with replica.changeset(f"Restore {notice.under_kind}"):
            replica.restore(hides)
            replica.update(notice, dismissed=True)

    app.act(f"{told.hidden} restored", restore)


def _dismiss_all(app: App, total: int) -> ft.Control:
    button = ft.TextButton("Dismiss all", height=theme.TOUCH, on_click=partial(dismiss_all, app))
    return target("dismiss-all", button, label=f"Dismiss all {total}")


def dismiss_all(app: App) -> None:
    """All of them, as one act that Undo takes back; the oldest wait if there are very many."""
    replica = app.replica
    mine = {"owner_id": replica.user_id, "dismissed": False}
    found = replica.find(Notice, order_by="-at", limit=MOST_AT_ONCE, where=mine)

    def dismiss() -> None:
        with replica.changeset("Dismiss notices"):
            for notice in found:
                replica.update(notice, dismissed=True)

    app.act(f"{wording.plural(len(found), 'notice')} dismissed", dismiss)


def _none() -> ft.Control:
    return states.none_yet(
        ft.Icons.NOTIFICATIONS_NONE,
        "No notices",
        "Mentions, tasks given to you and news of what you follow come here, and you are told if "
        "somebody writes over an edit of yours.",
    )
