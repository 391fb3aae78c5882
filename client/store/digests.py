"""Digests of the confirmed layer: what this replica and the server must agree on.

The sum over everything is kept with every write (`Database.count`), so that a round can compare it
at no cost. The others are worked out in one pass over our own rows, the confirmed state taking the
place of a row that waiting edits cover: to find out where two sums differ, and in tests.
"""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING, Any

import msgspec
from sqlalchemy import select

from client.store import meta, tables
from sync_protocol import digest
from sync_protocol.changes import State
from sync_protocol.records import kinds, rows
from sync_protocol.rules.scopes import scope_of

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sqlalchemy import Connection

    from sync_protocol.records import Kind

_decode_state = msgspec.msgpack.Decoder(State).decode
UNKNOWN = "unknown"
"""Stands for the scopes of records of a newer version: only the server can tell them."""


def total(connection: Connection) -> int:
    """The digest of all that is confirmed, as it was kept."""
    return meta.read(connection, "digest", int) or 0


def by_bucket(connection: Connection) -> list[int]:
    """The digest of each of `digest.BUCKETS` groups of records."""
    sums = [0] * digest.BUCKETS
    for state in confirmed_states(connection):
        place = digest.bucket(state.id)
        sums[place] = (sums[place] + digest.record(rows.normal(state))) % digest.MODULUS
    return sums


def by_scope(connection: Connection) -> dict[str, int]:
    """The digest of each scope that is here."""
    found = {(kind.name, row["id"]): (kind, row) for kind, row in _confirmed_rows(connection)}
    totals: dict[str, int] = defaultdict(int)
    for kind, row in found.values():
        scope = scope_of(kind, row, lambda name, record_id: found.get((name, record_id)))
        totals[scope] += digest.record(rows.load(kind, row))
    for state in _unknown(connection):
        totals[UNKNOWN] += digest.record(state)
    return {scope: total % digest.MODULUS for scope, total in totals.items()}


def confirmed_states(connection: Connection) -> Iterator[State]:
    """Every record as the server last confirmed it."""
    for kind, row in _confirmed_rows(connection):
        yield rows.load(kind, row)
    yield from _unknown(connection)


def _confirmed_rows(connection: Connection) -> Iterator[tuple[Kind, dict[str, Any]]]:
    beneath = _beneath(connection)
    for kind in kinds().values():
        for row in connection.execute(select(tables.of(kind))).mappings().all():
            key = (kind.name, row["id"])
            if key not in beneath:
                yield kind, dict(row)
            elif (packed := beneath[key]) is not None:
                yield kind, rows.dump(kind, _decode_state(packed))


def _unknown(connection: Connection) -> Iterator[State]:
    beneath = _beneath(connection)
    for row in connection.execute(select(tables.unknown)).all():
        packed = beneath.get((row.kind, row.id), row.state)
        if packed is not None:
            yield _decode_state(packed)


def _beneath(connection: Connection) -> dict[tuple[str, str], bytes | None]:
    """What the server last said of the records that waiting edits cover."""
    return {(row.kind, row.id): row.state for row in connection.execute(select(tables.confirmed))}
