"""What is seen while the app opens: the day as it last was, and a field for a note.

In a browser Python takes seconds to start. Until then the page shows what Today showed last, and
takes a note (client/web/files/glimpse.js). The note becomes a task of today's, once, however often
the app is ended in between, and only of whoever wrote it.
"""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

import msgspec

from client.ui import wording
from client.zones import local
from sync_protocol import ids
from sync_protocol.records import Task

if TYPE_CHECKING:
    from collections.abc import Iterator

    from client.replica import Replica
    from client.runtime.protocol import Host
    from client.ui.context import App
    from client.ui.views.today import Day, Planned

MOST = 8
"""Lines of one kind: what fits a screen or two."""
LONGEST_TITLE = 200
SAVED = "Your note is among today's tasks"


class Line(msgspec.Struct, frozen=True):
    """A visit, a task or a customer; `when` may be empty."""

    when: str
    what: str
    where: str


class Part(msgspec.Struct, frozen=True):
    """Lines of one kind, and how many more there are."""

    title: str
    lines: tuple[Line, ...]
    more: int


class Glimpse(msgspec.Struct, frozen=True):
    """A user's day as it was `seen`, in words."""

    user: str
    seen: str
    parts: tuple[Part, ...]


class Note(msgspec.Struct, frozen=True):
    """What was written before the app ran; `id` is the page's own."""

    id: str
    user: str
    text: str


_json = msgspec.json.encode
_notes = msgspec.json.Decoder(list[Note]).decode


def tell(app: App, day: Day) -> None:
    """Have this day shown while the app opens the next time."""
    now = local(day.now_ms, day.time_zone)
    seen = f"{now:%A} {now.day} {now:%B}, {now:%H:%M}"
    told = Glimpse(app.replica.user_id, seen, tuple(_parts(day)))
    app.host.keep_day(_json(told).decode())


def tell_nothing(host: Host) -> None:
    """Nobody is signed in: what a user saw is not for whoever comes next."""
    host.keep_day("")


def take_notes(app: App) -> None:
    """Make tasks of the notes that were taken, now and whenever another one is."""

    def heard(event: str) -> None:
        if event == "note":
            app.page.run_task(_take, app)

    app.host.listen(heard)
    app.page.run_task(_take, app)


async def _take(app: App) -> None:
    for note in _notes(await app.host.notes()):
        if note.user == app.replica.user_id and _is_kept(app, note):
            await app.host.forget_note(note.id)


def _is_kept(app: App, note: Note) -> bool:
    """Whether it is a task by now; its id is derived, so it becomes one only."""
    task_id = ids.derived("note", note.id)
    if app.replica.get(Task, task_id) is not None:
        return True
    return app.act(SAVED, partial(_write, app.replica, note, task_id))


def _write(replica: Replica, note: Note, task_id: str) -> None:
    title = note.text.splitlines()[0][:LONGEST_TITLE]
    today = wording.today(replica.now(), replica.settings.time_zone)
    with replica.changeset("Take note"):
        replica.create(
            Task(
                id=task_id,
                title=title,
                about="" if note.text == title else note.text,
                due=today,
                assignee_id=replica.user_id,
            )
        )


def _parts(day: Day) -> Iterator[Part]:
    planned = [_visit(visit, day) for visit in day.planned]
    due = [Line("", due.task.title, due.customer) for due in day.tasks]
    for title, lines in (("Planned visits", planned), ("Tasks due", due)):
        if lines:
            yield Part(title, tuple(lines[:MOST]), max(0, len(lines) - MOST))
    for group in day.groups:
        if group.total:
            shown = tuple(Line("", one.name, one.town) for one in group.customers[:MOST])
            yield Part(group.title, shown, group.total - len(shown))


def _visit(visit: Planned, day: Day) -> Line:
    late = visit.at_ms < wording.day_bounds(day.now_ms, day.time_zone)[0]
    tell = wording.day(visit.at_ms, day.now_ms, day.time_zone) if late else ""
    customer = visit.customer
    return Line(
        tell or wording.clock(visit.at_ms, day.time_zone),
        customer.name,
        wording.listed([customer.town, visit.purpose]),
    )
