"""The messages of sync: one request and one answer per method of `Exchange`.

Structs are frozen; every field after the first version has a default; fields are never retyped
or reordered. Times named `_ms` are milliseconds since 1970 UTC; other times are stamp times.
"""

from __future__ import annotations

from typing import NamedTuple

import msgspec

from sync_protocol.changes import Change, Changeset, Plain, State, Whole
from sync_protocol.session import DeviceId
from sync_protocol.version import PROTOCOL

MAX_PUSH = 500
"""Changesets in one push."""
MAX_PULL = 500
"""Log entries in one page."""
MAX_STATES = 2_000
"""Record states in one snapshot page."""
MAX_WRITES = 2_000
"""Writes in one answer about a record's history."""
MAX_CONFLICTS = 100
"""Conflicts in one page."""


class Cursor(NamedTuple):
    """A place in the server's log: which life of the store, how far, and proof of both."""

    epoch: str = ""
    sequence: Whole = 0
    check: Whole = 0


class Hello(msgspec.Struct, frozen=True, omit_defaults=True):
    """Opens a round. `workspace` is empty until the replica has met its server.

    `cursor`, `scopes` (their short name, see `digest.scopes`) and `digest` (of all that is
    confirmed, -1 while a load is under way) say what the replica holds: if that is all there is,
    the welcome ends the round. `resync` is the last one that was asked for and done. Who is
    `leaving` knows that the device is to be wiped, and only hands in what waits: the welcome tells
    nothing of what there is.
    """

    device: Whole
    workspace: str = ""
    protocol: int = PROTOCOL
    app: str = ""
    cursor: Cursor = Cursor()
    scopes: str = ""
    digest: int = -1
    resync: Whole = 0
    leaving: bool = False


class Welcome(msgspec.Struct, frozen=True, omit_defaults=True):
    """`scopes` are those the user may see now; `number` the last changeset taken of this device.

    `same` stands for the scopes if they are the ones named in the hello. `diverged` says that the
    replica's digest is not the server's at the same place in the log. `resync` counts the fresh
    copies that administrators have asked this device to fetch. `begun` is the sequence at which the
    epoch began: whoever comes from an earlier one has seen nothing after it.
    """

    workspace: str
    user: str
    now_ms: int
    head: Cursor
    scopes: tuple[str, ...] = ()
    number: int = 0
    same: bool = False
    diverged: bool = False
    resync: int = 0
    begun: int = 0


class Push(msgspec.Struct, frozen=True, omit_defaults=True):
    """Changesets of one device, in number order without a gap.

    `epoch` is that of the welcome that this follows: a server that was restored since takes nothing
    of it. Empty where there was no welcome.
    """

    device: Whole
    changesets: tuple[Changeset, ...] = msgspec.field(default=())
    epoch: str = ""


class Superseded(msgspec.Struct, frozen=True, omit_defaults=True):
    """A cell that lost against a later write, and who wrote that."""

    kind: str
    id: str
    cell: str
    time: int
    device: int
    user: str = ""


class Applied(msgspec.Struct, frozen=True, omit_defaults=True, tag="applied"):
    """Accepted whole. `time` is set if the server restamped it; the client adopts that.

    `sequence` is 0 for a withdrawn number. `scopes` are those its records are in after it, in the
    order of its changes: a device must not guess them from a picture that may be old.
    """

    number: int
    sequence: int
    time: int = 0
    superseded: tuple[Superseded, ...] = ()
    scopes: tuple[str, ...] = ()


class Rejected(msgspec.Struct, frozen=True, omit_defaults=True, tag="rejected"):
    """Refused whole. `code` is for programs, `message` for people; kind, id, field say where."""

    number: int
    code: str
    message: str
    kind: str = ""
    id: str = ""
    field: str = ""


Verdict = Applied | Rejected


class Verdicts(msgspec.Struct, frozen=True):
    """One for each changeset, or for the first few: the next then fails by itself."""

    verdicts: tuple[Verdict, ...]


class Pull(msgspec.Struct, frozen=True, omit_defaults=True):
    """What came after `cursor` in the scopes that the device holds.

    `number` is the last of the device's own changesets whose verdict it has: those it need not be
    sent. A later one under its name can only be a clone's.
    """

    device: Whole
    cursor: Cursor
    scopes: tuple[str, ...]
    limit: Whole = MAX_PULL
    number: Whole = 0


