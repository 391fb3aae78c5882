"""The day is told for the next start; a note taken before the app ran becomes one task."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from client import fieldwork
from client.ui import glimpse
from sync_protocol.records import Task
from tests.unit.client.ui.harness import Host, opened

if TYPE_CHECKING:
    from collections.abc import Callable

    from client.ui.glimpse import Note
    from tests.unit.client.ui.office import Office


class Page(Host):
    """The page around the app, with what it keeps."""

    def __init__(self, *notes: Note) -> None:
        self.day = ""
        self.is_open = False
        self.taken = {note.id: note for note in notes}
        self.forgets = True
        self.tell: Callable[[str], None] = lambda _event: None

    def listen(self, callback: Callable[[str], None]) -> None:
        self.tell = callback

    def opened(self) -> None:
        self.is_open = True

    def keep_day(self, told: str) -> None:
        self.day = told

    async def notes(self) -> str:
        return glimpse._json(list(self.taken.values())).decode()

    async def forget_note(self, note_id: str) -> None:
        if self.forgets:
            del self.taken[note_id]

    @property
    def parts(self) -> dict[str, Any]:
        return {part["title"]: part for part in json.loads(self.day)["parts"]}


def note(office: Office, text: str, number: int = 1) -> Note:
    return glimpse.Note(f"note {number}", office.replica.user_id, text)


def tasks(office: Office) -> list[tuple[str, str]]:
    return sorted((task.title, task.about) for task in office.replica.find(Task))


async def test_what_today_shows_is_told_in_words(office: Office) -> None:
    visit = fieldwork.plan(office.replica, fieldwork.About(office[0].id), office.now())
    office.replica.update(visit, note="New taps")
    page = Page()
    async with opened(office.replica, host=page) as screen:
        await screen.until(lambda: bool(page.day))
        assert page.is_open
        (line,) = page.parts["Planned visits"]["lines"]
        assert line["what"] == office[0].name
        assert "New taps" in line["where"]
        assert json.loads(page.day)["user"] == office.replica.user_id


async def test_of_a_long_list_the_first_are_told_and_how_many_more(office: Office) -> None:
    today = glimpse.wording.today(office.now(), office.replica.settings.time_zone)
    for number in range(glimpse.MOST + 3):
        office.replica.create(
            Task(title=f"Call {number}", due=today, assignee_id=office.replica.user_id)
        )
    page = Page()
    async with opened(office.replica, host=page) as screen:
        await screen.until(lambda: bool(page.day))
        part = page.parts["Tasks due"]
        assert (len(part["lines"]), part["more"]) == (glimpse.MOST, 3)


async def test_a_note_taken_while_it_opened_is_a_task_of_today(office: Office) -> None:
    page = Page(note(office, "Call the brewer\nbefore noon"))
    async with opened(office.replica, host=page) as screen:
        await screen.until(lambda: not page.taken)
        assert tasks(office) == [("Call the brewer", "Call the brewer\nbefore noon")]
        assert screen.bar() == glimpse.SAVED
        await screen.undo()
        assert tasks(office) == []


async def test_one_taken_when_the_app_runs_already_is_taken_too(office: Office) -> None:
    page = Page()
    async with opened(office.replica, host=page) as screen:
        page.taken["note 1"] = note(office, "Call the brewer")
        page.tell("note")
        await screen.until(lambda: not page.taken)
        assert tasks(office) == [("Call the brewer", "")]


async def test_a_note_that_is_not_forgotten_is_one_task_all_the_same(office: Office) -> None:
    page = Page(note(office, "Call the brewer"))
    page.forgets = False
    async with opened(office.replica, host=page) as screen:
        await screen.until(lambda: len(tasks(office)) == 1)
        page.forgets = True
        page.tell("note")
        await screen.until(lambda: not page.taken)
        assert len(tasks(office)) == 1


async def test_what_somebody_else_wrote_waits_for_them(office: Office) -> None:
    page = Page(glimpse.Note("note 1", "somebody else", "Mine"), note(office, "Ours", 2))
    async with opened(office.replica, host=page) as screen:
        await screen.until(lambda: len(page.taken) == 1)
        assert tasks(office) == [("Ours", "")]
        assert [one.text for one in page.taken.values()] == ["Mine"]


async def test_who_signs_in_next_sees_nothing_of_it(office: Office) -> None:
    page = Page()
    page.day = "what somebody saw"
    glimpse.tell_nothing(page)
    assert page.day == ""
