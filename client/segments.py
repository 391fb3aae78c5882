"""Segments: filters under a name, that lists, counts, reports and exports share."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from client.errors import Invalid
from sync_protocol.records import Segment, kind_of
from sync_protocol.rules import permissions, scopes

if TYPE_CHECKING:
    from client.replica import Replica
    from sync_protocol.records import Filter


class Shown(NamedTuple):
    """What a segment keeps: which records, which columns, which order."""

    filter: Filter
    columns: tuple[str, ...] = ()
    sort: str = ""


def segments(replica: Replica, of: str) -> list[Segment]:
    """Those of one record type, by name."""
    return replica.find(Segment, of=of, order_by="name")


def save(replica: Replica, of: str, name: str, shown: Shown) -> Segment:
    """A new segment. Raises `Invalid` for a name that is empty or in use."""
    checked = _free_name(replica, of, name)
    with replica.changeset(f"Save segment: {checked}"):
        return replica.create(
            Segment(
                name=checked, of=of, filter=shown.filter, columns=shown.columns, sort=shown.sort
            )
        )


def change(replica: Replica, segment: Segment, shown: Shown) -> Segment:
    """The same segment with another filter, other columns, another order."""
    with replica.changeset(f"Change segment: {segment.name}"):
        return replica.update(segment, **shown._asdict())


def rename(replica: Replica, segment: Segment, name: str) -> Segment:
    checked = _free_name(replica, segment.of, name, but=segment.id)
    with replica.changeset(f"Rename segment: {checked}"):
        return replica.update(segment, name=checked)


def delete(replica: Replica, segment: Segment) -> None:
    with replica.changeset(f"Delete segment: {segment.name}"):
        replica.delete(segment)


def may_change(replica: Replica, segment: Segment) -> bool:
    """Its owner may, and the office."""
    actor = replica.actor
    return actor is None or permissions.may(
        actor, "update", kind_of(segment), scopes.WORKSPACE, segment.owner_id
    )


def _free_name(replica: Replica, of: str, name: str, but: str = "") -> str:
    plain = " ".join(name.split())
    taken = {x.name.casefold() for x in segments(replica, of) if x.id != but}
    if plain.casefold() in taken:
        raise Invalid("name", f'There is a segment called "{plain}" already.')
    if not plain:
        raise Invalid("name", "Give the segment a name.")
    return plain
