"""Behind the strip: what waits and what was refused, in words, and nothing is ever lost quietly."""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import Any

import flet as ft
import msgspec
import pytest

from client import fieldwork
from client.replica import Replica
from client.runtime.protocol import Response
from client.store import outbox, problems
from client.sync.loop import Phase
from client.ui.components import sync_strip as strip
from client.ui.views.sync.reading import read_centre, sentence
from client.ui.views.sync.state_card import clock_words
from sync_protocol.changes import Change, Changeset
from sync_protocol.messages import Rejected
from sync_protocol.records import Account, Activity, Contact
from tests.unit.client.ui.harness import opened
from tests.unit.client.ui.near_server import NearServer
from tests.unit.client.ui.office import Office, accept_all, open_office, refuse_all
from tests.unit.client.ui.test_more import Browser

MINUTE_MS = 60_000


async def fill(office: Office, count: int) -> list[Account]:
    """More customers, which the server has."""
    replica = office.replica
    territory = office[0].territory_id
    with replica.changeset("Many"):
        made = [
            replica.create(Account(name=f"Shop {place}", territory_id=territory))
            for place in range(count)
        ]
    accept_all(replica)
    return made


def refuse_first(replica: Replica, field: str, message: str) -> None:
    """The server has refused the first of what waits, and has not seen the rest."""
    first = replica.pending()[0]
    change = first.changes[0]
    why = Rejected(first.number, "invalid", message, change.kind, change.id, field)
    outbox.settle(replica._database, (why,), replica.now())


def _with(changeset: Changeset, change: Change) -> Changeset:
    return msgspec.structs.replace(changeset, changes=(change,))


async def test_waiting_acts_are_named_in_words_and_counted_by_kind(office: Office) -> None:
    replica = office.replica
    visit = fieldwork.log(replica, "visit", fieldwork.About(office[1].id))
    fieldwork.write_note(replica, visit, "Closed on Mondays", just_logged=True)
    replica.update(office[0], website="https://adler.example")
    replica.label(office[0], "Prospect")
    office.time_ms += 5 * MINUTE_MS
    async with opened(replica, "/queue") as screen:
        assert screen.says("Visits, calls and notes, waiting (1)")
        assert screen.says("Log visit - Café Müller")
        assert screen.says("Edit account - Brauerei Adler")
        assert screen.says("Label: Prospect - Brauerei Adler")
        assert screen.says("The oldest was made 5 min ago")


async def test_nothing_waiting_says_so(office: Office) -> None:
    assert read_centre(office.replica).groups == ()


async def test_a_refused_act_tells_why_and_keeps_what_was_typed_readable(office: Office) -> None:
    fieldwork.log(office.replica, "note", fieldwork.About(office[1].id), note="Two crates")
    refuse_all(office.replica, "note", "Notes are closed for this customer.")
    async with opened(office.replica, "/queue") as screen:
        assert screen.says("Notes are closed for this customer.")
        assert screen.says("Two crates")
        assert screen.says("Add note")
        assert not screen.says("Everything is in order")


def test_the_strip_does_not_say_up_to_date_while_a_refused_change_needs_its_author() -> None:
    assert strip.sentence(Phase.IDLE, 0, 0, "1 h ago") == "Up to date - last sync 1 h ago"
    assert strip.sentence(Phase.IDLE, 0, 1, "1 h ago") == "1 change needs you, last sync 1 h ago"
    assert strip.sentence(Phase.OFFLINE, 3, 2, "1 h ago") == (
        "Offline - 3 changes waiting, 2 need you, last sync 1 h ago"
    )


class Gate(NearServer):
    """Lets no request through until it is opened."""

    def __init__(self) -> None:
        super().__init__()
        self.opened = asyncio.Event()

    async def request(self, *asked: Any, **more: Any) -> Response:
        await self.opened.wait()
        return await super().request(*asked, **more)


async def test_the_strip_counts_a_change_before_the_loop_comes_to_send_it(tmp_path: Path) -> None:
    gate = Gate()
    office = await open_office(tmp_path, server=gate)
    async with opened(office.replica) as screen:
        await screen.until_says("Syncing")
        office.replica.update(office[1], website="https://mueller.example")
        await screen.until_says("Syncing - 1 change waiting")
        gate.opened.set()
        await screen.until_says("Up to date")
        assert office.replica.pending() == []
    await office.replica.close()


