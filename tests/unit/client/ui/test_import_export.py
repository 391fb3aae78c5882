"""Files in and out on the screen: preview, writing in slices, undo, saving."""

from __future__ import annotations

import csv
import io
from typing import TYPE_CHECKING, Any

import flet as ft
import pytest

from client.interchange import package, packing
from client.interchange.exporter import export
from client.replica import Replica
from client.ui.signs import SIGNS
from sync_protocol.records import (
    Account,
    Attachment,
    Case,
    Condition,
    Contact,
    CustomField,
    CustomObject,
    Filter,
    Label,
    Lead,
    ObjectType,
    SalesOrder,
    Segment,
)
from tests.unit.client.ui.harness import opened
from tests.unit.client.ui.office import Office, open_office

if TYPE_CHECKING:
    from collections.abc import AsyncIterator
    from pathlib import Path

    from tests.unit.client.ui.harness import Screen

PEOPLE = """\
First Name,Last Name,Company,E-mail Address,Mobile Phone,Shoe Size,Labels
Zoe,Brown,Weinhaus Rebe,zoe@example.com,0171 222333,41,Prospect;VIP
Max,Huber,Weinhaus Rebe,max at example,0171 999,,Prospect
Ida,Klein,Brauerei Adler,ida@example.com,,38,
"""


@pytest.fixture
async def office(tmp_path: Path) -> AsyncIterator[Office]:
    office = await open_office(tmp_path)
    yield office
    await office.replica.close()


async def pick(screen: Screen, *files: tuple[str, bytes]) -> None:
    """Choose files as the client reports it after the tap."""
    await screen.until_target("pick-file")
    (button,) = screen.all(ft.FilledButton, within=screen.target("pick-file"))
    action: Any = button.action
    held = [
        {"id": number, "name": name, "size": len(data), "bytes": data}
        for number, (name, data) in enumerate(files)
    ]
    await screen.event(action.file_picker, "result", {"files": held})


async def test_an_import_is_seen_before_it_is_written_and_undone_as_one(office: Office) -> None:
    replica = office.replica
    async with opened(replica, "/import") as screen:
        await pick(screen, ("people.csv", PEOPLE.encode()))
        await screen.until_says("Import 5")
        assert screen.says("3 rows: 2 accounts, 3 contacts, 2 labels")
        assert screen.says("is no e-mail address")
        assert replica.count(Contact) == 1
        await screen.tap("import-start")
        await screen.until_says("Import done: 1 account, 3 contacts, 1 new label added.")
        ida = next(x for x in replica.find(Contact) if x.name == "Ida Klein")
        assert ida.account_id == office[0].id, "an account of that name is joined"
        rebe = next(x for x in replica.find(Account) if x.name == "Weinhaus Rebe")
        assert rebe.territory_id == office[0].territory_id
        zoe = next(x for x in replica.find(Contact) if x.name == "Zoe Brown")
        assert [x.name for x in replica.labels_of(zoe.id)] == ["Prospect", "VIP"]
        assert [x.value for x in zoe.imported.values()] == ["41"]
        await screen.tap("import-undo")
        await screen.until_target("pick-file")
    assert [replica.count(x) for x in (Account, Contact)] == [3, 1]
    assert replica.count(Label) == 2, "a rep may make a label but not delete one"


async def packed(replica: Replica) -> bytes:
    out = io.BytesIO()
    await packing.pack(replica, out)
    return out.getvalue()


async def import_people(screen: Screen) -> None:
    await pick(screen, ("people.csv", PEOPLE.encode()))
    await screen.until_says("Import 5")
    await screen.tap("import-start")
    await screen.until_target("import-undo")


async def test_an_import_is_undone_whatever_was_done_since(office: Office) -> None:
    replica = office.replica
    async with opened(replica, "/import") as screen:
        await import_people(screen)
        replica.update(office[0], industry="Gastronomy")
        await screen.tap("import-undo")
        await screen.until(lambda: "Undone: Import people.csv" in screen.bar())
    assert [replica.count(x) for x in (Account, Contact)] == [3, 1]
    assert replica.count(Account, industry="Gastronomy") == 1


