"""What must be true, said once more and as simply as possible: the judge of every run.

`Ledger` is told each changeset that went over the wire and the verdict it got. From those it knows
every cell by plain last-writer-wins, which scope each record was in after each sequence, and who
may see it. It shares no code with the engine beyond the wire structs, and is far too slow for it.
"""

from __future__ import annotations

from collections.abc import Iterator
from copy import copy
from dataclasses import dataclass, field
from typing import Any, NamedTuple

import msgspec

from sync_protocol.changes import Change, Changeset
from sync_protocol.messages import Applied, Verdict

Key = tuple[str, str]
Entry = tuple[tuple[int, int], bytes]
"""A cell's stamp and its packed value; no value is the default."""
NEVER = (0, 0)
GONE = ""
"""The scope of what was removed for good."""
SHARED = {
    "user", "team", "territory", "label", "outcome", "settings", "pipeline", "reason",
    "purpose", "visitform", "cadence", "labelrule", "labelmodel",
}  # fmt: skip
PARENTS = (("account_id", "account"), ("contact_id", "contact"))
REFERENCES = {"account_id", "contact_id", "territory_id", "record_id", "record_kind", "owner_id"}
DEFAULTS = {"role": "rep", "active": True, "deleted": False}


class Violation(AssertionError):
    """A rule of sync was broken; `rule` names it."""

    def __init__(self, rule: str, detail: str = "") -> None:
        super().__init__(f"{rule}: {detail}" if detail else rule)
        self.rule = rule


class Accepted(NamedTuple):
    sequence: int
    stamp: tuple[int, int]
    user: str
    changes: tuple[Change, ...]


Taken = tuple[tuple[int, int], Accepted]


@dataclass
class Known:
    """One record: the stamp of its create, and each cell ever written."""

    base: tuple[int, int] = NEVER
    cells: dict[str, Entry] = field(default_factory=dict)

    def entry(self, cell: str) -> Entry:
        return max(self.cells.get(cell, (NEVER, b"")), (self.base, b""))

    def write(self, change: Change, stamp: tuple[int, int]) -> None:
        if change.create:
            self.base = max(self.base, stamp)
        for cell, value in change.cells.items():
            entry = (stamp, bytes(value))
            self.cells[cell] = max(self.cells.get(cell, entry), entry)

    def standing(self) -> dict[str, Entry]:
        """The cells that hold a value of their own."""
        found = {cell: self.entry(cell) for cell in self.cells}
        return {cell: entry for cell, entry in found.items() if entry[1]}

    def value(self, name: str) -> Any:
        packed = self.entry(name)[1]
        return msgspec.msgpack.decode(packed) if packed else DEFAULTS.get(name, "")


