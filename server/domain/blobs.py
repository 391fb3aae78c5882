"""Files: taken in chunks, kept once per workspace, given out by the records that name them.

An upload is accepted before its record or after it; what no record comes to name is collected
(`blob_sweep`). A chunk is stored before the upload's row moves past it, and a file before anybody
holds it, so whatever is cut anywhere is done again with the same effect. Every device sends all of
a file, whoever else has sent it before: an answer tells nothing about others.
"""

from __future__ import annotations

from threading import Semaphore
from typing import TYPE_CHECKING

from server.domain import blob_access, fleet
from server.domain.access import Moment
from server.store import blobs, devices, workspaces
from server.store.blob_storage import Upload
from sync_protocol.blobs import (
    MAX_BLOB,
    MAX_CHUNK,
    MAX_PIECE,
    Piece,
    Received,
    content_hash,
    is_hash,
)
from sync_protocol.errors import Malformed, NotFound, SignInRequired, TooLarge

if TYPE_CHECKING:
    from collections.abc import Callable

    from sqlalchemy import Connection

    from server.domain.access import Access, Session
    from server.store.blob_storage import BlobStorage
    from server.store.blobs import Kept, Naming
    from server.store.store import Store

MAX_UPLOADS = 8
"""Unfinished uploads of one device; the one that rested longest makes room for another."""
MAX_FINISHING = 2
"""Files held in memory at a time, to be put together."""
NO_FILE = "There is no such file, or it is not yours to see."


