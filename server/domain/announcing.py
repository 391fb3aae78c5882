"""Changesets of the server's own that change no record, but where it is seen.

They are accepted like any other: they take a number of the server's device and a sequence, and
their check value goes on from the one before.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from server.domain.access import SERVER_DEVICE
from sync_protocol import clock, codec, digest
from sync_protocol.messages import Applied, Entry

if TYPE_CHECKING:
    from server.domain.entries import Moves
    from server.store.unit import Unit


def announce(
    unit: Unit,
    moves: Moves,
    now_ms: int,
    *,
    user: str = "",
    name: str = "",
    removed: bool = False,
) -> int:
    """Log what entered and left the scopes; returns the sequence.

    `removed` says that what left is no more.
    """
    head = unit.head
    sequence = head.sequence + 1
    server = unit.device(SERVER_DEVICE)
    number = server.number + 1 if server else 1
    time = clock.tick(head.clock, now_ms)
    whole = Entry(sequence, SERVER_DEVICE, number, user, time, name=name, removed=removed)
    unit.append(moves.parts(whole))
    body = codec.encode(sorted(moves.leave.items()))
    check = digest.check(head.check_value, body)
    unit.advance(head._replace(sequence=sequence, clock=time, check_value=check))
    unit.count_on(SERVER_DEVICE, number, time)
    unit.take(
        SERVER_DEVICE,
        number,
        sequence=sequence,
        check_value=check,
        body_hash=digest.changeset(body),
        verdict=codec.encode(Applied(number, sequence)),
        received_ms=now_ms,
    )
    return sequence
