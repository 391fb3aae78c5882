"""What every runtime must do, as functions that run unchanged on native and in the browser.

A case takes a `Place`: where to get runtimes, a path of its own, a server that answers and one that
does not. Nothing here may import pytest or a platform. `run` is called inside the browser's Python;
on native the same functions are parameters of a test.
"""

from __future__ import annotations

import asyncio
import time
import traceback
from typing import TYPE_CHECKING, NamedTuple

from client.runtime.protocol import StorageBusy, TransportError

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Awaitable, Callable

    from client.runtime.protocol import Device, Runtime

ROWS = 3_000
ROW = "x" * 1_000
SOON_S = 0.2
Y2024_MS = 1_704_067_200_000
Y2100_MS = 4_102_444_800_000
PIXEL = bytes.fromhex(
    "89504e470d0a1a0a0000000d49484452000000010000000108060000001f15c4890000000d4944415478da63"
    "6460f85f0f0002870180eb47ba920000000049454e44ae426082"
)
JPEG = b"\xff\xd8\xff"


class Place(NamedTuple):
    runtime: Callable[[], Device]
    path: str
    server: str
    dead_server: str


async def opened(place: Place) -> tuple[Runtime, sqlite3.Connection]:
    runtime = place.runtime()
    await runtime.prepare(place.path)
    connection = runtime.connect(place.path)
    connection.execute("CREATE TABLE IF NOT EXISTS note (id INTEGER PRIMARY KEY, text TEXT)")
    return runtime, connection


def count(connection: sqlite3.Connection) -> int:
    return int(connection.execute("SELECT count(*) FROM note").fetchone()[0])


async def rows_survive_close_and_reopen(place: Place) -> None:
    runtime, connection = await opened(place)
    connection.execute("BEGIN IMMEDIATE")
    connection.executemany("INSERT INTO note (text) VALUES (?)", [(ROW,)] * ROWS)
    connection.execute("COMMIT")
    runtime.flush(place.path)
    connection.close()

    again = runtime.connect(place.path)
    assert count(again) == ROWS
    assert again.execute("PRAGMA integrity_check").fetchone() == ("ok",)
    again.close()


async def a_connection_is_wal_exclusive_and_in_autocommit(place: Place) -> None:
    _, connection = await opened(place)
    assert connection.execute("PRAGMA journal_mode").fetchone() == ("wal",)
    assert connection.execute("PRAGMA locking_mode").fetchone() == ("exclusive",)
    assert connection.execute("PRAGMA synchronous").fetchone() == (2,)
    assert connection.execute("PRAGMA foreign_keys").fetchone() == (0,)
    assert connection.isolation_level is None
    assert not connection.in_transaction
    connection.close()


async def a_rolled_back_transaction_leaves_nothing(place: Place) -> None:
    runtime, connection = await opened(place)
    connection.execute("BEGIN IMMEDIATE")
    connection.execute("INSERT INTO note (text) VALUES ('never')")
    connection.execute("ROLLBACK")
    runtime.flush(place.path)
    assert count(connection) == 0
    connection.close()


async def a_second_opening_answers_storage_busy(place: Place) -> None:
    _, connection = await opened(place)
    try:
        await opened(place)
    except StorageBusy:
        connection.execute("INSERT INTO note (text) VALUES ('still mine')")
    else:
        raise AssertionError("two held the same replica")
    assert count(connection) == 1
    connection.close()


async def wipe_removes_all_of_it(place: Place) -> None:
    runtime, connection = await opened(place)
    connection.execute("INSERT INTO note (text) VALUES ('private')")
    runtime.write_secret(place.path, "token")
    runtime.flush(place.path)
    connection.close()
    await runtime.wipe(place.path)

    _, fresh = await opened(place)
    assert count(fresh) == 0
    assert runtime.read_secret(place.path) is None
    fresh.close()


async def a_database_moves_with_its_log_and_leaves_its_name_free(place: Place) -> None:
    runtime, connection = await opened(place)
    connection.execute("INSERT INTO note (text) VALUES ('carried')")
    runtime.flush(place.path)
    connection.close()
    there = runtime.beside(place.path, "moved")
    await runtime.move(place.path, there)

    runtime, fresh = await opened(place)
    assert count(fresh) == 0
    fresh.close()
    runtime.release(place.path)
    _, carried = await opened(place._replace(path=there))
    assert count(carried) == 1
    carried.close()


async def time_and_chance_are_sane(place: Place) -> None:
    runtime = place.runtime()
    before = runtime.now()
    await asyncio.sleep(0.02)
    assert Y2024_MS < before < runtime.now() < Y2100_MS
    drawn = {runtime.random(16) for _ in range(100)}
    assert len(drawn) == 100
    assert {len(one) for one in drawn} == {16}


async def a_request_brings_status_headers_and_body(place: Place) -> None:
    transport = place.runtime().transport(place.server)
    assert transport.address.startswith("http")
    assert transport.address.endswith(place.server.rstrip("/"))
    sent = bytes(range(256)) * 300
    answer = await transport.request("POST", "/api/echo", headers={"X-Ask": "mm"}, body=sent)
    assert answer.status == 200
    assert answer.headers["x-echo"] == "mm"
    assert answer.headers["x-method"] == "POST"
    assert answer.body == sent
    await transport.close()


