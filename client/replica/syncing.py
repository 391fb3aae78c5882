"""The rounds with the server, what they could not do, and how far they are."""

from __future__ import annotations

import logging
from contextlib import suppress
from typing import TYPE_CHECKING

import msgspec

from client.errors import NotSignedIn, UnknownRecord, Wiped
from client.replica.files import Files
from client.store import digests, incoming, layers, meta, outbox, problems, recount, states
from client.sync.round import Progress, Report, Round
from sync_protocol import digest
from sync_protocol.changes import Change
from sync_protocol.errors import DeviceRevoked, SyncError
from sync_protocol.messages import Farewell
from sync_protocol.records import kinds

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Awaitable, Callable

    from client.store.problems import Discarded, Problem
    from sync_protocol.changes import Changeset

log = logging.getLogger(__name__)


class Status(msgspec.Struct, frozen=True):
    """Sync at a glance. `loading` is set while a load is under way; `loaded` as of the replica."""

    signed_in: bool
    waiting: int
    problems: int
    synced_ms: int | None
    offset_ms: int
    loading: Progress | None = None
    loaded: bool = True


class Syncing(Files):
    """Nothing here decides when; that is the loop beside the app."""

    async def sync(
        self,
        on_progress: Callable[[Progress], None] | None = None,
        on_wipe: Callable[[], Awaitable[None]] | None = None,
    ) -> Report:
        """One round with the server, then files for a while.

        Raises `NotSignedIn`, or the `SyncError` that stopped it. `Wiped` says that an administrator
        had this replica deleted, `DeletionsHeld` that it would remove most of what is here.
        `on_wipe` is awaited before it is deleted, so that nobody reads it any more.
        """
        if self._exchange is None or (self._http is self._exchange and self.session is None):
            raise NotSignedIn("Sign in to sync.")

        def progress(state: Progress) -> None:
            self._loading = state
            if on_progress is not None:
                on_progress(state)

        party = Round(
            self._database,
            self._exchange,
            device=self.device,
            now=self._now,
            draw_device=self._draw_device,
            on_device=self._go_by,
            on_progress=progress,
        )
        try:
            report = await party.run()
            await self._send_files()
        except DeviceRevoked as error:
            if error.wipe:
                await self._obey(party, error, on_wipe)
            raise
        else:
            return report
        finally:
            self._loading = None

    def doorbell(self) -> AsyncIterator[None]:
        """Yields whenever the server has news."""
        return self._server().doorbell()

    def pending(self) -> list[Changeset]:
        """What the server has not answered yet, oldest first."""
        return outbox.waiting(self._connection)

    def problems(self) -> list[Problem]:
        """What the server would not take, with the reasons."""
        return problems.listed(self._connection)

    def retry(
        self, problem: Problem, mended: Change | None = None, *, keep_copy: bool = False
    ) -> None:
        """Write what the server would not take again, as a new act, and what was held with it.

        `mended` takes the place of the change of its record. If it leaves out any cell that was
        refused, or if asked to, `discarded` keeps a copy of all that was. Raises as any write does.
        """
        again = problem.changeset if mended is None else _with(problem.changeset, mended)
        with self._database.transaction():
            for refused in (again, *problem.held):
                self._write_again(refused)
            if keep_copy or (mended is not None and _lacks(problem.changeset, mended)):
                problems.keep_copy(self._database, problem, self.now())
            else:
                problems.forget(self._database, problem)

    def discard(self, problem: Problem) -> None:
        """Give it up; `discarded` keeps a copy for a while."""
        problems.discard(self._database, problem.changeset.number, self.now())

    def discarded(self) -> list[Discarded]:
        """What was given up lately, the latest first."""
        return problems.discarded(self._connection)

    def allow_deletions(self) -> None:
        """Let the next round remove what it asked about with `DeletionsHeld`."""
        with self._database.transaction() as connection:
            meta.write(connection, "deletions_allowed", True)

    def waiting_records(self) -> set[tuple[str, str]]:
        """(kind, id) of every record with an unsent edit."""
        return set(layers.waiting_records(self._connection))

    def status(self) -> Status:
        return Status(
            signed_in=self.session is not None,
            waiting=outbox.waiting_count(self._connection),
            problems=len(self.problems()),
            synced_ms=meta.read(self._connection, "synced_ms", int),
            offset_ms=meta.read(self._connection, "offset_ms", int) or 0,
            loading=self._loading,
            loaded=self.loaded,
        )

    @property
    def is_loading(self) -> bool:
        """Whether a load is under way just now."""
        return self._loading is not None

    @property
    def loaded(self) -> bool:
        """Whether everything this user may see is here, round or no round.

        Not while the first load, that of a scope that came later, or a fresh copy is incomplete.
        """
        return incoming.is_whole(self._connection)

    def digest(self, scope: str | None = None) -> int:
        """The digest of what the server has confirmed: of one scope, or of all that is here."""
        found = digests.by_scope(self._connection)
        return found.get(scope, 0) if scope is not None else sum(found.values()) % digest.MODULUS

    def kept_digest(self) -> int:
        """The digest of all that is here, as it is kept from write to write."""
        return digests.total(self._connection)

    def recount(self) -> None:
        """Work the kept digest out again from the rows; the next round compares it."""
        with self._database.transaction(durable=False) as connection:
            recount.keep(connection, self.digest())

    async def _obey(
        self, party: Round, error: DeviceRevoked, on_wipe: Callable[[], Awaitable[None]] | None
    ) -> None:
        """Delete this replica as told, once what waits was handed in where that is allowed."""
        if error.wipe == "rescue":
            try:
                await self._hand_in(party)
            except DeviceRevoked as since:
                if since.wipe != "now":
                    raise  # as long as it may yet get through, nothing is deleted
                log.warning("what waited is not to be handed in any more")
        if on_wipe is not None:
            await on_wipe()
        self._database.close()
        await self._runtime.wipe(self._path)
        self._runtime.write_secret(self._path, None)
        with suppress(SyncError):
            await party.exchange.farewell(Farewell(self.device))
        await self.close()
        raise Wiped(error.message)

    async def _hand_in(self, party: Round) -> None:
        """All that waits, files too, however long it takes; not what the server will not have.

        Also what is written meanwhile, for whoever is at the device does not know that it is to go,
        and what a server lost that was restored meanwhile: it is asked once more at the end.
        """
        self.has_more_to_send = True
        while await party.hand_in() or self.has_more_to_send:
            failed = await self._send_files(leaving=True)
            if failed is not None:
                raise failed

    def _write_again(self, refused: Changeset) -> None:
        with self.changeset(refused.name, action=refused.action):
            for change in refused.changes:
                known = states.read(self._connection, change.kind, change.id) is not None
                if not known and not change.create:
                    raise UnknownRecord("The record is not on this device any more.")
                if change.kind in kinds():  # else it is the server's to judge
                    self._check(change, create=change.create)
                create = change.create and not known
                self._add(Change(change.kind, change.id, change.cells, create))


def _with(changeset: Changeset, mended: Change) -> Changeset:
    """The changeset with another change of one record; without it where nothing of it is left."""
    key = (mended.kind, mended.id)
    found = [mended if (x.kind, x.id) == key else x for x in changeset.changes]
    changes = tuple(change for change in found if change.cells or change.create)
    return msgspec.structs.replace(changeset, changes=changes)


def _lacks(changeset: Changeset, mended: Change) -> bool:
    """Whether a cell was refused that the mended change does not write."""
    key = (mended.kind, mended.id)
    return any(
        change.cells.keys() - mended.cells.keys()
        for change in changeset.changes
        if (change.kind, change.id) == key
    )
