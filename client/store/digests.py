"""Digests of the confirmed layer: what this replica and the server must agree on.

The sum over everything is kept with every write (`Database.count`), so that a round can compare it
at no cost. The others are worked out in one pass over our own rows, the confirmed state taking the
place of a row that waiting edits cover: to find out where two sums differ, and in tests.
"""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING

import msgspec
from sqlalchemy import select

from client.store import meta, states, tables
from client.store.states import Placed
from sync_protocol import digest
from sync_protocol.changes import State
from sync_protocol.records import kinds, rows

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sqlalchemy import Connection

_decode_state = msgspec.msgpack.Decoder(State).decode


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
    """The digest of each scope that is here; of what is in none that was told, under ""."""
    names = {row.place: row.name for row in connection.execute(select(tables.scope))}
    totals: dict[str, int] = defaultdict(int)
    for state, scope in _confirmed(connection):
        totals[names.get(scope, "")] += digest.record(rows.normal(state))
    return {scope: total % digest.MODULUS for scope, total in totals.items()}


def confirmed_states(connection: Connection) -> Iterator[State]:
    """Every record as the server last confirmed it."""
    return (state for state, _scope in _confirmed(connection))


def _confirmed(connection: Connection) -> Iterator[Placed]:
    beneath = _beneath(connection)
    for kind in kinds().values():
        for row in states.every(connection, kind):
            key = (kind.name, row["id"])
            if key not in beneath:
                yield Placed(rows.load(kind, row), row["scope"])
            elif (packed := beneath[key]) is not None:
                yield Placed(_decode_state(packed), row["scope"])
    for unknown in connection.execute(select(tables.unknown)).all():
        packed = beneath.get((unknown.kind, unknown.id), unknown.state)
        if packed is not None:
            yield Placed(_decode_state(packed), unknown.scope)


def _beneath(connection: Connection) -> dict[tuple[str, str], bytes | None]:
    """What the server last said of the records that waiting edits cover."""
    return {(row.kind, row.id): row.state for row in connection.execute(select(tables.confirmed))}
