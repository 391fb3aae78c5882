"""What nobody needs any more is let go: files without a record, uploads that go no further.

A file that a record names, or named within the history that is kept, stays; so does one that is
only just there, because its record may be on its way. Looking is cheap for those who wait: nothing
is locked but for the moment in which one file goes.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from server.store import blobs, workspaces
from server.store.blob_storage import Upload

if TYPE_CHECKING:
    from collections.abc import Iterable

    from server.store.blob_storage import BlobStorage
    from server.store.blobs import Kept
    from server.store.store import Store

DAY_MS = 86_400_000
UNFINISHED_MS = 30 * DAY_MS
"""How long an upload that goes no further is kept."""
UNNAMED_MS = 30 * DAY_MS
"""How long a file is kept that no record names."""


class Swept(NamedTuple):
    """What was let go."""

    files: int = 0
    uploads: int = 0


class BlobSweep:
    def __init__(self, store: Store, storage: BlobStorage) -> None:
        self._store = store
        self._storage = storage

    def collect(self, now_ms: int) -> Swept:
        """One pass over everything; to be run now and then, daily say."""
        with self._store.read() as connection:
            found = [row.workspace_id for row in workspaces.listed(connection)]
        files = uploads = 0
        for workspace in found:
            uploads += self._end_uploads(workspace, now_ms)
            self._adopt(workspace, now_ms)
            files += sum(self._drop(workspace, old) for old in self._unnamed(workspace, now_ms))
        return Swept(files, uploads)

    def release(self, workspace: str, contents: Iterable[str]) -> int:
        """Let go at once of those files that no record names; returns how many went."""
        with self._store.read() as connection:
            found = [blobs.get(connection, workspace, content) for content in contents]
        return sum(self._drop(workspace, kept) for kept in found if kept is not None)

    def _end_uploads(self, workspace: str, now_ms: int) -> int:
        """Forget what rested too long, and chunks that belong to no upload."""
        lying = self._storage.uploads(workspace)
        with self._store.write() as connection:
            rows = blobs.uploads(connection, workspace)
            kept = {
                Upload(workspace, row.device, row.content)
                for row in rows
                if now_ms - row.touched_ms < UNFINISHED_MS
            }
            ended = {Upload(workspace, row.device, row.content) for row in rows} - kept
            for place in ended:
                blobs.end(connection, place)
        for place in (lying | ended) - kept:
            self._storage.drop_parts(place)
        return len(ended)

    def _adopt(self, workspace: str, now_ms: int) -> None:
        """Judge like others the files that only the storage knows, since a backup was restored."""
        lying = {stored.content: stored.size for stored in self._storage.listed(workspace)}
        with self._store.write() as connection:
            workspaces.lock(connection, workspace)
            for content in lying.keys() - blobs.every(connection, workspace).keys():
                blobs.keep(connection, workspace, content, size=lying[content], now_ms=now_ms)

    def _unnamed(self, workspace: str, now_ms: int) -> list[Kept]:
        """Note since when files are without a record; those for whom it has been long enough."""
        with self._store.read() as connection:
            every = blobs.every(connection, workspace)
            named = blobs.named(connection, workspace, every)
        with self._store.write() as connection:
            for kept in every.values():
                since = _unnamed_since(kept, now_ms, is_named=kept.content in named)
                if since != kept.unnamed_ms:
                    blobs.mark(connection, workspace, kept.content, since)
        return [
            kept
            for kept in every.values()
            if kept.content not in named
            and kept.unnamed_ms is not None
            and now_ms - kept.unnamed_ms >= UNNAMED_MS
        ]

    def _drop(self, workspace: str, kept: Kept) -> bool:
        """Let a file go unless it was handed in or named meanwhile.

        Its row goes first, for a row says that the file is there; bytes without one are found by
        the next pass. While they go nobody begins to hand them in again.
        """
        with self._store.write() as connection:
            workspaces.lock(connection, workspace)
            is_other = blobs.get(connection, workspace, kept.content) != kept
            if is_other or blobs.is_named(connection, workspace, kept.content):
                return False
            blobs.drop(connection, workspace, kept.content)
        with self._store.write() as connection:
            workspaces.lock(connection, workspace)
            if blobs.get(connection, workspace, kept.content) is None:
                self._storage.drop(workspace, kept.content)
        return True


def _unnamed_since(kept: Kept, now_ms: int, *, is_named: bool) -> int | None:
    if is_named:
        return None
    return now_ms if kept.unnamed_ms is None else kept.unnamed_ms
