"""What lies above a record: its parents, the record it was merged into, and no way round."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Any

from sync_protocol.rules.scopes import MAX_ANCESTORS, parents_of

if TYPE_CHECKING:
    from collections.abc import Callable

    from sync_protocol.records import Kind

    Find = Callable[[str, str], tuple[Kind, dict[str, Any]] | None]

MERGED = "merged_into"
"""The field of a record that was merged: the id of the one that goes on in its place."""
Key = tuple[str, str]


def survivor(kind: str, fields: dict[str, Any], find: Find) -> str:
    """The id of the record that a merged one has become, in the end; empty if it stands itself."""
    found = ""
    seen: set[str] = set()
    while (following := fields.get(MERGED, "")) and following not in seen:
        seen.add(following)
        found = following
        after = find(kind, following)
        if after is None:
            break
        fields = after[1]
    return found


def deleted_above(kind: Kind, fields: dict[str, Any], find: Find) -> Key | None:
    """The nearest deleted record above this one, itself left out."""
    wave = parents_of(kind, fields)
    for _ in range(MAX_ANCESTORS):
        following: list[Key] = []
        for key in wave:
            found = find(*key)
            if found is None:
                continue
            if found[1].get("deleted"):
                return key
            following += parents_of(*found)
        if not following:
            return None
        wave = following
    return None


def goes_round(key: Key, kind: Kind, fields: dict[str, Any], find: Find) -> bool:
    """Whether following parents, merges, or a tree, from here leads back here (or never ends)."""
    if _returns(key, _above(kind, fields), find, _above):
        return True
    return any(
        _returns(key, step(kind, fields), find, step)
        for step in (partial(_named, name) for name in going_up(kind))
    )


def going_up(kind: Kind) -> tuple[str, ...]:
    """The fields by which records of one type name each other, and may not go round."""
    return (MERGED, *kind.trees)


def _returns(
    key: Key, wave: list[Key], find: Find, step: Callable[[Kind, dict[str, Any]], list[Key]]
) -> bool:
    for _ in range(MAX_ANCESTORS):
        if key in wave:
            return True
        found = [find(*other) for other in wave]
        wave = [other for each in found if each is not None for other in step(*each)]
        if not wave:
            return False
    return True


def _above(kind: Kind, fields: dict[str, Any]) -> list[Key]:
    return parents_of(kind, fields)


def _named(field: str, kind: Kind, fields: dict[str, Any]) -> list[Key]:
    target = fields.get(field, "")
    return [(kind.name, target)] if target else []
