"""The messages of sync: one request and one answer per method of `Exchange`.

Structs are frozen; every field after the first version has a default; fields are never retyped
or reordered. Times named `_ms` are milliseconds since 1970 UTC; other times are stamp times.
"""

from __future__ import annotations

from typing import NamedTuple

import msgspec

from sync_protocol.changes import Change, Changeset, State, Whole
from sync_protocol.version import PROTOCOL

MAX_PUSH = 100
"""Changesets in one push."""
MAX_PULL = 500
"""Log entries in one page."""
MAX_STATES = 2_000
"""Record states in one snapshot page."""


class Cursor(NamedTuple):
    """A place in the server's log: which life of the store, how far, and proof of both."""

    epoch: str = ""
    sequence: Whole = 0
    check: Whole = 0


class Hello(msgspec.Struct, frozen=True, omit_defaults=True):
    """Opens a round. `workspace` is empty until the replica has met its server."""

    device: Whole
    workspace: str = ""
    protocol: int = PROTOCOL
    app: str = ""


class Welcome(msgspec.Struct, frozen=True, omit_defaults=True):
    """`scopes` are those the user may see now; `number` the last changeset taken of this device."""

    workspace: str
    user: str
    now_ms: int
    head: Cursor
    scopes: tuple[str, ...]
    number: int = 0


class Push(msgspec.Struct, frozen=True, omit_defaults=True):
    """Changesets of one device, in number order without a gap."""

    device: Whole
    changesets: tuple[Changeset, ...] = msgspec.field(default=())


class Superseded(msgspec.Struct, frozen=True, omit_defaults=True):
    """A cell that lost against a later write, and who wrote that."""

    kind: str
    id: str
    cell: str
    time: int
    device: int
    user: str = ""


class Applied(msgspec.Struct, frozen=True, omit_defaults=True, tag="applied"):
    """Accepted whole. `time` is set if the server restamped it; the client adopts that."""

    number: int
    sequence: int
    time: int = 0
    superseded: tuple[Superseded, ...] = ()


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
    verdicts: tuple[Verdict, ...]


class Pull(msgspec.Struct, frozen=True, omit_defaults=True):
    """What came after `cursor` in the scopes that the device holds."""

    device: Whole
    cursor: Cursor
    scopes: tuple[str, ...]
    limit: Whole = MAX_PULL


class Entry(msgspec.Struct, frozen=True, omit_defaults=True):
    """One accepted changeset, or the part of it in scopes the receiver holds.

    `enter` brings whole records that came into a scope, `leave` names records that left it.
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
    """Asks for the states of `scopes`, page by page: `after` is the token of the page before."""

    device: Whole
    scopes: tuple[str, ...]
    after: str = ""
    limit: Whole = MAX_STATES


class States(msgspec.Struct, frozen=True, omit_defaults=True):
    """A page of states. `cut` is where the log must be read on from; `after` is empty at the end.

    `total` estimates how many records all pages hold, for the progress bar; `missing` is as in
    `Page`.
    """

    cut: Cursor
    states: tuple[State, ...] = ()
    after: str = ""
    total: int = 0
    missing: tuple[str, ...] = ()
