"""A record type as lists, segments, filters and files name it: a declared one or a company's own.

The name `of` is what `CustomField.of` and `Segment.of` hold: a declared type's, or the id of an
`ObjectType`, whose records are the `CustomObject`s of that `type_id`. Whoever finds, counts or
changes records of any type asks here for both, so that a company's own type goes every way that
accounts and contacts go, and nothing need know which of the two it has.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

from sync_protocol.records import CustomObject, kind_of, kinds

if TYPE_CHECKING:
    from sync_protocol.records import Kind, Record

OWN = kind_of(CustomObject).name


class RecordType(NamedTuple):
    """`where` narrows the records of `kind` to those of the type."""

    of: str
    kind: Kind
    where: dict[str, Any]

    @property
    def struct(self) -> type[Any]:
        return self.kind.struct

    @property
    def is_own(self) -> bool:
        return self.kind.name == OWN


def named(of: str) -> RecordType:
    """The type of that name; what is no declared one is a company's own."""
    kind = kinds().get(of)
    if kind is None:
        return RecordType(of, kinds()[OWN], {"type_id": of})
    return RecordType(of, kind, {})


def name_of(record: Record) -> str:
    """What the type of a record is named: its declared one, or its company's own."""
    return record.type_id if isinstance(record, CustomObject) else kind_of(record).name
