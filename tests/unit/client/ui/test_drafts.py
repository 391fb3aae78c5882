"""What is typed into a form stays, through anything: each app here is a new one over the replica.

The replica is not closed in between: its file is copied as a killed app leaves it.
"""

from __future__ import annotations

import shutil
from typing import TYPE_CHECKING

import flet as ft
import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from client.replica import DraftKey, Replica
from client.store import migrations
from client.ui.views.records.draft import Draft
from client.ui.views.records.draft_keeping import kept, mended, restored
from client.ui.views.records.draft_mending import mending
from sync_protocol.records import Account, Address, Contact, Email, Phone, Task
from tests.unit.client.ui.harness import opened
from tests.unit.client.ui.office import accept_all, open_office, refuse_all

if TYPE_CHECKING:
    from collections.abc import AsyncIterator
    from pathlib import Path

    from tests.unit.client.ui.harness import Screen
    from tests.unit.client.ui.office import Office

WHO = ("Name", "Phone", "E-mail")


@pytest.fixture
async def office(tmp_path: Path) -> AsyncIterator[Office]:
    office = await open_office(tmp_path)
    yield office
    await office.replica.close()


def value(screen: Screen, label: str) -> str:
    return screen.all(ft.TextField, label=label)[0].value


async def killed(tmp_path: Path, office: Office) -> Replica:
    """The replica as the next app finds it when this one was killed just now."""
    for end in ("", "-wal"):
        shutil.copy(tmp_path / f"replica.db{end}", tmp_path / f"later.db{end}")
    return await Replica.open(str(tmp_path / "later.db"), now=office.now)


async def test_a_killed_app_finds_what_was_typed_by_the_last_pause(
    tmp_path: Path, office: Office
) -> None:
    async with opened(office.replica, "/contacts/new") as screen:
        await screen.type("Name", "Zoe")
        await screen.type("Phone", "0171 22")
        await screen.type("E-mail", "zoe at")
        await screen.until(office.replica.drafts)
        later = await killed(tmp_path, office)
    async with later, opened(later, "/contacts/new") as screen:
        assert screen.says("What you typed before is still here.")
        assert [value(screen, label) for label in WHO] == ["Zoe", "0171 22", "zoe at"]
        await screen.type("E-mail", "zoe@example.com")
        await screen.tap("save")
        assert screen.bar() == "Contact saved"
        assert later.drafts() == []
        assert later.count(Contact) == 2


async def test_leaving_keeps_at_once_with_a_new_account_that_is_not_made_yet(
    tmp_path: Path, office: Office
) -> None:
    async with opened(office.replica, "/contacts/new") as screen:
        await screen.type("Account", "Weinhaus Rebe")
        await screen.until_target("new-account")
        await screen.tap("new-account")
        await screen.go("/")
        later = await killed(tmp_path, office)
    async with later, opened(later, "/contacts/new") as screen:
        assert screen.says("New account: Weinhaus Rebe")
        await screen.type("Name", "Zoe")
        await screen.tap("save")
        (made,) = later.find(Account, name="Weinhaus Rebe")
        assert made.territory_id == office[0].territory_id


async def test_an_edit_goes_on_over_what_others_have_changed_meanwhile(office: Office) -> None:
    replica = office.replica
    route = f"/accounts/{office[0].id}/edit"
    async with opened(replica, route) as screen:
        await screen.type("Industry", "Brewery")
        await screen.go("/")
    replica.update(office[0], website="https://adler.example")
    accept_all(replica)
    async with opened(replica, route) as screen:
        assert value(screen, "Industry") == "Brewery"
        assert value(screen, "Website") == "https://adler.example"
        await screen.tap("save")
        (waiting,) = replica.pending()
        assert [sorted(change.cells) for change in waiting.changes] == [["industry"]]


@pytest.mark.parametrize("how", ["start-afresh", "throw away"])
async def test_what_is_thrown_away_is_gone_for_good(office: Office, how: str) -> None:
    async with opened(office.replica, "/accounts/new") as screen:
        await screen.type("Name", "Kiosk")
        await screen.go("/")
        await screen.go("/accounts/new")
        await screen.until_target("start-afresh")
        if how == "start-afresh":
            await screen.tap("start-afresh")
            await screen.until(lambda: value(screen, "Name") == "")
        else:
            await screen.tap(screen.all(ft.IconButton, tooltip="Back")[-1])
            await screen.until_target("answer-yes")
            await screen.tap("answer-yes")
        await screen.go("/")
        assert office.replica.drafts() == []


async def test_what_was_typed_and_taken_back_leaves_nothing(office: Office) -> None:
    async with opened(office.replica, f"/contacts/{office.contact.id}/edit") as screen:
        await screen.type("Title, role", "Buyer")
        await screen.until(office.replica.drafts)
        await screen.type("Title, role", "")
        await screen.until(lambda: not office.replica.drafts())


