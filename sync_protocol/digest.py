"""Digests: one number per scope that two ends compare to find out that they differ.

A record's digest covers where it is, when each cell was written and what it holds; a scope's is the
sum of its records' modulo 2**62, which fits a signed column with room to add. A sum is incremental
(subtract the old state, add the new) and does not depend on order. It is computed over one's own
rows, never over what a peer sent. When two sums differ, the records are compared in `BUCKETS`
groups by the hash of their id, and only the groups that differ are fetched again.
"""

from __future__ import annotations

from hashlib import blake2b
from typing import TYPE_CHECKING

import msgspec

if TYPE_CHECKING:
    from collections.abc import Iterable

    from sync_protocol.changes import State

MODULUS = 1 << 62
BUCKETS = 256


def of(states: Iterable[State]) -> int:
    """The digest of a set of records."""
    return sum(map(record, states)) % MODULUS


def record(state: State) -> int:
    """One record's part of its scope's digest; the state is to be in normal form."""
    stamps, base = state.stamps, state.base
    cells = [
        (cell, stamps.get(cell, base), bytes(value)) for cell, value in sorted(state.cells.items())
    ]
    return _hash(msgspec.msgpack.encode((state.kind, state.id, base, cells))) % MODULUS


def bucket(record_id: str) -> int:
    """The group a record belongs to when sums are compared group by group."""
    return blake2b(record_id.encode(), digest_size=1).digest()[0]


def changeset(body: bytes) -> bytes:
    """What names a changeset's content: 32 bytes, made from its message."""
    return blake2b(body, digest_size=32).digest()


def check(previous: int, body: bytes) -> int:
    """The check value of an accepted changeset, chained to the one before it.

    Two histories with the same check value at the same sequence are the same history. 63 bits, so
    that it fits a signed column.
    """
    return _hash(previous.to_bytes(8, "big") + body) >> 1


def scopes(names: Iterable[str]) -> str:
    """A short name for a set of scopes: a round in which nothing moved need not list them."""
    return blake2b("\0".join(sorted(names)).encode(), digest_size=12).hexdigest()


def _hash(data: bytes) -> int:
    return int.from_bytes(blake2b(data, digest_size=8).digest(), "big")
