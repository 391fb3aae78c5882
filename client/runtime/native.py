"""The platform seam where there is an operating system: files, sockets, a real sqlite3.

The replica is one SQLite file that one process holds: exclusive locking is asked for before WAL,
so the log's index lives in memory and no second process can write beside us. SQLite would wait for
a busy file; we do not, because nobody who holds a replica lets it go within a timeout. What SQLite
committed is on the disk when it says so (synchronous=FULL), so `flush` has nothing left to do.

The session's token lies beside the replica in a file only its owner can read.
"""

from __future__ import annotations

import asyncio
import glob
import io
import os
import shutil
import sqlite3
import time
from contextlib import asynccontextmanager, contextmanager, suppress
from pathlib import Path
from typing import TYPE_CHECKING

import httpx

from client.runtime import sqlite_file
from client.runtime.protocol import Response, StorageUse, TransportError

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Awaitable, Callable, Iterator, Mapping

    from client.runtime.protocol import Saving

TAKE_THE_LOCK = ("BEGIN EXCLUSIVE", "COMMIT")
KEPT_PAGES = "PRAGMA cache_size = -24576"
"""24 MiB: the system keeps the file's pages, too, and a phone has other uses for its memory."""
FILES = ("", "-wal", "-shm", "-journal")
CONNECT_TIMEOUT_S = 10.0
JPEG_QUALITY = 82


class NativeRuntime:
    """`Runtime` and `Host` of a phone, a tablet, a desktop or a script."""

    name = "native"
    server = "http://127.0.0.1:8000"

    def __init__(self) -> None:
        self._ask_line: Callable[[], Awaitable[bool | None]] = _nobody_knows
        self._folder = Path(self.home).parent

    @property
    def home(self) -> str:
        """Under the folder that Flet names when packaged, else under the user's own data."""
        folder = os.environ.get("FLET_APP_STORAGE_DATA")
        base = Path(folder) if folder else Path.home() / ".local" / "share" / "fieldbook"
        return str(base / "replica.db")

    def now(self) -> int:
        return time.time_ns() // 1_000_000

    def random(self, count: int) -> bytes:
        return os.urandom(count)

    async def prepare(self, path: str) -> None:
        self._folder = Path(path).parent
        self._folder.mkdir(parents=True, exist_ok=True)

    def connect(self, path: str) -> sqlite3.Connection:
        return sqlite_file.connect(path, KEPT_PAGES, *TAKE_THE_LOCK)

    def flush(self, path: str) -> None:
        """Nothing to do: SQLite itself waited for the disk."""

    def release(self, path: str) -> None:
        """Nothing to do: closing the database gave up its lock."""

    async def wipe(self, path: str) -> None:
        _delete([path + suffix for suffix in (*FILES, ".token")])
        _delete(_beside(path))

    def beside(self, path: str, suffix: str) -> str:
        return f"{path}.{suffix}"

    async def move(self, path: str, to: str) -> None:
        _rename(path, to)

    def read_secret(self, path: str) -> str | None:
        try:
            return Path(path + ".token").read_text(encoding="utf-8")
        except FileNotFoundError:
            return None

    def write_secret(self, path: str, secret: str | None) -> None:
        target = Path(path + ".token")
        if secret is None:
            target.unlink(missing_ok=True)
            return
        draft = Path(path + ".token-draft")
        draft.unlink(missing_ok=True)
        handle = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(handle, "w", encoding="utf-8") as file:
            file.write(secret)
            file.flush()
            os.fsync(file.fileno())
        draft.replace(target)

    def transport(self, server: str) -> HttpxTransport:
        return HttpxTransport(server)

    async def is_metered(self) -> bool | None:
        return await self._ask_line()

    def ask_line_by(self, ask: Callable[[], Awaitable[bool | None]]) -> None:
        self._ask_line = ask

    def listen(self, callback: Callable[[str], None]) -> None:
        """No event of the page exists here; Flet's lifecycle events serve the screen."""

    async def storage(self) -> StorageUse:
        """What the replica's folder takes; it may grow by all that is free."""
        used, free = await asyncio.to_thread(_measured, self._folder)
        return StorageUse(used=used, quota=used + free, persistent=True)

    async def persist(self) -> bool:
        return True

    async def install(self) -> bool:
        return False

    async def update(self) -> bool:
        return False

    async def allow_notices(self) -> bool:
        return False

    async def notify(self, title: str, text: str) -> bool:  # noqa: ARG002 - Flet has none yet
        return False

    async def scan(self) -> str | None:
        return None  # Flet has no detector yet

    def opened(self) -> None:
        """Nothing stands there: the app opens within a second."""

    def keep_day(self, told: str) -> None:
        """Nobody would see it."""

    async def notes(self) -> str:
        return "[]"

    async def forget_note(self, note_id: str) -> None:
        """There is none."""

    async def saving(self, name: str) -> Saving | None:  # noqa: ARG002 - the person names it
        return None

    async def shrunk(self, picture: bytes, longest: int) -> bytes | None:
        return await asyncio.to_thread(_shrunk, picture, longest)


