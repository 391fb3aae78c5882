"""The replica: all of Fieldbook that needs no screen.

One replica is one device's copy of what its user may see. Every read and every write is local and
immediate; `sync` exchanges changesets with the server when there is one. The app, scripts, tests
and benchmarks all stand on this class.

    async with await Replica.open("ada.db", server="http://127.0.0.1:8000") as replica:
        await replica.sign_in("ada@example.com", password, device_name="Ada's phone")
        await replica.sync()
        shop = replica.create(Account(name="Corner shop"))
        with replica.changeset("Log visit"):
            replica.create(Activity(kind="visit", at=replica.now(), account_id=shop.id))
            replica.label(shop, "Prospect")
        await replica.sync()

Writes happen on the thread of the event loop and never await; a `changeset` must not either.
"""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Self

from client.replica.drafting import Drafting
from client.replica.sessions import Sessions
from client.replica.syncing import Status, Syncing
from client.runtime import here
from client.runtime.protocol import StorageDamaged
from client.store import rescue
from client.store.drafts import DraftKey, KeptDraft
from client.store.queries import Range

if TYPE_CHECKING:
    from collections.abc import Callable

    from client.runtime.protocol import Runtime, Transport
    from sync_protocol.blobs import BlobExchange
    from sync_protocol.exchange import Exchange

__all__ = ["DraftKey", "KeptDraft", "Range", "Replica", "Status"]


class Replica(Syncing, Sessions, Drafting):
    """See the module's head. Use `Replica.open`, and close it or use it as a context manager."""

    @classmethod
    async def open(
        cls,
        path: str,
        server: str | None = None,
        *,
        runtime: Runtime | None = None,
        now: Callable[[], int] | None = None,
        random: Callable[[int], bytes] | None = None,
        transport: Transport | None = None,
        exchange: Exchange | None = None,
        files: BlobExchange | None = None,
    ) -> Replica:
        """Open the replica file at `path`, made if missing.

        `now` gives milliseconds since 1970 UTC, `random` that many random bytes. Without `server`
        it is the one last named; without any, all but signing in and sync works. Raises
        `StorageBusy` if the file is open elsewhere. A damaged file is set aside, and what can be
        read of it is in the new one; `rescued` says so.
        """
        runtime = runtime or here()
        await runtime.prepare(path)
        await rescue.finish(runtime, path)
        if transport is None and server:
            transport = runtime.transport(server)
        opened = partial(
            cls,
            runtime,
            path,
            transport,
            server=server,
            exchange=exchange,
            files=files,
            now=now,
            random=random,
        )
        try:
            return opened()
        except StorageDamaged:
            told = await rescue.rescue(runtime, path, now or runtime.now, random or runtime.random)
            replica = opened()
            replica.rescued = told
            return replica

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, *_error: object) -> None:
        await self.close()
