"""What several screens do with activities, and the words they say about it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import flet as ft

from client import fieldwork, tasks, visiting
from client.ui import locating, wording
from sync_protocol.records import Account, Activity, Contact, Lead, Task

if TYPE_CHECKING:
    from client.replica import Replica
    from client.ui.context import App
    from sync_protocol.records.activities import ActivityKind

NAMES = {
    "visit": "Visit",
    "call": "Call",
    "note": "Note",
    "email": "E-mail",
    "meeting": "Meeting",
    "demo": "Demo",
    "chat": "Chat",
}
ICONS = {
    "visit": ft.Icons.STOREFRONT_OUTLINED,
    "call": ft.Icons.CALL_OUTLINED,
    "note": ft.Icons.NOTES_OUTLINED,
    "email": ft.Icons.MAIL_OUTLINE,
    "meeting": ft.Icons.GROUPS_OUTLINED,
    "demo": ft.Icons.SLIDESHOW_OUTLINED,
    "chat": ft.Icons.CHAT_OUTLINED,
}


def log(app: App, kind: ActivityKind, customer: fieldwork.About, outcome_id: str = "") -> None:
    """Log it, say so with Undo, and show the page where more can be added.

    A visit that runs with this customer is the one that is meant.
    """
    ongoing = visiting.running_with(app.replica, customer) if kind == "visit" else None
    if ongoing is not None:
        finish(app, ongoing, outcome_id)
        return
    made: list[Activity] = []
    done = app.act(
        f"{NAMES[kind]} logged",
        lambda: made.append(fieldwork.log(app.replica, kind, customer, outcome_id)),
    )
    if done:
        if kind == "visit":
            locating.note(app, made[0].id)
        app.go(f"/activities/{made[0].id}/logged")


def finish(app: App, visit: Activity, outcome_id: str) -> None:
    """A planned or running visit is over: say so with Undo, and show where more can be added."""
    if app.act("Visit logged", lambda: fieldwork.finish(app.replica, visit, outcome_id)):
        locating.note(app, visit.id)
        app.go(f"/activities/{visit.id}/logged")


def tick(app: App, task_id: str) -> None:
    """A task is done, or not yet after all; says when a repeated one comes again."""
    replica = app.replica
    task = replica.get(Task, task_id)
    if task is None:
        return
    if task.done_at is not None:
        app.act("Task is open again", lambda: tasks.reopen(replica, task))
        return
    following = tasks.upcoming(replica, task)
    today = wording.today(replica.now(), replica.settings.time_zone)
    said = f". Next: {wording.midway(wording.day_name(following, today))}" if following else ""
    app.act(f"Task done{said}", lambda: tasks.complete(replica, task))


def name_of(replica: Replica, customer: fieldwork.About) -> str:
    """Whom it is about, in words: the contact, the account, or both."""
    contact = replica.get(Contact, customer.contact_id) if customer.contact_id else None
    account = replica.get(Account, customer.account_id) if customer.account_id else None
    lead = replica.get(Lead, customer.lead_id) if customer.lead_id else None
    named = (contact, account) if contact or account else (lead,)
    names = [record.name for record in named if record is not None]
    return ", ".join(names)


def about(activity: Activity) -> fieldwork.About:
    """Whom an activity is about."""
    return fieldwork.About(activity.account_id, activity.contact_id, activity.lead_id)


def page_of(customer: fieldwork.About) -> str:
    """The route of the customer's own page; empty if there is none."""
    if customer.account_id:
        return f"/accounts/{customer.account_id}"
    if customer.contact_id:
        return f"/contacts/{customer.contact_id}"
    return f"/leads/{customer.lead_id}" if customer.lead_id else ""
