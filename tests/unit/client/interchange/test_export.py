from __future__ import annotations

import csv
import io
from collections.abc import Iterator
from datetime import date
from typing import cast

import pytest
import vobject

from client.interchange.building import Draft, fields_of
from client.interchange.export_csv import Beside, csv_lines, export_csv
from client.interchange.export_vcard import export_vcard
from client.interchange.files import read
from client.interchange.planning import PlannedRow, plan
from client.interchange.targets import Target
from sync_protocol.records import (
    Account,
    Address,
    Contact,
    Email,
    Imported,
    Phone,
    Position,
    Record,
    describe,
    entries,
    kinds,
)
from sync_protocol.records.base import synced

ACCOUNT = Account(
    id="a",
    name="=HYPERLINK(1)",
    kind="household",
    industry="Pub",
    website="https://a.example/?a=1,2;3",
    phones=entries(Phone("+49 731 1", "work"), Phone("0731-2", "Kitchen; back")),
    emails=entries(Email("a@b.example")),
    addresses=entries(
        Address("Main St 1\nYard", "89073", "Ulm", "BW", "Germany", "work"),
        Address(position=Position(48.4, -9.9, 12.5, 1_790_000_000_000)),
    ),
    about='Says "hello",\nthen; goes \\ away',
    source="Fair",
    imported=entries(Imported("Colour", "green"), Imported("Colour", "-red")),
    territory_id="t",
    owner_id="u",
    parent_id="p",
)
CONTACT = Contact(
    id="c",
    name="Dr. Ada King",
    given_name="Ada",
    family_name="King",
    title="Owner",
    birthday="--12-10",
    phones=entries(Phone("+49 176 1", "mobile"), Phone("1", "work fax")),
    account_id="a",
)
NAMES = {"a": "The Crown", "t": "South", "u": "Lena", "p": "Crown Group"}
LABELS = {"a": ["Key, account", "VIP; gold"], "c": ["VIP; gold"]}


def table(data: bytes) -> list[list[str]]:
    return list(csv.reader(io.StringIO(data.decode("utf-8-sig"), newline="")))


def back(data: bytes, filename: str) -> PlannedRow:
    (row,) = plan(read(data, filename)).rows()
    return row


def without_ids(record: Account | Contact) -> Account | Contact:
    ids = dict.fromkeys(("id", "territory_id", "owner_id", "account_id", "parent_id"), "")
    known = {name: ids[name] for name in ids if hasattr(record, name)}
    return describe.msgspec.structs.replace(record, **known)


def test_a_spreadsheet_runs_no_cell_of_ours() -> None:
    cells = [cell for line in table(export_csv([ACCOUNT], LABELS, NAMES)) for cell in line]
    assert not any(cell.startswith(("=", "+", "-", "@", "\t", "\r")) for cell in cells)
    assert "'=HYPERLINK(1)" in cells
    assert "'+49 731 1" in cells


def test_excel_is_told_that_it_is_utf_8() -> None:
    assert export_csv([], {}).startswith(b"\xef\xbb\xbf")


def test_a_table_has_a_column_for_each_entry_of_the_fullest_record() -> None:
    other = Account(id="b", name="B", phones=entries(Phone("3")))
    headings, first, second = table(export_csv([other, ACCOUNT], LABELS, NAMES))
    assert headings.count("Imported: Colour") == 2
    assert [h for h in headings if h.startswith("Phone")] == [
        "Phone 1 - Label", "Phone 1 - Value", "Phone 2 - Label", "Phone 2 - Value",
    ]  # fmt: skip
    assert len(headings) == len(first) == len(second)
    assert first[headings.index("Phone 2 - Value")] == ""


def test_references_are_shown_by_name() -> None:
    headings, line = table(export_csv([CONTACT], LABELS, NAMES))
    assert line[headings.index("Organisation")] == "The Crown"
    assert line[headings.index("Owner")] == ""


@pytest.mark.parametrize("record", [ACCOUNT, CONTACT], ids=["account", "contact"])
@pytest.mark.parametrize("form", ["csv", "vcf"])
def test_an_export_is_read_back_whole(record: Account | Contact, form: str) -> None:
    export = export_csv if form == "csv" else export_vcard
    row = back(export([record], LABELS, NAMES), f"x.{form}")
    assert (row.contact or row.account) == without_ids(record)
    assert list(row.labels) == LABELS[record.id]
    if record is ACCOUNT:
        named = {"territory_id": "South", "owner_id": "Lena", "parent_id": "Crown Group"}
        assert row.references == named
        assert row.contact is None
    else:
        assert row.account == Account(name="The Crown")


def test_an_export_goes_out_line_by_line() -> None:
    lines = csv_lines([ACCOUNT, CONTACT][:1], Beside(LABELS, NAMES))
    assert isinstance(lines, Iterator)
    assert next(lines).startswith("Name,")


def test_vobject_reads_our_cards() -> None:
    data = export_vcard([ACCOUNT, CONTACT], LABELS, NAMES).decode()
    one, two = vobject.readComponents(data, validate=True)
    assert (one.fn.value, two.fn.value) == (ACCOUNT.name, CONTACT.name)
    assert one.adr.value.street == "Main St 1\nYard"
    assert two.org.value == ["The Crown"]


def test_lines_of_a_card_are_folded() -> None:
    photo = b"\xff\xd8\xff" + bytes(range(256)) * 40
    contact = Contact(id="c", name="Ada", photo="hash", about="ä" * 500)
    data = export_vcard([contact], {}, photos={"hash": photo})
    assert max(len(line) for line in data.split(b"\r\n")) <= 76
    row = back(data, "x.vcf")
    assert row.photo is not None
    assert row.photo.data == photo
    assert row.contact is not None
    assert row.contact.about == contact.about


def test_a_photo_that_is_not_at_hand_is_left_out() -> None:
    contact = Contact(id="c", name="Ada", photo="hash")
    assert b"PHOTO" not in export_vcard([contact], {})


class Pub(Record, frozen=True, kw_only=True):
    """A record type of this test only, with fields that nobody wrote code for."""

    name: str
    opened: date | None = None
    seats: int = 0
    garden: bool = False


def test_a_field_declared_later_is_read_as_its_type_says() -> None:
    synced()(Pub)
    try:
        draft = Draft("DE")
        for field, value in (("opened", "2020-05-01"), ("seats", "40"), ("garden", "true")):
            draft.add(Target(field), field, value)
        found = fields_of(draft, cast("type[Account]", Pub))
        assert (found["opened"], found["seats"], found["garden"]) == (date(2020, 5, 1), 40, True)
        draft.add(Target("seats"), "seats", "many")
        fields_of(draft, cast("type[Account]", Pub))
        assert draft.imported() == entries(Imported("seats", "many"))
    finally:
        del kinds()["pub"]
