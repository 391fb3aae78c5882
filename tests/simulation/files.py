"""The files of a run: the server's real handling of them over a shelf in memory, and its judge.

Chunks are small, so that a small file takes several and a line can break between two. The shelf may
be put back to a backup together with the database, or be left as it is: then it holds files that
the database knows nothing of.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING
from urllib.parse import parse_qs, urlsplit

from server.domain.blobs import Blobs
from server.store.blob_storage import Stored, Upload
from server.store.blobs import Naming
from sync_protocol.blobs import Piece, Received
from sync_protocol.errors import NotFound
from tests.simulation.model import Key, Ledger, Violation

if TYPE_CHECKING:
    from server.domain.access import Access, Session
    from tests.simulation.company import Site
    from tests.simulation.device import Device

CHUNK, PIECE = 64, 100
"""In the place of `MAX_CHUNK` and `MAX_PIECE`."""
FIELD = "content"
Files = dict[tuple[str, str], bytes]


class Shelf:
    """`BlobStorage` in two dictionaries."""

    def __init__(self) -> None:
        self.files: Files = {}
        self._parts: dict[Upload, dict[int, bytes]] = {}

    def put(self, workspace: str, content: str, data: bytes) -> None:
        self.files[workspace, content] = data

    def read(self, workspace: str, content: str, start: int, length: int) -> bytes:
        if (workspace, content) not in self.files:
            raise FileNotFoundError(content)
        return self.files[workspace, content][start : start + length]

    def drop(self, workspace: str, content: str) -> None:
        self.files.pop((workspace, content), None)

    def listed(self, workspace: str) -> Iterator[Stored]:
        for (where, content), data in list(self.files.items()):
            if where == workspace:
                yield Stored(content, len(data))

    def put_part(self, upload: Upload, offset: int, data: bytes) -> None:
        self._parts.setdefault(upload, {})[offset] = data

    def joined(self, upload: Upload) -> bytes:
        parts = self._parts.get(upload, {})
        return b"".join(parts[offset] for offset in sorted(parts))

    def drop_parts(self, upload: Upload) -> None:
        self._parts.pop(upload, None)

    def uploads(self, workspace: str) -> set[Upload]:
        return {upload for upload in self._parts if upload.workspace == workspace}


class FileRoom:
    """Files at the server's edge. `kept` says of whom it has said to have what, and has it yet."""

    def __init__(self, totals: Counter[str]) -> None:
        self.shelf = Shelf()
        self.kept: set[tuple[str, str]] = set()
        self._totals = totals
        self._backup: tuple[Files, set[tuple[str, str]]] = {}, set()

    def open(self, site: Site, access: Access, now: Callable[[], int]) -> None:
        """A new process of the server over the same shelf."""
        self._blobs = Blobs(site.store, self.shelf, access, now)  # type: ignore[arg-type]

    def answer(self, ledger: Ledger, session: Session, asked: str, body: bytes) -> Received | Piece:
        """What a request is answered: `METHOD path`, with the start of a range behind an @."""
        method, _, path = asked.partition(" ")
        if path.startswith("blobs/"):
            place, _, start = path.removeprefix("blobs/").partition("@")
            return self._fetch(ledger, session, Naming(*place.split("/")), int(start))
        content = urlsplit(path).path.removeprefix("uploads/")
        if method == "DELETE":
            self._totals["uploads cancelled"] += 1
            self._blobs.cancel(session, content)
            return Received()
        if method == "GET":
            said = self._blobs.received(session, content)
            self._totals["uploads resumed"] += said.offset > 0
        else:
            said = self._take(session, content, urlsplit(path).query, body)
        if said.done:
            self.kept.add((session.user, content))
        return said

    def _take(self, session: Session, content: str, query: str, body: bytes) -> Received:
        size, offset = (int(parse_qs(query)[name][0]) for name in ("size", "offset"))
        self._totals["chunks"] += 1
        is_here = (session.workspace, content) in self.shelf.files
        said = self._blobs.take(session, content, size=size, offset=offset, data=body)
        self._totals["files handed in"] += said.done and not is_here
        self._totals["files handed in again"] += said.done and is_here
        return said

    def _fetch(self, ledger: Ledger, session: Session, naming: Naming, start: int) -> Piece:
        piece = self._blobs.piece(session, naming, start)
        self._totals["pieces fetched"] += 1
        if ledger.scope(naming.key) not in ledger.held(session.user):
            raise Violation("permissions", f"the file of {naming.key} was given to {session.user}")
        return piece

    # --- what happens to it ---

    def back_up(self) -> None:
        self._backup = dict(self.shelf.files), set(self.kept)

    def restore(self, *, files: bool) -> None:
        """The database goes back to its backup; the `files`, too, or they stay."""
        lying, self.kept = self._backup[0], set(self._backup[1])
        if files:
            lost = self.shelf.files.keys() - lying.keys()
            self._totals["files lost in a restore"] += len(lost)
            self.shelf.files = dict(lying)

    # --- the end ---

    def check_end(self, ledger: Ledger, devices: list[Device], workspace: str) -> None:
        """What a living record names is here if it can be, and given to those who may see it."""
        sessions = {device.user.id: device.session(workspace) for device in devices}
        made = set().union(*(device.files_made() for device in devices))
        for key in _living(ledger):
            content = str(ledger.records[key].value(FIELD))
            is_kept = (ledger.author(key, FIELD), content) in self.kept
            data = self.shelf.files.get((workspace, content))
            if ((key, content) in made and not is_kept) or (is_kept and data is None):
                raise Violation("every file arrives", f"{key} names {content}, which is not there")
            for user, session in sorted(sessions.items()):
                may = ledger.scope(key) in ledger.held(user)
                if is_kept or not may:
                    self._check_shown(session, Naming(*key, FIELD), data or b"", may=may)

    def _check_shown(self, session: Session, naming: Naming, data: bytes, *, may: bool) -> None:
        try:
            piece = self._blobs.piece(session, naming, 0)
        except NotFound:
            if may:
                raise Violation("files are shown", f"{naming} not to {session.user}") from None
            self._totals["files not shown"] += 1
            return
        if not may:
            raise Violation("permissions", f"{naming} was shown to {session.user}")
        if not data.startswith(piece.data) or piece.total != len(data):
            raise Violation("files are shown", f"{naming} is another one for {session.user}")
        self._totals["files shown"] += 1


def _living(ledger: Ledger) -> list[Key]:
    """The attachments that are not deleted, nor anything above them."""
    return [
        key
        for key in sorted(ledger.records)
        if key[0] == "attachment" and ledger.is_living(key) and ledger.records[key].value(FIELD)
    ]


def file_of(n: int, chosen: float) -> bytes:
    """A file of some chunks; every other is one that others put on records, too."""
    name = n % 2 if chosen < 1 / 2 else n
    return f"file {name};".encode() * (1 + name % 5) * 10
