"""A unit of work: what one write transaction on a workspace has read, and what it will write.

The workspace's row is locked first and held until the commit. What is read again and again (the
head, devices, records, who wrote a value) is answered from memory, and what is written waits until
the end, so that many changesets in a row cost a handful of statements together. Whoever reads past
the memory does so through `connection`, which first writes all that waits: no read is ever stale.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from typing import TYPE_CHECKING, Any

from server.store import devices, digests, log, records, workspaces
from server.store.records import Stored

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Mapping

    from sqlalchemy import Connection

    from server.store.devices import Device, Taken
    from server.store.log import CellAt
    from server.store.records import Key
    from server.store.workspaces import Workspace
    from sync_protocol.changes import State
    from sync_protocol.messages import Entry


class Unit:
    """`head` is the workspace's row as this transaction has brought it so far, `found` as it was.

    End with `flush`.
    """

    def __init__(self, connection: Connection, workspace: str) -> None:
        self._connection = connection
        self.workspace = workspace
        self.found: Workspace = workspaces.lock(connection, workspace)
        self.head = self.found
        self._stored: dict[Key, Stored | None] = {}
        self._devices: dict[int, Device | None] = {}
        self._users: dict[int, str] = {}
        self._written: dict[CellAt, tuple[int, str]] = {}
        self._accepted: dict[CellAt, tuple[int, str] | None] = {}
        self._naming: dict[tuple[str, str], dict[str, set[str]]] = defaultdict(dict)
        self._waiting = _Waiting()

    @property
    def connection(self) -> Connection:
        """The store as it is with all that was written so far."""
        self.flush()
        return self._connection

    def flush(self) -> None:
        """Write what waits."""
        waiting, self._waiting = self._waiting, _Waiting()
        waiting.write(self._connection, self.workspace, self)
        for key in self._written:
            self._accepted.pop(key, None)
        self._written.clear()

    # --- the head, and devices ---

    def advance(self, head: Workspace) -> None:
        self.head = head
        self._waiting.head = True

    def device(self, device: int) -> Device | None:
        if device not in self._devices:
            self._devices[device] = devices.get(self._connection, self.workspace, device)
        return self._devices[device]

    def count_on(self, device: int, number: int, floor: int) -> None:
        """The last number taken of a device, and the last stamp time given out to it."""
        known = self.device(device)
        if known is not None:
            self._devices[device] = known._replace(number=number, floor=floor)
            self._waiting.devices.add(device)

    def users(self, ids: Iterable[int]) -> dict[int, str]:
        """Whose the devices are."""
        missing = set(ids) - self._users.keys()
        if missing:
            found = devices.users(self._connection, self.workspace, missing)
            self._users |= dict.fromkeys(missing, "") | found
        return self._users

    def take(self, device: int, number: int, **values: Any) -> None:
        """Keep what became of a device's number."""
        place = {"workspace_id": self.workspace, "device_id": device, "number": number}
        self._waiting.taken.append(place | values)

    def taken(self, device: int, number: int) -> Taken | None:
        return devices.taken(self.connection, self.workspace, device, number)

    # --- records ---

    def load(self, keys: Iterable[Key]) -> None:
        """Read what is not in memory yet, in one query per kind."""
        missing = [key for key in dict.fromkeys(keys) if key not in self._stored]
        if missing:
            found = records.load(self._connection, self.workspace, missing)
            self._stored |= {key: found.get(key) for key in missing}

    def stored(self, key: Key) -> Stored | None:
        if key not in self._stored:
            self.load([key])
        return self._stored[key]

    def save(self, state: State, scope: str, fields: dict[str, Any]) -> None:
        """A record as it is to be: `state` in its normal form, `fields` its row."""
        key = state.kind, state.id
        is_new = self._stored.get(key) is None or key in self._waiting.made
        for (kind, field), known in self._naming.items():
            if kind == state.kind and fields[field] in known:
                known[fields[field]].add(state.id)
        self._stored[key] = Stored(state, scope, fields)
        self._waiting.records[key] = Stored(state, scope, fields)
        if is_new:
            self._waiting.made.add(key)

    def naming(self, kind: str, field: str, values: Iterable[str]) -> list[Key]:
        """Records of a kind that name one of these in a field which never changes."""
        known, asked = self._naming[kind, field], list(dict.fromkeys(values))
        missing = [value for value in asked if value not in known]
        if missing:
            waits = any(key[0] == kind for key in self._waiting.records)
            connection = self.connection if waits else self._connection
            known.update((value, set()) for value in missing)
            for value, found in records.naming(connection, self.workspace, kind, field, missing):
                known[value].add(found)
        return [(kind, record_id) for value in asked for record_id in sorted(known[value])]

    def move(self, kind: str, ids: list[str], scope: str) -> None:
        """Put records into another scope without touching them."""
        records.move(self.connection, self.workspace, kind, ids, scope)
        self.forget((kind, record_id) for record_id in ids)

    def forget(self, keys: Iterable[Key]) -> None:
        """What is in memory of these records holds no longer."""
        for key in keys:
            self._stored.pop(key, None)

    def add_digests(self, deltas: Mapping[str, int]) -> None:
        self._waiting.digests.update(deltas)

    # --- the log and the history ---

    def append(self, parts: dict[str, Entry]) -> None:
        """One changeset's parts by scope."""
        self._waiting.log.append(parts)

    def remember(self, rows: list[dict[str, Any]]) -> None:
        """Add rows to history; what it holds already stays as it is."""
        self._waiting.history += rows
        for row in rows:
            at = log.CellAt(*(row[name] for name in log.CellAt._fields))
            self._written[at] = max(
                self._written.get(at, (-1, "")), (row["sequence"], row["user_id"])
            )

    def displace(self, rows: list[dict[str, Any]]) -> None:
        """Values gave way; those that history does not hold are added to it."""
        self._waiting.displaced += rows

    def mark_lost(self, keys: Iterable[CellAt]) -> None:
        """Values that history holds gave way to somebody else's."""
        self._waiting.lost += keys

    def accepted_at(self, keys: Collection[CellAt]) -> dict[CellAt, tuple[int, str]]:
        """(sequence, user) of values that history holds."""
        self.expect_accepted(key for key in keys if key not in self._written)
        known = ((key, self._written.get(key) or self._accepted.get(key)) for key in keys)
        return {key: found for key, found in known if found is not None}

    def expect_accepted(self, keys: Iterable[CellAt]) -> None:
        """Read what is not in memory yet, for `accepted_at` to find it there."""
        missing = [key for key in keys if key not in self._accepted]
        if missing:
            found = log.accepted_at(self._connection, self.workspace, missing)
            self._accepted |= {key: found.get(key) for key in missing}


