"""Changesets of the server's own that change no record, but where it is seen.

They are accepted like any other: they take a number of the server's device and a sequence, and
their check value goes on from the one before.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from server.domain.access import SERVER_DEVICE
from server.store import devices, log, workspaces
from sync_protocol import clock, codec, digest
from sync_protocol.messages import Applied, Entry

if TYPE_CHECKING:
    from sqlalchemy import Connection

    from server.domain.entries import Moves
    from server.store.workspaces import Workspace


def announce(
    connection: Connection,
    head: Workspace,
    moves: Moves,
    now_ms: int,
    *,
    user: str = "",
    name: str = "",
    removed: bool = False,
) -> int:
    """Log what entered and left the scopes; returns the sequence. `head` is held by the caller.

    `removed` says that what left is no more.
    """
    workspace, sequence = head.workspace_id, head.sequence + 1
    server = devices.get(connection, workspace, SERVER_DEVICE)
    number = server.number + 1 if server else 1
    time = clock.tick(head.clock, now_ms)
    log.append(
        connection,
        workspace,
        moves.parts(Entry(sequence, SERVER_DEVICE, number, user, time, name=name, removed=removed)),
    )
    body = codec.encode(sorted(moves.leave.items()))
    check = digest.check(head.check_value, body)
    advanced = head._replace(sequence=sequence, clock=time, check_value=check)
    workspaces.advance(connection, advanced)
    devices.change(connection, workspace, SERVER_DEVICE, number=number, floor=time)
    devices.take(
        connection,
        workspace,
        SERVER_DEVICE,
        number=number,
        sequence=sequence,
        check_value=check,
        body_hash=digest.changeset(body),
        verdict=codec.encode(Applied(number, sequence)),
        received_ms=now_ms,
    )
    return sequence
