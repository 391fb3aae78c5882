"""Disks that are full, at either end: said plainly, nothing half done, on it goes afterwards."""

from __future__ import annotations

import resource
import subprocess
import sys
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from sqlalchemy import make_url

from client.replica import Replica
from client.runtime.protocol import StorageFailed, StorageFull
from sync_protocol.errors import Unreachable
from sync_protocol.records import Contact
from tests.faults.place import check_all_equal, check_taken_once, settle, site

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.faults.place import Place

BOUNDED = """
import asyncio, resource, sys
from client.replica import Replica
from client.runtime.protocol import StorageFailed
from sync_protocol.records import Contact

async def write(path):
    replica = await Replica.open(path)
    resource.setrlimit(resource.RLIMIT_FSIZE, (2 << 20, resource.RLIM_INFINITY))
    saved = []
    try:
        while True:
            saved.append(replica.create(Contact(name="C", about="x" * 9_000)).id)
    except StorageFailed as error:
        print(error)
    resource.setrlimit(resource.RLIMIT_FSIZE, (resource.RLIM_INFINITY, resource.RLIM_INFINITY))
    assert [contact.id for contact in replica.find(Contact, order_by="id")] == sorted(saved)
    saved.append(replica.create(Contact(name="There is room again")).id)
    print(len(saved), len(replica.pending()))
    await replica.close()

asyncio.run(write(sys.argv[1]))
"""
"""A device whose files may not grow for a while."""


async def test_a_full_device_says_so_keeps_what_was_saved_and_goes_on(tmp_path: Path) -> None:
    async with await Replica.open(str(tmp_path / "replica.db")) as replica:
        run = replica._connection.exec_driver_sql
        saved = [replica.create(Contact(name="Before")).id]
        run(f"PRAGMA max_page_count = {run('PRAGMA page_count').scalar_one() + 20}")
        with pytest.raises(StorageFull, match="no space left"):
            while True:
                saved.append(replica.create(Contact(name="C", about="x" * 9_000)).id)
        with pytest.raises(StorageFull), replica.changeset("Several"):
            for _ in range(9):
                replica.create(Contact(name="D", about="x" * 9_000))
        run("PRAGMA max_page_count = 1000000")
        saved.append(replica.create(Contact(name="After")).id)
        assert sorted(contact.id for contact in replica.find(Contact)) == sorted(saved)
        assert [changeset.number for changeset in replica.pending()] == list(
            range(1, len(saved) + 1)
        )


def test_an_app_whose_files_may_not_grow_says_so_and_goes_on_when_they_may(tmp_path: Path) -> None:
    path = tmp_path / "replica.db"
    done = subprocess.run(
        [sys.executable, "-c", BOUNDED, str(path)], capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
    sentence, counts = done.stdout.splitlines()
    assert sentence in {StorageFailed.message, StorageFull.message}
    saved, waiting = map(int, counts.split())
    assert saved == waiting > 3


async def test_a_first_load_that_fills_the_device_goes_on_where_it_was(
    sqlite_place: Place,
) -> None:
    await sqlite_place.fill(400)
    async with await sqlite_place.replica("phone") as phone:
        run = phone._connection.exec_driver_sql
        run(f"PRAGMA max_page_count = {run('PRAGMA page_count').scalar_one() + 10}")
        with pytest.raises(StorageFull):
            await phone.sync()
        assert not phone.loaded
        run("PRAGMA max_page_count = 1000000")
        await phone.sync()
        check_all_equal(sqlite_place, phone)


async def test_a_server_without_room_takes_nothing_half_way_and_all_of_it_later(
    small_place: Place,
) -> None:
    place = small_place
    async with await place.replica("phone") as phone:
        await phone.sync()
        with no_room(place):
            for number in range(150):
                phone.create(Contact(name=f"C{number}", about=site() * 90))
            with pytest.raises(Unreachable):
                await phone.sync()
            with pytest.raises(Unreachable):
                await phone.sync()
            assert phone.pending()
        await settle(phone)
        check_taken_once(place, phone.device, 150)
        check_all_equal(place, phone)
        assert phone.problems() == []


@contextmanager
def no_room(place: Place) -> Iterator[None]:
    """No file of the server's may grow by much more than it is, for as long as the block lasts."""
    store = Path(str(make_url(place.settings.database_url).database))
    limit = max(file.stat().st_size for file in store.parent.glob("server.db*")) + 300_000
    assert place.server._process is not None
    process = place.server._process.pid
    resource.prlimit(process, resource.RLIMIT_FSIZE, (limit, resource.RLIM_INFINITY))
    try:
        yield
    finally:
        unbounded = (resource.RLIM_INFINITY, resource.RLIM_INFINITY)
        resource.prlimit(process, resource.RLIMIT_FSIZE, unbounded)
