"""The least that any program could do: what our figures are divided by.

A bare Litestar application in a process of its own, plain `sqlite3` and plain msgspec at both ends:
no stamps, no scopes, no outbox, no history. It takes the same rows over the same loopback HTTP and
makes them as durable.
"""

from __future__ import annotations

import sqlite3
import subprocess
import sys
import time
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import httpx
import msgspec
import uvicorn
from anyio import to_thread
from litestar import Litestar, Request, Response, get, post

from sync_protocol.changes import State
from sync_protocol.clock import Stamp
from sync_protocol.records import Account, cells, kinds, rows
from tests.integration.server.process import free_port

Row = tuple[Any, ...]
"""The columns of an account as the replica keeps it, the id first."""
PAGE = 500
_COLUMNS = ("id", *kinds()["account"].fields)
_MAKE = f"CREATE TABLE IF NOT EXISTS account ({', '.join(_COLUMNS)}, PRIMARY KEY (id))"
_INSERT = f"INSERT INTO account VALUES ({', '.join('?' * len(_COLUMNS))})"
_RENAME = "UPDATE account SET name = ? WHERE id = ?"
_PAGE = "SELECT * FROM account WHERE id > ? ORDER BY id LIMIT ?"
_rows = msgspec.msgpack.Decoder(list[Row]).decode
_edits = msgspec.msgpack.Decoder(list[tuple[str, str]]).decode
_pack = msgspec.msgpack.encode


def connect(path: Path) -> sqlite3.Connection:
    connection = sqlite3.connect(path, isolation_level=None, check_same_thread=False)
    for pragma in ("journal_mode = wal", "synchronous = full"):
        connection.execute(f"PRAGMA {pragma}")
    connection.execute(_MAKE)
    return connection


def fill(path: Path, records: Iterable[Account]) -> None:
    """Put accounts into a new file, as rows."""
    kind, connection = kinds()["account"], connect(path)
    made = (
        rows.dump(kind, State("account", each.id, Stamp(1, 1), cells.of_new(each)))
        for each in records
    )
    insert(connection, [tuple(row[name] for name in _COLUMNS) for row in made])
    connection.close()


def insert(connection: sqlite3.Connection, rows: list[Row]) -> None:
    connection.execute("BEGIN IMMEDIATE")
    connection.executemany(_INSERT, rows)
    connection.execute("COMMIT")


def rename(connection: sqlite3.Connection, edits: list[tuple[str, str]]) -> None:
    """(name, id) of each."""
    connection.execute("BEGIN IMMEDIATE")
    connection.executemany(_RENAME, edits)
    connection.execute("COMMIT")


class Client:
    """Its other end, beside a durable file of its own."""

    def __init__(self, url: str, path: Path) -> None:
        self._http = httpx.Client(base_url=url)
        self.store = connect(path)

    def push(self, edits: list[tuple[str, str]]) -> None:
        for start in range(0, len(edits), PAGE):
            self._post("/push", edits[start : start + PAGE])

    def pull(self, count: int) -> None:
        """Fetch so many edits and apply them."""
        for start in range(0, count, PAGE):
            rename(self.store, _edits(self._post("/pull", start)))

    def snapshot(self) -> int:
        """Fetch and keep everything; how much that was."""
        after, count = "", 0
        while rows := _rows(self._post("/snapshot", after)):
            insert(self.store, rows)
            after, count = rows[-1][0], count + len(rows)
        return count

    def nothing(self) -> None:
        self._http.get("/nothing").raise_for_status()

    def close(self) -> None:
        self._http.close()
        self.store.close()

    def _post(self, path: str, asked: Any) -> bytes:
        return self._http.post(path, content=_pack(asked)).raise_for_status().content


@contextmanager
def serving(path: Path) -> Iterator[str]:
    """Serves a file until the block ends; yields the address."""
    port = free_port()
    program = [sys.executable, "-m", "tests.benchmarks.floor", str(path), str(port)]
    process = subprocess.Popen(program)
    try:
        url = f"http://127.0.0.1:{port}"
        while True:
            try:
                httpx.get(f"{url}/nothing")
                break
            except httpx.HTTPError:
                time.sleep(0.05)
        yield url
    finally:
        process.kill()
        process.wait()


def _application(store: sqlite3.Connection) -> Litestar:
    @get("/nothing")
    async def nothing() -> Response[bytes]:
        return Response(b"")

    @post("/push", status_code=200)
    async def push(request: Request[Any, Any, Any]) -> Response[bytes]:
        body = await request.body()
        await to_thread.run_sync(lambda: rename(store, _edits(body)))
        return Response(b"")

    @post("/pull", status_code=200)
    async def pull(request: Request[Any, Any, Any]) -> Response[bytes]:
        body = await request.body()
        return Response(await to_thread.run_sync(lambda: _pack(_log(msgspec.msgpack.decode(body)))))

    @post("/snapshot", status_code=200)
    async def snapshot(request: Request[Any, Any, Any]) -> Response[bytes]:
        body = await request.body()
        asked = (msgspec.msgpack.decode(body), PAGE)
        return Response(
            await to_thread.run_sync(lambda: _pack(store.execute(_PAGE, asked).fetchall()))
        )

    def _log(after: int) -> list[tuple[str, str]]:
        found = store.execute("SELECT name, id FROM account LIMIT ? OFFSET ?", (PAGE, after))
        return found.fetchall()

    return Litestar([nothing, push, pull, snapshot], openapi_config=None)


if __name__ == "__main__":
    uvicorn.run(
        _application(connect(Path(sys.argv[1]))), port=int(sys.argv[2]), log_level="warning"
    )
