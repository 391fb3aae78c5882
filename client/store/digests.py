"""Digests of the confirmed layer: what this replica and the server must agree on.

Computed in one pass over our own rows, the confirmed state taking the place of a row that waiting
edits cover. A record's scope is worked out here, not stored.
"""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING, Any

import msgspec
from sqlalchemy import select

from client.store import tables
from sync_protocol import digest
from sync_protocol.changes import State
from sync_protocol.records import kinds, rows
from sync_protocol.rules.scopes import scope_of

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sqlalchemy import Connection

    from sync_protocol.records import Kind

_decode_state = msgspec.msgpack.Decoder(State).decode
Rows = dict[tuple[str, str], tuple["Kind", dict[str, Any]]]


def by_scope(connection: Connection) -> dict[str, int]:
    """The digest of each scope that is here."""
    found = {(kind.name, row["id"]): (kind, row) for kind, row in _confirmed(connection)}
    totals: dict[str, int] = defaultdict(int)
    for kind, row in found.values():
        scope = scope_of(kind, row, lambda name, record_id: found.get((name, record_id)))
        totals[scope] += digest.record(rows.load(kind, row))
    return {scope: total % digest.MODULUS for scope, total in totals.items()}


def _confirmed(connection: Connection) -> Iterator[tuple[Kind, dict[str, Any]]]:
    """Every record as the server last confirmed it."""
    beneath = {
        (row.kind, row.id): row.state for row in connection.execute(select(tables.confirmed))
    }
    for kind in kinds().values():
        for row in connection.execute(select(tables.of(kind))).mappings().all():
            key = (kind.name, row["id"])
            if key not in beneath:
                yield kind, dict(row)
            elif (packed := beneath[key]) is not None:
                yield kind, rows.dump(kind, _decode_state(packed))