async def test_fix_opens_the_form_as_it_was_typed_with_the_reason_beside_the_field(
    office: Office,
) -> None:
    replica = office.replica
    replica.update(office[1], name="Café Maier", website="https://maier.example")
    refuse_all(replica, "name", "Another customer has this name.")
    async with opened(replica, "/queue") as screen:
        assert screen.says("Edit account - Café Müller")
        await screen.tap("fix")
        await screen.until(lambda: screen.page.route == f"/accounts/{office[1].id}/edit")
        await screen.until_says("Not saved. Another customer has this name.")
        assert screen.says("https://maier.example")
        await screen.type("Name", "Café Maier & Söhne")
        await screen.tap("save")
        await screen.until(lambda: screen.page.route == f"/accounts/{office[1].id}")
    mended = office.found(Account, office[1].id)
    assert (mended.name, mended.website) == ("Café Maier & Söhne", "https://maier.example")
    assert replica.problems() == []
    assert len(replica.pending()) == 1


async def test_fix_of_a_refused_new_record_makes_that_record_and_all_that_needs_it(
    office: Office,
) -> None:
    replica = office.replica
    clara = replica.create(Contact(name="Clara Wagner", account_id=office[1].id))
    visit = fieldwork.log(replica, "visit", fieldwork.About(office[1].id, clara.id))
    refuse_first(replica, "name", "She is called otherwise.")
    assert (replica.get(Contact, clara.id), replica.get(Activity, visit.id)) == (None, None)
    async with opened(replica, "/queue") as screen:
        assert screen.says("1 more waits for this one")
        await screen.tap("fix")
        await screen.until_says("Not saved. She is called otherwise.")
        await screen.type("Name", "Clara Weber")
        await screen.tap("save")
        await screen.until(lambda: screen.page.route == f"/contacts/{clara.id}")
    assert office.found(Contact, clara.id).name == "Clara Weber"
    assert replica.get(Activity, visit.id) == visit


async def test_leaving_the_form_of_a_problem_asks_and_leaves_the_problem_as_it_was(
    office: Office,
) -> None:
    office.replica.update(office[1], name="Café Maier")
    refuse_all(office.replica, "name", "No.")
    async with opened(office.replica, "/queue") as screen:
        await screen.tap("fix")
        await screen.until_says("Edit account")
        await screen.press("Back")
        await screen.until_says("Leave without saving?")
        await screen.tap("answer-yes")
        await screen.until(lambda: screen.page.route == "/queue")
    assert len(office.replica.problems()) == 1


async def test_what_the_server_cannot_take_is_told_apart_from_what_it_refused(
    office: Office,
) -> None:
    office.replica.update(office[1], website="https://mueller.example")
    (changeset,) = office.replica.pending()
    problems.park(office.replica._database, changeset, "Division by zero", office.now())
    async with opened(office.replica, "/queue") as screen:
        assert screen.has(f"parked-{changeset.number}")
        assert screen.says("We put it aside so that the rest goes on.")
        assert not screen.says("Division by zero")
        assert not screen.has("fix")
        await screen.tap("try-again")
        await screen.until(lambda: not screen.has("try-again"))
    assert len(office.replica.pending()) == 1


async def test_the_record_of_a_problem_is_named_even_if_it_is_gone(office: Office) -> None:
    clara = office.replica.create(Contact(name="Clara Wagner", account_id=office[1].id))
    accept_all(office.replica)
    office.replica.update(clara, title="Head buyer")
    refuse_all(office.replica, "title", "No.")
    (problem,) = office.replica.problems()
    gone = msgspec.structs.replace(problem.changeset.changes[0], id="gone")
    told = sentence(office.replica, _with(problem.changeset, gone), problem.about)
    assert told == "Edit contact - Clara Wagner"


async def test_what_was_discarded_can_be_copied_and_nothing_else(office: Office) -> None:
    fieldwork.log(office.replica, "note", fieldwork.About(office[1].id), note="Two crates")
    refuse_all(office.replica, "note", "No.")
    office.replica.discard(office.replica.problems()[0])
    async with opened(office.replica, "/queue") as screen:
        assert screen.says("Discarded lately (1)")
        (given,) = read_centre(office.replica).given
        assert "Two crates" in given.text
        row = screen.target(f"given-{given.number}")
        (copy,) = screen.all(ft.TextButton, within=row)
        assert isinstance(copy.action, ft.CopyToClipboard)
        assert copy.action.data == given.text


