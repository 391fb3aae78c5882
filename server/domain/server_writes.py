"""What the server writes in its own name, in changesets that hold no more than one may."""

from __future__ import annotations

from itertools import chain
from typing import TYPE_CHECKING, NamedTuple

import msgspec

from sync_protocol import codec
from sync_protocol.changes import MAX_CHANGES, MAX_CHANGESET_BYTES, Change

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

_PART_BYTES = MAX_CHANGESET_BYTES - 1_000
"""What a changeset of the server's own holds besides its changes is much less than that."""


class FollowUp(NamedTuple):
    """What is to be written at one stamp time, 0 the next one.

    `seen` is the last sequence that whoever it is written for had applied, None the very last: what
    it overwrites beyond that, its author is told of.
    """

    changes: tuple[Change, ...]
    time: int = 0
    seen: int | None = None


def parts(wanted: Iterable[Change]) -> Iterator[tuple[Change, ...]]:
    """As changesets that hold no more than one may, by count and by bytes."""
    part: list[Change] = []
    size = 0
    for change in chain.from_iterable(map(_pieces, wanted)):
        weight = len(codec.encode(change))
        if part and (len(part) == MAX_CHANGES or size + weight > _PART_BYTES):
            yield tuple(part)
            part, size = [], 0
        part.append(change)
        size += weight
    if part:
        yield tuple(part)


def halves(part: tuple[Change, ...]) -> tuple[tuple[Change, ...], ...]:
    """The two halves of what was refused as a whole; none where it cannot be parted."""
    if len(part) == 1 and not part[0].create:
        part = tuple(_by_cell(part[0]))
    middle = len(part) // 2
    return (part[:middle], part[middle:]) if middle else ()


def _pieces(change: Change) -> Iterator[Change]:
    """A change, or its cells one by one if together they fit no changeset."""
    if change.create or len(codec.encode(change)) <= _PART_BYTES:
        yield change
    else:
        yield from _by_cell(change)


def _by_cell(change: Change) -> Iterator[Change]:
    for cell, value in change.cells.items():
        yield msgspec.structs.replace(change, cells={cell: value})