class HttpxTransport:
    """`Transport` over one httpx client, its connections kept open between requests."""

    def __init__(self, server: str) -> None:
        self.address = server.rstrip("/")
        self._client = httpx.AsyncClient(
            base_url=server, timeout=httpx.Timeout(None, connect=CONNECT_TIMEOUT_S)
        )

    async def request(
        self,
        method: str,
        path: str,
        *,
        headers: Mapping[str, str] | None = None,
        body: bytes | None = None,
        timeout_s: float = 30.0,
    ) -> Response:
        with _as_transport_error():
            async with asyncio.timeout(timeout_s):
                answer = await self._client.request(method, path, headers=headers, content=body)
        return Response(answer.status_code, dict(answer.headers), answer.content)

    async def stream(
        self, path: str, *, headers: Mapping[str, str] | None = None
    ) -> AsyncIterator[bytes]:
        async with self._open(path, headers) as answer:
            pieces = answer.aiter_bytes()
            while True:
                with _as_transport_error():
                    piece = await anext(pieces, None)
                if piece is None:
                    return
                yield piece

    async def close(self) -> None:
        await self._client.aclose()

    @asynccontextmanager
    async def _open(
        self, path: str, headers: Mapping[str, str] | None
    ) -> AsyncIterator[httpx.Response]:
        with _as_transport_error():
            asked = self._client.build_request("GET", path, headers=headers)
            answer = await self._client.send(asked, stream=True)
        try:
            if not answer.is_success:
                raise TransportError(f"{path}: status {answer.status_code}")
            yield answer
        finally:
            await answer.aclose()


async def _nobody_knows() -> bool | None:
    return None


def _shrunk(picture: bytes, longest: int) -> bytes | None:
    from PIL import Image, ImageOps, UnidentifiedImageError  # noqa: PLC0415 - for pictures alone

    made = io.BytesIO()
    try:
        with Image.open(io.BytesIO(picture)) as opened:
            upright = ImageOps.exif_transpose(opened).convert("RGBA")
            upright.thumbnail((longest, longest))
            paper = Image.new("RGB", upright.size, "white")  # a JPEG knows no transparency
            paper.paste(upright, mask=upright.getchannel("A"))
            paper.save(made, "JPEG", quality=JPEG_QUALITY)
    except (UnidentifiedImageError, OSError, Image.DecompressionBombError):
        return None
    return made.getvalue()


def _measured(folder: Path) -> tuple[int, int]:
    """The bytes of a folder's files, and those that are free beside them."""
    used = 0
    for file in folder.rglob("*"):
        with suppress(FileNotFoundError):  # SQLite takes its journal away at any time
            used += file.stat().st_size if file.is_file() else 0
    return used, shutil.disk_usage(folder).free


def _delete(paths: list[str]) -> None:
    for path in paths:
        Path(path).unlink(missing_ok=True)


def _beside(path: str) -> list[str]:
    """The databases that were set aside here, and what belongs to them."""
    whole = Path(path)
    return [str(found) for found in whole.parent.glob(f"{glob.escape(whole.name)}.*")]


def _rename(path: str, to: str) -> None:
    for suffix in reversed(FILES):  # the log first: it must never meet another database
        with suppress(FileNotFoundError):
            Path(path + suffix).rename(to + suffix)


@contextmanager
def _as_transport_error() -> Iterator[None]:
    try:
        yield
    except (httpx.HTTPError, httpx.InvalidURL, TimeoutError) as error:
        raise TransportError(str(error) or type(error).__name__) from error
