"""What the horizon lets go and what has to stay, by the ledger: said once more and simply."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from sync_protocol.changes import Change
from tests.simulation.model import Accepted, Key, Known, Ledger

REST = ""
"""Stands for every cell that the latest create left at its default."""


class Wrote(NamedTuple):
    """What one changeset wrote in a cell; the greatest stays."""

    stamp: tuple[int, int]
    value: bytes
    sequence: int
    update: bool
    carried: bool
    """By the server, for somebody: nothing but the history says for whom."""


def kept_past(ledger: Ledger) -> Iterator[tuple[str, str, str, int, int]]:
    """(kind, id, cell, *stamp) of each value that history has to hold.

    What an update wrote is there from the first, what a create wrote once it has given way to
    something else: until the horizon has passed, and from when it gave way.
    """
    standing: dict[Key, dict[str, Wrote]] = {}
    for taken in sorted(ledger.accepted.values(), key=lambda taken: taken.sequence):
        for change in taken.changes:
            key = change.kind, change.id
            if key in ledger.records and taken.sequence > ledger.removed_at(key):
                cells = standing.setdefault(key, {})
                yield from ((*key, *place) for place in _past_of(ledger, cells, taken, change))
    for key, cells in standing.items():
        for cell, wrote in cells.items():
            if wrote.update and (wrote.carried or wrote.sequence > ledger.oldest):
                yield (*key, cell, *wrote.stamp)


def _past_of(
    ledger: Ledger, standing: dict[str, Wrote], taken: Accepted, change: Change
) -> Iterator[tuple[str, int, int]]:
    """What this displaces, or what of it comes too late to stand.

    What gives way to the same value may have been let go while it stood. A default that came with a
    create is no value, but what is older loses to it.
    """
    for cell, value in _written(standing, taken, change).items():
        carried = taken.stamp[1] == 0 and taken.user != ""
        new = Wrote(taken.stamp, value, taken.sequence, not change.create, carried)
        before = standing.get(cell, standing.get(REST))
        later, earlier = (new, before) if before is None or new > before else (before, new)
        standing[cell] = later
        if earlier is None or taken.sequence <= ledger.oldest:
            continue
        is_young = earlier.update and earlier.sequence > ledger.oldest
        if is_young or (earlier.value and earlier.value != later.value):
            yield (cell, *earlier.stamp)


def _written(standing: dict[str, Wrote], taken: Accepted, change: Change) -> dict[str, bytes]:
    """The cells a change writes; a create the rest, too, which it leaves at their default."""
    cells = {cell: bytes(value) for cell, value in change.cells.items()}
    if not change.create:
        return cells
    older = (cell for cell, wrote in standing.items() if wrote.stamp < taken.stamp)
    return dict.fromkeys([*older, REST], b"") | cells


def outlived(ledger: Ledger, before_ms: int, now_ms: int) -> set[Key]:
    """What was deleted before a moment goes for good, with what goes along.

    Unless the server has only heard of it since, or of anything written to what would go.
    """
    reached = ledger.reached(before_ms, now_ms)
    deleted = {
        key
        for key, known in ledger.records.items()
        if key[0] not in ("user", "territory")
        and _is_outlived(known, before_ms)
        and _deleted_at(ledger, key) <= reached
    }
    written = _written_since(ledger, reached)
    gone = _with_what_goes_along(ledger, deleted)
    while young := gone & written:
        deleted -= _with_what_is_above(ledger, young, gone)
        gone = _with_what_goes_along(ledger, deleted)
    return gone


def _written_since(ledger: Ledger, sequence: int) -> set[Key]:
    return {
        (change.kind, change.id)
        for taken in ledger.accepted.values()
        for change in taken.changes
        if taken.sequence > max(sequence, ledger.removed_at((change.kind, change.id)))
    }


def _with_what_goes_along(ledger: Ledger, gone: set[Key]) -> set[Key]:
    found = wave = set(gone)
    while wave:
        wave = {key for key in ledger.records.keys() - found if _goes_along(ledger, key, found)}
        found = found | wave
    return found


def _goes_along(ledger: Ledger, key: Key, gone: set[Key]) -> bool:
    """Whether it hangs beneath nothing else, or was merged into what goes."""
    above = set(ledger.parents(key, ledger.records[key]))
    beneath = bool(above & gone) and not (above & ledger.records.keys()) - gone
    return beneath or _merged_into(ledger, key) in gone


def _with_what_is_above(ledger: Ledger, keys: set[Key], gone: set[Key]) -> set[Key]:
    found: set[Key] = set()
    wave = set(keys)
    while wave := (wave & gone) - found:
        found |= wave
        wave = {
            above
            for key in wave
            for above in (*ledger.parents(key, ledger.records[key]), _merged_into(ledger, key))
        }
    return found


def _merged_into(ledger: Ledger, key: Key) -> Key:
    return key[0], str(ledger.records[key].value("merged_into"))


def _deleted_at(ledger: Ledger, key: Key) -> int:
    """The sequence of the deletion that stands."""
    stamp, _ = ledger.records[key].entry("deleted")
    told = (
        taken.sequence
        for taken in ledger.by_stamp.get(stamp, ())
        if taken.sequence > ledger.removed_at(key)
        and any((c.kind, c.id) == key and "deleted" in c.cells for c in taken.changes)
    )
    return min(told, default=0)


def _is_outlived(known: Known, before_ms: int) -> bool:
    (time, _), _ = known.entry("deleted")
    return bool(known.value("deleted")) and time >> 20 < before_ms