async def test_an_import_that_is_undone_leaves_what_was_changed_since_and_names_it(
    office: Office,
) -> None:
    replica = office.replica
    async with opened(replica, "/import") as screen:
        await import_people(screen)
        (rebe,) = replica.find(Account, name="Weinhaus Rebe")
        replica.update(rebe, industry="Wine")
        await screen.tap("import-undo")
        await screen.until(lambda: "Undone: Import people.csv" in screen.bar())
        assert "Weinhaus Rebe stays as it was changed since." in screen.bar()
    assert replica.count(Account) == 4


async def test_an_import_is_undone_from_the_list_of_what_was_done(office: Office) -> None:
    replica = office.replica
    async with opened(replica, "/import") as screen:
        await import_people(screen)
        replica.update(office[0], industry="Gastronomy")
        (key,) = (act.key for act in replica.acts() if act.name == "Import people.csv")
        await screen.go("/did")
        await screen.until_target(f"undo-{key}")
        await screen.tap(f"undo-{key}")
        await screen.until_says("Undone: Import people.csv")
        assert replica.count(Contact) == 1
        await screen.tap(f"redo-{key}")
        await screen.until(lambda: replica.count(Contact) == 4)


async def test_a_column_is_given_another_meaning_and_the_counts_follow(office: Office) -> None:
    async with opened(office.replica, "/import") as screen:
        await pick(screen, ("people.csv", PEOPLE.encode()))
        await screen.until_says("3 rows: 2 accounts, 3 contacts, 2 labels")
        key = next(x for x in screen.identifiers() if x.startswith("column-Labels"))
        (choice,) = screen.all(ft.Dropdown, within=screen.target(key))
        screen.session.apply_patch(choice._i, {"value": "skip"})
        await screen.event(choice, "select")
        await screen.until_says("3 rows: 2 accounts, 3 contacts")
        await screen.until(lambda: not screen.says("2 labels"))


async def test_a_file_that_cannot_be_read_says_why(office: Office) -> None:
    async with opened(office.replica, "/import") as screen:
        await pick(screen, ("people.csv", b"<!DOCTYPE html><p>no"))
        await screen.until_says("This is a web page, neither CSV nor vCard.")
        await pick(screen, ("a.csv", b"Name\nA\n"), ("b.csv", b"Name\nB\n"))
        await screen.until_says("Several vCards can be imported at once, but only one table.")


async def test_several_cards_are_one_import(office: Office) -> None:
    cards = [
        (f"{name}.vcf", f"BEGIN:VCARD\nVERSION:3.0\nFN:{name}\nN:;{name};;;\nEND:VCARD\n".encode())
        for name in ("Kai", "Lou")
    ]
    async with opened(office.replica, "/import") as screen:
        await pick(screen, *cards)
        await screen.until_says("2 rows: 2 contacts")
        await screen.tap("import-start")
        await screen.until_says("Import done: 2 contacts added.")
        await screen.tap("import-show")
        await screen.until_says("3 in all")


async def test_an_export_counts_what_it_will_write(office: Office) -> None:
    office.replica.label(office.contact, "Prospect")
    async with opened(office.replica, "/export") as screen:
        screen.session.apply_page_patch({"platform": "linux"})
        await screen.until_says("Save 1 contact")
        await screen.tap("export-what-account")
        await screen.until_says("Save 3 accounts")
        await screen.tap(f"export-label-{office.replica.label_named('Prospect').id}")
        await screen.until_says("Save 0 accounts")
        await screen.tap("export-what-contact")
        await screen.until_says("Save 1 contact")
        await screen.tap("export-save")
        await screen.until(lambda: screen.bar() == "contacts.csv made, 1 record")


@pytest.fixture
def cooler(admins_office: Office) -> ObjectType:
    own = admins_office.replica.create(ObjectType(name="Cooler", plural="Coolers"))
    admins_office.replica.create(CustomField(name="Litres", of=own.id, type="number"))
    facts = {"type_id": own.id, "account_id": admins_office[0].id}
    admins_office.replica.create(CustomObject(name="KX-1", **facts))
    return own