class Ledger:
    """The truth as the server's verdicts gave it."""

    def __init__(self) -> None:
        self.accepted: dict[tuple[int, int], Accepted] = {}
        self.by_stamp: dict[tuple[int, int], list[Accepted]] = {}
        self.verdicts: dict[tuple[int, int], tuple[bytes, Verdict]] = {}
        self.records: dict[Key, Known] = {}
        self.scopes: dict[Key, list[tuple[int, str]]] = {}
        self.contents: set[bytes] = set()
        self.latest_own = 0
        self.received: list[tuple[int, int]] = []
        self.oldest = 0
        self.barred: set[tuple[int, str]] = set()
        self.told_to_wipe: set[int] = set()
        """To them that word may be on its way, though they have been told another since."""
        self._held: dict[str, frozenset[str]] = {}

    def copy(self) -> Ledger:
        """As it is now, for a backup."""
        other = copy(self)
        other.accepted, other.verdicts = dict(self.accepted), dict(self.verdicts)
        other.by_stamp = {stamp: list(found) for stamp, found in self.by_stamp.items()}
        other.contents, other._held = set(self.contents), {}
        other.received, other.barred = list(self.received), set(self.barred)
        other.told_to_wipe = set(self.told_to_wipe)
        other.scopes = {key: list(found) for key, found in self.scopes.items()}
        other.records = {
            key: Known(known.base, dict(known.cells)) for key, known in self.records.items()
        }
        return other

    def take(self, changeset: Changeset, verdict: Verdict, user: str) -> Taken | None:
        """What a verdict says, if it is a new one; to be given to `write`.

        One number has one content and one verdict. Whoever withdraws a number that was taken before
        is told what had become of it; past the horizon, only that it was taken.
        """
        key, body = (changeset.device, changeset.number), msgspec.msgpack.encode(changeset)
        if key in self.verdicts:
            first, said = self.verdicts[key]
            if self._is_forgotten(said) and isinstance(verdict, Applied):
                return None
            if said != verdict or (first != body and changeset.changes):
                raise Violation("exactly once", f"{key} was answered anew: {verdict}")
            return None
        self.verdicts[key] = body, verdict
        if not isinstance(verdict, Applied) or not changeset.changes:
            return key, Accepted(0, NEVER, user, ())
        self.contents.add(content(changeset))
        stamp = (verdict.time or changeset.time, changeset.device)
        return key, Accepted(verdict.sequence, stamp, user, changeset.changes)

    def write(self, key: tuple[int, int], taken: Accepted, now_ms: int) -> None:
        """Apply an accepted changeset, in the order of sequences."""
        if taken.sequence:
            self.received.append((now_ms, taken.sequence))
        if not key[0]:
            self.latest_own = max(self.latest_own, taken.sequence)
        if not taken.changes:
            return
        self.accepted[key] = taken
        self.by_stamp.setdefault(taken.stamp, []).append(taken)
        for change in taken.changes:
            place = change.kind, change.id
            self.records.setdefault(place, Known()).write(change, taken.stamp)
        self._place(taken)

    # --- what is let go ---

    def reached(self, before_ms: int, now_ms: int) -> int:
        """The last sequence from before a moment, and before the first since; 0 if none is."""
        young = [found for received, found in self.received if before_ms <= received <= now_ms]
        old = [found for received, found in self.received if received < before_ms]
        return max((found for found in old if not young or found < min(young)), default=0)

    def forget(self, before_ms: int, now_ms: int) -> None:
        """Verdicts and history end with the last changeset that was received before a moment."""
        self.oldest = max(self.oldest, self.reached(before_ms, now_ms))

    def purge(self, gone: set[Key], sequence: int) -> None:
        """These were removed for good."""
        for key in gone:
            del self.records[key]
            self.scopes[key].append((sequence, GONE))
        self._place_all(sequence)

    def removed_at(self, key: Key) -> int:
        """The sequence of a record's last removal for good, with its history; 0 if there is none.

        A copy of a phone, come back since, may have made it anew.
        """
        return max((at for at, scope in self.scopes.get(key, ()) if scope == GONE), default=0)

    def author(self, key: Key, cell: str) -> str:
        """Who wrote what stands in a cell."""
        stamp, _ = self.records[key].entry(cell)
        return next((taken.user for taken in self.by_stamp.get(stamp, ())), "")

    def is_living(self, key: Key) -> bool:
        """Whether a record is there, not deleted, and so is all that it hangs beneath."""
        known = self.records.get(key)
        if known is None or known.value("deleted"):
            return False
        return all(self.is_living(parent) for parent in self.parents(key, known))

    def _is_forgotten(self, verdict: Verdict) -> bool:
        return isinstance(verdict, Applied) and 0 < verdict.sequence <= self.oldest

    # --- devices ---

    def command(self, device: int, action: str) -> None:
        """An administrator has told a device something."""
        if action in ("unlock", "wipe", "rescue"):
            self.barred -= (
                {(device, "lock")} if action == "unlock" else {(device, "wipe"), (device, "rescue")}
            )
        if action in ("lock", "wipe", "rescue"):
            self.barred.add((device, action))
        if action == "wipe":
            self.told_to_wipe.add(device)

    def may_ask(self, device: int, asked: str) -> bool:
        """Whether a device is to be answered."""
        if (device, "lock") in self.barred:
            return False
        if (device, "wipe") in self.barred:
            return asked in ("sign-in", "farewell")
        leaves = ("leave", "sign-in", "farewell", "push", "rekey", "GET uploads/", "PUT uploads/")
        return (device, "rescue") not in self.barred or asked.startswith(leaves)

    def rekey(self, device: int, new: int) -> None:
        """A device goes on under a new id; if it is to hand in what waits, under that, too."""
        if (device, "rescue") in self.barred:
            self.barred.add((new, "rescue"))

    # --- who sees what ---

    def held(self, user_id: str) -> frozenset[str]:
        """The scopes a user holds now."""
        if user_id not in self._held:
            self._held[user_id] = frozenset(self._scopes_of(user_id))
        return self._held[user_id]

    def is_active(self, user_id: str) -> bool:
        user = self.records["user", user_id]
        return bool(user.value("active")) and not user.value("deleted")

    def scope(self, key: Key, at: int | None = None) -> str:
        """A record's scope now, or as it was after sequence `at`."""
        found = self.scopes[key]
        if at is None:
            return found[-1][1]
        return next((scope for sequence, scope in reversed(found) if sequence <= at), "")

    def only_scope(self, key: Key) -> str:
        """The scope of a record that was never in another; else empty."""
        found = self.scopes.get(key, ())
        return found[0][1] if len(found) == 1 else ""

    def within(self, scopes: frozenset[str]) -> Iterator[Key]:
        return (key for key, found in self.scopes.items() if found[-1][1] in scopes)

    def _scopes_of(self, user_id: str) -> Iterator[str]:
        user = self.records["user", user_id]
        role = user.value("role")
        yield "workspace"
        for (kind, record_id), record in self.records.items():
            if kind == "user" and (record_id == user_id or role == "admin"):
                yield f"user:{record_id}"
            if kind == "territory" and not record.value("deleted"):
                team = record.value("team_id")
                leads = role == "manager" and team != "" and team == user.value("team_id")
                if leads or role in ("office", "admin") or record.value(f"reps.{user_id}"):
                    yield f"territory:{record_id}"

    def _place(self, taken: Accepted) -> None:
        moved = any(
            change.kind not in SHARED and (change.create or REFERENCES & change.cells.keys())
            for change in taken.changes
        )
        if any(change.kind in ("user", "territory") for change in taken.changes):
            self._held = {}
        if moved:
            self._place_all(taken.sequence)
        for change in () if moved else taken.changes:
            self._place_one((change.kind, change.id), taken.sequence)

    def _place_all(self, sequence: int) -> None:
        for key in self.records:
            self._place_one(key, sequence)

    def _place_one(self, key: Key, sequence: int) -> None:
        scope = self._find_scope(key)
        known = self.scopes.setdefault(key, [])
        if not known or known[-1][1] != scope:
            known.append((sequence, scope))

    def _find_scope(self, key: Key, depth: int = 32) -> str:
        """The root's: its territory, or else its owner."""
        return self._root(key, "", depth)

    def _root(self, key: Key, owner: str, depth: int) -> str:
        record = self.records[key]
        if key[0] in SHARED:
            return "workspace"
        owner = record.value("owner_id") or owner
        if key[0] == "account" and record.value("territory_id"):
            return f"territory:{record.value('territory_id')}"
        for parent in self.parents(key, record):
            if parent in self.records and depth > 1:
                return self._root(parent, owner, depth - 1)
        return f"user:{owner}"

    def parents(self, key: Key, record: Known) -> Iterator[Key]:
        if key[0] in ("labelling", "attachment"):
            yield str(record.value("record_kind")), str(record.value("record_id"))
        for name, kind in PARENTS:
            if record.value(name):
                yield kind, str(record.value(name))


def content(changeset: Changeset) -> bytes:
    """What a changeset says, whatever its device, number and time."""
    return msgspec.msgpack.encode(changeset.changes)
