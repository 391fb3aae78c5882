"""What a record is, and the words in which record types are declared.

A record type is a frozen struct whose fields are cells. A field of type `Entries[...]` is a map of
entry id -> value, each entry a cell of its own: two people may add phones at the same time. All
other composite values (an address, a position) win or lose as a whole.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, TypeVar

import msgspec
from msgspec import Meta

from sync_protocol.records import describe

if TYPE_CHECKING:
    from collections.abc import Callable

T = TypeVar("T")
R = TypeVar("R", bound="Record")

Id = Annotated[str, Meta(max_length=36)]
Instant = Annotated[int, Meta(ge=0, lt=1 << 53)]
"""Milliseconds since 1970 UTC."""
Name = Annotated[str, Meta(min_length=1, max_length=200)]
Short = Annotated[str, Meta(max_length=200)]
Url = Annotated[str, Meta(max_length=2_000)]
Text = Annotated[str, Meta(max_length=20_000)]
Colour = Annotated[str, Meta(pattern=r"^#[0-9a-f]{6}$")]
Content = Annotated[str, Meta(pattern=r"^[0-9a-f]{64}$", max_length=64)]
"""The hash of a file, which travels beside the records: see `sync_protocol.blobs`."""
MaybeContent = Annotated[str, Meta(pattern=r"^([0-9a-f]{64})?$", max_length=64)]
"""The same, or empty."""
Entries = dict[Annotated[str, Meta(min_length=1, max_length=36, pattern=r"^[^.]+$")], T]


class Record(msgspec.Struct, frozen=True, kw_only=True):
    """A record: its id is empty until a store has given it one."""

    id: Id = ""
    deleted: bool = False


def entries(*values: T) -> dict[str, T]:
    """Entries for a record about to be created: `phones=entries(Phone("+49 9261 62800"))`."""
    return {str(place): value for place, value in enumerate(values, 1)}


def synced(
    *,
    parents: tuple[str, ...] = (),
    search: tuple[str, ...] = (),
    unique: tuple[str, ...] = (),
    trees: tuple[str, ...] = (),
    shared: bool = False,
) -> Callable[[type[R]], type[R]]:
    """Register a record type under its lower-case name.

    `parents` are the reference fields that place it beneath another record, the nearest first;
    `search` the fields people find it by; `unique` the fields no two live records may share;
    `trees` those that name another record of the same type and may not lead back to it;
    `shared` marks reference data that the whole workspace holds.
    """

    def register(struct: type[R]) -> type[R]:
        describe.register(
            struct, parents=parents, search=search, unique=unique, trees=trees, shared=shared
        )
        return struct

    return register