async def test_own_records_are_imported_seen_first_matched_and_taken_back(
    admins_office: Office, cooler: ObjectType
) -> None:
    replica = admins_office.replica
    table = b"Name,Account,Size\nKX-1,Brauerei Adler,700\nKX-2,Brauerei Adler,90\n"
    async with opened(replica, "/import") as screen:
        await pick(screen, ("machines.csv", table))
        await screen.until_says("2 rows: 1 account, 2 contacts")
        await screen.tap(f"import-type-{cooler.id}")
        await screen.until_says("2 rows: 1 Cooler, 1 already here")
        assert screen.says("takes over what the file says")
        assert not screen.says("New accounts go into")
        key = next(x for x in screen.identifiers() if x.startswith("column-Size"))
        (choice,) = screen.all(ft.Dropdown, within=screen.target(key))
        assert "custom:Litres" in [option.key for option in choice.options or ()]
        screen.session.apply_patch(choice._i, {"value": "custom:Litres"})
        await screen.event(choice, "select")
        await screen.until_says("Import 2")
        await screen.tap("import-start")
        await screen.until_says("Import done: 1 Cooler added, 1 brought up to date.")
        assert sorted(tuple(x.custom.values()) for x in replica.find(CustomObject)) == [
            ("700",), ("90",),
        ]  # fmt: skip
        await screen.tap("import-show")
        await screen.until(lambda: screen.page.route == f"/objects/{cooler.id}")
        await screen.go("/import")
        await screen.tap("import-undo")
        await screen.until(lambda: replica.count(CustomObject) == 1)
        assert [x.custom for x in replica.find(CustomObject)] == [{}]


async def test_a_file_named_after_an_own_type_is_taken_for_its_records(
    admins_office: Office, cooler: ObjectType
) -> None:
    async with opened(admins_office.replica, "/import") as screen:
        await pick(screen, ("Coolers.csv", b"Name,Litres\nKX-9,90\n"))
        await screen.until_says("1 row: 1 Cooler")


async def test_own_records_are_exported_as_a_table_by_their_segments(
    admins_office: Office, cooler: ObjectType
) -> None:
    replica = admins_office.replica
    replica.create(CustomObject(name="KX-2", type_id=cooler.id))
    wanted = Filter(conditions=(Condition("name", "is", ("KX-2",)),))
    segment = replica.create(Segment(name="Second", of=cooler.id, filter=wanted))
    async with opened(replica, "/export") as screen:
        screen.session.apply_page_patch({"platform": "linux"})
        await screen.tap(f"export-what-{cooler.id}")
        await screen.until_says("Save 2 Coolers")
        assert not screen.has("export-as-vcard")
        await screen.tap(f"export-segment-{segment.id}")
        await screen.until_says("Save 1 Cooler")
        await screen.tap("export-save")
        await screen.until(lambda: screen.bar() == "coolers.csv made, 1 record")


BILLS = """\
Customer;Invoice;Due;Amount
Brauerei Adler;4711;16.11.2025;1.234,50
Hotel Post;4712;2025-12-01;80
Nobody;4713;2025-12-01;80
Hotel Post;4714;soon;80
"""


async def test_open_invoices_are_seen_brought_and_undone_like_any_import(office: Office) -> None:
    replica = office.replica
    async with opened(replica, "/import") as screen:
        await pick(screen, ("open.csv", BILLS.encode()))
        await screen.until_says("2 new invoices")
        assert screen.says("Invoice: Invoice")
        assert screen.says("Line 4: No customer is called Nobody.")
        assert screen.says("Line 5: soon is no date that could be read.")
        assert replica.count(SalesOrder) == 0
        assert screen.says("Import 2")
        await screen.tap("import-start")
        await screen.until_says("Import done: 2 invoices added, 0 changed.")
        assert {x.invoice.number for x in replica.find(SalesOrder) if x.invoice} == {"4711", "4712"}
        await screen.tap("import-undo")
        await screen.until_target("pick-file")
        assert replica.count(SalesOrder) == 0
        await pick(screen, ("open.csv", BILLS.encode()))
        await screen.until_says("2 new invoices")
        await screen.tap("import-start")
        await screen.until_target("import-again")
        await screen.tap("import-again")
        await pick(screen, ("open.csv", BILLS.encode()))
        await screen.until_says("2 already here")


