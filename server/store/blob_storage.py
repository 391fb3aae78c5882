"""Where files' bytes lie: a folder, or S3-compatible storage by URL.

A file lies under its hash, once per workspace; the chunks of an upload lie apart until they are
whole. What is written can be written again with the same effect, and what is deleted may be gone
already, so every step can be repeated after a crash. S3 takes its keys, region and endpoint from
the usual AWS_ variables.
"""

from __future__ import annotations

import os
from contextlib import suppress
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple
from urllib.parse import unquote, urlsplit

import obstore
from obstore.store import LocalStore, from_url
from sqlalchemy import make_url

if TYPE_CHECKING:
    from collections.abc import Iterator

    from obstore.store import ObjectStore

_FILES = "blobs"
_DIGITS = 10
"""Width of an offset in a part's name, so that names sort as offsets do."""


class Stored(NamedTuple):
    content: str
    size: int


class Upload(NamedTuple):
    """Whose unfinished upload of what."""

    workspace: str
    device: int
    content: str

    @property
    def path(self) -> str:
        return f"uploads/{self.workspace}/{self.device}/{self.content}"


class BlobStorage:
    """`url` is a folder (a path or file://), s3://bucket/prefix, or memory:// for tests."""

    def __init__(self, url: str) -> None:
        self.url = url
        self.folder = _folder(url)

    def put(self, workspace: str, content: str, data: bytes) -> None:
        """Keep a file whole or not at all; on return a folder has it on the disk."""
        path = _path(workspace, content)
        obstore.put(self._store, path, data)
        if self.folder is not None:
            _flush(self.folder / path)

    def read(self, workspace: str, content: str, start: int, length: int) -> bytes:
        """Bytes from `start`, fewer at the end of the file; `FileNotFoundError` if it is gone."""
        path = _path(workspace, content)
        return bytes(obstore.get_range(self._store, path, start=start, length=length))

    def drop(self, workspace: str, content: str) -> None:
        self._delete([_path(workspace, content)])

    def listed(self, workspace: str) -> Iterator[Stored]:
        """Every file of a workspace."""
        for path, size in self._list(f"{_FILES}/{workspace}"):
            yield Stored(path.rpartition("/")[2], size)

    def put_part(self, upload: Upload, offset: int, data: bytes) -> None:
        obstore.put(self._store, f"{upload.path}/{offset:0{_DIGITS}}", data)

    def joined(self, upload: Upload) -> bytes:
        """An upload's chunks in their order."""
        paths = sorted(path for path, _size in self._list(upload.path))
        return b"".join(bytes(obstore.get(self._store, path).bytes()) for path in paths)

    def drop_parts(self, upload: Upload) -> None:
        self._delete([path for path, _size in self._list(upload.path)])

    def uploads(self, workspace: str) -> set[Upload]:
        """Every upload of a workspace of which anything is here."""
        paths = (path.split("/") for path, _size in self._list(f"uploads/{workspace}"))
        return {Upload(workspace, int(device), content) for *_, device, content, _offset in paths}

    def copy_to(self, other: BlobStorage) -> int:
        """Put every file there that is not there yet; returns how many.

        A file never changes, so what is there is right; what is let go meanwhile is passed over.
        """
        there, copied = dict(other._list(_FILES)), 0
        for path, size in self._list(_FILES):
            if there.get(path) == size:
                continue
            with suppress(FileNotFoundError):
                _, workspace, _, content = path.split("/")
                other.put(workspace, content, bytes(obstore.get(self._store, path).bytes()))
                copied += 1
        return copied

    @cached_property
    def _store(self) -> ObjectStore:
        """Opened when first needed: a command that touches no file makes no folder."""
        if self.folder is not None:
            return LocalStore(self.folder, mkdir=True, automatic_cleanup=True)
        return from_url(self.url)

    def _list(self, prefix: str) -> Iterator[tuple[str, int]]:
        for page in obstore.list(self._store, prefix):
            for found in page:
                yield found["path"], found["size"]

    def _delete(self, paths: list[str]) -> None:
        for path in paths:
            with suppress(FileNotFoundError):
                obstore.delete(self._store, path)


def beside(database_url: str) -> str:
    """Where files are kept if nothing is said: next to a SQLite file, else in data/blobs."""
    url = make_url(database_url)
    if url.get_backend_name() != "sqlite":
        return "data/blobs"
    if not url.database or url.database == ":memory:":
        return "memory:///"
    return str(Path(url.database).with_suffix(".blobs"))


def _path(workspace: str, content: str) -> str:
    return f"{_FILES}/{workspace}/{content[:2]}/{content}"


def _folder(url: str) -> Path | None:
    parts = urlsplit(url)
    if parts.scheme == "file":
        return Path(unquote(parts.path)).absolute()
    return None if "://" in url else Path(url).absolute()


def _flush(path: Path) -> None:
    """Wait until a file and its name are on the disk."""
    for place in (path, path.parent):
        handle = os.open(place, os.O_RDONLY)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)