@pytest.mark.parametrize(
    ("offset_ms", "words"),
    [
        (59_000, ""),
        (-180_000, "3 minutes ahead of"),
        (2 * 3_600_000, "2 hours behind"),
        (-366 * 86_400_000, "366 days ahead of"),
    ],
)
def test_the_clock_is_told_in_words_when_it_is_off_by_more_than_a_minute(
    offset_ms: int, words: str
) -> None:
    told = clock_words(offset_ms)
    assert words in told
    assert bool(told) == bool(words)


async def test_before_most_of_the_device_is_removed_it_asks(admins_office: Office) -> None:
    office = admins_office
    shops = await fill(office, 30)
    office.server.gone = [("account", shop.id) for shop in shops]
    async with opened(office.replica, "/queue") as screen:
        await screen.until_says("Sync would remove 30 records, more than half of this device's.")
        assert screen.says("Sync asks you something")
        await screen.tap("keep-deletions")
        await screen.until_says("Kept for now: 30 records that sync would remove.")
        assert office.replica.count(Account) == 33
        await screen.tap("allow-deletions")
        await screen.until(lambda: not screen.has("pause"))
        assert office.replica.count(Account) == 3


async def test_a_device_can_be_checked(admins_office: Office) -> None:
    async with opened(admins_office.replica, "/queue", host=Browser()) as screen:
        await screen.until_says("Everything is in order")
        assert screen.has("storage")
        await screen.tap("check-device")
        await screen.until(lambda: "this device holds what the server holds" in screen.bar())
        await screen.until(lambda: not screen.says("Checking"))
        admins_office.server.up = False
        await screen.tap("check-device")
        await screen.until(lambda: "checked with the next sync" in screen.bar())


async def test_diagnostics_are_shown_before_they_are_shared(office: Office) -> None:
    office.replica.update(office[0], website="https://adler.example")
    async with opened(office.replica, "/queue") as screen:
        await screen.tap("diagnostics")
        await screen.until_target("diagnostics-text")
        (text,) = screen.words(screen.target("diagnostics-text"))
        assert "waiting: account 1" in text
        assert "Adler" not in text
        (copy,) = screen.all(ft.FilledButton, within=screen.target("copy"))
        assert isinstance(copy.action, ft.CopyToClipboard)
        assert copy.action.data == text


async def test_discard_asks_first(office: Office) -> None:
    fieldwork.log(office.replica, "note", fieldwork.About(office[1].id), note="Two crates")
    refuse_all(office.replica, "note", "No.")
    async with opened(office.replica, "/queue") as screen:
        await screen.tap("discard")
        await screen.until_says("Discard this change?")
        assert office.replica.problems()
        await screen.tap("answer-yes")
        await screen.until(lambda: not screen.has("discard"))
    assert office.replica.problems() == []
    assert office.replica.find(Activity) == []


async def test_signed_out_the_work_stays_and_a_password_field_is_there(office: Office) -> None:
    fieldwork.log(office.replica, "visit", fieldwork.About(office[1].id))
    async with opened(office.replica, "/queue") as screen:
        await screen.until_says("Sign in again")
        assert screen.says("Nothing is lost")
        await screen.type("Password", "wrong password")
        await screen.tap("sign-in")
        await screen.until_says("This replica knows no server.")
        assert screen.says("Log visit - Café Müller")


async def test_after_the_server_took_everything_nothing_is_listed(office: Office) -> None:
    fieldwork.log(office.replica, "visit", fieldwork.About(office[1].id))
    accept_all(office.replica)
    assert read_centre(office.replica).groups == ()


async def test_a_refused_new_record_can_be_tried_again_as_it_was(office: Office) -> None:
    made = office.replica.create(Contact(name="Clara Wagner", account_id=office[1].id))
    refuse_all(office.replica, "account_id", "This customer has moved.")
    assert office.replica.get(Contact, made.id) is None
    async with opened(office.replica, "/queue") as screen:
        assert screen.says("Add contact - Clara Wagner")
        await screen.tap("try-again")
        await screen.until(lambda: not screen.has("try-again"))
    assert office.replica.get(Contact, made.id) == made
    assert [changeset.name for changeset in office.replica.pending()] == ["Add contact"]
