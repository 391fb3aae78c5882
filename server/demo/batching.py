"""The demo's steps as changesets: one per author and week, as a rep's work would have come in."""

from __future__ import annotations

from itertools import groupby
from typing import TYPE_CHECKING, NamedTuple

from sync_protocol import clock
from sync_protocol.changes import MAX_CHANGES, Change
from sync_protocol.records import kind_of
from sync_protocol.records.cells import changed, of_new

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from server.demo.making import Step

_WEEK_MS = 7 * 86_400_000
_CUSTOMERS = {"account", "contact", "labelling"}


class Batch(NamedTuple):
    """One changeset to be: its author, its stamp time, what history calls it."""

    user: str
    time: int
    name: str
    changes: tuple[Change, ...]


def batches(steps: Iterable[Step]) -> Iterator[Batch]:
    """Steps as changesets' worth of changes, their stamps rising."""
    time = 0
    for part in _parts(steps):
        time = clock.tick(time, part[-1].at_ms)
        yield Batch(part[0].author, time, _name(part), tuple(map(_change, part)))


def _parts(steps: Iterable[Step]) -> Iterator[list[Step]]:
    """One author's steps of a week, at most `MAX_CHANGES`.

    A changeset has one stamp, so no record is in it twice; and what a step needs that another
    author has just made goes out before it.
    """
    for _week, within in groupby(steps, key=lambda step: step.at_ms // _WEEK_MS):
        open_parts: dict[str, list[Step]] = {}
        holder: dict[str, str] = {}
        for step in within:
            author = step.author
            needed = {holder[name] for name in _names(step) if name in holder} - {author}
            if (
                holder.get(step.record.id) == author
                or len(open_parts.get(author, "")) == MAX_CHANGES
            ):
                needed.add(author)
            for other in sorted(needed & open_parts.keys()):
                yield open_parts.pop(other)
            open_parts.setdefault(author, []).append(step)
            holder[step.record.id] = author
        yield from sorted(open_parts.values(), key=lambda part: part[-1].at_ms)


def _names(step: Step) -> Iterator[str]:
    """The ids of the record and of all it refers to."""
    for field in ("id", *kind_of(step.record).fields):
        value = getattr(step.record, field)
        if value and (field == "id" or field.endswith("_id")):
            yield value


def _name(part: list[Step]) -> str:
    kinds = {kind_of(step.record).name for step in part}
    if "user" in kinds:
        return "Set up the company"
    if "activity" in kinds:
        return "A week on the road"
    if kinds <= _CUSTOMERS and all(step.before is None for step in part):
        return "Import customers"
    return "Work on customers"


def _change(step: Step) -> Change:
    kind, record = kind_of(step.record).name, step.record
    if step.before is None:
        return Change(kind, record.id, of_new(record), create=True)
    return Change(kind, record.id, changed(step.before, record))
