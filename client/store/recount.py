"""Looking through all rows, a few at a time: whether the kept digest is still the sum over them.

The kept digest moves with every write and is never worked out anew, so it would not tell of a row
that was damaged, or that a fault of ours had written wrongly. Once a day, therefore, a sweep adds
up what the rows themselves say, in the order of their types and ids, a slice in each round. Its sum
covers what lies behind it: a write there moves it as it moves the kept digest, and what is written
before it will be met. At its end what the rows say is kept; where that is something else, the
comparison with the server then tells.
"""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING

import msgspec

from client.store import digests, layers, meta, states
from sync_protocol import digest
from sync_protocol.records import kinds

if TYPE_CHECKING:
    from collections.abc import Callable

    from sqlalchemy import Connection

    from client.store.database import Database
    from client.store.states import Key
    from sync_protocol.changes import State

log = logging.getLogger(__name__)

EVERY_MS = 86_400_000
SLICE_MS = 20
"""How long a slice may take, a few rows more or less."""
SLICE_ROWS = 1_000
ROWS_AT_ONCE = 25
SWEEP = "sweep"
_ENDED = "swept_ms"


class Sweep(msgspec.Struct, frozen=True):
    """The last record it has met, and the sum over all up to that."""

    kind: str = ""
    id: str = ""
    total: int = 0

    def has_passed(self, kind: str, record_id: str) -> bool:
        return _place(kind, record_id) <= _place(self.kind, self.id)


def some(database: Database, now: Callable[[], int]) -> bool:
    """Take a slice, if a sweep is under way or due by `now` in milliseconds.

    Whether it has come to its end, and the rows say something else than was kept of them.
    """
    sweep = under_way(database.connection) or _due(database.connection, now())
    if sweep is None:
        return False
    began = now()
    with database.transaction(durable=False) as connection:
        for _ in range(SLICE_ROWS // ROWS_AT_ONCE):
            found = _after(connection, sweep)
            if not found:
                return _end(connection, sweep.total, now())
            sweep = _over(sweep, found)
            if now() - began >= SLICE_MS:
                break
        meta.write(connection, SWEEP, sweep)
    return False


def under_way(connection: Connection) -> Sweep | None:
    return meta.read(connection, SWEEP, Sweep)


def move(connection: Connection, change: int) -> None:
    """Something was written that lies behind the sweep."""
    sweep = under_way(connection)
    if sweep is not None:
        total = (sweep.total + change) % digest.MODULUS
        meta.write(connection, SWEEP, msgspec.structs.replace(sweep, total=total))


def keep(connection: Connection, total: int) -> None:
    """Keep what the rows say, as they were looked through at once; a sweep begins anew."""
    meta.write(connection, "digest", total)
    meta.write(connection, SWEEP, None)


def _due(connection: Connection, now_ms: int) -> Sweep | None:
    ended = meta.read(connection, _ENDED, int)
    rests = ended is not None and 0 <= now_ms - ended < EVERY_MS
    return None if rests else Sweep()


def _end(connection: Connection, total: int, now_ms: int) -> bool:
    differs = total != digests.total(connection)
    if differs:
        log.warning("the rows of this replica are not what was kept of them")
    keep(connection, total)
    meta.write(connection, _ENDED, now_ms)
    return differs


def _over(sweep: Sweep, found: dict[Key, State | None]) -> Sweep:
    said = sum(map(digests.weight, found.values()))
    kind, record_id = max(found, key=lambda key: _place(*key))
    return Sweep(kind, record_id, (sweep.total + said) % digest.MODULUS)


def _after(connection: Connection, sweep: Sweep) -> dict[Key, State | None]:
    """The next few records as the server last said them.

    None is what it knows nothing of, and what cannot be read any more.
    """
    for name in sorted(kinds()):
        if sweep.kind <= name and (not sweep.kind or sweep.kind in kinds()):
            after = sweep.id if name == sweep.kind else ""
            if found := states.some(connection, kinds()[name], after, ROWS_AT_ONCE):
                return _confirmed(connection, found)
    unknown = ("", "") if sweep.kind in kinds() else (sweep.kind, sweep.id)
    return _confirmed(connection, states.some_unknown(connection, unknown, ROWS_AT_ONCE))


def _confirmed(connection: Connection, shown: dict[Key, State | None]) -> dict[Key, State | None]:
    return shown | layers.covered(connection, shown)


def _place(kind: str, record_id: str) -> tuple[bool, str, str]:
    """Where a record stands in the order of the sweep: those of newer versions come last."""
    return bool(kind) and kind not in kinds(), kind, record_id
