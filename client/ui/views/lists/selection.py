"""Which rows of a table are chosen, and where the keyboard stands. Values in, new values out.

`cursor` is the row that Enter opens; `anchor` the one that a range reaches from. Chosen rows are
kept by id, so they stay chosen when the table is sorted anew; those a filter hides are let go.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Sequence


class Selection(NamedTuple):
    chosen: frozenset[str] = frozenset()
    cursor: str = ""
    anchor: str = ""


def moved(selection: Selection, ids: Sequence[str], step: int, *, extend: bool) -> Selection:
    """The cursor some rows on; extending chooses all from the anchor to it."""
    if not ids:
        return selection
    place = place_of(selection, ids)
    place = 0 if place is None else max(0, min(len(ids) - 1, place + step))
    there = ids[place]
    if not extend:
        return Selection(selection.chosen, there, there)
    anchor = selection.anchor if selection.anchor in ids else selection.cursor or there
    start = ids.index(anchor) if anchor in ids else place
    low, high = sorted((start, place))
    return Selection(selection.chosen | frozenset(ids[low : high + 1]), there, anchor)


def toggled(selection: Selection, record_id: str) -> Selection:
    """One row chosen or no longer, the cursor on it."""
    return Selection(selection.chosen ^ {record_id}, record_id, record_id)


def with_all(selection: Selection, ids: Sequence[str]) -> Selection:
    """Every row; none if every one was chosen already."""
    every = frozenset(ids)
    return selection._replace(chosen=frozenset() if every == selection.chosen else every)


def emptied(selection: Selection) -> Selection:
    return selection._replace(chosen=frozenset())


def within(selection: Selection, ids: Sequence[str]) -> Selection:
    """What is left of it where only these rows are shown."""
    if selection == Selection():
        return selection
    every = frozenset(ids)
    cursor = selection.cursor if selection.cursor in every else ""
    anchor = selection.anchor if selection.anchor in every else ""
    return Selection(selection.chosen & every, cursor, anchor)


def place_of(selection: Selection, ids: Sequence[str]) -> int | None:
    """The row of the cursor; None while it stands nowhere."""
    return ids.index(selection.cursor) if selection.cursor in ids else None