async def test_a_table_can_be_called_one_of_invoices_and_is_told_what_it_lacks(
    office: Office,
) -> None:
    async with opened(office.replica, "/import") as screen:
        await pick(screen, ("people.csv", PEOPLE.encode()))
        await screen.until_says("3 rows: 2 accounts, 3 contacts, 2 labels")
        await screen.tap("import-type-invoice")
        await screen.until_says("A table of open invoices has the columns Customer and Invoice")
        assert screen.says("Line 2: A customer and an invoice's number are needed.")
        await screen.tap("import-type-contact")
        await screen.until_says("3 rows: 2 accounts, 3 contacts, 2 labels")


async def test_all_together_goes_out_in_one_file_and_comes_in_again(
    admins_office: Office, cooler: ObjectType
) -> None:
    replica = admins_office.replica
    data = await packed(replica)
    async with opened(replica, "/export") as screen:
        screen.session.apply_page_patch({"platform": "linux"})
        await screen.tap("export-what-all")
        await screen.until_says("Save 11 records")
        assert not screen.has("export-label-")
        assert not screen.has("export-files-with")
        await screen.tap("export-save")
        await screen.until(lambda: screen.bar() == "Nothing was saved")
        replica.delete(replica.find(CustomObject)[0])
        await screen.go("/import")
        await pick(screen, (packing.FILENAME, data))
        await screen.until_says("11 rows: 1 record of your own, 10 already here")
        assert not screen.says("Each row is")
        await screen.tap("import-start")
        await screen.until_says("Import done: 1 record of your own added, 10 brought up to date.")
        assert replica.count(CustomObject) == 1


async def test_cases_and_other_records_go_out_as_tables(office: Office) -> None:
    replica = office.replica
    replica.create(Case(title="Tap drips", opened_at=1, account_id=office[0].id))
    async with opened(replica, "/export") as screen:
        screen.session.apply_page_patch({"platform": "linux"})
        await screen.tap("export-what-case")
        await screen.until_says("Save 1 case")
        assert not screen.has("export-as-vcard")
        await screen.tap("export-save")
        await screen.until(lambda: screen.bar() == "cases.csv made, 1 record")
    made = (await export(replica, "case", "csv")).data.decode("utf-8-sig")
    head, line = csv.reader(made.splitlines())
    told = dict(zip(head, line, strict=True))
    assert (told["Title"], told["Account"], told["State - Status"]) == (
        "Tap drips", "Brauerei Adler", "open",
    )  # fmt: skip


async def test_a_rep_is_told_that_definitions_are_an_administrators_to_add(
    office: Office, tmp_path: Path
) -> None:
    async with await Replica.open(str(tmp_path / "other.db")) as other:
        other.create(ObjectType(name="Cooler"))
        data = await packed(other)
    async with opened(office.replica, "/import") as screen:
        await pick(screen, (packing.FILENAME, data))
        await screen.until_says("that only administrators can add")
        (start,) = screen.all(ft.FilledButton, within=screen.target("import-start"))
        assert start.disabled


def test_no_two_record_types_share_a_sign() -> None:
    assert len(set(SIGNS.values())) == len(SIGNS)


async def choose_meaning(screen: Screen, column: str, meaning: str) -> None:
    key = next(x for x in screen.identifiers() if x.startswith(f"column-{column}"))
    (choice,) = screen.all(ft.Dropdown, within=screen.target(key))
    assert meaning in {option.key for option in choice.options}
    screen.session.apply_patch(choice._i, {"value": meaning})
    await screen.event(choice, "select")


