"""What a page does to a real replica on OPFS while a test breaks things around it.

Runs inside the browser's Python, without a screen; each line it says appears on the page.
"""

from __future__ import annotations

import asyncio
import os
from pathlib import Path

import js

from client.replica import Replica
from client.runtime.browser import BrowserRuntime
from client.runtime.protocol import StorageFailed
from sync_protocol.records import Activity

PATH = "/replica/replica.db"
PAGE = 4_096


async def write() -> None:
    """Log visits without a pause, and say after each how many were saved."""
    replica = await Replica.open(PATH, runtime=BrowserRuntime())
    while True:
        replica.create(Activity(kind="visit", at=replica.now(), note="x" * 900))
        js.said(f"saved {replica.count(Activity)}")
        await asyncio.sleep(0)


async def look() -> None:
    """Say what is there, whether it is sound, and what became of it."""
    replica = await Replica.open(PATH, runtime=BrowserRuntime())
    check = replica._connection.exec_driver_sql("PRAGMA integrity_check").scalar_one()
    js.said(f"holds {replica.count(Activity)} {len(replica.pending())} {check} {replica.rescued}")


async def fill(log_pages: int = 0) -> None:
    """Write until there is no room; go on when there is again.

    The room gets scarce when the log has about `log_pages`: at 1,000 SQLite makes a checkpoint.
    """
    runtime = BrowserRuntime()
    replica = await Replica.open(PATH, runtime=runtime)
    saved, was_full = 0, False
    while log_bytes() < log_pages * PAGE:
        replica.create(Activity(kind="visit", at=replica.now(), note="x" * 900))
        saved += 1
    js.said("opened")
    await until_told_to_go_on(runtime)
    while True:
        try:
            replica.create(Activity(kind="visit", at=replica.now(), note="x" * 900))
        except StorageFailed as error:
            if not was_full:
                held = len(replica.find(Activity))
                js.said(f"full after {saved}, holds {held}: {error}")
            was_full = True
            await asyncio.sleep(0.1)
            continue
        saved += 1
        if was_full:
            break
    js.said(f"room again, saved {saved}, holds {replica.count(Activity)}")


def log_bytes() -> int:
    return Path(PATH + "-wal").stat().st_size


async def fill_before_a_checkpoint() -> None:
    """The log has room for what makes a checkpoint due; the database has none for all of it."""
    await fill(log_pages=960)


async def until_told_to_go_on(runtime: BrowserRuntime) -> None:
    told = asyncio.Event()
    runtime.listen(lambda event: told.set() if event == "go" else None)
    await told.wait()


async def damage() -> None:
    """Write some visits, close, and break the first page of the file."""
    runtime = BrowserRuntime()
    async with await Replica.open(PATH, runtime=runtime) as replica:
        for _ in range(30):
            replica.create(Activity(kind="visit", at=replica.now()))
    break_first_page()
    runtime.flush(PATH)
    js.said("damaged")


def break_first_page() -> None:
    with Path(PATH).open("r+b") as file:
        file.write(os.urandom(PAGE))
