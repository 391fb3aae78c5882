"""Sending files, after a round of sync: one after the other, chunk by chunk.

The server says where to go on, so an upload that was cut anywhere resumes there, and each chunk is
noted before the next is sent. Changesets go first: as soon as one waits, or after `SPELL_S`, a run
stops between two chunks, and goes on after the next round. A file the server will not take is
passed over and tried again another time; it stops none of the others.
"""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

from client.store import blobs, outbox, uploads
from sync_protocol.blobs import MAX_CHUNK, content_hash
from sync_protocol.errors import Malformed, PeerError, ServerFailed, TooLarge

if TYPE_CHECKING:
    from collections.abc import Callable, Coroutine

    from client.store.database import Database
    from client.store.uploads import Upload
    from sync_protocol.blobs import BlobExchange, Received

SPELL_S = 10.0
"""How long a run may keep the next round waiting."""
_ENDS_THE_SESSION = (401, 403)


class Uploads:
    """The parties to one run: our queue, the other end, our clock.

    What is `leaving` may only hand in: what nobody wants any more, the server forgets by itself.
    `failed` is what was answered where another time may do: the server was in trouble itself, or,
    `leaving`, something stood in the way of a file that is nowhere else.
    """

    def __init__(
        self,
        database: Database,
        exchange: BlobExchange,
        now: Callable[[], int],
        *,
        leaving: bool = False,
    ) -> None:
        self.database = database
        self.exchange = exchange
        self.now = now
        self.leaving = leaving
        self.failed: PeerError | None = None
        self._until = time.monotonic() + SPELL_S

    async def run(self) -> bool:
        """Whether all is done that can be. Raises the `SyncError` that ends a whole run."""
        uploads.refresh(self.database, self.now())
        connection = self.database.connection
        for content in () if self.leaving else uploads.cancelled(connection):
            await self._passing_over(content, self._cancel(content))
        for upload in uploads.waiting(connection):
            if not await self._passing_over(upload.content, self._send(upload)):
                return False
        return True

    async def _passing_over(self, content: str, step: Coroutine[None, None, bool]) -> bool:
        """Take a step; what the server says against this file alone is noted beside it."""
        try:
            return await step
        except PeerError as error:
            if error.status in _ENDS_THE_SESSION:
                raise
            if isinstance(error, ServerFailed) or self._may_yet_pass(content, error):
                self.failed = error
            uploads.note_trouble(self.database, content, error.message)
            return True

    def _may_yet_pass(self, content: str, error: PeerError) -> bool:
        """Whether a file that is to be handed in must be tried again before it is deleted here.

        Not one that is too large, nor one that is not what it was.
        """
        if not self.leaving or isinstance(error, TooLarge):
            return False
        if not isinstance(error, Malformed):
            return True
        kept = blobs.get(self.database.connection, content)
        return kept is not None and content_hash(kept.data) == content

    async def _cancel(self, content: str) -> bool:
        await self.exchange.cancel(content)
        uploads.note_sent(self.database, content, None)
        return True

    async def _send(self, upload: Upload) -> bool:
        """False if it was stopped between two chunks."""
        if self._must_stop():
            return False
        received = await self.exchange.received(upload.content)
        while not received.done:
            uploads.note_sent(self.database, upload.content, received.offset)
            if self._must_stop():
                return False
            received = await self._send_chunk(upload, received.offset)
        uploads.confirm(self.database, upload.content)
        return True

    async def _send_chunk(self, upload: Upload, offset: int) -> Received:
        data = blobs.read(self.database.connection, upload.content, offset, MAX_CHUNK)
        received = await self.exchange.send(upload.content, upload.size, offset, data)
        if not received.done and received.offset <= offset < upload.size:
            raise Malformed("The server does not take this file.")
        return received

    def _must_stop(self) -> bool:
        waits = outbox.waiting_count(self.database.connection) > 0
        return waits or time.monotonic() >= self._until
