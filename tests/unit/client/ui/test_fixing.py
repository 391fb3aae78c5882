"""Fix opens a refused change with all that was typed, whatever has become of its fields since."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import flet as ft
import msgspec
import pytest

from client import misfits
from client.ui.views.records.draft import Draft
from client.ui.views.records.draft_keeping import kept, mended
from client.ui.views.records.draft_mending import ASKED, BOOKS, mending
from client.ui.views.sync.reading import read_centre
from sync_protocol.changes import Change
from sync_protocol.records import (
    Account,
    Competitor,
    Contact,
    CustomField,
    CustomObject,
    Email,
    Lead,
    ObjectType,
    Option,
    Phone,
    Record,
    Task,
    cells,
    kind_of,
)
from tests.unit.client.ui.harness import Screen, opened
from tests.unit.client.ui.office import Office, accept_all, open_office, refuse_all

if TYPE_CHECKING:
    from collections.abc import AsyncIterator
    from pathlib import Path

TAPS = {"k": Option("Keg"), "b": Option("Bottle", 1)}


@pytest.fixture
async def office(tmp_path: Path) -> AsyncIterator[Office]:
    office = await open_office(tmp_path, role="admin")
    yield office
    await office.replica.close()


def write_freely(office: Office, *changes: Change) -> None:
    """An edit as a version with other rules wrote it."""
    with office.replica.changeset("Edit account"):
        for change in changes:
            office.replica._add(change)


def of_account(office: Office, **values: Any) -> Change:
    raw = {name.replace("__", "."): cells.raw(value) for name, value in values.items()}
    return Change("account", office[1].id, raw)


def refused(office: Office, *changes: Change, field: str = "", reason: str = "No.") -> None:
    write_freely(office, *changes)
    refuse_all(office.replica, field, reason)


def defined(office: Office, name: str, type_: str = "text", **more: Any) -> CustomField:
    fields = {"name": name, "of": "account", "type": type_} | more
    made = office.replica.create(CustomField(**fields))
    accept_all(office.replica)
    return made


def changed(office: Office, record: Record, **fields: Any) -> None:
    """What an administrator has changed since."""
    office.replica.update(record, **fields)
    accept_all(office.replica)


def cafe(office: Office) -> Account:
    found = office.found(Account, office[1].id)
    assert isinstance(found, Account)
    return found


def value(screen: Screen, label: str) -> str:
    return screen.all(ft.TextField, label=label)[-1].value or ""


def given_up(office: Office) -> str:
    """The copies of what was given up."""
    return "\n".join(given.text for given in read_centre(office.replica).given)


async def fixed(screen: Screen) -> None:
    """Tap Fix and wait for the form."""
    await screen.tap("fix")
    await screen.until_target("save")


async def saved(screen: Screen) -> None:
    await screen.tap("save")
    await screen.until(lambda: not screen.page.route.endswith("/edit"))


def kept_edit(office: Office, **typed: Any) -> Draft:
    """What was typed into the account's form and is not saved yet."""
    draft = Draft(cafe(office))
    for name, typed_value in typed.items():
        draft.set(name, typed_value)
    office.replica.keep_draft(kept(draft, f"/accounts/{office[1].id}/edit", 1))
    return draft


async def test_an_unfinished_edit_of_the_same_record_is_mended_along_with_it(
    office: Office,
) -> None:
    refused(office, of_account(office, website="cafe.example"), field="website", reason="No.")
    async with opened(office.replica, f"/accounts/{office[1].id}/edit") as screen:
        await screen.type("About", "An hour of notes")
        await screen.go("/queue")
        await fixed(screen)
        assert screen.bar() == "What you had typed in this form and not saved is here, too."
        assert (value(screen, "Website"), value(screen, "About")) == (
            "cafe.example", "An hour of notes",
        )  # fmt: skip
        await screen.type("Website", "https://cafe.example")
        await saved(screen)
    assert (cafe(office).website, cafe(office).about) == (
        "https://cafe.example", "An hour of notes",
    )  # fmt: skip
    assert office.replica.problems() == office.replica.drafts() == []
    assert given_up(office) == ""


async def test_a_refused_value_that_was_typed_anew_since_is_told_and_a_copy_stays(
    office: Office,
) -> None:
    refused(office, of_account(office, website="cafe.example", industry="Pub"), field="website")
    kept_edit(office, website="https://cafe.example", about="Notes")
    async with opened(office.replica, "/queue") as screen:
        await fixed(screen)
        assert value(screen, "Website") == "https://cafe.example"
        await screen.type("Industry", "Bar")
        await screen.until(lambda: "Bar" in str(office.replica.drafts()[0].body))
    async with opened(office.replica, f"/accounts/{office[1].id}/edit") as screen:
        words = screen.words(screen.target("unshown"))
        assert words[words.index("Website") + 1] == "cafe.example"
        assert screen.says("You have typed something else there since.")
        await saved(screen)
    found = cafe(office)
    assert (found.website, found.industry, found.about) == ("https://cafe.example", "Bar", "Notes")
    assert office.replica.problems() == []
    assert "Website: cafe.example" in given_up(office)


