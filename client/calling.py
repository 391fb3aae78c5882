"""A call that was begun from here, remembered on this device until its rep is back.

The phone's dialler takes the screen, and a browser may drop the page meanwhile: so it is kept where
a restart finds it. It is offered once, and only for as long as one would still know what was said.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec

if TYPE_CHECKING:
    from client.replica import Replica

PREFERENCE = "call"
OFFERED_FOR_MS = 2 * 3_600_000


class Call(msgspec.Struct, frozen=True):
    """Whom was called, when, and where the call is logged."""

    name: str
    route: str
    at_ms: int


def begin(replica: Replica, name: str, route: str) -> None:
    """The dialler is about to open."""
    call = Call(name, route, replica.now())
    replica.prefer(PREFERENCE, msgspec.json.encode(call).decode())


def take(replica: Replica) -> Call | None:
    """The call that somebody is back from, once; None if there is none of late."""
    kept = replica.preference(PREFERENCE)
    if not kept:
        return None
    replica.prefer(PREFERENCE, "")
    call = msgspec.json.decode(kept, type=Call)
    return call if 0 <= replica.now() - call.at_ms < OFFERED_FOR_MS else None