async def test_a_table_of_leads_is_told_by_its_name_mended_and_taken_back(office: Office) -> None:
    replica = office.replica
    table = "Name,Company,Mobile,Interested in,Status\nIda,Adler,0171 2,Taps,warm\n,Post,,,\n"
    async with opened(replica, "/import") as screen:
        await pick(screen, ("leads.csv", table.encode()))
        await screen.until_says("2 rows: 1 lead")
        assert screen.says("Line 2, Status: 'warm' does not fit this field and is left out.")
        assert screen.says("Line 3: This row is left out: it has no name.")
        await choose_meaning(screen, "Interested in", "column:About")
        await screen.until_says("2 rows: 1 lead")
        await screen.tap("import-start")
        await screen.until_says("Import done: 1 lead added.")
        (ida,) = replica.find(Lead)
        assert (ida.about, [x.number for x in ida.phones.values()]) == ("Taps", ["0171 2"])
        await screen.tap("import-show")
        await screen.until_says("Ida")
        await screen.go("/import")
        await screen.tap("import-undo")
        await screen.until_target("pick-file")
    assert replica.count(Lead) == 0


async def test_rows_are_said_to_be_of_another_type(office: Office) -> None:
    async with opened(office.replica, "/import") as screen:
        await pick(screen, ("list.csv", b"Title,Due date,Account\nCall back,31.12.2026,Nobody\n"))
        await screen.until_says("Import")
        await screen.tap("import-type-task")
        await screen.until_says("1 row: 1 task")
        await screen.tap("import-start")
        await screen.until_says("Import done: 1 task added.")
        assert screen.says("Line 2, Account: There is no account called 'Nobody'.")
        await screen.tap("import-show")
        await screen.until_says("Call back")


async def test_products_are_not_a_reps_to_add(office: Office) -> None:
    async with opened(office.replica, "/import") as screen:
        await pick(screen, ("products.csv", b"Name,SKU\nPils,P1\n"))
        await screen.until_says("Your role may not add products.")
        (start,) = screen.all(ft.FilledButton, within=screen.target("import-start"))
        assert start.disabled


async def test_files_go_along_or_stay_and_are_counted_before(
    office: Office, tmp_path: Path
) -> None:
    replica, path = office.replica, tmp_path / "all.zip"
    replica.attach(office[0], b"%PDF" * 1_000, "Menu.pdf", "application/pdf")
    gone = {"name": "Gone.pdf", "media_type": "application/pdf", "size": 9, "content": "0" * 64}
    replica.create(Attachment(record_kind="account", record_id=office[0].id, **gone))
    async with opened(replica, "/export") as screen:
        screen.session.apply_page_patch({"platform": "linux"})
        screen.client.answers["save_file"] = str(path)
        await screen.tap("export-what-all")
        await screen.until_says("With 2 files, 3 kB")
        assert screen.says("1 file not on this device yet")
        await screen.tap("export-save")
        await screen.until(lambda: "records, 1 file; missing-files.csv" in screen.bar())
        assert package.read(path, "all.zip").stored.keys() == {"files/0001-Menu.pdf"}
        await screen.tap("export-files-without")
        await screen.until(lambda: not screen.says("not on this device yet"))
        await screen.tap("export-save")
        await screen.until(lambda: screen.bar().endswith("records"))
        assert package.read(path, "all.zip").stored == {}


async def test_a_file_that_this_device_has_a_path_to_is_read_where_it_lies(
    office: Office, tmp_path: Path
) -> None:
    path = tmp_path / "all.zip"
    path.write_bytes(await packed(office.replica))
    async with opened(office.replica, "/import") as screen:
        screen.session.apply_page_patch({"platform": "linux"})
        await screen.until_target("pick-file")
        (button,) = screen.all(ft.FilledButton, within=screen.target("pick-file"))
        held = {"id": 0, "name": path.name, "size": 1, "path": str(path)}
        action: Any = button.action
        await screen.event(action.file_picker, "result", {"files": [held]})
        await screen.until_says("already here")