async def test_phones_of_both_are_in_the_form(office: Office) -> None:
    refused(office, of_account(office, phones__1={"number": "1"}), field="phones")
    kept_edit(office, phones={"2": Phone("2")})
    async with opened(office.replica, "/queue") as screen:
        await fixed(screen)
        assert {x.value for x in screen.all(ft.TextField, label="Phone")} == {"1", "2"}
        await saved(screen)
    assert cafe(office).phones == {"1": Phone("1"), "2": Phone("2")}


async def test_what_a_field_holds_no_longer_stands_in_it_until_it_is_put_right(
    office: Office,
) -> None:
    refused(office, of_account(office, employees="many", website="cafe.example"), field="employees")
    async with opened(office.replica, "/queue") as screen:
        assert screen.says("many")
        assert screen.says("Employees cannot hold this any more.")
        await screen.tap("try-again")
        await screen.until(lambda: "Employees cannot hold this" in screen.bar())
        await fixed(screen)
        assert (value(screen, "Employees"), value(screen, "Website")) == ("many", "cafe.example")
        assert screen.says("Not saved. Employees cannot hold this any more.")
        await screen.tap("save")
        await screen.until_says("Not saved. Write a whole number, like 25.")
        assert len(office.replica.problems()) == 1
        await screen.type("Employees", "25")
        await saved(screen)
    assert (cafe(office).employees, cafe(office).website) == (25, "cafe.example")
    assert office.replica.problems() == []
    assert given_up(office) == ""
    assert len(office.replica.pending()) == 1


async def test_an_entry_that_is_not_valid_any_more_stands_in_its_line(office: Office) -> None:
    refused(office, of_account(office, emails__1={"address": "adler"}), field="emails")
    async with opened(office.replica, "/queue") as screen:
        await fixed(screen)
        assert value(screen, "E-mail") == "adler"
        await screen.type("E-mail", "info@adler.example")
        await saved(screen)
    assert cafe(office).emails == {"1": Email("info@adler.example")}


async def test_what_no_field_can_show_is_told_as_text_and_a_copy_outlives_saving(
    office: Office,
) -> None:
    refused(office, of_account(office, kind="shop", website="cafe.example"), field="kind")
    async with opened(office.replica, "/queue") as screen:
        await fixed(screen)
        words = screen.words(screen.target("unshown"))
        assert words[-3:-1] == ["Kind", "shop"]
        assert words[-1].startswith("Kind cannot hold this any more. Saving leaves it out;")
        (copy,) = screen.all(ft.TextButton, within=screen.target("unshown"))
        assert isinstance(copy.action, ft.CopyToClipboard)
        assert copy.action.data == "Kind: shop"
        await saved(screen)
    assert (cafe(office).kind, cafe(office).website) == ("company", "cafe.example")
    assert office.replica.problems() == []
    assert "Kind: shop" in given_up(office)


async def test_where_nothing_is_left_to_write_nothing_is_sent_and_the_copy_stays(
    office: Office,
) -> None:
    refused(office, of_account(office, kind="shop"), field="kind")
    async with opened(office.replica, "/queue") as screen:
        await fixed(screen)
        await saved(screen)
    assert office.replica.pending() == office.replica.problems() == []
    assert "Kind: shop" in given_up(office)


async def test_a_new_record_without_what_it_needs_is_made_from_its_form(office: Office) -> None:
    write_freely(office, Change("contact", "c1", {"title": cells.raw("Boss")}, create=True))
    office.replica.label(office[0], "Prospect")
    refuse_all(office.replica, "name", "Name is needed.")
    async with opened(office.replica, "/queue") as screen:
        await fixed(screen)
        assert value(screen, "Title, role") == "Boss"
        await screen.type("Name", "Clara Wagner")
        await saved(screen)
    made = office.found(Contact, "c1")
    assert isinstance(made, Contact)
    assert (made.name, made.title) == ("Clara Wagner", "Boss")


