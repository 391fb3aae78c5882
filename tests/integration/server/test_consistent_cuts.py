"""Rule 8: sequence order is commit order, so whoever follows a cursor misses nothing.

Writers are processes of their own on one PostgreSQL; a commit that is slow comes after its sequence
has been taken, which is when a reader of a naive log would step over it.
"""

from __future__ import annotations

import subprocess
import sys
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, contextmanager

import pytest

from sync_protocol.messages import Applied, Cursor
from sync_protocol.records import Account
from sync_protocol.records.cells import raw
from tests.integration.server.office import Client, Office, create, open_office, value
from tests.integration.server.writer import written
from tests.postgres import Postgres

WRITERS, CHANGESETS, READERS = 3, 25, 2
FIELDS = ("name", "industry", "about", "source")
Writer = subprocess.Popen[str]


@pytest.fixture
def url(postgres: Postgres) -> Iterator[str]:
    with postgres.database() as found:
        yield found


@pytest.fixture
def office(url: str) -> Iterator[Office]:
    opened = open_office(url)
    yield opened
    opened.store.close()


@contextmanager
def writer(url: str, client: Client, *options: str) -> Iterator[Writer]:
    program = [sys.executable, "-m", "tests.integration.server.writer", url]
    process = subprocess.Popen(
        [*program, *map(str, client.session), *options],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    try:
        yield process
    finally:
        process.kill()
        process.communicate()


def line(process: Writer) -> str:
    assert process.stdout is not None
    return process.stdout.readline().strip()


def begin(*processes: Writer) -> None:
    """Start them together, so that they meet."""
    assert [line(process) for process in processes] == ["ready"] * len(processes)
    for process in processes:
        assert process.stdin is not None
        process.stdin.write("\n")
        process.stdin.flush()


def make_account(office: Office, client: Client) -> Applied:
    account = Account(id=office.id(), name="Bakery", owner_id=client.session.user)
    verdict = client.push(create(account))
    assert isinstance(verdict, Applied)
    return verdict


def test_a_slow_commit_holds_back_what_would_come_after_it_and_no_reader(
    office: Office, url: str
) -> None:
    slow, quick, reader = (office.client(office.admin.user) for _ in range(3))
    head = reader.head
    with writer(url, slow, "--hold") as process, ThreadPoolExecutor(1) as pool:
        begin(process)
        assert line(process) == "held"
        waiting = pool.submit(make_account, office, quick)
        for _ in range(5):
            began = time.monotonic()
            page = reader.pull(head)
            assert (page.entries, page.cursor) == ((), head)
            assert time.monotonic() - began < 1
            time.sleep(0.02)
        assert not waiting.done()
        process.kill()  # its transaction is undone, and the sequence it had taken is free again
        assert waiting.result(10).sequence == head.sequence + 1
    (entry,) = reader.pull(head).entries
    assert (entry.sequence, entry.device) == (head.sequence + 1, quick.session.device)


def test_followers_of_many_slow_and_quick_writers_miss_and_repeat_nothing(
    office: Office, url: str
) -> None:
    writers = [office.client(office.admin.user) for _ in range(WRITERS)]
    readers = [office.client(office.admin.user) for _ in range(READERS)]
    start = readers[0].head
    end = start.sequence + WRITERS * CHANGESETS
    with ExitStack() as stack, ThreadPoolExecutor(READERS) as pool:
        processes = [
            stack.enter_context(writer(url, client, "--count", str(CHANGESETS)))
            for client in writers
        ]
        begin(*processes)
        followed = [pool.submit(follow, reader, start, end) for reader in readers]
        told = [[int(line(process)) for _ in range(CHANGESETS)] for process in processes]
        seen = [future.result(40) for future in followed]
    expected = list(range(start.sequence + 1, end + 1))
    assert seen == [expected] * READERS
    assert sorted(sequence for sequences in told for sequence in sequences) == expected
    assert all(sequences == sorted(sequences) for sequences in told)


def test_what_many_processes_write_to_fields_of_one_record_all_stands(
    office: Office, url: str
) -> None:
    maker = office.client(office.admin.user)
    shop = Account(id=office.id(), name="Bakery", owner_id=office.admin.user)
    assert isinstance(maker.push(create(shop)), Applied)
    start = maker.head
    writers = {field: office.client(office.admin.user) for field in FIELDS}
    with ExitStack() as stack:
        processes = [
            stack.enter_context(
                writer(url, client, "--count", str(CHANGESETS), "--record", shop.id,
                       "--field", field)
            )
            for field, client in writers.items()
        ]  # fmt: skip
        begin(*processes)
        told = {
            field: [int(line(process)) for _ in range(CHANGESETS)]
            for field, process in zip(writers, processes, strict=True)
        }
    (state,) = (state for state in maker.states() if state.id == shop.id)
    for field, client in writers.items():
        assert value(state, field) == written(client.session.device, CHANGESETS)
    entries = maker.pull(start, limit=len(FIELDS) * CHANGESETS).entries
    for field, client in writers.items():
        mine = [entry for entry in entries if entry.device == client.session.device]
        assert [entry.sequence for entry in mine] == told[field]
        assert [bytes(entry.changes[0].cells[field]) for entry in mine] == [
            bytes(raw(written(client.session.device, number)))
            for number in range(1, CHANGESETS + 1)
        ]


def follow(reader: Client, cursor: Cursor, end: int) -> list[int]:
    """The sequences a reader is given until the end of the log, in the order it gets them."""
    found: list[int] = []
    give_up = time.monotonic() + 30
    while cursor.sequence < end:
        assert time.monotonic() < give_up
        page = reader.pull(cursor, limit=7)
        assert page.cursor.sequence - cursor.sequence == len(page.entries)
        found += [entry.sequence for entry in page.entries]
        cursor = page.cursor
        time.sleep(0.005)
    return found
