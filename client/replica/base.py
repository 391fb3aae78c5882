"""What every part of the replica stands on: its parts, who it belongs to, and what time it is."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from client.errors import NotSignedIn
from client.store import meta, outbox
from client.store.database import Changed, Database
from client.sync.http import HttpExchange
from client.sync.round import Progress
from sync_protocol import ids
from sync_protocol.session import Session

if TYPE_CHECKING:
    from collections.abc import Callable

    from client.runtime.protocol import Runtime, Transport
    from sync_protocol.blobs import BlobExchange
    from sync_protocol.exchange import Exchange


class Base:
    """The parts of a replica. `has_more_to_send` and `rescued` say what the app has to know."""

    def __init__(
        self,
        runtime: Runtime,
        path: str,
        transport: Transport | None,
        *,
        server: str | None = None,
        exchange: Exchange | None = None,
        files: BlobExchange | None = None,
        now: Callable[[], int] | None = None,
        random: Callable[[int], bytes] | None = None,
    ) -> None:
        self._runtime = runtime
        self._path = path
        self._now = now or runtime.now
        self._random = random or runtime.random
        self._database = Database(runtime, path)
        self._open: outbox.Open | None = None
        self._loading: Progress | None = None
        if server:
            self._remember_server(server)
        elif transport is None and (remembered := meta.read(self._connection, "server", str)):
            transport = runtime.transport(remembered)
        self._http = self._http_over(transport) if transport else None
        self._exchange = exchange or self._http
        self._files = files or self._http
        self.has_more_to_send = False
        """Whether the last `sync` stopped while files were still waiting."""
        self._transport = transport
        self.device = self._own_device()
        self.rescued = ""
        """What became of a damaged file, in words for the person; empty if it was sound."""

    async def close(self) -> None:
        self._database.close()
        if self._transport is not None:
            await self._transport.close()

    def now(self) -> int:
        """Milliseconds since 1970 UTC, by the server's clock as last measured."""
        return self._now() + (meta.read(self._connection, "offset_ms", int) or 0)

    def new_id(self) -> str:
        return ids.new(self.now(), self._random(ids.RANDOM_BYTES))

    def chance(self) -> float:
        """A number from 0 to 1, by the injected randomness: for jitter."""
        return self._random(1)[0] / 255

    def new_entry(self) -> str:
        """An id for another phone, e-mail or address of a record."""
        return ids.entry(self.now(), self._random(2))

    @property
    def user_id(self) -> str:
        """The user this replica belongs to; empty until the first sign-in."""
        return meta.read(self._connection, "user", str) or ""

    @property
    def session(self) -> Session | None:
        """The running session; None when signed out."""
        return meta.read(self._connection, "session", Session)

    @property
    def email(self) -> str:
        """The address of the last sign-in, kept when its session has ended."""
        session = self.session
        if session is not None:
            return session.email
        return meta.read(self._connection, "email", str) or ""

    def preference(self, name: str) -> str:
        """What was chosen for this device under `name`; empty if nothing was. Never synced."""
        return meta.read(self._connection, f"preference.{name}", str) or ""

    def prefer(self, name: str, value: str) -> None:
        """Choose something for this device alone."""
        with self._database.transaction() as connection:
            meta.write(connection, f"preference.{name}", value)

    def on_change(self, callback: Callable[[Changed], None]) -> Callable[[], None]:
        """Call back after each commit with {record type: ids}; the answer takes it off again."""
        return self._database.on_change(callback)

    def flush(self) -> None:
        """Make sure that all that was committed is on the disk."""
        self._database.flush()

    def rest(self) -> None:
        """Leave the file as closing would: to be called when nothing has changed for a while."""
        self._database.rest()

    @property
    def _connection(self) -> Any:
        return self._database.connection

    def _party(self) -> Exchange:
        if self._exchange is None:
            raise NotSignedIn("This replica knows no server.")
        return self._exchange

    def _server(self) -> HttpExchange:
        if self._http is None:
            raise NotSignedIn("This replica knows no server.")
        return self._http

    def _http_over(self, transport: Transport) -> HttpExchange:
        runtime, path = self._runtime, self._path

        def keep(token: str) -> None:
            runtime.write_secret(path, token)

        return HttpExchange(transport, runtime.read_secret(path), keep)

    def _remember_server(self, address: str) -> None:
        if meta.read(self._connection, "server", str) != address:
            with self._database.transaction() as connection:
                meta.write(connection, "server", address)

    def _own_device(self) -> int:
        return meta.read(self._connection, "device", int) or self._new_device()

    def _new_device(self) -> int:
        """A device id of our own, before the first sign-in; later only a clone's changes."""
        device = self._draw_device()
        with self._database.transaction() as connection:
            meta.write(connection, "device", device)
        self.device = device
        return device

    def _go_by(self, device: int) -> None:
        self.device = device

    def _draw_device(self) -> int:
        return int.from_bytes(self._random(4), "big") or 1
