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

import logging
from contextlib import contextmanager, suppress
from functools import partial
from typing import TYPE_CHECKING, Any, Self, TypeVar

import msgspec

from client import APP, merging
from client.errors import (
    Invalid,
    NotAllowed,
    NotSignedIn,
    UnknownLabel,
    UnknownRecord,
    Wiped,
    WrongUser,
)
from client.phones import normaliser
from client.runtime import here
from client.runtime.protocol import StorageDamaged
from client.store import (
    blobs,
    digests,
    held,
    history,
    identity,
    meta,
    outbox,
    problems,
    queries,
    rescue,
    search,
    states,
    tables,
    undo,
    uploads,
)
from client.store.database import Changed, Database
from client.store.queries import Query, Range
from client.sync.downloads import fetch
from client.sync.http import HttpExchange
from client.sync.round import Progress, Report, Round
from client.sync.uploads import Uploads
from sync_protocol import codec, digest, ids
from sync_protocol.blobs import MAX_BLOB
from sync_protocol.changes import Change
from sync_protocol.errors import (
    DeviceRevoked,
    DeviceTaken,
    ServerFailed,
    SyncError,
    Unreachable,
)
from sync_protocol.messages import ConflictPage, Conflicts, Farewell, HistoryOf
from sync_protocol.records import (
    SETTINGS_ID,
    Attachment,
    Label,
    Labelling,
    Record,
    Settings,
    Territory,
    User,
    blob_fields,
    cells,
    kind_of,
    kinds,
    labelling_id,
)
from sync_protocol.rules import permissions, scopes, validity
from sync_protocol.rules.ancestry import MERGED, goes_round
from sync_protocol.session import (
    ChangePassword,
    DeviceAction,
    DeviceInfo,
    Member,
    Session,
    SignIn,
)

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Callable, Iterable, Iterator

    from client.runtime.protocol import Runtime, Transport
    from client.store.history import Written
    from client.store.problems import Discarded, Problem
    from client.store.uploads import Upload
    from sync_protocol.blobs import BlobExchange
    from sync_protocol.changes import Changeset
    from sync_protocol.exchange import Exchange
    from sync_protocol.records import Kind

log = logging.getLogger(__name__)

R = TypeVar("R", bound=Record)
OTHERS = "This device holds another user's data. Sign that user out first."
_MAX_CHANGES_PER_PART = 400
_MAX_BYTES_PER_PART = 500_000


class Status(msgspec.Struct, frozen=True):
    """Sync at a glance. `loading` is set while a first load is under way."""

    signed_in: bool
    waiting: int
    problems: int
    synced_ms: int | None
    offset_ms: int
    loading: Progress | None = None


