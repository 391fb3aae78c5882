"""Last writer wins, per cell.

A record's state is a join-semilattice: per cell the greatest (stamp, value), with the create as a
floor under all cells. So merge is commutative, associative and idempotent, and every replica that
has seen the same changes, in whatever order, holds the same state. Two writes with the same stamp
can only come from a cloned device; the value's bytes then decide, so that replicas still agree.
Source: Shapiro et al., "Conflict-free Replicated Data Types" (2011), LWW-element registers.
"""

from __future__ import annotations

from typing import NamedTuple

from msgspec import Raw

from sync_protocol.changes import Change, RawCells, State
from sync_protocol.clock import NEVER, Stamp

DEFAULT = b""
"""Stands for the default value of a cell that its record's create did not name."""


class Merged(NamedTuple):
    """A state after one change, with the cells that took their new value and those that did not."""

    state: State
    won: tuple[str, ...]
    lost: tuple[str, ...]


def blank(kind: str, record_id: str) -> State:
    """The state below every other: nothing is known of the record."""
    return State(kind, record_id, NEVER, {})


def apply(state: State, change: Change, stamp: Stamp) -> Merged:
    """Merge one stamped change into `state`."""
    merged = (
        merge(state, as_state(change, stamp))
        if change.create
        else _updated(state, change.cells, stamp)
    )
    won: list[str] = []
    lost: list[str] = []
    for cell, value in change.cells.items():
        (won if _holds(merged, cell, stamp, value) else lost).append(cell)
    return Merged(merged, tuple(won), tuple(lost))


def as_state(change: Change, stamp: Stamp) -> State:
    """A change as the state it would leave if nothing else were known."""
    if change.create:
        return State(change.kind, change.id, stamp, dict(change.cells))
    return State(
        change.kind, change.id, NEVER, dict(change.cells), dict.fromkeys(change.cells, stamp)
    )


def merge(left: State, right: State) -> State:
    """The least state at or above both, in normal form."""
    base = max(left.base, right.base)
    cells: RawCells = {}
    stamps: dict[str, Stamp] = {}
    for cell in left.cells.keys() | right.cells.keys():
        stamp, value = max(_entry(left, cell), _entry(right, cell))
        if value == DEFAULT:  # the create of one side is newer than what the other side knows
            continue
        cells[cell] = Raw(value)
        if stamp != base:
            stamps[cell] = stamp
    return State(left.kind, left.id, base, cells, stamps)


def _updated(state: State, written: RawCells, stamp: Stamp) -> State:
    """What `merge` gives where a few cells were written: the others are not looked at."""
    cells, stamps = dict(state.cells), dict(state.stamps)
    for cell, raw in written.items():
        value = bytes(raw)
        if (stamp, value) <= _entry(state, cell):
            continue
        cells[cell] = Raw(value)
        if stamp == state.base:
            stamps.pop(cell, None)
        else:
            stamps[cell] = stamp
    return State(state.kind, state.id, state.base, cells, stamps)


def _entry(state: State, cell: str) -> tuple[Stamp, bytes]:
    value = state.cells.get(cell)
    return state.stamp_of(cell), DEFAULT if value is None else bytes(value)


def _holds(state: State, cell: str, stamp: Stamp, value: Raw) -> bool:
    return _entry(state, cell) == (stamp, bytes(value))
