"""Pull and snapshot: what a device may have, in pages bounded by count and by bytes.

A pull page is cut at whole changesets. A cursor is believed only if epoch, sequence and check value
are all of this life of the store; anything else is answered "resnapshot", never "no changes". A
snapshot page is state; its cut says from where the log must be read on to complete it.
"""

from __future__ import annotations

import base64
import binascii
from itertools import groupby
from operator import itemgetter
from typing import TYPE_CHECKING

import msgspec

from server.domain import entries
from server.store import devices, log, records
from sync_protocol import digest
from sync_protocol.changes import Plain
from sync_protocol.errors import Malformed, Resnapshot
from sync_protocol.messages import (
    MAX_PULL,
    MAX_STATES,
    Cursor,
    Entry,
    Page,
    Pull,
    Snapshot,
    States,
)

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from sqlalchemy import Connection

    from server.store.records import Key
    from server.store.workspaces import Workspace
    from sync_protocol.changes import State

PAGE_BYTES = 4 << 20
_unpack_entry = msgspec.msgpack.Decoder(Entry).decode
_unpack_key = msgspec.msgpack.Decoder(tuple[Plain, Plain]).decode


def pull(connection: Connection, head: Workspace, request: Pull, held: frozenset[str]) -> Page:
    """The log after the cursor, in the requested scopes that are held."""
    _check_cursor(connection, head, request.cursor)
    scopes, missing = split(request.scopes, held)
    places = _places(request.scopes)
    rows = log.read(connection, head.workspace_id, request.cursor.sequence, scopes)
    limit = _bounded(request.limit, MAX_PULL)
    found: list[Entry] = []
    last, count, size = 0, 0, 0
    for sequence, group in groupby(rows, key=itemgetter(0)):
        found_in = [(places[scope], body) for _, scope, body in group]
        weight = sum(len(body) for _, body in found_in)
        if count == limit or (count and size + weight > PAGE_BYTES):
            cursor = _cursor_at(connection, head, last)
            return Page(cursor, tuple(found), more=True, missing=missing)
        parts = [(place, _unpack_entry(body)) for place, body in found_in]
        entry = entries.joined(parts, request)
        if entry is not None:
            found.append(entry)
        last, count, size = sequence, count + 1, size + weight
    return Page(head.head, tuple(found), missing=missing)


def snapshot(
    connection: Connection, head: Workspace, request: Snapshot, held: frozenset[str]
) -> States:
    """The next page of states in the requested scopes that are held."""
    scopes, missing = split(request.scopes, held)
    after = _place(request.after) if request.after else None
    limit = _bounded(request.limit, MAX_STATES)
    found, more = _fill(_walk(connection, head, request, scopes, after=after, limit=limit), limit)
    places = _places(request.scopes)
    states = tuple(state for state, _scope in found)
    return States(
        cut=head.head,
        states=states,
        within=tuple(places[scope] for _state, scope in found),
        after=_token((states[-1].kind, states[-1].id)) if more else "",
        total=0 if after else records.count(connection, head.workspace_id, scopes),
        missing=missing,
    )


def split(asked: Iterable[str], held: frozenset[str]) -> tuple[list[str], tuple[str, ...]]:
    """The scopes to read, and those asked for that are not held."""
    return sorted(held & set(asked)), tuple(sorted(set(asked) - held))


def _places(scopes: tuple[str, ...]) -> dict[str, int]:
    return {scope: place for place, scope in enumerate(scopes)}


def _walk(
    connection: Connection,
    head: Workspace,
    request: Snapshot,
    scopes: list[str],
    *,
    after: Key | None,
    limit: int,
) -> Iterator[tuple[State, str]]:
    """The states of a snapshot page, and one more if there is one."""
    if not request.buckets:
        return records.walk(connection, head.workspace_id, scopes, after=after, limit=limit + 1)
    wanted = frozenset(request.buckets)
    every = records.walk(connection, head.workspace_id, scopes, after=after)
    return (found for found in every if digest.bucket(found[0].id) in wanted)


def _fill(walked: Iterable[tuple[State, str]], limit: int) -> tuple[list[tuple[State, str]], bool]:
    found: list[tuple[State, str]] = []
    size = 0
    for state, scope in walked:
        weight = entries.weight(state)
        if len(found) == limit or (found and size + weight > PAGE_BYTES):
            return found, True
        found.append((state, scope))
        size += weight
    return found, False


def _check_cursor(connection: Connection, head: Workspace, cursor: Cursor) -> None:
    of_this_life = cursor.epoch == head.epoch and head.oldest <= cursor.sequence <= head.sequence
    if of_this_life and cursor == _cursor_at(connection, head, cursor.sequence):
        return
    raise Resnapshot("This place in the log is not known here. A fresh copy is needed.")


def _cursor_at(connection: Connection, head: Workspace, sequence: int) -> Cursor:
    if sequence == head.sequence:
        return head.head
    if sequence == 0:
        return Cursor(head.epoch)
    check = devices.check_value(connection, head.workspace_id, sequence)
    return Cursor(head.epoch, sequence, -1 if check is None else check)


def _bounded(limit: int, most: int) -> int:
    return max(1, min(limit, most))


def _token(key: Key) -> str:
    return base64.urlsafe_b64encode(msgspec.msgpack.encode(key)).decode()


def _place(token: str) -> Key:
    try:
        return _unpack_key(base64.urlsafe_b64decode(token))
    except (binascii.Error, ValueError, msgspec.DecodeError):
        raise Malformed("The snapshot's token is not one of this server.") from None
