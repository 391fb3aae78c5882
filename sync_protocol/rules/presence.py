"""Whether a device was at the customer's when a visit began or ended. It flags, it never blocks.

A fix is a disc, not a point: the device is within `accuracy_m` of it. `verified` says that the fix
is no vaguer than the company's radius and lies within it; `outside` that even the nearest point of
the disc lies beyond it. Whatever cannot be told is `unverified` and says why, by one of the words
below, never guessed at. Of several addresses the nearest counts.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

from sync_protocol.geo import metres
from sync_protocol.records.activities import Presence

if TYPE_CHECKING:
    from collections.abc import Iterable

    from sync_protocol.records.parts import Position

Why = Literal["switched_off", "denied", "no_fix", "mocked", "no_address", "old", "vague", "edge"]
"""`switched_off` by the rep, `denied` by the device, `mocked` by another app, `no_address` where no
address of the customer has a position, `edge` where the disc crosses the radius."""
FRESH_MS = 120_000
"""A fix that is older says where the device was, not where it is."""
_BEST_FIRST = ("verified", "outside", "unverified")


def unknown(why: Why) -> Presence:
    """Without a fix there is nothing to compare."""
    return Presence("unverified", why=why)


def judge(fix: Position, places: Iterable[Position], radius_m: float, now_ms: int) -> Presence:
    """Compare a fix with the positions of a customer's addresses."""
    distances = [metres(fix, place) for place in places]
    if not distances:
        return unknown("no_address")
    distance = min(distances)

    def found(state: Literal["verified", "outside", "unverified"], why: str = "") -> Presence:
        return Presence(state, round(distance, 1), float(radius_m), why)

    if fix.fixed_at is None or now_ms - fix.fixed_at > FRESH_MS:
        return found("unverified", "old")
    if fix.accuracy_m is None:
        return found("unverified", "vague")
    if distance > radius_m + fix.accuracy_m:
        return found("outside")
    if fix.accuracy_m > radius_m:
        return found("unverified", "vague")
    return found("verified") if distance <= radius_m else found("unverified", "edge")


def better(old: Presence | None, new: Presence) -> bool:
    """Whether what the end of a visit says is worth more than what its beginning said."""
    return old is None or _BEST_FIRST.index(new.state) < _BEST_FIRST.index(old.state)