async def a_refusal_is_an_answer(place: Place) -> None:
    transport = place.runtime().transport(place.server)
    for status in (401, 404, 409, 503):
        answer = await transport.request("GET", f"/api/status/{status}")
        assert (answer.status, answer.body) == (status, b"told")
    await transport.close()


async def no_server_is_a_transport_error(place: Place) -> None:
    transport = place.runtime().transport(place.dead_server)
    await must_fail(transport.request("GET", "/api/echo"))
    await must_fail(anext(aiter(transport.stream("/api/pieces"))))
    await transport.close()


async def waiting_too_long_is_a_transport_error(place: Place) -> None:
    transport = place.runtime().transport(place.server)
    started = time.monotonic()
    await must_fail(transport.request("GET", "/api/slow", timeout_s=0.3))
    assert time.monotonic() - started < 2
    await transport.close()


async def a_stream_comes_in_pieces_as_they_are_sent(place: Place) -> None:
    transport = place.runtime().transport(place.server)
    pieces, times = [], []
    async for piece in transport.stream("/api/pieces"):
        pieces.append(piece)
        times.append(time.monotonic())
    assert b"".join(pieces) == b"".join(b"piece %d;" % number for number in range(5))
    assert times[-1] - times[0] > SOON_S
    await transport.close()


async def a_refused_stream_is_a_transport_error(place: Place) -> None:
    transport = place.runtime().transport(place.server)
    await must_fail(anext(aiter(transport.stream("/api/status/401"))))
    await transport.close()


async def must_fail(asked: Awaitable[object]) -> None:
    try:
        await asked
    except TransportError:
        return
    raise AssertionError("it should have been a TransportError")


# Two halves with the end of the process (on native) or of the worker (in the browser) between.


async def write_and_end(place: Place) -> None:
    """One row committed and flushed, one more in a transaction that never ends."""
    runtime, connection = await opened(place)
    connection.execute("INSERT INTO note (text) VALUES ('kept')")
    runtime.flush(place.path)
    connection.execute("BEGIN IMMEDIATE")
    connection.execute("INSERT INTO note (text) VALUES ('lost')")


async def read_after_the_end(place: Place) -> None:
    _, connection = await opened(place)
    assert connection.execute("SELECT text FROM note").fetchall() == [("kept",)]
    connection.close()


async def a_picture_becomes_a_small_jpeg_and_anything_else_none(place: Place) -> None:
    runtime = place.runtime()
    made = await runtime.shrunk(PIXEL, 100)
    assert made is not None
    assert made.startswith(JPEG)
    assert await runtime.shrunk(b"no picture", 100) is None


async def a_large_file_is_taken_piece_by_piece_or_not_at_all(place: Place) -> None:
    saving = await place.runtime().saving("all.zip")
    assert saving is None or saving.write(b"piece") == len(b"piece")


async def the_line_costs_or_not_or_nobody_knows(place: Place) -> None:
    assert await place.runtime().is_metered() in (True, False, None)


async def what_few_acts_need_is_there_once_it_is_imported(place: Place) -> None:
    place.runtime()
    import segno  # noqa: PLC0415 - this is the case

    assert segno.make("Fieldbook").version


CASES = (
    rows_survive_close_and_reopen,
    a_connection_is_wal_exclusive_and_in_autocommit,
    a_rolled_back_transaction_leaves_nothing,
    a_second_opening_answers_storage_busy,
    wipe_removes_all_of_it,
    a_database_moves_with_its_log_and_leaves_its_name_free,
    time_and_chance_are_sane,
    a_request_brings_status_headers_and_body,
    a_refusal_is_an_answer,
    no_server_is_a_transport_error,
    waiting_too_long_is_a_transport_error,
    a_stream_comes_in_pieces_as_they_are_sent,
    a_refused_stream_is_a_transport_error,
    a_picture_becomes_a_small_jpeg_and_anything_else_none,
    the_line_costs_or_not_or_nobody_knows,
    a_large_file_is_taken_piece_by_piece_or_not_at_all,
    what_few_acts_need_is_there_once_it_is_imported,
)
NAMES = [case.__name__ for case in CASES]
ENDING = "survives_the_end"


async def run(place_for: Callable[[str], Place], *, reloaded: bool) -> dict[str, str]:
    """Each case's outcome by name: "passed", or the traceback."""
    if reloaded:
        return {ENDING: await outcome(read_after_the_end, place_for(ENDING))}
    told = {case.__name__: await outcome(case, place_for(case.__name__)) for case in CASES}
    return told | {ENDING: await outcome(write_and_end, place_for(ENDING))}


async def outcome(case: Callable[[Place], Awaitable[None]], place: Place) -> str:
    try:
        await case(place)
    except Exception:  # noqa: BLE001 - whatever it was, the report tells it
        return traceback.format_exc()
    return "passed"
