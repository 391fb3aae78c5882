"""A device's storage: an SQLite database in memory that can be cut off at any commit.

A process that is killed leaves what was committed; where the power fails, commits that nobody asked
to be durable (`synchronous = NORMAL`) may be lost as well, the latest first. A handle is one
process's way in: once it is dead nothing it does has an effect any more.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Callable
from functools import cache
from typing import Any

from sqlalchemy import create_engine, make_url
from sqlalchemy.engine import Engine
from sqlalchemy.pool import StaticPool

from client.runtime import sqlite_file
from client.store import database

IMAGES_KEPT = 12
_WATCHED = {"COMMIT", "PRAGMA synchronous = FULL", "PRAGMA synchronous = NORMAL"}


class Killed(BaseException):
    """The process ended here; no handler of an `Exception` may notice."""


class Disk:
    """The bytes of one replica. `on_commit` is called before and after each commit."""

    def __init__(self, image: bytes, on_commit: Callable[[str], None], *, fragile: bool) -> None:
        self.raw = sqlite3.connect(
            ":memory:", isolation_level=None, cached_statements=sqlite_file.STATEMENTS
        )
        if image:
            self.raw.deserialize(image)
        self.on_commit = on_commit
        self.handle: Handle | None = None
        self.fragile = fragile
        self._durable = True
        self._images = [image]

    def open(self) -> Handle:
        self.handle = Handle(self)
        self._durable = True
        return self.handle

    def kill(self, holder: Handle | None = None) -> None:
        """End the process that has this disk open, whatever it is doing.

        Where a `holder` is named it is meant alone: nobody who came after it.
        """
        if holder is not None and holder is not self.handle:
            return
        if self.handle is not None:
            self.handle.dead = True
        if self.raw.in_transaction:
            self.raw.rollback()

    def lose_power(self, lost: int) -> None:
        """End the process and lose up to `lost` of the commits nobody waited for."""
        self.kill()
        if lost and len(self._images) > 1:
            self._images = self._images[: max(1, len(self._images) - lost)]
            self.raw.deserialize(self._images[-1])

    def image(self) -> bytes:
        return self.raw.serialize()

    def set_durable(self, durable: bool) -> None:
        if self.fragile and not durable and not self._images:
            self._images = [self.image()]
        self._durable = durable

    def committed(self) -> None:
        """Remember what a power cut may go back to; a durable commit it cannot undo."""
        if self._durable:
            self._images = []
        elif self.fragile:
            self._images = [*self._images[-IMAGES_KEPT:], self.image()]


class Handle:
    """What SQLAlchemy takes for a connection of sqlite3."""

    def __init__(self, disk: Disk) -> None:
        self.disk = disk
        self.dead = False

    @property
    def in_transaction(self) -> bool:
        return not self.dead and self.disk.raw.in_transaction

    def cursor(self, *_factory: Any) -> _Cursor:
        cursor = self.disk.raw.cursor(_Cursor)
        cursor.handle = self
        return cursor

    def execute(self, statement: str, parameters: Any = ()) -> Any:
        if self.dead:
            raise Killed
        if statement in _WATCHED:
            return self.cursor().execute(statement, parameters)
        return self.disk.raw.execute(statement, parameters)

    def blobopen(self, *place: Any, **options: Any) -> sqlite3.Blob:
        if self.dead:
            raise Killed
        return self.disk.raw.blobopen(*place, **options)

    def create_function(self, *_named: Any, **_options: Any) -> None:
        """SQLAlchemy offers a REGEXP that nobody uses."""

    def commit(self) -> None:
        if self.in_transaction:
            self.disk.raw.commit()

    def rollback(self) -> None:
        if self.in_transaction:
            self.disk.raw.rollback()

    def close(self) -> None:
        self.dead = True


class _Cursor(sqlite3.Cursor):
    handle: Handle

    def execute(self, statement: str, parameters: Any = ()) -> Any:
        handle = self.handle
        if handle.dead:
            raise Killed
        if statement != "COMMIT":
            if statement.startswith("PRAGMA synchronous"):
                handle.disk.set_durable("FULL" in statement)
            return super().execute(statement, parameters)
        handle.disk.on_commit("before")
        done = super().execute(statement, parameters)
        handle.disk.committed()
        handle.disk.on_commit("after")
        return done

    def executemany(self, statement: str, parameters: Any) -> Any:
        if self.handle.dead:
            raise Killed
        return super().executemany(statement, parameters)


@cache
def _model_engine() -> Engine:
    engine = create_engine("sqlite://", poolclass=StaticPool, query_cache_size=10_000)
    engine.connect().close()
    return engine


def light_engine(url: str, *, creator: Callable[[], Any], poolclass: type[Any]) -> Engine:
    """An engine that shares its dialect and its compiled statements with all others."""
    model = _model_engine()
    pool = poolclass(creator)
    pool._dialect = model.dialect
    engine = Engine(pool, model.dialect, make_url(url))
    engine._compiled_cache = model._compiled_cache
    return engine


@cache
def blank_image() -> bytes:
    """A replica that was just made, its schema in place: what every device starts from."""

    class Maker:
        def __init__(self) -> None:
            self.disk = Disk(b"", lambda _when: None, fragile=False)

        def connect(self, _path: str) -> Handle:
            return self.disk.open()

        def flush(self, _path: str) -> None:
            pass

    maker = Maker()
    database.Database(maker, "").close()  # type: ignore[arg-type]
    return maker.disk.image()
