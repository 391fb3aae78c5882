"""All together in one file: what is in it, what it meets, and what is no such file."""

from __future__ import annotations

import asyncio
import io
import zipfile
from typing import TYPE_CHECKING

import pytest

from client.interchange import exporter, files, importer, package, planning
from client.interchange.existing import Existing
from client.interchange.sources import UnreadableFile
from client.replica import Replica
from sync_protocol.records import (
    Account,
    Contact,
    CustomField,
    CustomObject,
    ObjectType,
    Phone,
    entries,
)

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path


@pytest.fixture
def full(replica: Replica) -> Replica:
    """Two accounts of one name, a cooler at the second, and a type of which there is nothing."""
    make = replica.create
    make(ObjectType(name="Contract"))
    own = make(ObjectType(name="Cooler", plural="Coolers"))
    litres = make(CustomField(name="Litres", of=own.id, type="number"))
    make(Account(name="Adler"))
    second = make(Account(name="Adler", industry="Bar"))
    make(Contact(name="Ada", account_id=second.id))
    facts = {"account_id": second.id, "custom": {litres.id: "90"}}
    make(CustomObject(name="KX-1", type_id=own.id, **facts))
    return replica


@pytest.fixture
def empty(tmp_path: Path) -> Iterator[Replica]:
    opened = asyncio.run(Replica.open(str(tmp_path / "empty.db")))
    yield opened
    asyncio.run(opened.close())


async def packed(replica: Replica) -> bytes:
    return (await package.pack(replica)).data


def plan(replica: Replica, data: bytes) -> planning.Together:
    return package.plan(replica, package.read(data, "all.zip"))


async def test_it_holds_a_table_of_each_type_that_has_records(full: Replica) -> None:
    made = await package.pack(full)
    assert (made.filename, made.records) == ("fieldbook.zip", 4)
    with zipfile.ZipFile(io.BytesIO(made.data)) as opened:
        assert opened.namelist() == [
            "fieldbook.json", "1-accounts.csv", "2-contacts.csv", "3-coolers.csv",
        ]  # fmt: skip
    assert made.data == await packed(full)


async def test_it_is_seen_first_brought_whole_and_taken_back_at_once(
    full: Replica, empty: Replica
) -> None:
    bringing = plan(empty, await packed(full))
    tally = planning.Tally(Existing(empty))
    for row in bringing.rows():
        tally.add(row)
    told = tally.summary()
    assert (told.accounts, told.contacts, told.own, told.known) == (2, 1, 1, 0)
    assert [type(record) for record in bringing.brings] == [ObjectType, ObjectType, CustomField]
    done = await importer.write(empty, bringing)
    (cooler,) = empty.find(CustomObject)
    at = empty.get(Account, cooler.account_id)
    assert at is not None
    assert (at.industry, list(cooler.custom.values())) == ("Bar", ["90"])
    assert [ada.account_id for ada in empty.find(Contact)] == [at.id]
    empty.undo(done.key)
    assert not any(empty.count(x) for x in (Account, Contact, CustomObject, ObjectType))
    again = await importer.write(empty, plan(empty, await packed(full)))
    assert (again.accounts, again.contacts, again.own) == (2, 1, 1)
    assert empty.count(ObjectType) == 2


async def test_what_is_brought_twice_into_another_workspace_is_there_once(
    full: Replica, empty: Replica
) -> None:
    data = await packed(full)
    await importer.write(empty, plan(empty, data))
    tally = planning.Tally(Existing(empty))
    for row in plan(empty, data).rows():
        tally.add(row)
    assert (tally.summary().known, tally.summary().records) == (4, 4)
    again = await importer.write(empty, plan(empty, data))
    assert (again.known, again.accounts, again.contacts, again.own) == (4, 0, 0, 0)
    assert [empty.count(x) for x in (Account, Contact, CustomObject)] == [2, 1, 1]


async def test_tables_of_an_export_that_are_brought_one_by_one_meet_each_other(
    full: Replica, empty: Replica
) -> None:
    for _ in range(2):
        for of in ("contact", "account"):
            made = await exporter.export(full, of, "csv")
            await importer.write(empty, planning.plan(files.read(made.data, made.filename), of=of))
    (ada,) = empty.find(Contact)
    at = empty.get(Account, ada.account_id)
    assert at is not None
    assert (at.industry, empty.count(Account)) == ("Bar", 2)


async def test_types_and_fields_that_are_called_so_here_are_taken_for_its_own(
    full: Replica, empty: Replica
) -> None:
    own = empty.create(ObjectType(name="cooler"))
    litres = empty.create(CustomField(name="LITRES", of=own.id, type="number"))
    await importer.write(empty, plan(empty, await packed(full)))
    assert sorted(x.name for x in empty.find(ObjectType)) == ["Contract", "cooler"]
    assert empty.count(CustomField) == 1
    (made,) = empty.find(CustomObject)
    assert (made.type_id, made.custom) == (own.id, {litres.id: "90"})


async def test_what_was_noticed_of_a_row_names_its_table(full: Replica, empty: Replica) -> None:
    full.update(full.find(Contact)[0], phones=entries(Phone("call me")))
    rows = plan(empty, await packed(full)).rows()
    assert [(told.line, told.heading) for row in rows for told in row.problems] == [
        (2, "2-contacts.csv Phone 1 - Value")
    ]


def zipped(**files: bytes) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as opened:
        for name, data in files.items():
            opened.writestr(name.replace("_", "."), data)
    return out.getvalue()


@pytest.mark.parametrize(
    ("data", "said"),
    [
        (zipped(fieldbook_json=b"{"), "another version"),
        (zipped(fieldbook_json=b'{"tables": {"account": 5}}'), "another version"),
        (zipped(fieldbook_json=b'{"tables": {"account": "x.csv"}}'), "damaged"),
        (zipped(fieldbook_json=b'{"tables": {"account": "a.csv"}}', a_csv=b""), "empty"),
    ],
    ids=["cut off", "other types", "a table missing", "an empty table"],
)
def test_what_is_not_as_it_was_made_says_so(data: bytes, said: str) -> None:
    assert package.is_package(data)
    with pytest.raises(UnreadableFile, match=said):
        package.read(data, "all.zip")


def test_another_zip_is_none_of_these() -> None:
    assert not package.is_package(zipped(workbook_xml=b"<x/>"))
    assert not package.is_package(b"Name\nAdler\n")


def test_one_that_unpacks_to_far_too_much_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(package, "LARGEST", 100)
    with pytest.raises(UnreadableFile, match="is the most"):
        package.read(zipped(fieldbook_json=b" " * 101), "all.zip")