class Blobs:
    """The files of all workspaces."""

    def __init__(
        self, store: Store, storage: BlobStorage, access: Access, now_ms: Callable[[], int]
    ) -> None:
        self._store = store
        self._storage = storage
        self._access = access
        self._now_ms = now_ms
        self._finishing = Semaphore(MAX_FINISHING)

    # --- up ---

    def received(self, session: Session, content: str) -> Received:
        """How far this device's upload is; `done` if its user has handed the file in.

        Raises `DeviceRevoked` unless the device may go on, or may still hand in what waits, and
        `SignInRequired` if its user is switched off: from them nothing is taken.
        """
        place = _place(session, content)
        with self._store.read() as connection:
            self._check(connection, session)
            kept = _handed_in(connection, session, content)
            progress = blobs.upload(connection, place)
        if kept is not None and (kept.unnamed_ms is None or self._renew(session, content)):
            return Received(done=True)
        return Received(progress.received if progress else 0)

    def take(
        self, session: Session, content: str, *, size: int, offset: int, data: bytes
    ) -> Received:
        """One chunk. Raises `Malformed` if the whole file is not what its hash says."""
        place = _place(session, content)
        _check_chunk(size, offset, data)
        at = self._begun(session, place, size)
        if at.done or at.offset != offset:
            return at
        end = offset + len(data)
        if data:
            self._storage.put_part(place, offset, data)
        if not self._advance(place, offset, end):
            return self.received(session, content)
        return Received(end) if end < size else self._finish(session, place)

    def cancel(self, session: Session, content: str) -> None:
        """Forget this device's unfinished upload; a file that is whole stays."""
        place = _place(session, content)
        with self._store.write() as connection:
            blobs.end(connection, place)
        self._storage.drop_parts(place)

    def store(self, session: Session, data: bytes) -> str:
        """Keep a whole file in the name of the session's user; returns its hash."""
        content = content_hash(data)
        self._keep(session, content, data)
        return content

    # --- down ---

    def piece(self, session: Session, naming: Naming, start: int) -> Piece:
        """Bytes of the file a record names. `NotFound` if the session sees no such file there."""
        workspace = session.workspace
        with self._store.read() as connection:
            head = workspaces.get(connection, workspace)
            actor = self._access.actor(Moment(connection, head), session)
            content = blob_access.shown(connection, workspace, actor, naming)
            kept = blobs.get(connection, workspace, content)
            is_held = _handed_in(connection, session, content) is not None
        if kept is None or not 0 <= start < kept.size:
            raise NotFound(NO_FILE)
        try:
            data = self._storage.read(workspace, content, start, MAX_PIECE)
        except FileNotFoundError:
            raise NotFound(NO_FILE) from None
        if not is_held and start + len(data) == kept.size:
            with self._store.write() as connection:
                workspaces.lock(connection, workspace)
                blobs.hold(connection, workspace, content, session.user)
        return Piece(data, kept.size)

    # --- inside ---

    def _check(self, connection: Connection, session: Session) -> None:
        """Files are taken from whom changesets are taken, and from nobody else."""
        device = devices.get(connection, session.workspace, session.device)
        fleet.check(device, rescuing=True)
        if device is None:
            raise SignInRequired("This device is not signed in.")
        head = workspaces.get(connection, session.workspace)
        with fleet.nothing_to_wait_for(device):
            self._access.actor(Moment(connection, head), session)

    def _renew(self, session: Session, content: str) -> bool:
        """A file without a record is about to get one; False if it was let go just now."""
        with self._store.write() as connection:
            workspaces.lock(connection, session.workspace)
            is_there = blobs.get(connection, session.workspace, content) is not None
            blobs.mark(connection, session.workspace, content, None)
        return is_there

    def _begun(self, session: Session, place: Upload, size: int) -> Received:
        """Where the upload is; one that is new here begins."""
        at = self.received(session, place.content)
        if at.done or at.offset:
            return at
        forgotten: list[Upload] = []
        with self._store.write() as connection:
            workspaces.lock(connection, place.workspace)
            progress = blobs.upload(connection, place)
            if progress is None:
                forgotten = _make_room(connection, place)
                blobs.begin(connection, place, size=size, now_ms=self._now_ms())
        for other in forgotten:
            self._storage.drop_parts(other)
        return Received(progress.received if progress else 0)

    def _advance(self, place: Upload, start: int, end: int) -> bool:
        with self._store.write() as connection:
            return blobs.advance(connection, place, start=start, end=end, now_ms=self._now_ms())

    def _finish(self, session: Session, place: Upload) -> Received:
        with self._finishing:
            try:
                data = self._storage.joined(place)
            except FileNotFoundError:  # a repeated request has finished meanwhile
                data = b""
            if content_hash(data) != place.content:
                return self._refuse(session, place)
            self._keep(session, place.content, data)
        self._storage.drop_parts(place)
        return Received(done=True)

    def _refuse(self, session: Session, place: Upload) -> Received:
        """Damaged, or finished by a repeated request that took its parts away meanwhile."""
        if self.received(session, place.content).done:
            return Received(done=True)
        self.cancel(session, place.content)
        raise Malformed("What was sent is not the file its name says. Send it again.")

    def _keep(self, session: Session, content: str, data: bytes) -> None:
        """Store the file, then say who has it; nobody waits for the storage meanwhile.

        The file's row comes first, so that a collection leaves alone what is being stored. While
        nobody holds it, it shows nothing and says nothing, and is collected like any other.
        """
        is_kept = False
        while not is_kept:
            with self._store.write() as connection:
                workspaces.lock(connection, session.workspace)
                blobs.keep(
                    connection, session.workspace, content, size=len(data), now_ms=self._now_ms()
                )
            self._storage.put(session.workspace, content, data)
            is_kept = self._hand_in(session, content)

    def _hand_in(self, session: Session, content: str) -> bool:
        """The file is stored; False if it was let go just now."""
        with self._store.write() as connection:
            workspaces.lock(connection, session.workspace)
            if blobs.get(connection, session.workspace, content) is None:
                return False
            blobs.hold(connection, session.workspace, content, session.user)
            blobs.end(connection, _place(session, content))
        return True


def _make_room(connection: Connection, place: Upload) -> list[Upload]:
    """The uploads of the device that are forgotten for a new one."""
    under_way = blobs.uploads(connection, place.workspace, place.device)
    rested = under_way[: max(0, len(under_way) - MAX_UPLOADS + 1)]
    forgotten = [place._replace(content=progress.content) for progress in rested]
    for other in forgotten:
        blobs.end(connection, other)
    return forgotten


def _place(session: Session, content: str) -> Upload:
    if not is_hash(content):
        raise Malformed("This is not the name of a file.")
    return Upload(session.workspace, session.device, content)


def _handed_in(connection: Connection, session: Session, content: str) -> Kept | None:
    """A file that is there and that the session's user has had in hand."""
    kept = blobs.get(connection, session.workspace, content)
    is_held = session.user in blobs.holders(connection, session.workspace, content)
    return kept if is_held else None


def _check_chunk(size: int, offset: int, data: bytes) -> None:
    if size > MAX_BLOB or len(data) > MAX_CHUNK:
        limit = MAX_CHUNK if size <= MAX_BLOB else MAX_BLOB
        raise TooLarge(f"That is too much: at most {limit} bytes.")
    if size < 1 or offset < 0 or offset + len(data) > size or (not data and offset < size):
        raise Malformed("This chunk does not fit its file.")
