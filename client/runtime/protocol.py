"""The platform seam: all that the client asks of the place it runs in.

Two implementations stand side by side, `native` and `browser`; only the composition root picks
one. They supply and decide nothing: rules live in the store, the sync and the replica. The same
contract cases (tests/contract) run over both.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple, Protocol

from client.errors import ReplicaError

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import AsyncIterator, Awaitable, Callable, Mapping


class Response(NamedTuple):
    """An HTTP answer, read whole. Header names are lower case."""

    status: int
    headers: Mapping[str, str]
    body: bytes


class TransportError(Exception):
    """The server could not be reached, or the line broke before the whole answer came."""


class Transport(Protocol):
    """HTTP to one server. Paths start with a slash and are joined to the server's address.

    Both methods raise `TransportError` for anything that is not an answer. Redirects are not
    followed. In the browser the session cookie travels by itself (same origin). `address` is the
    server's, without a slash at its end: to be given to other programs.
    """

    address: str

    async def request(
        self,
        method: str,
        path: str,
        *,
        headers: Mapping[str, str] | None = None,
        body: bytes | None = None,
        timeout_s: float = 30.0,
    ) -> Response: ...

    def stream(
        self, path: str, *, headers: Mapping[str, str] | None = None
    ) -> AsyncIterator[bytes]:
        """The body in pieces as they arrive, for as long as the server keeps it open.

        An answer that is not 2xx raises `TransportError`: ask with `request` to learn why.
        """
        ...

    async def close(self) -> None: ...


class Runtime(Protocol):
    """One device's clock, randomness, storage and network."""

    name: str

    def now(self) -> int:
        """Wall clock, milliseconds since 1970 UTC."""
        ...

    def random(self, count: int) -> bytes:
        """`count` bytes fit for secrets."""
        ...

    async def prepare(self, path: str) -> None:
        """Make `path` usable for `connect`: on native its folder, in the browser the OPFS mount.

        Raises `StorageBusy` where another tab or process holds the replica.
        """
        ...

    def connect(self, path: str) -> sqlite3.Connection:
        """Open the database file, WAL, exclusive, foreign keys off, autocommit mode."""
        ...

    def flush(self, path: str) -> None:
        """Return only when everything committed to `path` so far is on the disk.

        Raises `StorageFailed` where it could not be put there.
        """
        ...

    def release(self, path: str) -> None:
        """Give up what `prepare` holds for the closed database at `path`."""
        ...

    async def wipe(self, path: str) -> None:
        """Delete the closed database at `path` and all that belongs to it or lies `beside` it."""
        ...

    def beside(self, path: str, suffix: str) -> str:
        """Where another database would lie beside the one at `path`."""
        ...

    async def move(self, path: str, to: str) -> None:
        """Rename the closed database at `path`, its log with it; what is the session's stays.

        Neither is prepared after that.
        """
        ...

    def read_secret(self, path: str) -> str | None:
        """The session's token kept for the replica at `path` (None where a cookie holds it)."""
        ...

    def write_secret(self, path: str, secret: str | None) -> None: ...

    def transport(self, server: str) -> Transport: ...

    async def is_metered(self) -> bool | None:
        """Whether the device is on mobile data now; None where it does not say."""
        ...


class StorageUse(NamedTuple):
    """Bytes used and allowed, and whether the system promised not to evict them by itself."""

    used: int
    quota: int
    persistent: bool


class Saving(Protocol):
    """A file on its way to the person, written from its beginning to its end."""

    def write(self, data: bytes) -> int: ...

    def flush(self) -> None: ...

    async def done(self) -> None:
        """Give it to the person."""
        ...


class Host(Protocol):
    """What surrounds the app on this device: room for data, installing, updates, visibility.

    Both runtimes are hosts. Events are words: `show` and `hide` (the app came to the front or
    left it), `online` and `offline` (a hint only), `line` (the device is on another network),
    `installable`, `installed`, `offline-ready` (the app now starts without a network),
    `update-ready` (a new version waits for `update`), `note` (one was taken before the app ran).
    """

    def listen(self, callback: Callable[[str], None]) -> None:
        """Call back with each event's word, on the event loop."""
        ...

    async def storage(self) -> StorageUse: ...

    async def persist(self) -> bool:
        """Ask the system not to evict our data; False where it will not promise."""
        ...

    async def install(self) -> bool:
        """Show the system's own install prompt; True when the person accepted."""
        ...

    async def update(self) -> bool:
        """Restart in the version that is waiting; False when there is none."""
        ...

    async def allow_notices(self) -> bool:
        """Ask the person, right after a tap, for leave to show notices; False without it."""
        ...

    async def notify(self, title: str, text: str) -> bool:
        """Show a notice of the system's own, outside the app; False where that cannot be."""
        ...

    async def scan(self) -> str | None:
        """What a barcode or QR code held before the camera says.

        Empty if the person gave up; None where this device cannot do it.
        """
        ...

    def opened(self) -> None:
        """The app shows more than that it opens: what stood there until now may go."""
        ...

    def keep_day(self, told: str) -> None:
        """Show this day (`client.ui.glimpse`) the next time, until the app has opened.

        Nothing is shown if it is empty. It goes with the replica.
        """
        ...

    async def notes(self) -> str:
        """Notes that were taken while the app opened, as JSON: see `client.ui.glimpse`."""
        ...

    async def forget_note(self, note_id: str) -> None: ...

    async def saving(self, name: str) -> Saving | None:
        """A large file to the person's downloads, of which little is ever in our memory.

        None where they choose a place instead, to which it can be written.
        """
        ...

    async def shrunk(self, picture: bytes, longest: int) -> bytes | None:
        """A picture as an upright JPEG of at most `longest` pixels on its longer side.

        None for what this device cannot read as a picture.
        """
        ...


class Device(Runtime, Host, Protocol):
    """What a whole platform is: both runtimes are one.

    `server` is the address to ask if none is set.
    """

    server: str

    @property
    def home(self) -> str:
        """Where the app keeps its replica."""
        ...

    def ask_line_by(self, ask: Callable[[], Awaitable[bool | None]]) -> None:
        """How the screen's own framework answers `is_metered`, for a platform without a way."""
        ...


class StorageBusy(ReplicaError):
    """The replica is open elsewhere: another tab, window or process."""

    def __init__(self, where: str = "") -> None:
        super().__init__("Fieldbook is open elsewhere on this device.")
        self.where = where


class StorageFailed(ReplicaError):
    """The device did not take a write, or did not give back what it holds."""

    message = (
        "This device's storage failed, so that was not saved. Check that there is room, then try"
        " again."
    )

    def __init__(self) -> None:
        super().__init__(self.message)


class StorageFull(StorageFailed):
    """The device, or what the browser allows us of it, is full."""

    message = (
        "There is no space left on this device, so that was not saved. Make room, then try again."
    )


class StorageDamaged(ReplicaError):
    """The replica's file is broken; opening it again mends what can be mended."""

    def __init__(self) -> None:
        super().__init__(
            "What is kept on this device is damaged. Close Fieldbook and open it again: what can be"
            " read is saved, the rest is fetched anew."
        )
