"""A record type seen as fields: the one reading of a declaration that everything else uses.

Both stores make their tables from it, import and export their columns, the UI its forms. A field's
`storage` is how a cell is kept in a column: as itself, or as JSON text if it is composite.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from functools import cached_property
from types import UnionType
from typing import (
    TYPE_CHECKING,
    Annotated,
    Any,
    Literal,
    Union,
    get_args,
    get_origin,
    get_type_hints,
)

import msgspec

if TYPE_CHECKING:
    from sync_protocol.records.base import Record

Storage = Literal["text", "integer", "real", "boolean", "json"]
_PLAIN: dict[Any, Storage] = {
    str: "text", date: "text", bool: "boolean", int: "integer", float: "real",
}  # fmt: skip
_COLUMNS: dict[Storage, Any] = {
    "text": str, "boolean": bool, "json": Any,
    "integer": Annotated[int, msgspec.Meta(ge=-(1 << 63), le=(1 << 63) - 1)],
    "real": float | Annotated[int, msgspec.Meta(ge=-(1 << 63), le=(1 << 63) - 1)],
}  # fmt: skip
ENTRY = "."
"""Separates a field from an entry id in a cell's name."""
_KEYED = frozenset(("answers", "channels", "custom"))


@dataclass(frozen=True, eq=False)
class Field:
    """One field: `entry` is the type of its entries if several people may add to it."""

    name: str
    type: Any
    storage: Storage
    optional: bool
    required: bool
    default: Any
    entry: Any = None

    @property
    def keyed(self) -> bool:
        """Whether an entry's id says what it is about, so that a record has one of each."""
        return self.name in _KEYED

    @cached_property
    def decoder(self) -> msgspec.msgpack.Decoder[Any]:
        """Decodes and checks one cell; a removed entry is nil."""
        return msgspec.msgpack.Decoder(self.type if self.entry is None else self.entry | None)

    @cached_property
    def column_decoder(self) -> msgspec.msgpack.Decoder[Any]:
        """Decodes one cell into what its column could hold, whatever it means."""
        held = _COLUMNS[self.storage]
        is_optional = self.optional or self.entry is not None
        return msgspec.msgpack.Decoder(held | None if is_optional and held is not Any else held)

    @cached_property
    def default_cell(self) -> bytes:
        """The cell that a create need not name; empty if it must."""
        return b"" if self.required else self.encode(self.default)

    def encode(self, value: Any) -> bytes:
        """A value as its cell; a whole number in a real field becomes a float, as in its column."""
        if self.storage == "real" and isinstance(value, int):
            value = float(value)
        return msgspec.msgpack.encode(value)


@dataclass(frozen=True, eq=False)
class Kind:
    """A record type. `fields` leaves out the id, which is no cell, and includes `deleted`."""

    name: str
    struct: type[Record]
    fields: dict[str, Field]
    parents: tuple[str, ...] = ()
    search: tuple[str, ...] = ()
    unique: tuple[str, ...] = ()
    trees: tuple[str, ...] = ()
    shared: bool = False

    @cached_property
    def entry_fields(self) -> dict[str, Field]:
        """The fields that several people may add to."""
        return {name: field for name, field in self.fields.items() if field.entry is not None}

    @cached_property
    def whole_fields(self) -> dict[str, Field]:
        """The fields that are one cell each."""
        return {name: field for name, field in self.fields.items() if field.entry is None}

    def field_of(self, cell: str) -> Field | None:
        """The field that a cell belongs to; None for a cell of a newer version."""
        if (whole := self.whole_fields.get(cell)) is not None:
            return whole
        name, dot, _entry = cell.partition(ENTRY)
        return self.entry_fields.get(name) if dot else None


_KINDS: dict[str, Kind] = {}


def register(struct: type[Record], **facts: Any) -> None:
    name = struct.__name__.lower()
    _KINDS[name] = Kind(name, struct, _fields(struct), **facts)


def kinds() -> dict[str, Kind]:
    """All record types by name, in the order of their declaration."""
    return _KINDS


def kind_of(record: Record | type[Record]) -> Kind:
    struct = record if isinstance(record, type) else type(record)
    return _KINDS[struct.__name__.lower()]


def _fields(struct: type[Record]) -> dict[str, Field]:
    hints = get_type_hints(struct, include_extras=True)
    return {
        info.name: _field(info, hints[info.name])
        for info in msgspec.structs.fields(struct)
        if info.name != "id"
    }


def _field(info: msgspec.structs.FieldInfo, hint: Any) -> Field:
    plain = _without_none(hint)
    optional = plain is not hint
    bare = get_args(plain)[0] if get_origin(plain) is Annotated else plain
    entry = get_args(bare)[1] if get_origin(bare) is dict else None
    return Field(
        name=info.name,
        type=hint,
        storage=_storage(bare),
        optional=optional,
        required=info.required,
        default=None if info.required else _default(info),
        entry=entry,
    )


def _default(info: msgspec.structs.FieldInfo) -> Any:
    if info.default_factory is not msgspec.NODEFAULT:
        return info.default_factory()
    return info.default


def bare_type(hint: Any) -> Any:
    """A type without its bounds, and without None."""
    if get_origin(hint) is Annotated:
        return bare_type(get_args(hint)[0])
    if get_origin(hint) in (Union, UnionType):
        rest = [part for part in get_args(hint) if part is not type(None)]
        return bare_type(rest[0]) if len(rest) == 1 else hint
    return hint


def _without_none(hint: Any) -> Any:
    if get_origin(hint) not in (Union, UnionType):
        return hint
    (plain,) = (part for part in get_args(hint) if part is not type(None))
    return plain


def _storage(bare: Any) -> Storage:
    if get_origin(bare) is Literal:
        return "text"
    return _PLAIN.get(bare, "json")
