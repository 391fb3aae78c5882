"""The replica's SQLite file: one connection, one transaction at a time, durable before it returns.

A local write is only reported as done after `flush`: in the browser SQLite's own sync never reaches
the disk, so the runtime does it. What can be had again from the server, or made again here, is not
waited for (`durable=False`): WAL keeps commits in order, so a crash loses at most the latest of
those and never a local write before them. Calls are synchronous and short; nothing here awaits.
"""

from __future__ import annotations

import logging
import sqlite3
from collections import defaultdict
from contextlib import contextmanager, suppress
from typing import TYPE_CHECKING, Any

from sqlalchemy import create_engine
from sqlalchemy.pool import StaticPool

from client.runtime.protocol import StorageDamaged, StorageFull
from client.store import digests, disk, filtering, lookup, meta, migrations, recount, sorting
from client.store.derived import Deriver
from client.store.prepared import run_text
from sync_protocol import digest

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from sqlalchemy import Connection

    from client.runtime.protocol import Runtime
    from sync_protocol.changes import State

log = logging.getLogger(__name__)

OLDEST_SQLITE = (3, 39)
Changed = dict[str, frozenset[str]]
"""Record type -> ids: what a transaction changed."""


class Database:
    """An open replica file. `connection` is for reads; writes go through `transaction`."""

    def __init__(self, runtime: Runtime, path: str) -> None:
        if sqlite3.sqlite_version_info < OLDEST_SQLITE:
            raise RuntimeError(f"SQLite 3.39 is needed, this is {sqlite3.sqlite_version}.")
        self._runtime = runtime
        self._path = path
        self._engine = create_engine(
            "sqlite://", creator=lambda: runtime.connect(path), poolclass=StaticPool
        )
        disk.name_errors(self._engine)
        cut_off = disk.was_cut_off(path)
        self.connection: Connection = self._engine.connect()
        filtering.teach(self._driver)
        sorting.teach(self._driver)
        lookup.teach(self._driver)
        self._depth = 0
        self._waits = True
        self._touched: dict[str, set[str]] = defaultdict(set)
        self._told: dict[str, set[str]] = defaultdict(set)
        self._deriver = Deriver()
        self._counted = self._recounted = 0
        self._listeners: list[Callable[[Changed], None]] = []
        try:
            disk.check(self.connection, path, cut_off=cut_off)
            migrations.migrate(self.connection)
            self._end_read()
        except BaseException:
            self.close()
            raise
        runtime.flush(path)

    @contextmanager
    def transaction(self, *, durable: bool = True) -> Iterator[Connection]:
        """Commit on leaving, roll back on an exception; a nested one is a savepoint."""
        if self._depth:
            with self._savepoint():
                yield self.connection
            return
        self._end_read()
        self._wait_for_disk(durable)
        self._run("BEGIN IMMEDIATE")
        self._depth = 1
        try:
            yield self.connection
            self._deriver.settle(self, dict(self._touched))
            self._keep_count()
            self._run("COMMIT")
        except BaseException as error:
            self._touched.clear()
            self._told.clear()
            self._deriver.forget()
            self._counted = self._recounted = 0
            meta.forget(self.connection)
            if self._is_running:
                self._run("ROLLBACK")
            if isinstance(error, StorageDamaged):
                disk.mark(self.connection)
            raise
        finally:
            self._depth = 0
            self._end_read()
        try:
            if durable:
                self._runtime.flush(self._path)
        finally:  # committed is committed: it may be lost by a crash, but it shows and is sent
            self._notify()

    def touch(self, kind: str, record_id: str) -> None:
        """Remember that the running transaction changes a record; to be said before it does."""
        self._touched[kind].add(record_id)
        self._deriver.note(self.connection, kind, record_id)

    def tell(self, kind: str, record_id: str) -> None:
        """Let listeners hear of a record whose row the transaction leaves as it is."""
        self._told[kind].add(record_id)

    def derive_some(self) -> bool:
        """Bring the derived labels a step forward; False when they are complete."""
        with self.transaction(durable=False):
            return self._deriver.some(self)

    def count(self, before: State | None, after: State | None) -> None:
        """Move the digest of what is confirmed; it is written when the transaction commits."""
        found = after or before
        if found is None:
            return
        moved = digests.weight(after) - digests.weight(before)
        self._counted += moved
        sweep = recount.under_way(self.connection)
        if sweep is not None and sweep.has_passed(found.kind, found.id):
            self._recounted += moved

    def on_change(self, callback: Callable[[Changed], None]) -> Callable[[], None]:
        """Call back after each commit that changed records; the answer takes it off again."""
        self._listeners.append(callback)
        return lambda: self._listeners.remove(callback) if callback in self._listeners else None

    def flush(self) -> None:
        self._runtime.flush(self._path)

    def rest(self) -> None:
        """Move what the log holds into the file, as closing does.

        Few apps are closed; most are ended. Whoever starts after this has nothing to recover and no
        reason to check the file. Where there is no room the log stays as it is.
        """
        if not self._depth:
            self._end_read()
            with suppress(StorageFull):
                self.connection.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)").all()
            self._end_read()

    def close(self) -> None:
        self._listeners.clear()
        self.connection.close()
        self._engine.dispose()

    @contextmanager
    def _savepoint(self) -> Iterator[None]:
        name, counted = f"nested_{self._depth}", (self._counted, self._recounted)
        self._run(f"SAVEPOINT {name}")
        self._depth += 1
        try:
            yield
        except BaseException:
            self._counted, self._recounted = counted
            meta.forget(self.connection)
            if self._is_running:
                self._run(f"ROLLBACK TO {name}")
            raise
        finally:
            self._depth -= 1
            if self._is_running:
                self._run(f"RELEASE {name}")

    def _keep_count(self) -> None:
        if self._counted:
            total = (digests.total(self.connection) + self._counted) % digest.MODULUS
            meta.write(self.connection, "digest", total)
        if self._recounted:
            recount.move(self.connection, self._recounted)
        self._counted = self._recounted = 0

    def _wait_for_disk(self, durable: bool) -> None:
        if durable is not self._waits:
            self._run(f"PRAGMA synchronous = {'FULL' if durable else 'NORMAL'}")
            self._waits = durable

    @property
    def _is_running(self) -> bool:
        """Whether SQLite has a transaction: where the disk is full it ends it by itself."""
        return bool(self._driver.in_transaction)

    @property
    def _driver(self) -> Any:
        return self.connection.connection.dbapi_connection

    def _run(self, statement: str) -> None:
        run_text(self.connection, statement)

    def _end_read(self) -> None:
        """Let SQLAlchemy forget its idea of a transaction; SQLite's is ours to begin and end."""
        if self.connection.in_transaction():
            self.connection.commit()

    def _notify(self) -> None:
        changed = {
            kind: frozenset(self._touched.get(kind, ())) | self._told.get(kind, frozenset())
            for kind in self._touched.keys() | self._told.keys()
        }
        self._touched.clear()
        self._told.clear()
        if changed:
            for listener in tuple(self._listeners):
                try:
                    listener(changed)
                except Exception:  # the write is done, and must not look as if it had failed
                    log.exception("listener to changes")