@pytest.mark.parametrize(
    ("since", "sentence"),
    [({"archived": True}, misfits.FIELD_ARCHIVED), ({"deleted": True}, misfits.FIELD_REMOVED)],
)
async def test_a_value_of_a_field_that_is_gone_is_told_as_text_and_kept(
    office: Office, since: dict[str, Any], sentence: str
) -> None:
    tap = defined(office, "Tap", "choice", options=TAPS)
    office.replica.update(office[1], custom={tap.id: "b"}, website="cafe.example")
    refuse_all(office.replica, "website", "No.")
    changed(office, tap, **since)
    async with opened(office.replica, "/queue") as screen:
        assert screen.says(sentence)
        await fixed(screen)
        words = screen.words(screen.target("unshown"))
        assert words[-3:] == ["Tap", "Bottle", f"{sentence} Saving keeps it with the record."]
        await screen.type("Website", "https://cafe.example")
        await saved(screen)
    assert (cafe(office).custom, cafe(office).website) == ({tap.id: "b"}, "https://cafe.example")
    assert given_up(office) == ""


async def test_a_choice_that_is_not_offered_any_more_is_still_chosen_in_the_form(
    office: Office,
) -> None:
    tap = defined(office, "Tap", "choice", options=TAPS)
    office.replica.update(office[1], custom={tap.id: "b"})
    refuse_all(office.replica, "custom", "No.")
    changed(office, tap, options={"k": Option("Keg"), "b": Option("Bottle", 1, archived=True)})
    async with opened(office.replica, "/queue") as screen:
        assert screen.says("No. This choice is not offered any more.")
        await fixed(screen)
        assert screen.says("Bottle (not offered)")
        assert not screen.has("unshown")
        await screen.tap(f"custom-{tap.id}-k")
        await saved(screen)
    assert cafe(office).custom == {tap.id: "k"}


async def test_a_value_of_a_field_of_another_type_by_now_stands_in_it(office: Office) -> None:
    since = defined(office, "Customer since")
    office.replica.update(office[1], custom={since.id: "last May"})
    refuse_all(office.replica, "custom", "No.")
    changed(office, since, type="date")
    async with opened(office.replica, "/queue") as screen:
        assert screen.says("No. Write a date like 2026-05-31.")
        await fixed(screen)
        assert value(screen, "Customer since") == "last May"
        await screen.type("Customer since", "1 May 2026")
        await saved(screen)
    assert cafe(office).custom == {since.id: "2026-05-01"}


async def test_records_of_a_companys_own_type_are_mended_in_their_form(office: Office) -> None:
    own = office.replica.create(ObjectType(name="Machine"))
    serial = defined(office, "Serial", of=own.id)
    made = CustomObject(name="Tap 3", type_id=own.id, custom={serial.id: "S1"})
    made = office.replica.create(made)
    refuse_all(office.replica, "name", "No.")
    async with opened(office.replica, "/queue") as screen:
        await fixed(screen)
        assert (value(screen, "Name"), value(screen, "Serial")) == ("Tap 3", "S1")
        await screen.type("Name", "Tap 4")
        await saved(screen)
    found = office.found(CustomObject, made.id)
    assert isinstance(found, CustomObject)
    assert (found.name, found.custom) == ("Tap 4", {serial.id: "S1"})


async def test_a_record_of_a_type_that_was_removed_is_told_in_words_and_can_be_given_up(
    office: Office,
) -> None:
    own = office.replica.create(ObjectType(name="Machine"))
    accept_all(office.replica)
    office.replica.create(CustomObject(name="Tap 3", type_id=own.id))
    refuse_all(office.replica, "", "No.")
    changed(office, own, deleted=True)
    async with opened(office.replica, "/queue") as screen:
        assert screen.says("This type of record was removed.")
        assert screen.says("Tap 3")
        assert not screen.has("fix")
        await screen.tap("discard")
        await screen.until_says("Discard this change?")
        await screen.tap("answer-yes")
        await screen.until(lambda: not screen.has("discard"))
    assert "Name: Tap 3" in given_up(office)


async def test_an_edit_of_such_a_record_leads_to_no_page_that_is_gone(office: Office) -> None:
    own = office.replica.create(ObjectType(name="Machine"))
    made = office.replica.create(CustomObject(name="Tap 3", type_id=own.id))
    accept_all(office.replica)
    office.replica.update(made, about="Leaks")
    refuse_all(office.replica, "", "No.")
    changed(office, own, deleted=True)
    async with opened(office.replica, "/queue") as screen:
        assert screen.says("Leaks")
        assert not screen.has("fix")


@pytest.mark.parametrize(
    ("record", "route"), [(Lead(name="Lea"), "/leads"), (Competitor(name="Lea"), "/competitors")]
)
async def test_leads_and_plain_records_are_mended_in_their_forms(
    office: Office, record: Record, route: str
) -> None:
    made = office.replica.create(record)
    refuse_all(office.replica, "name", "No.")
    async with opened(office.replica, "/queue") as screen:
        await fixed(screen)
        assert screen.page.route == f"{route}/{made.id}/edit"
        assert value(screen, "Name") == "Lea"
        await screen.type("Name", "Lea Lang")
        await saved(screen)
    assert getattr(office.found(type(record), made.id), "name", "") == "Lea Lang"