class Replica:
    """See the module's head. Use `Replica.open`, and close it or use it as a context manager."""

    def __init__(
        self,
        runtime: Runtime,
        path: str,
        transport: Transport | None,
        *,
        server: str | None = None,
        exchange: Exchange | None = None,
        files: BlobExchange | None = None,
        now: Callable[[], int] | None = None,
        random: Callable[[int], bytes] | None = None,
    ) -> None:
        self._runtime = runtime
        self._path = path
        self._now = now or runtime.now
        self._random = random or runtime.random
        self._database = Database(runtime, path)
        self._open: outbox.Open | None = None
        self._loading: Progress | None = None
        if server:
            self._remember_server(server)
        elif transport is None and (remembered := meta.read(self._connection, "server", str)):
            transport = runtime.transport(remembered)
        self._http = self._http_over(transport) if transport else None
        self._exchange = exchange or self._http
        self._files = files or self._http
        self.has_more_to_send = False
        """Whether the last `sync` stopped while files were still waiting."""
        self._transport = transport
        self.device = self._own_device()
        self.rescued = ""
        """What became of a damaged file, in words for the person; empty if it was sound."""

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

    async def close(self) -> None:
        self._database.close()
        if self._transport is not None:
            await self._transport.close()

    # --- who and when ---

    def now(self) -> int:
        """Milliseconds since 1970 UTC, by the server's clock as last measured."""
        return self._now() + (meta.read(self._connection, "offset_ms", int) or 0)

    def new_id(self) -> str:
        return ids.new(self.now(), self._random(ids.RANDOM_BYTES))

    def chance(self) -> float:
        """A number from 0 to 1, by the injected randomness: for jitter."""
        return self._random(1)[0] / 255

    def new_entry(self) -> str:
        """An id for another phone, e-mail or address of a record."""
        return ids.entry(self.now(), self._random(2))

    @property
    def user_id(self) -> str:
        """The user this replica belongs to; empty until the first sign-in."""
        return meta.read(self._connection, "user", str) or ""

    @property
    def session(self) -> Session | None:
        """The running session; None when signed out."""
        return meta.read(self._connection, "session", Session)

    @property
    def email(self) -> str:
        """The address of the last sign-in, kept when its session has ended."""
        session = self.session
        if session is not None:
            return session.email
        return meta.read(self._connection, "email", str) or ""

    def preference(self, name: str) -> str:
        """What was chosen for this device under `name`; empty if nothing was. Never synced."""
        return meta.read(self._connection, f"preference.{name}", str) or ""

    def prefer(self, name: str, value: str) -> None:
        """Choose something for this device alone."""
        with self._database.transaction() as connection:
            meta.write(connection, f"preference.{name}", value)

    @property
    def user(self) -> User | None:
        return self.get(User, self.user_id) if self.user_id else None

    @property
    def settings(self) -> Settings:
        return self.get(Settings, SETTINGS_ID) or Settings(name="Fieldbook")

    @property
    def actor(self) -> permissions.Actor | None:
        """The user with the scopes they hold, for `permissions.may`; None before the first load."""
        user = self.user
        if user is None:
            return None
        held = scopes.scopes_of(user, self.find(Territory), self.find(User))
        return permissions.Actor(user.id, user.role, frozenset(held))

    # --- session ---

    async def sign_in(self, email: str, password: str, *, device_name: str = "") -> Session:
        """Needs the network. Raises `WrongUser` if the replica belongs to somebody else."""
        http = self._server()
        cookie = self._runtime.name == "browser"
        while True:
            request = SignIn(email, password, self.device, device_name, APP, cookie)
            try:
                session = await http.sign_in(request)
                break
            except DeviceTaken:
                if self.user_id:
                    raise WrongUser(OTHERS) from None
                self._new_device()
        if self.user_id and self.user_id != session.user:
            await self._turn_away(http, session)
            raise WrongUser(OTHERS)
        http.token = session.token or None
        self._runtime.write_secret(self._path, session.token or None)
        with self._database.transaction() as connection:
            if not self.user_id:
                identity.adopt(self._database, self.device, session.user)
            meta.write(connection, "user", session.user)
            meta.write(connection, "email", session.email)
            meta.write(connection, "session", msgspec.structs.replace(session, token=""))
        return session

    async def sign_out(self, *, wipe: bool = False) -> None:
        """End the session; with `wipe` delete the replica too, unsent work included."""
        if self._http is not None and self.session is not None:
            with suppress(SyncError):  # the session ends here in any case
                await self._http.sign_out()
        self._runtime.write_secret(self._path, None)
        if self._http is not None:
            self._http.token = None
        if wipe:
            await self.close()
            await self._runtime.wipe(self._path)
            return
        self.end_session()

    def end_session(self) -> None:
        """Forget the session; the replica and its unsent work stay."""
        with self._database.transaction() as connection:
            meta.write(connection, "session", None)

    async def change_password(self, old: str, new: str) -> None:
        await self._server().change_password(ChangePassword(old, new))

    async def members(self) -> list[Member]:
        """Everybody's sign-in, for administrators; needs the network."""
        return await self._server().members()

    async def set_member(self, member: Member) -> None:
        await self._server().set_member(member)

    async def devices(self) -> list[DeviceInfo]:
        """Every device of the company, for administrators; needs the network."""
        return await self._server().devices()

    async def command_device(self, device: int, action: DeviceAction) -> None:
        """Lock, unlock, wipe (`rescue`: after handing in what waits) or reload a device."""
        await self._server().command_device(device, action)

    # --- writing ---

    @contextmanager
    def changeset(self, name: str, *, action: str = "") -> Iterator[None]:
        """Several writes as one: all or none, one undo. Within another one it joins that."""
        if self._open is not None:
            with self._nested(self._open):
                yield
            return
        with self._writing(name, action, undoes=False):
            yield

    def create(self, record: R) -> R:
        """Store a new record and return it with its id; its owner is this user if none is named.

        Raises `Invalid` naming the field, `NotAllowed`.
        """
        record = self._owned(record)
        if not record.id:
            record = msgspec.structs.replace(record, id=self.new_id())
        self._write(record, cells.of_new(record), create=True)
        return record

    def update(self, record: R, **fields: Any) -> R:
        """Change some fields and return the new record.

        What is written is the difference to the record as it is now, so an edit made elsewhere in
        the meantime stays. Raises `Invalid`, `NotAllowed`, `UnknownRecord`.
        """
        stored = self.get(type(record), record.id)
        if stored is None:
            raise UnknownRecord("This record is not on this device.")
        changed = cells.changed(record, msgspec.structs.replace(record, **fields))
        if changed:
            self._write(stored, changed, create=False)
        return self.get(type(record), record.id) or stored

    def delete(self, record: Record) -> None:
        """Hide a record and all beneath it, on every device."""
        with self.changeset(f"Delete {kind_of(record).name}"):
            self.update(record, deleted=True)

    def restore(self, record: R) -> R:
        """Bring a deleted record back."""
        with self.changeset(f"Restore {kind_of(record).name}"):
            return self.update(self.get(type(record), record.id) or record, deleted=False)

    def restore_value(self, written: Written) -> None:
        """Write a value from a record's history again."""
        change = Change(written.kind, written.id, {written.cell: cells.raw(written.value)})
        with self.changeset("Restore value"):
            self._check(change, create=False)
            self._add(change)

    def label(self, record: Record, name: str) -> None:
        """Put a label on a record, by name. Raises `UnknownLabel`."""
        self._set_label(record, self.label_named(name), on=True)

    def put_label(self, record: Record, label_id: str) -> None:
        """Put a label on a record, by the label's id. Raises `UnknownLabel`."""
        label = self.get(Label, label_id)
        if label is None:
            raise UnknownLabel("This label is not on this device.")
        self._set_label(record, label, on=True)

    def unlabel(self, record: Record, name: str) -> None:
        self._set_label(record, self.label_named(name), on=False)

    def label_named(self, name: str) -> Label:
        """A label by name, case ignored; among equal names the one created first."""
        found = [x for x in self.find(Label) if x.name.casefold() == name.strip().casefold()]
        if not found:
            raise UnknownLabel(f"There is no label called {name!r}.")
        return min(found, key=lambda label: label.id)

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

    def merge(self, loser: R, winner: R) -> R:
        """Let `winner` go on in place of `loser`, with all that is known of both; one undo."""
        merging.merge(self, loser, winner)
        return self.get(type(winner), winner.id) or winner

    def beneath(self, record: Record) -> list[tuple[str, str]]:
        """(kind, id) of everything that names this record as a parent, deleted or not."""
        return held.beneath(self._connection, [(kind_of(record).name, record.id)])

    # --- undo and history ---

    def undo(self) -> undo.Undone | None:
        """Take back this device's last action where nobody has written since.

        What could not be taken back is in the answer; None if there was nothing to undo.
        """
        action = undo.last(self._connection)
        if action is None:
            return None
        written = undo.writes(self._connection, action)
        back, kept = undo.plan(self._connection, written)
        changes = {key: Change(*key, values) for key, values in back.items()}
        allowed = {key: change for key, change in changes.items() if self._is_allowed(change)}
        parts = list(_parts(allowed.values()))
        shared = self.new_id() if len(parts) > 1 else ""
        with self._database.transaction() as connection:
            for part in parts:
                with self._writing(f"Undo: {action.name}", shared, undoes=True):
                    for change in part:
                        self._add(change)
            undo.mark_undone(connection, action)
        for key in (key for key in back if key not in allowed):
            kept += tuple(undo.Kept(*key, cell) for cell in back[key])
        return undo.Undone(action.name, len(allowed), kept)

    def can_undo(self) -> str | None:
        """The name of what `undo` would take back."""
        action = undo.last(self._connection)
        return None if action is None else action.name

    def history(self, record: Record) -> list[Written]:
        """What was written to a record, the newest first; lost values are marked."""
        return history.of(self._connection, kind_of(record).name, record.id)

    async def full_history(self, record: Record) -> list[Written]:
        """All that the server keeps of a record's past, with what is not yet there; online."""
        kind = kind_of(record).name
        answer = await self._party().history(HistoryOf(self.device, kind, record.id))
        return history.joined(self.history(record), kind, record.id, answer.writes)

    async def conflicts(self, before: int = 0) -> ConflictPage:
        """Who overwrote whom in what this user may see, a page at a time; needs the network."""
        return await self._party().conflicts(Conflicts(self.device, before))

    # --- reading ---

    def get(self, struct: type[R], record_id: str) -> R | None:
        return queries.get(self._connection, struct, record_id)

    def find(self, struct: type[R], query: Query | None = None, **options: Any) -> list[R]:
        """Records that are not deleted; see `Query` for the options, further names are fields.

        `find(Contact, text="ada", labels_any=["Customer"], order_by="name", limit=50)`.
        Labels are given by name or id.
        """
        return queries.find(self._connection, struct, query or self.query(**options))

    def count(self, struct: type[Record], query: Query | None = None, **options: Any) -> int:
        return queries.count(self._connection, struct, query or self.query(**options))

    def ids(self, struct: type[Record], query: Query | None = None, **options: Any) -> list[str]:
        """The ids of what `find` gives, in the same order."""
        return queries.ids(self._connection, struct, query or self.query(**options))

    def latest(
        self, struct: type[Record], field: str, by: str = "account_id", **where: Any
    ) -> dict[str, Any]:
        """The greatest `field` for each value of the reference `by`: last visits, say."""
        return queries.latest(self._connection, struct, field, by, where)

    def tally(self, struct: type[Record], by: str, **where: Any) -> dict[str, int]:
        """How many records there are for each value of `by`, a composite one as JSON: uses, say."""
        return queries.tally(self._connection, struct, by, where)

    def query(self, **options: Any) -> Query:
        """A `Query` from keyword options, label names looked up. Raises `UnknownLabel`."""
        own = {name: options.pop(name) for name in Query.__struct_fields__ if name in options}
        for name in ("labels_any", "labels_all", "labels_none"):
            own[name] = tuple(map(self._label_id, own.get(name, ())))
        return Query(**own | {"where": {**own.get("where", {}), **options}})

    def labels_of(self, record_id: str) -> list[Label]:
        """The labels on a record, by name; archived ones included, deleted ones not."""
        on = self.find(Labelling, record_id=record_id, on=True)
        labels = self.find(Label, id=tuple(labelling.label_id for labelling in on))
        return sorted(labels, key=lambda label: label.name.casefold())

    # --- sync ---

    async def sync(self, on_progress: Callable[[Progress], None] | None = None) -> Report:
        """One round with the server, then files for a while.

        Raises `NotSignedIn`, or the `SyncError` that stopped it. `Wiped` says that an administrator
        had this replica deleted, `DeletionsHeld` that it would remove most of what is here.
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
                await self._obey(party, error)
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

    def retry(self, problem: Problem) -> None:
        """Write what the server would not take again, as a new act, and what was held with it.

        Raises as any write does.
        """
        with self._database.transaction():
            for refused in (problem.changeset, *problem.held):
                self._write_again(refused)
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
        return set(states.waiting_records(self._connection))

    def status(self) -> Status:
        return Status(
            signed_in=self.session is not None,
            waiting=outbox.waiting_count(self._connection),
            problems=len(self.problems()),
            synced_ms=meta.read(self._connection, "synced_ms", int),
            offset_ms=meta.read(self._connection, "offset_ms", int) or 0,
            loading=self._loading,
        )

    @property
    def is_loading(self) -> bool:
        """Whether a first load is under way just now."""
        return self._loading is not None

    @property
    def loaded(self) -> bool:
        """Whether a first load has been completed."""
        return bool(held.loaded(self._connection))

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
            meta.write(connection, "digest", self.digest())

    def on_change(self, callback: Callable[[Changed], None]) -> Callable[[], None]:
        """Call back after each commit with {record type: ids}; the answer takes it off again."""
        return self._database.on_change(callback)

    def index_some(self) -> bool:
        """Bring the search index a step forward; False when it is complete."""
        if self._open is not None:
            return True
        with self._database.transaction(durable=False) as connection:
            normalise = normaliser(self.settings.region)
            return any(search.index_some(connection, kind, normalise) for kind in _searchable())

    def flush(self) -> None:
        """Make sure that all that was committed is on the disk."""
        self._database.flush()

    # --- inside ---

    async def _send_files(self) -> ServerFailed | None:
        """For a while; what the server failed on, if it failed on a file."""
        if self._files is None:
            self.has_more_to_send = False
            return None
        sending = Uploads(self._database, self._files, self._now)
        self.has_more_to_send = not await sending.run()
        return sending.failed

    async def _hand_in(self, party: Round) -> None:
        """All that waits, files too, however long it takes; not what the server will not have."""
        self.has_more_to_send = True
        while self.has_more_to_send:
            await party.hand_in()
            failed = await self._send_files()
            if failed is not None:
                raise failed

    @property
    def _connection(self) -> Any:
        return self._database.connection

    def _party(self) -> Exchange:
        if self._exchange is None:
            raise NotSignedIn("This replica knows no server.")
        return self._exchange

    def _server(self) -> HttpExchange:
        if self._http is None:
            raise NotSignedIn("This replica knows no server.")
        return self._http

    def _http_over(self, transport: Transport) -> HttpExchange:
        runtime, path = self._runtime, self._path

        def keep(token: str) -> None:
            runtime.write_secret(path, token)

        return HttpExchange(transport, runtime.read_secret(path), keep)

    async def _obey(self, party: Round, error: DeviceRevoked) -> None:
        """Delete this replica as told, once what waits was handed in where that is allowed."""
        if error.wipe == "rescue":
            try:
                await self._hand_in(party)
            except (Unreachable, ServerFailed):
                raise  # as long as it may yet get through, nothing is deleted
            except SyncError:  # the server takes no more of it
                log.warning("what waited could not be handed in", exc_info=True)
        self._database.close()
        await self._runtime.wipe(self._path)
        self._runtime.write_secret(self._path, None)
        with suppress(SyncError):
            await party.exchange.farewell(Farewell(self.device))
        await self.close()
        raise Wiped(error.message)

    def _remember_server(self, address: str) -> None:
        if meta.read(self._connection, "server", str) != address:
            with self._database.transaction() as connection:
                meta.write(connection, "server", address)

    def _own_device(self) -> int:
        return meta.read(self._connection, "device", int) or self._new_device()

    async def _turn_away(self, http: HttpExchange, session: Session) -> None:
        """End a session that is not the owner's; in the browser its cookie must not stay."""
        owners, http.token = http.token, session.token or None
        try:
            with suppress(SyncError):
                await http.sign_out()
        finally:
            http.token = owners

    def _new_device(self) -> int:
        """A device id of our own, before the first sign-in; later only a clone's changes."""
        device = self._draw_device()
        with self._database.transaction() as connection:
            meta.write(connection, "device", device)
        self.device = device
        return device

    def _go_by(self, device: int) -> None:
        self.device = device

    def _draw_device(self) -> int:
        return int.from_bytes(self._random(4), "big") or 1

    @contextmanager
    def _writing(self, name: str, action: str, *, undoes: bool) -> Iterator[None]:
        with self._database.transaction():
            opened = outbox.Open(self._database, self.device, self.user_id, self.now())
            self._open = opened
            try:
                yield
                opened.close(name, action, undoes=undoes)
            finally:
                self._open = None

    @contextmanager
    def _nested(self, opened: outbox.Open) -> Iterator[None]:
        mark = opened.mark()
        try:
            with self._database.transaction():
                yield
        except BaseException:
            opened.rewind(mark)
            raise

    def _write(self, record: Record, values: dict[str, msgspec.Raw], *, create: bool) -> None:
        kind = kind_of(record)
        change = Change(kind.name, record.id, values, create)
        self._check(change, create=create)
        verb = "Add" if create else "Edit"
        with self.changeset(f"{verb} {kind.name}"):
            self._add(change)
            self._check_place(kind, change)

    def _add(self, change: Change) -> None:
        assert self._open is not None  # noqa: S101 - callers hold a changeset
        self._open.add(change.kind, change.id, change.cells, create=change.create)
        uploads.want(self._connection, change, self._now())

    def _check(self, change: Change, *, create: bool) -> None:
        """The rules the server will apply, so that the person hears of it now."""
        kind = kinds()[change.kind]
        problem = validity.check(kind, change)
        if problem is not None:
            raise Invalid(problem.field, problem.message)
        if not kind.shared:
            return
        actor = self.actor
        if actor is None:
            return
        if not permissions.may(actor, "create" if create else "update", kind, scopes.WORKSPACE):
            raise NotAllowed(f"Your role may not change a {kind.name}.")

    def _check_place(self, kind: Kind, change: Change) -> None:
        """A record may neither hang beneath itself nor be merged into itself."""
        moved = [name for name in (MERGED, *kind.parents) if name in change.cells]
        found = states.fields(self._connection, kind.name, change.id) if moved else None
        if found is None:
            return
        if goes_round((kind.name, change.id), *found, self._fields):
            raise Invalid(moved[0], "This would put the record beneath or into itself.")

    def _fields(self, kind: str, record_id: str) -> tuple[Kind, dict[str, Any]] | None:
        return states.fields(self._connection, kind, record_id)

    def _write_again(self, refused: Changeset) -> None:
        with self.changeset(refused.name, action=refused.action):
            for change in refused.changes:
                known = states.read(self._connection, change.kind, change.id) is not None
                if not known and not change.create:
                    raise UnknownRecord("The record is not on this device any more.")
                self._check(change, create=change.create)
                create = change.create and not known
                self._add(Change(change.kind, change.id, change.cells, create))

    def _is_allowed(self, change: Change) -> bool:
        try:
            self._check(change, create=False)
        except (Invalid, NotAllowed):
            return False
        return True

    def _owned(self, record: R) -> R:
        mine = {
            name: self.user_id
            for name in identity.OWNERS
            if name in kind_of(record).fields and not getattr(record, name)
        }
        return msgspec.structs.replace(record, **mine) if mine else record

    def _set_label(self, record: Record, label: Label, *, on: bool) -> None:
        labelling = Labelling(
            id=labelling_id(label.id, record.id),
            label_id=label.id,
            record_kind=kind_of(record).name,
            record_id=record.id,
            on=on,
        )
        known = self.get(Labelling, labelling.id)
        with self.changeset(f"{'Label' if on else 'Unlabel'}: {label.name}"):
            if known is None:
                self.create(labelling)
            elif known.on != on:
                self.update(known, on=on)

    def _label_id(self, name_or_id: str) -> str:
        known = self.get(Label, name_or_id)
        return known.id if known else self.label_named(name_or_id).id


def _searchable() -> list[Any]:
    return tables.searchable()


def _parts(changes: Iterable[Change]) -> Iterator[list[Change]]:
    """As changesets that fit their limits."""
    part: list[Change] = []
    size = 0
    for change in changes:
        weight = len(codec.encode(change))
        if part and (len(part) == _MAX_CHANGES_PER_PART or size + weight > _MAX_BYTES_PER_PART):
            yield part
            part, size = [], 0
        part.append(change)
        size += weight
    if part:
        yield part


__all__ = ["Changed", "Query", "Range", "Replica", "Report", "Status"]
