"""A database that another process has locked, at either end."""

from __future__ import annotations

import asyncio
import sqlite3
import subprocess
import sys
from contextlib import closing, contextmanager
from typing import TYPE_CHECKING

import pytest

from client.replica import Replica
from client.runtime.protocol import StorageBusy
from server.store import workspaces
from server.store.store import Store
from sync_protocol.errors import Unreachable
from sync_protocol.records import Contact
from tests.faults.place import check_all_equal, check_taken_once, settle

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from tests.faults.place import Place

HOLDER = """
import asyncio, sys
from client.replica import Replica
from sync_protocol.records import Contact

async def hold(path):
    replica = await Replica.open(path)
    replica.create(Contact(name="The holder's"))
    print("held", flush=True)
    sys.stdin.read()

asyncio.run(hold(sys.argv[1]))
"""


async def test_a_replica_that_another_process_holds_is_busy_until_that_one_is_gone(
    tmp_path: Path,
) -> None:
    path = str(tmp_path / "replica.db")
    with held(path):
        for _ in range(2):
            with pytest.raises(StorageBusy, match="open elsewhere"):
                await Replica.open(path)
    async with await Replica.open(path) as replica:
        assert [contact.name for contact in replica.find(Contact)] == ["The holder's"]
        assert replica.rescued == ""


async def test_a_file_locked_by_a_stranger_is_busy_and_not_damaged(tmp_path: Path) -> None:
    path = tmp_path / "replica.db"
    async with await Replica.open(str(path)) as replica:
        replica.create(Contact(name="Ada"))
    with closing(sqlite3.connect(path, isolation_level=None)) as stranger:
        stranger.execute("BEGIN IMMEDIATE")
        with pytest.raises(StorageBusy):
            await Replica.open(str(path))
    async with await Replica.open(str(path)) as replica:
        assert replica.count(Contact) == 1
        assert replica.rescued == ""


async def test_nobody_takes_the_lock_from_an_open_replica(tmp_path: Path) -> None:
    path = tmp_path / "replica.db"
    async with await Replica.open(str(path)) as replica:
        replica.create(Contact(name="Ada"))
        for statement in ("BEGIN EXCLUSIVE", "SELECT * FROM contact", "DROP TABLE contact"):
            assert "locked" in run_elsewhere(path, statement)
        replica.create(Contact(name="Ben"))
        assert replica.count(Contact) == 2


async def test_a_push_waits_for_a_locked_store_and_then_gets_through(place: Place) -> None:
    async with await place.replica("phone") as phone:
        await phone.sync()
        with locked(place):
            phone.create(Contact(name="Patient"))
            waiting = asyncio.create_task(phone.sync())
            await asyncio.sleep(1.5)
            assert not waiting.done()
        await waiting
        await settle(phone)
        check_taken_once(place, phone.device, 1)
        check_all_equal(place, phone)


async def test_a_store_locked_for_too_long_is_an_outage_and_nothing_is_lost(
    sqlite_place: Place,
) -> None:
    async with await sqlite_place.replica("phone") as phone:
        await phone.sync()
        with locked(sqlite_place):
            phone.create(Contact(name="Turned away"))
            with pytest.raises(Unreachable, match="503"):
                await phone.sync()
            assert len(phone.pending()) == 1
        await settle(phone)
        check_taken_once(sqlite_place, phone.device, 1)
        assert phone.problems() == []
        check_all_equal(sqlite_place, phone)


@contextmanager
def held(path: str) -> Iterator[None]:
    """Another process has the replica open, until it is killed."""
    holder = subprocess.Popen(
        [sys.executable, "-c", HOLDER, path], stdin=subprocess.PIPE, stdout=subprocess.PIPE
    )
    assert holder.stdout is not None
    assert holder.stdout.readline() == b"held\n"
    try:
        yield
    finally:
        holder.kill()
        holder.communicate()


@contextmanager
def locked(place: Place) -> Iterator[None]:
    """Another process, which we are to the server, is in the middle of a write."""
    store = Store(place.settings.database_url)
    try:
        with store.write() as connection:
            workspaces.lock(connection, place.workspace)
            yield
    finally:
        store.close()


def run_elsewhere(path: Path, statement: str) -> str:
    """What another process is told that runs `statement` in the file."""
    program = (
        "import sqlite3, sys\n"
        "sqlite3.connect(sys.argv[1], timeout=0, isolation_level=None).execute(sys.argv[2])"
    )
    command = [sys.executable, "-c", program, str(path), statement]
    return subprocess.run(command, capture_output=True, text=True, check=False).stderr
