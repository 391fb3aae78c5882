"""Behind the strip: what waits and what was refused, in words, and nothing is ever lost quietly."""

from __future__ import annotations

from client import fieldwork
from client.sync.loop import Phase
from client.ui.components import sync_strip as strip
from client.ui.views.queue import read_queue
from sync_protocol.records import Activity, Contact
from tests.unit.client.ui.harness import opened
from tests.unit.client.ui.office import Office, accept_all, refuse_all

MINUTE_MS = 60_000


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
    assert read_queue(office.replica).groups == ()


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


async def test_fix_leads_to_the_record(office: Office) -> None:
    office.replica.update(office[1], name="Café Maier")
    refuse_all(office.replica, "name", "Another customer has this name.")
    async with opened(office.replica, "/queue") as screen:
        assert screen.says("Edit account - Café Müller")
        await screen.tap("fix")
        await screen.until(lambda: screen.page.route == f"/accounts/{office[1].id}")


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
    assert read_queue(office.replica).groups == ()


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
