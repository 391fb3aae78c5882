"""Hybrid logical clock: the total order in which the last writer is last.

A stamp is one signed 64-bit integer, milliseconds << 20 | counter, then the device id. Because the
counter is simply the low bits, counting up spills into the milliseconds by itself, so a coarse,
frozen or backward clock costs nothing but a drift of four milliseconds per million edits.

Whoever writes takes even times; the odd ones are the server's, for what it has to restamp. So a
stamp a device has given, and not yet heard the verdict of, is never the one that another of its
changesets was given by the server.
The clock is a value: functions take the last time and return the next one, and never go backwards.
Source: Kulkarni et al., "Logical Physical Clocks" (2014), with the counter widened and inlined.
"""

from __future__ import annotations

from typing import NamedTuple

COUNTER_BITS = 20
_DATED_BACK = 1 << COUNTER_BITS - 1
"""The upper half of the counter."""
MAX_AHEAD_MS = 60_000
"""How far ahead of the server a stamp may be before the server restamps it."""


class Stamp(NamedTuple):
    """When and where a cell was written; tuples compare in the order that decides the winner."""

    time: int
    device: int


NEVER = Stamp(0, 0)


def at(millis: int) -> int:
    """The lowest stamp time within the millisecond `millis` (since 1970 UTC)."""
    return millis << COUNTER_BITS


def millis(time: int) -> int:
    """The wall-clock millisecond of a stamp time."""
    return time >> COUNTER_BITS


def tick(last: int, now_ms: int) -> int:
    """The stamp time of the next write: after `last`, and not before `now_ms`."""
    return max(at(now_ms), after(last))


def after(last: int) -> int:
    """The next time of a writer's own: even, and in the lower half of the counter."""
    time = (last | 1) + 1
    return at(millis(time) + 1) if is_dated_back(time) else time


def as_of(millis: int, number: int) -> int:
    """The stamp time of what a machine makes by itself and dates back, in changeset `number`.

    In the upper half of the counter, where no ticks come: no other changeset of its device has it.
    """
    return at(millis) | _DATED_BACK | number << 1 & _DATED_BACK - 1


def is_dated_back(time: int) -> bool:
    """Whether a stamp time says of itself that it was dated back: it is older on purpose."""
    return bool(time & _DATED_BACK)


def restamp(last: int, now_ms: int = 0) -> int:
    """The stamp time that a server gives a write in place of its own: after `last`, and odd."""
    return max(at(now_ms), last + 1) | 1


def observe(last: int, seen: int) -> int:
    """The clock after reading a stamp time from elsewhere: what is written next comes after it."""
    return max(last, seen)


def is_ahead(time: int, now_ms: int) -> bool:
    """Whether a peer's stamp time lies further in the future than clocks may differ."""
    return millis(time) > now_ms + MAX_AHEAD_MS
