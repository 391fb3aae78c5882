"""How far this device has read the server's log, and how far it had when something was begun.

What is typed for a while has seen no more than had been read when it was begun. By the time it is
saved the server may have been restored, and its sequences then count other changesets: so what is
remembered meanwhile says in which of the server's lives that was, too.

What a copy of everything has not brought yet, and what has left and is still here, is no newer than
what had been read when that began, however far the log is read since: it is in doubt.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from client.store import meta
from sync_protocol.messages import Cursor

if TYPE_CHECKING:
    from sqlalchemy import Connection

_LIVES = 1 << 40
"""More than any sequence."""
_BEGUN, _LIFE, _DOUBT = "begun", "life", "doubt"


def begin_life(connection: Connection, begun: int) -> None:
    """The server was restored: of what it tells now only the beginning is as it was."""
    meta.write(connection, _BEGUN, begun)
    meta.write(connection, _LIFE, _life(connection) + 1)
    doubted = in_doubt(connection)
    if doubted is not None:
        meta.write(connection, _DOUBT, min(doubted, begun))


def begin_doubt(connection: Connection) -> None:
    """From now on something here may be no newer than what has been read by now."""
    if in_doubt(connection) is None:
        meta.write(connection, _DOUBT, sequence(connection))


def end_doubt(connection: Connection) -> None:
    """All that is here is as the log says."""
    if in_doubt(connection) is not None:
        meta.write(connection, _DOUBT, None)


def in_doubt(connection: Connection) -> int | None:
    """Up to which sequence is known what is in doubt; None if nothing is."""
    return meta.read(connection, _DOUBT, int)


def sequence(connection: Connection) -> int:
    """Up to which sequence of the server as it is now this device has read the log."""
    cursor = meta.read(connection, "cursor", Cursor) or Cursor()
    epoch = meta.read(connection, "epoch", str) or cursor.epoch
    if cursor.epoch in ("", epoch):
        return cursor.sequence
    return min(cursor.sequence, _begun(connection))


def mark(connection: Connection) -> int:
    """The same as a number to be remembered while something is typed, in doubt or not."""
    read, doubted = sequence(connection), in_doubt(connection)
    return _life(connection) * _LIVES + (read if doubted is None else min(read, doubted))


def since(connection: Connection, marked: int) -> int:
    """Up to which sequence of the server as it is now had been read when this was the `mark`."""
    life, then = divmod(marked, _LIVES)
    if life != _life(connection):
        then = min(then, _begun(connection))
    return min(then, sequence(connection))


def _life(connection: Connection) -> int:
    return meta.read(connection, _LIFE, int) or 0


def _begun(connection: Connection) -> int:
    """Where the server's life as it is now parted from the one before."""
    return meta.read(connection, _BEGUN, int) or 0