class _Waiting:
    """What has not been written yet."""

    def __init__(self) -> None:
        self.head = False
        self.devices: set[int] = set()
        self.taken: list[dict[str, Any]] = []
        self.records: dict[Key, Stored] = {}
        self.made: set[Key] = set()
        self.digests: Counter[str] = Counter()
        self.log: list[dict[str, Entry]] = []
        self.history: list[dict[str, Any]] = []
        self.displaced: list[dict[str, Any]] = []
        self.lost: list[CellAt] = []

    def write(self, connection: Connection, workspace: str, unit: Unit) -> None:
        if self.head:
            workspaces.advance(connection, unit.head)
        for number in self.devices:
            if (device := unit.device(number)) is not None:
                devices.count_on(connection, device)
        if self.taken:
            devices.take(connection, self.taken)
        self._write_records(connection, workspace)
        digests.add(connection, workspace, self.digests)
        log.append(connection, workspace, self.log)
        log.remember(connection, workspace, self.history)
        log.displace(connection, workspace, self.displaced)
        log.mark_lost(connection, workspace, self.lost)

    def _write_records(self, connection: Connection, workspace: str) -> None:
        batches: dict[tuple[str, bool], list[Stored]] = defaultdict(list)
        for key, stored in self.records.items():
            batches[key[0], key in self.made].append(stored)
        for (kind, is_new), batch in batches.items():
            records.save(connection, workspace, kind, batch, is_new=is_new)
