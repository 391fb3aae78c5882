"""Values that must be one record's alone and were taken by several, offline (`rules.unique`).

The server flags all but the record that was made first. A clash is over, here at once, when the
values differ again or all but one of the records are gone, whether or not the server has heard.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

from sync_protocol.records import kinds
from sync_protocol.rules.unique import CLASH, folded

if TYPE_CHECKING:
    from collections.abc import Iterator

    from client.replica import Replica
    from sync_protocol.records import Kind


class Clash(NamedTuple):
    """A value of a field that `holder` was the first to have, and `others` claim too."""

    kind: str
    field: str
    holder: Any
    others: tuple[Any, ...]


def of_kinds() -> list[Kind]:
    """The record types concerned: reference data, few and on every device."""
    return [kind for kind in kinds().values() if kind.unique]


def found(replica: Replica) -> list[Clash]:
    """Every value that is taken more than once."""
    return [clash for kind in of_kinds() for clash in _of_kind(replica, kind)]


def _of_kind(replica: Replica, kind: Kind) -> Iterator[Clash]:
    records = replica.find(kind.struct)
    if not any(getattr(record, CLASH) for record in records):
        return
    for field in kind.unique:
        claims: dict[Any, list[Any]] = {}
        for record in records:
            claims.setdefault(folded(getattr(record, field)), []).append(record)
        for claiming in claims.values():
            flagged = [record for record in claiming if field in getattr(record, CLASH).split()]
            holders = [record for record in claiming if record not in flagged]
            if flagged and holders:
                yield Clash(kind.name, field, holders[0], tuple(flagged))
