"""Digests: one number per scope that two ends compare to find out that they differ.

A cell's hash covers where it is, when it was written and what it holds; a scope's digest is the
sum of its cells' hashes modulo 2**64. A sum is incremental (subtract the old state, add the new)
and does not depend on order. It is computed over one's own rows, never over what a peer sent.
"""

from __future__ import annotations

from hashlib import blake2b
from typing import TYPE_CHECKING

import msgspec

if TYPE_CHECKING:
    from collections.abc import Iterable

    from sync_protocol.changes import State
    from sync_protocol.clock import Stamp

MODULUS = 1 << 64


def of(states: Iterable[State]) -> int:
    """The digest of a set of records."""
    return sum(map(record, states)) % MODULUS


def record(state: State) -> int:
    """One record's part of its scope's digest."""
    total = _cell(state, "", state.base, b"")
    for cell, value in state.cells.items():
        total += _cell(state, cell, state.stamp_of(cell), bytes(value))
    return total % MODULUS


def check(previous: int, body: bytes) -> int:
    """The check value of an accepted changeset, chained to the one before it.

    Two histories with the same check value at the same sequence are the same history. 63 bits, so
    that it fits a signed column.
    """
    return _hash(previous.to_bytes(8, "big") + body) >> 1


def _cell(state: State, cell: str, stamp: Stamp, value: bytes) -> int:
    return _hash(msgspec.msgpack.encode((state.kind, state.id, cell, *stamp, value)))


def _hash(data: bytes) -> int:
    return int.from_bytes(blake2b(data, digest_size=8).digest(), "big")
