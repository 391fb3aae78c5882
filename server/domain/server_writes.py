"""What the server writes in its own name, in changesets that hold no more than one may."""

from __future__ import annotations

from itertools import chain
from typing import TYPE_CHECKING, NamedTuple

import msgspec

from sync_protocol import codec
from sync_protocol.changes import Change

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator


class FollowUp(NamedTuple):
    """What is to be written at one stamp time, 0 the next one.

    `author` is whose words these are, and `seen` the last sequence that they had applied; None
    where they are the server's own. Of a person's words whoever is overwritten is told, unless
    they `land` where nobody's own value stands.
    """

    changes: tuple[Change, ...]
    time: int = 0
    author: str | None = None
    seen: int = 0
    lands: bool = False

    @property
    def is_unaware(self) -> bool:
        """Whether it may overwrite what others have written, who is then told."""
        return self.author is not None and not self.lands


def parts(wanted: Iterable[Change]) -> Iterator[tuple[Change, ...]]:
    """As changesets that hold no more than one may, by count and by bytes."""
    return codec.parts(chain.from_iterable(map(_pieces, wanted)))


def halves(part: tuple[Change, ...]) -> tuple[tuple[Change, ...], ...]:
    """The two halves of what was refused as a whole; none where it cannot be parted."""
    if len(part) == 1 and not part[0].create:
        part = tuple(_by_cell(part[0]))
    middle = len(part) // 2
    return (part[:middle], part[middle:]) if middle else ()


def _pieces(change: Change) -> Iterator[Change]:
    """A change, or its cells one by one if together they fit no changeset."""
    if change.create or len(codec.encode(change)) <= codec.ROOM_FOR_CHANGES:
        yield change
    else:
        yield from _by_cell(change)


def _by_cell(change: Change) -> Iterator[Change]:
    for cell, value in change.cells.items():
        yield msgspec.structs.replace(change, cells={cell: value})
