"""Adding a plain record type is an afternoon's work: the README's steps, on a copy of the program.

Declared, imported, permitted, named to the screens by one line, migrated: then it syncs, validates,
is searched, has a list, a page, a form and a history. Two devices of a company use it here.
"""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from tests.integration.server.running import set_up
from tests.integration.test_add_a_field import ROOT, run

DECLARATION = '''
@synced(parents=("account_id",), search=("name", "about"))
class Machine(Record, frozen=True, kw_only=True):
    """A machine that stands with a customer."""

    name: Name
    kind: Literal["cooler", "tap"] = "cooler"
    litres: Annotated[int, Meta(ge=0, lt=1 << 32)] | None = None
    price: Money | None = None
    checked_on: date | None = None
    about: Text = ""
    account_id: Id = ""
    owner_id: Id = ""
'''
MODULE = (
    '''"""Machines."""

from __future__ import annotations

from datetime import date
from typing import Annotated, Literal

from msgspec import Meta

from sync_protocol.records.base import Id, Name, Record, Text, synced
from sync_protocol.records.parts import Money

'''
    + DECLARATION
)
LINE = '    Plain("machine", "/machines", "machine", "Machines", ft.Icons.KITCHEN_OUTLINED),\n'
USED = """
import asyncio, sys
from client.replica import Replica
from server.settings import Settings
from sync_protocol.records import Account, Machine, kinds
from tests.integration.server.running import EMAIL, PASSWORD, running
from tests.unit.client.ui.harness import opened


async def device(address, name):
    replica = await Replica.open(f"{sys.argv[1]}/{name}.db", server=address)
    await replica.sign_in(EMAIL, PASSWORD)
    await replica.sync()
    return replica


async def work(address):
    ada, ben = await device(address, "ada"), await device(address, "ben")
    adler = ada.create(Account(name="Adler"))
    while ada.index_some():
        pass
    async with opened(ada, f"/machines/new?account={adler.id}") as screen:
        await screen.tap("save")
        await screen.until_says("Name is needed.")
        await screen.type("Name", "KX-12")
        await screen.tap("kind-tap")
        await screen.type("Litres", "lots")
        await screen.tap("save")
        await screen.until_says("Write a number like 1234.5.")
        await screen.type("Litres", "1,200")
        await screen.type("Price", "99.5")
        await screen.type("Checked on", "31.5.2026")
        await screen.tap("save")
        await screen.until_says("31 May 2026")
        assert screen.bar() == "Machine saved", screen.bar()
        assert screen.says("Adler")
    await ada.sync(), await ben.sync()
    while ben.index_some():
        pass
    (machine,) = ben.find(Machine)
    async with opened(ben, "/machines") as screen:
        await screen.type("Name", "kx")
        await screen.until_target(f"row-{machine.id}")
        await screen.go(f"/machines/{machine.id}/edit")
        await screen.type("Litres", "700")
        await screen.tap("save")
        await screen.go(f"/past/machine/{machine.id}")
        await screen.until_says("before: 1200")
    await ben.sync(), await ada.sync()
    machine = ada.get(Machine, machine.id)
    print(machine.kind, machine.litres, machine.price.amount, machine.checked_on)
    await ada.close(), await ben.close()


with running(Settings(database_url=f"sqlite:///{sys.argv[1]}/server.db")) as address:
    asyncio.run(work(address))
"""


@pytest.fixture
def copy(tmp_path: Path) -> Path:
    newer = tmp_path / "newer"
    for package in ("client", "server", "sync_protocol"):
        shutil.copytree(ROOT / package, newer / package)
    return newer


def test_a_new_record_type_is_a_declaration_a_line_and_a_migration(
    tmp_path: Path, copy: Path
) -> None:
    set_up(tmp_path)
    records = copy / "sync_protocol" / "records"
    (records / "machines.py").write_text(MODULE)
    add(
        records / "__init__.py",
        "from sync_protocol.records.parts import (",
        "from sync_protocol.records.machines import Machine\n",
    )
    add(records / "__init__.py", '    "Need",\n', '    "Machine",\n')
    add(copy / "client" / "ui" / "plain.py", ")  # fmt: skip\nOBJECTS", LINE)
    run(copy, "-m", "server.store.migrations", "Machines")
    said = run(copy, "-c", USED, str(tmp_path))
    assert said.splitlines()[-1] == "tap 700 99.5 2026-05-31"


def add(file: Path, before: str, line: str) -> None:
    text = file.read_text()
    assert text.count(before) == 1
    file.write_text(text.replace(before, line + before))