async def test_custom_fields_that_have_a_form_of_their_own_are_mended_there(
    office: Office,
) -> None:
    task = office.replica.create(Task(title="Ask", account_id=office[1].id))
    effort = defined(office, "Effort", of="task")
    office.replica.update(task, custom={effort.id: "an hour"})
    refuse_all(office.replica, "custom", "No.")
    changed(office, effort, type="number")
    async with opened(office.replica, "/queue") as screen:
        await fixed(screen)
        assert value(screen, "Effort") == "an hour"
        await screen.type("Effort", "1")
        await screen.tap("save")
        await screen.until(lambda: not office.replica.problems())
    found = office.found(Task, task.id)
    assert isinstance(found, Task)
    assert found.custom == {effort.id: "1"}


async def test_mending_one_of_several_records_writes_the_others_again_with_it(
    office: Office,
) -> None:
    with office.replica.changeset("Edit accounts"):
        office.replica.update(office[0], website="adler.example")
        office.replica.update(office[1], website="cafe.example")
    (changeset,) = office.replica.pending()
    refuse_all(office.replica, "website", "No.")
    async with opened(office.replica, "/queue") as screen:
        await fixed(screen)
        await screen.type("Website", "https://adler.example")
        await saved(screen)
    assert cafe(office).website == "cafe.example"
    first = office.found(Account, office[0].id)
    assert isinstance(first, Account)
    assert first.website == "https://adler.example"
    (again,) = office.replica.pending()
    assert (again.name, len(again.changes)) == (changeset.name, 2)


async def test_a_damaged_value_spoils_nothing_else(office: Office) -> None:
    change = of_account(office, website="cafe.example")
    broken = {"name": msgspec.Raw(b"\xa1\xff"), "custom.x": cells.raw({1: [2]})}
    refused(office, msgspec.structs.replace(change, cells=broken | change.cells), field="name")
    async with opened(office.replica, "/queue") as screen:
        assert screen.says("Name is damaged.")
        await fixed(screen)
        assert value(screen, "Name") == "Café Müller"
        assert value(screen, "Website") == "cafe.example"
        await saved(screen)
    assert cafe(office).website == "cafe.example"
    assert "Website: cafe.example" in given_up(office)


async def test_a_type_that_this_version_does_not_know_is_told_and_the_servers_to_judge(
    office: Office,
) -> None:
    refused(office, Change("spaceship", "s1", {"crew": cells.raw(5)}, create=True))
    async with opened(office.replica, "/queue") as screen:
        assert screen.says(misfits.UNKNOWN_TYPE)
        assert not screen.has("fix")
        await screen.tap("try-again")
        await screen.until(lambda: not screen.has("try-again"))
    assert [changeset.changes[0].kind for changeset in office.replica.pending()] == ["spaceship"]


async def test_a_field_that_this_version_does_not_know_goes_along(office: Office) -> None:
    refused(office, of_account(office, mood="good", website="cafe.example"), field="website")
    async with opened(office.replica, "/queue") as screen:
        await fixed(screen)
        assert screen.says("This version of Fieldbook does not know this field. Saving keeps it")
        await screen.type("Website", "https://cafe.example")
        await saved(screen)
    ((change,),) = (changeset.changes for changeset in office.replica.pending())
    assert change.cells["mood"] == cells.raw("good")


async def test_mending_goes_on_where_it_was_also_of_what_is_not_valid(office: Office) -> None:
    refused(office, of_account(office, employees="many", kind="shop"), field="employees")
    (problem,) = office.replica.problems()
    draft = mending(office.replica, problem)
    assert draft is not None
    draft.set("industry", "Coffee")
    office.replica.keep_draft(kept(draft, "/", 1))
    again = mended(office.replica, problem)
    assert again is not None
    assert again.mends == draft.mends
    assert (again.now.employees, again.now.industry) == ("many", "Coffee")


@pytest.mark.parametrize("kind", BOOKS)
async def test_what_the_forms_are_said_to_ask_for_stands_in_them(office: Office, kind: str) -> None:
    struct = {"account": Account, "contact": Contact, "lead": Lead}[kind]
    fields = kind_of(struct).fields
    texts = {n: f"the {n}" for n in ASKED[kind] if fields[n].storage == "text" and n[-3:] != "_id"}
    given = texts.keys() - {"kind", "birthday"}
    made = office.replica.create(struct(name="All of it", **{name: texts[name] for name in given}))
    async with opened(office.replica, f"/{BOOKS[kind]}/{made.id}/edit") as screen:
        for name in given:
            assert screen.says(texts[name])
