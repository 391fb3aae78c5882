"""Pictures and documents: put on records here, sent and fetched when there is a line."""

from __future__ import annotations

from contextlib import suppress
from typing import TYPE_CHECKING, Any

from client.errors import Invalid
from client.replica.undoing import Undoing
from client.store import blobs, uploads
from client.sync.downloads import fetch
from client.sync.uploads import Uploads
from sync_protocol.blobs import MAX_BLOB
from sync_protocol.errors import PeerError, SyncError
from sync_protocol.records import Attachment, Record, blob_fields, kind_of

if TYPE_CHECKING:
    from client.store.uploads import Upload

WIFI_ONLY, ON = "wifi only", "on"


class Files(Undoing):
    """Files go by their content; a record names one."""

    def put_blob(self, data: bytes, media_type: str) -> str:
        """Keep a picture or document locally; returns its content hash.

        It is sent once a record names it. Raises `Invalid` if it is empty or too large.
        """
        if not 0 < len(data) <= MAX_BLOB:
            raise Invalid("size", f"A file may hold 1 byte to {MAX_BLOB >> 20} MB.")
        with self._database.transaction() as connection:
            return blobs.put(connection, data, media_type, self._now())

    def attach(
        self, record: Record, data: bytes, name: str, media_type: str, **facts: Any
    ) -> Attachment:
        """Put a file on a record; `facts` are further fields of the `Attachment`."""
        plain = media_type.partition(";")[0].strip().lower()
        with self.changeset(f"Attach {name}"):
            attachment = Attachment(
                record_kind=kind_of(record).name,
                record_id=record.id,
                name=name,
                media_type=plain,
                size=len(data),
                content=self.put_blob(data, plain),
                **facts,
            )
            return self.create(attachment)

    async def attachment_data(self, record: Record) -> bytes | None:
        """The file an attachment, or another record, names; None where it cannot be had now.

        What is not on this device is asked of the server, and kept while there is room.
        """
        kind = kind_of(record)
        field = blob_fields(kind)[0]
        content = getattr(record, field)
        kept = self.blob(content)
        if kept is None and self._files is not None and content:
            with suppress(SyncError):
                data = await fetch(self._files, kind.name, record.id, field, content)
                kept = blobs.Blob(getattr(record, "media_type", ""), data)
        if kept is None:
            return None
        with self._database.transaction(durable=False) as connection:
            blobs.cache(connection, content, kept, self._now())
        return kept.data

    def uploads(self) -> list[Upload]:
        """The files that wait to be sent, the oldest first."""
        return uploads.waiting(self._connection)

    def blob(self, content_hash: str) -> blobs.Blob | None:
        return blobs.get(self._connection, content_hash)

    def has_file(self, content_hash: str) -> bool:
        """Whether a file is on this device, so that it opens with no signal."""
        return blobs.holds(self._connection, content_hash)

    def file_size(self, content_hash: str) -> int | None:
        """The bytes of a file that is on this device."""
        return blobs.size(self._connection, content_hash)

    @property
    def wifi_only(self) -> bool:
        """Whether this device keeps files back while it is on mobile data."""
        return self.preference(WIFI_ONLY) == ON

    @wifi_only.setter
    def wifi_only(self, on: bool) -> None:
        self.prefer(WIFI_ONLY, ON if on else "")

    async def is_metered(self) -> bool | None:
        """Whether the device is on mobile data now; None where it does not say."""
        return await self._runtime.is_metered()

    async def _send_files(self, *, leaving: bool = False) -> PeerError | None:
        """For a while; what kept a file back, where another time may do.

        What is `leaving` is handed in at any cost.
        """
        held = self.wifi_only and not leaving and await self.is_metered()
        if self._files is None or held:
            self.has_more_to_send = False
            return None
        sending = Uploads(self._database, self._files, self._now, leaving=leaving)
        self.has_more_to_send = not await sending.run()
        return sending.failed