class Entry(msgspec.Struct, frozen=True, omit_defaults=True):
    """One accepted changeset, or the part of it in scopes the receiver holds.

    `enter` brings whole records that came into a scope, `leave` names records that left it, or that
    were `removed` for good: whatever comes under their names later begins anew. `within` says of
    each of `changes`, and then of each of `enter`, which of the scopes asked for it is in.
    """

    sequence: int
    device: int
    number: int
    user: str
    time: int
    seen: int = 0
    name: str = ""
    action: str = ""
    changes: tuple[Change, ...] = ()
    enter: tuple[State, ...] = ()
    leave: tuple[tuple[str, str], ...] = ()
    within: tuple[int, ...] = ()
    removed: bool = False


class Page(msgspec.Struct, frozen=True, omit_defaults=True):
    """A cut of the log at whole changesets; `cursor` is where it ends.

    `missing` are scopes asked for but not held any more, so the page says nothing of them: whoever
    went on from its cursor would miss what happens there if they are given again.
    """

    cursor: Cursor
    entries: tuple[Entry, ...] = ()
    more: bool = False
    missing: tuple[str, ...] = ()


class Snapshot(msgspec.Struct, frozen=True, omit_defaults=True):
    """Asks for the states of `scopes`, page by page: `after` is the token of the page before.

    With `buckets`, only for the records in these (see `digest.bucket`).
    """

    device: Whole
    scopes: tuple[str, ...]
    after: str = ""
    limit: Whole = MAX_STATES
    buckets: tuple[int, ...] = ()


class States(msgspec.Struct, frozen=True, omit_defaults=True):
    """A page of states. `cut` is where the log must be read on from; `after` is empty at the end.

    `total` estimates how many records all pages hold, for the progress bar; `missing` is as in
    `Page`, `within` as in `Entry`.
    """

    cut: Cursor
    states: tuple[State, ...] = ()
    after: str = ""
    total: int = 0
    missing: tuple[str, ...] = ()
    within: tuple[int, ...] = ()


class Audit(msgspec.Struct, frozen=True, omit_defaults=True):
    """Asks for the digests of `scopes` bucket by bucket, to find where a replica has diverged."""

    device: Whole
    scopes: tuple[str, ...]


class Sums(msgspec.Struct, frozen=True, omit_defaults=True):
    """`digest.BUCKETS` sums, as of the place `cut` in the log; `missing` is as in `Page`."""

    cut: Cursor
    sums: tuple[int, ...]
    missing: tuple[str, ...] = ()


class Rekey(msgspec.Struct, frozen=True, omit_defaults=True):
    """A cloned device asks to go on as `new`, its numbers after `number`; `epoch` as in `Push`."""

    device: Whole
    new: DeviceId
    number: Whole
    epoch: str = ""


class Rekeyed(msgspec.Struct, frozen=True, omit_defaults=True):
    """`token` speaks for the new device; empty where a cookie holds it."""

    device: int
    token: str = ""


class HistoryOf(msgspec.Struct, frozen=True, omit_defaults=True):
    """Asks for all that was written to a record and is still kept."""

    device: Whole
    kind: Plain
    id: Plain


class Write(msgspec.Struct, frozen=True, omit_defaults=True):
    """One cell written once; `cell` is empty for the create. Lost: displaced or late, unseen."""

    cell: str
    value: msgspec.Raw
    time: int
    device: int
    user: str = ""
    sequence: int = 0
    lost: bool = False
    name: str = ""


class Writes(msgspec.Struct, frozen=True, omit_defaults=True):
    """A record's history, the newest first; `more` if it is longer than one answer may be."""

    writes: tuple[Write, ...]
    more: bool = False


class Conflicts(msgspec.Struct, frozen=True, omit_defaults=True):
    """Asks who overwrote whom, the newest first, before the sequence `before` (0: all)."""

    device: Whole
    before: Whole = 0
    limit: Whole = MAX_CONFLICTS


class Conflict(msgspec.Struct, frozen=True):
    """A value that was lost, and the one that stands in its place or was written after it."""

    kind: str
    id: str
    title: str
    lost: Write
    won: Write | None


class ConflictPage(msgspec.Struct, frozen=True, omit_defaults=True):
    """`before` asks for the next page; 0 at the end."""

    conflicts: tuple[Conflict, ...]
    before: int = 0


class Farewell(msgspec.Struct, frozen=True):
    """A revoked device says that its replica is about to be deleted."""

    device: Whole


class Done(msgspec.Struct, frozen=True):
    """Nothing to say but that it was done."""