async def test_new_contacts_of_two_accounts_are_two_drafts(office: Office) -> None:
    async with opened(office.replica, f"/contacts/new?account={office[1].id}") as screen:
        await screen.type("Name", "Zoe")
        await screen.go(f"/contacts/new?account={office[2].id}")
        await screen.until(lambda: value(screen, "Name") == "")
        await screen.type("Name", "Max")
        await screen.go("/unfinished")
        await screen.until_says("New contact: Max")
        assert screen.says("New contact: Zoe")


async def test_unfinished_forms_are_listed_lead_back_and_can_be_thrown_away(
    office: Office,
) -> None:
    async with opened(office.replica, "/more") as screen:
        assert not screen.has("more-unfinished")
        await screen.go(f"/contacts/{office.contact.id}/edit")
        await screen.type("Title, role", "Buyer")
        await screen.go("/more")
        await screen.until_target("more-unfinished")
        await screen.tap("more-unfinished")
        await screen.until_says("Edit contact: Ada Byrne")
        await screen.tap(f"throw-contact-{office.contact.id}")
        await screen.until_says("Nothing unfinished")
        await screen.undo()
        await screen.until_target(f"unfinished-contact-{office.contact.id}")
        await screen.tap(f"unfinished-contact-{office.contact.id}")
        await screen.until(lambda: screen.page.route == f"/contacts/{office.contact.id}/edit")
        assert value(screen, "Title, role") == "Buyer"


async def test_drafts_outlive_a_session_and_go_with_signing_out(
    tmp_path: Path, office: Office
) -> None:
    replica = office.replica
    replica.keep_draft(kept(Draft(Contact(name="Zoe")), "/contacts/new", 1))
    replica.end_session()
    assert [draft.title for draft in replica.drafts()] == ["Zoe"]
    await replica.sign_out(wipe=True)
    async with await Replica.open(str(tmp_path / "replica.db")) as office.replica:
        assert office.replica.drafts() == []


async def test_the_mending_of_a_refused_edit_goes_on_where_it_was(office: Office) -> None:
    replica = office.replica
    replica.update(office[0], website="adler")
    refuse_all(replica, "website", "This is no address.")
    (problem,) = replica.problems()
    draft = mending(replica, problem)
    assert draft is not None
    draft.set("industry", "Brewery")
    replica.keep_draft(kept(draft, "/", 1))
    again = mended(replica, problem)
    assert again is not None
    assert again.mends is not None
    assert again.mends.problem == problem
    assert isinstance(again.now, Account)
    assert (again.now.website, again.now.industry) == ("adler", "Brewery")
    replica.discard(problem)
    alone = restored(replica, draft.key)
    assert alone is not None
    assert alone.changes() == {"industry": "Brewery"}


async def test_an_older_replica_is_given_room_for_drafts(tmp_path: Path, office: Office) -> None:
    connection = office.replica._connection
    connection.exec_driver_sql("DROP TABLE draft")
    connection.exec_driver_sql("PRAGMA user_version = 4")
    connection.commit()
    migrations.migrate(connection)
    assert office.replica.drafts() == []


texts = st.text(max_size=8)
contacts = st.builds(
    Contact,
    name=texts,
    birthday=st.none() | texts,
    phones=st.dictionaries(texts, st.builds(Phone, texts, texts), max_size=2),
    emails=st.dictionaries(texts, st.builds(Email, texts), max_size=2),
    addresses=st.dictionaries(texts, st.builds(Address, town=texts), max_size=2),
    custom=st.dictionaries(texts, texts | st.booleans() | st.tuples(texts), max_size=2),
)


@given(contacts, contacts)
def test_whatever_was_typed_comes_back_as_it_was(before: Contact, now: Contact) -> None:
    draft = Draft(before)
    draft.now = now
    shelf = Shelf(kept(draft, "/contacts/new", 1))
    again = restored(shelf, draft.key)  # type: ignore[arg-type]
    assert again is not None
    assert (again.before, again.now) == (before, now)


class Shelf(msgspec.Struct):
    """A replica of one draft."""

    only: object

    def draft(self, _key: DraftKey) -> object:
        return self.only

    def problems(self) -> list[object]:
        return []


async def test_a_task_that_is_half_typed_is_there_again_until_its_day_is_tapped(
    office: Office,
) -> None:
    replica, what = office.replica, "What is to be done"
    async with opened(replica, "/new/task") as screen:
        await screen.type(what, "Ask about kegs")
        await screen.go("/unfinished")
        await screen.until_says("New task: Ask about kegs")
    async with opened(replica, "/new/task") as screen:
        assert value(screen, what) == "Ask about kegs"
        await screen.tap("task-1")
        await screen.until(lambda: replica.find(Task, title="Ask about kegs"))
        await screen.go("/new/task")
        assert value(screen, what) == ""
        assert replica.drafts() == []
