"""Adding a field is one line and a migration: done here for real, on a copy of the program.

A company works with today's version; then its server and a device are upgraded to a version whose
contacts have nicknames.
"""

from __future__ import annotations

import asyncio
import os
import shutil
import subprocess
import sys
from pathlib import Path

from client.replica import Replica
from sync_protocol.records import Contact
from tests.integration.server.running import EMAIL, PASSWORD, running, set_up

ROOT = Path(__file__).parents[2]
FIELD = '    nickname: Short = ""\n'
BEFORE = '    title: Short = ""\n'
UPGRADED = """
import asyncio, sys
from client.replica import Replica
from server.settings import Settings
from sync_protocol.records import Contact
from tests.integration.server.running import EMAIL, PASSWORD, running

async def work(address, device):
    ada_device = await Replica.open(f"{sys.argv[1]}/{device}.db", server=address)
    async with ada_device as replica:
        await replica.sign_in(EMAIL, PASSWORD)
        await replica.sync()
        (ada,) = replica.find(Contact)
        if device == "old":
            replica.update(ada, nickname="Countess")
            await replica.sync()
        while replica.index_some():
            pass
        (ada,) = replica.find(Contact, nickname="Countess")
        return ada.name, ada.title, ada.nickname, len(replica.history(ada))

settings = Settings(database_url=f"sqlite:///{sys.argv[1]}/server.db")
with running(settings) as address:
    print(asyncio.run(work(address, "old")))
    print(asyncio.run(work(address, "new")))
"""


def test_a_new_field_needs_one_line_and_a_migration(tmp_path: Path) -> None:
    settings = set_up(tmp_path)
    with running(settings) as address:
        asyncio.run(work_today(address, str(tmp_path / "old.db")))
    newer = tmp_path / "newer"
    for package in ("client", "server", "sync_protocol"):
        shutil.copytree(ROOT / package, newer / package)
    declaration = newer / "sync_protocol" / "records" / "accounts.py"
    declaration.write_text(declaration.read_text().replace(BEFORE, BEFORE + FIELD, 1))
    versions = newer / "server/store/migrations/versions"
    before = len(list(versions.glob("r*.py")))
    run(newer, "-m", "server.store.migrations", "Contacts have nicknames")
    assert (versions / f"r{before + 1:04}_contacts_have_nicknames.py").is_file()
    said = run(newer, "-c", UPGRADED, str(tmp_path))
    assert said.splitlines() == [
        "('Ada Byrne', 'Buyer', 'Countess', 3)",
        "('Ada Byrne', 'Buyer', 'Countess', 0)",
    ]


async def work_today(address: str, path: str) -> None:
    async with await Replica.open(path, server=address) as replica:
        await replica.sign_in(EMAIL, PASSWORD)
        await replica.sync()
        ada = replica.create(Contact(name="Ada Byrne"))
        replica.update(ada, title="Buyer")
        await replica.sync()


def run(newer: Path, *arguments: str) -> str:
    """Run Python with the newer version in front of the installed one."""
    environment = os.environ | {"PYTHONPATH": f"{newer}{os.pathsep}{ROOT}"}
    done = subprocess.run(
        [sys.executable, *arguments],
        cwd=newer,
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return done.stdout
