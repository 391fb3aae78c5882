"""The commands that need no screen, here without a server."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest
from click.testing import CliRunner

from client.cli import main
from client.replica import Replica
from sync_protocol.records import Account, Contact, CustomObject, ObjectType
from tests.unit.client.ui.office import open_office

TABLE = "Name,Company,Phone\nZoe Brown,Weinhaus Rebe,0171 22\nMax Huber,Café Müller,0171 33\n"


@pytest.fixture
def replica_file(tmp_path: Path) -> Path:
    async def make() -> None:
        office = await open_office(tmp_path)
        await office.replica.close()

    asyncio.run(make())
    return tmp_path / "replica.db"


def run(*arguments: object) -> tuple[int, str]:
    result = CliRunner().invoke(main, [str(argument) for argument in arguments])
    return result.exit_code, result.output


def held(path: Path) -> tuple[int, int]:
    """How many accounts and contacts the replica holds."""

    async def count() -> tuple[int, int]:
        async with await Replica.open(str(path)) as replica:
            return replica.count(Account), replica.count(Contact)

    return asyncio.run(count())


def test_a_table_is_imported_and_exported_again(replica_file: Path, tmp_path: Path) -> None:
    table = tmp_path / "people.csv"
    table.write_text(TABLE, encoding="utf-8")
    code, said = run("import", "--offline", "--replica", replica_file, table)
    assert code == 0, said
    assert "Added 1 accounts, 2 contacts, 0 labels." in said
    assert held(replica_file) == (4, 3)
    cards = tmp_path / "people.vcf"
    code, said = run("export", "--offline", "--replica", replica_file, "--text", "rebe", cards)
    assert code == 0, said
    assert "1 records written" in said
    assert "FN:Zoe Brown" in cards.read_text(encoding="utf-8")


def test_records_of_an_own_type_go_in_and_out_by_its_name(tmp_path: Path) -> None:
    async def define() -> None:
        office = await open_office(tmp_path, role="admin")
        own = office.replica.create(ObjectType(name="Cooler", plural="Coolers"))
        office.replica.create(CustomObject(name="KX-1", type_id=own.id))
        await office.replica.close()

    asyncio.run(define())
    table = tmp_path / "machines.csv"
    table.write_text("Name,Account\nKX-1,\nKX-2,Hotel Post\n", encoding="utf-8")
    known = ("--offline", "--replica", tmp_path / "replica.db")
    code, said = run("import", *known, "--as", "coolers", table)
    assert code == 0, said
    assert "Added 1 records of your own, 0 accounts" in said
    assert "Brought up to date: 1 that were here already." in said
    code, said = run("export", *known, "--type", "Cooler", tmp_path / "out.csv")
    assert code == 0, said
    assert "2 records written" in said
    assert "Hotel Post" in (tmp_path / "out.csv").read_text(encoding="utf-8-sig")
    assert run("export", *known, "--type", "Cooler", tmp_path / "out.vcf")[0] == 2
    assert run("export", *known, "--accounts", tmp_path / "all.zip")[0] == 2
    code, said = run("export", *known, tmp_path / "all.zip")
    assert (code, "12 records and 0 files written to" in said) == (0, True)
    code, said = run("import", *known, tmp_path / "all.zip")
    assert "12 records are here already." in said
    assert "Added 0 accounts, 0 contacts, 0 labels. Brought up to date: 12" in said
    code, said = run("import", *known, "--as", "fridges", table)
    assert (code, "only accounts, contacts, " in said) == (2, True)


def test_a_dry_run_only_tells(replica_file: Path, tmp_path: Path) -> None:
    table = tmp_path / "people.csv"
    table.write_text(TABLE, encoding="utf-8")
    code, said = run("import", "--offline", "--dry-run", "--replica", replica_file, table)
    assert code == 0, said
    assert "people.csv: 2 rows, 2 accounts, 2 contacts, 0 labels." in said
    assert held(replica_file) == (3, 1)


@pytest.mark.parametrize(
    ("arguments", "expected"),
    [
        (("export", "--offline", "people.txt"), "must end in .csv or .vcf, or in .zip"),
        (("import", "--offline", "--territory", "North", __file__), "only South"),
    ],
)
def test_a_mistake_is_answered_with_what_would_be_right(
    replica_file: Path, arguments: tuple[str, ...], expected: str
) -> None:
    code, said = run(*arguments, "--replica", replica_file)
    assert code == 2
    assert expected in said


def test_a_replica_of_nobody_asks_to_sign_in_first(tmp_path: Path) -> None:
    code, said = run("export", "--offline", "--replica", tmp_path / "new.db", "people.csv")
    assert code == 1
    assert "sign in first" in said


def test_a_file_without_rows_is_said_to_be_empty(replica_file: Path, tmp_path: Path) -> None:
    table = tmp_path / "empty.csv"
    table.write_text("Name,Phone\n" + "\n" * 1_000)
    before = held(replica_file)
    code, said = run("import", "--offline", "--replica", replica_file, table)
    assert code == 0
    assert "there is nothing to import" in said
    assert held(replica_file) == before


def test_open_items_from_the_books_are_brought_in(replica_file: Path, tmp_path: Path) -> None:
    (tmp_path / "open.csv").write_text(
        "Customer,Invoice,Due\nCaf\u00e9 M\u00fcller,4711,2026-11-16\nNobody,1,2026-11-16\n",
        "utf-8",
    )
    options = ("invoices", "--offline", "--replica", replica_file, tmp_path / "open.csv")
    code, told = run(*options, "--dry-run")
    assert (code, told.splitlines()[0]) == (0, "1 invoices to be added, 0 to be changed.")
    code, told = run(*options)
    assert (code, told.splitlines()) == (
        0, ["1 invoices added, 0 changed.", "  Line 3: No customer is called Nobody."]
    )  # fmt: skip
