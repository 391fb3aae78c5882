"""Digests of the confirmed layer: what this replica and the server must agree on.

The sum over everything is kept with every write (`Database.count`), so that a round can compare it
at no cost. The others are worked out in one pass over our own rows, the confirmed state taking the
place of a row that waiting edits cover: to find out where two sums differ, and in tests.
"""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING

from sqlalchemy import select

from client.store import meta, states, tables
from sync_protocol import digest
from sync_protocol.records import kinds, rows

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sqlalchemy import Connection

    from client.store.states import Key
    from sync_protocol.changes import State


def total(connection: Connection) -> int:
    """The digest of all that is confirmed, as it was kept."""
    return meta.read(connection, "digest", int) or 0


def by_bucket(connection: Connection) -> list[int]:
    """The digest of each of `digest.BUCKETS` groups of records."""
    sums = [0] * digest.BUCKETS
    for (_kind, record_id), state, _scope in _confirmed(connection):
        place = digest.bucket(record_id)
        sums[place] = (sums[place] + weight(state)) % digest.MODULUS
    return sums


def by_scope(connection: Connection) -> dict[str, int]:
    """The digest of each scope that is here; of what is in none that was told, under ""."""
    names = {row.place: row.name for row in connection.execute(select(tables.scope))}
    totals: dict[str, int] = defaultdict(int)
    for _key, state, scope in _confirmed(connection):
        totals[names.get(scope, "")] += weight(state)
    return {scope: total % digest.MODULUS for scope, total in totals.items()}


def confirmed(connection: Connection) -> Iterator[Key]:
    """Every record that the server knows, as far as was heard."""
    return (key for key, _state, _scope in _confirmed(connection))


def weight(state: State | None) -> int:
    """What a record adds to a sum."""
    return 0 if state is None else digest.record(rows.normal(state))


def _confirmed(connection: Connection) -> Iterator[tuple[Key, State | None, int]]:
    """What the server last said of each record, with its scope; None if that cannot be read."""
    beneath = _beneath(connection)
    for kind in kinds().values():
        for row in states.every(connection, kind):
            key = (kind.name, row["id"])
            if key not in beneath:
                yield key, states.loaded(kind, row), row["scope"]
            elif (packed := beneath[key]) is not None:
                yield key, states.unpacked(packed), row["scope"]
    for unknown in connection.execute(select(tables.unknown)).all():
        key = (unknown.kind, unknown.id)
        packed = beneath.get(key, unknown.state)
        if packed is not None:
            yield key, states.unpacked(packed), unknown.scope


def _beneath(connection: Connection) -> dict[Key, bytes | None]:
    """What the server last said of the records that waiting edits cover."""
    return {(row.kind, row.id): row.state for row in connection.execute(select(tables.confirmed))}
