"""Merging two records of one kind: the winner gets what it lacks, and all that hung beneath both.

The loser keeps what it has and only points at the winner, so undo brings it back whole. What other
devices still write to it while they do not know is carried over by the server. The pointer is the
last thing written: by then every child this device knows of has moved.
"""

from __future__ import annotations

from types import MappingProxyType
from typing import TYPE_CHECKING, Any, NamedTuple, TypeVar

import msgspec

from client.errors import Invalid
from client.phones import digits, e164
from sync_protocol.records import (
    Email,
    Follow,
    Labelling,
    Phone,
    Record,
    follow_id,
    kind_of,
    kinds,
)
from sync_protocol.rules.ancestry import MERGED
from sync_protocol.rules.scopes import parent_fields

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from client.replica.writing import Writing

R = TypeVar("R", bound=Record)
_OWN = frozenset(("deleted", "owner_id", MERGED))
_UNDECIDED = frozenset(("deleted", MERGED, "clash"))
_PART = 300
"""Children moved in one changeset."""


def merge(
    replica: Writing, loser: R, winner: R, chosen: Mapping[str, Any] = MappingProxyType({})
) -> None:
    """Raises `Invalid` if the two cannot be one, and as any write does.

    `chosen` are values that the winner is to have, whatever it has now.
    """
    kind = kind_of(loser)
    if MERGED not in kind.fields or kind_of(winner) is not kind or loser.id == winner.id:
        raise Invalid(MERGED, "These two cannot be merged.")
    name = f"Merge into {getattr(winner, 'name', kind.name)}"
    action = replica.new_id()
    children = replica.beneath(loser)
    for start in range(0, len(children), _PART):
        with replica.changeset(name, action=action):
            for child_kind, child_id in children[start : start + _PART]:
                _move(replica, child_kind, child_id, loser, winner)
    with replica.changeset(name, action=action):
        with replica.copying():
            replica.update(winner, **dict(_missing(replica, loser, winner)) | dict(chosen))
        replica.update(loser, **{MERGED: winner.id})


class Difference(NamedTuple):
    """A field in which two records differ: what each of them says."""

    field: str
    one: Any
    two: Any


def differences(one: R, two: R) -> list[Difference]:
    """The fields that a merge has to decide; entries are joined, so they are none of these."""
    kind = kind_of(one)
    return [
        Difference(name, getattr(one, name), getattr(two, name))
        for name, field in kind.fields.items()
        if field.entry is None
        and name not in _UNDECIDED
        and getattr(one, name) != getattr(two, name)
    ]


def unknown_to(replica: Writing, ours: Mapping[str, Any], theirs: Mapping[str, Any]) -> list[Any]:
    """Those of their entries that are not among ours, however they are written."""
    region = replica.settings.region
    known = {_written(value, region) for value in ours.values()}
    return [value for value in theirs.values() if _written(value, region) not in known]


def _written(value: Any, region: str) -> object:
    """What an entry says: a phone without its format, an e-mail without its case."""
    if isinstance(value, Phone):
        return e164(value.number, region) or digits(value.number)
    if isinstance(value, Email):
        return value.address.strip().lower()
    return value


def _move(replica: Writing, kind: str, record_id: str, loser: Record, winner: Record) -> None:
    child = replica.get(kinds()[kind].struct, record_id)
    if child is None:
        return
    if isinstance(child, Labelling):
        if child.on and not child.deleted:
            replica.put_label(winner, child.label_id)
        return
    if isinstance(child, Follow):
        _follow(replica, child, winner)
        return
    fields = parent_fields(kinds()[kind], kind_of(loser).name)
    named = {field: winner.id for field in fields if getattr(child, field) == loser.id}
    replica.update(child, **named)


def _follow(replica: Writing, follow: Follow, winner: Record) -> None:
    """Whoever follows the loser follows the winner, unless they once said whether they do."""
    theirs = follow_id(follow.user_id, winner.id)
    if follow.on and not follow.deleted and replica.get(Follow, theirs) is None:
        replica.create(msgspec.structs.replace(follow, id=theirs, record_id=winner.id))


def _missing(replica: Writing, loser: Record, winner: Record) -> Iterator[tuple[str, Any]]:
    """The fields in which the winner has nothing and the loser something; all entries of both."""
    kind = kind_of(loser)
    for name, field in kind.fields.items():
        theirs, ours = getattr(loser, name), getattr(winner, name)
        if field.keyed:
            if theirs.keys() - ours.keys():
                yield name, theirs | ours
        elif field.entry is not None:
            if new := unknown_to(replica, ours, theirs):
                yield name, ours | {replica.new_entry(): value for value in new}
        elif name in _OWN or name in kind.parents or field.required:
            continue
        elif ours == field.default != theirs:
            yield name, theirs
