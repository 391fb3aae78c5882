"""The order of a list by one of its columns, as people who look at it expect.

Texts go without case and accents, numbers kept as text as numbers. A choice goes as it is listed:
the company's own options and stages as the administrator has put them, what is declared as it is
declared, a priority from high to low. What refers to another record goes by that one's name. Those
that have nothing there come last, either way round.
"""

from __future__ import annotations

from contextlib import suppress
from functools import lru_cache
from typing import TYPE_CHECKING, Any, Literal, get_args, get_origin, get_type_hints

import msgspec
from sqlalchemy import case, func, select, type_coerce
from sqlalchemy.types import NullType

from client.store import tables
from client.store.filtering import DERIVED, derived
from sync_protocol.records import bare_type, kinds, rows
from sync_protocol.rules import conditions
from sync_protocol.rules.scopes import PARENT_KINDS

if TYPE_CHECKING:
    from collections.abc import Iterable
    from sqlite3 import Connection as Sqlite

    from sqlalchemy import Connection, Table

    from client.store.filtering import Asked
    from sync_protocol.records import Kind
    from sync_protocol.rules.conditions import Path

_SORTABLE, _LISTED = "fieldbook_sortable", "fieldbook_listed"
_DECLARED = {"priority": ("high", "normal", "low")}
"""Choices that are declared in another order than they are looked for."""
_REFERRED = PARENT_KINDS | {"owner_id": "user", "assignee_id": "user"}
_STAGE, _CUSTOM = "stage_id", "custom"


def teach(connection: Sqlite) -> None:
    """Let SQLite call what sorting goes by."""
    connection.create_function(_SORTABLE, 2, sortable, deterministic=True)
    connection.create_function(_LISTED, 2, rank, deterministic=True)


def order(
    connection: Connection, kind: Kind, table: Table, by: str, asked: Asked | None
) -> list[Any]:
    """A list by a column: a field, a path or a derived one; `-` turns it round.

    By `id` is by when records were made, which also orders equal ones: the same on every device.
    """
    name, down = by.removeprefix("-"), by.startswith("-")
    made = table.c.id.desc() if down else table.c.id.asc()
    if name == "id":
        return [made]
    value = _sorted_value(connection, kind, table, name, asked)
    if value is None:
        return [table.c.row]
    return [(value.desc() if down else value.asc()).nulls_last(), made]


def sortable(value: Any, parsed: int = 0) -> Any:
    """Texts without case, numbers kept as text as numbers if `parsed`; nothing is null."""
    if not isinstance(value, str):
        return value
    number = conditions.number(value) if parsed else None
    return (conditions.fold(value) or None) if number is None else number


def rank(value: Any, listed: bytes) -> str | None:
    """Where a choice stands among those `listed`, or several do; an unknown one is after them."""
    if not isinstance(value, str) or not value:
        return None
    places = _places(listed)
    found = sorted(places.get(each, len(places)) for each in _several(value))
    return " ".join(f"{place:05}" for place in found) or None


def _several(value: str) -> list[str]:
    """The choices in a value, of which SQLite gives several as JSON."""
    if value.startswith("["):
        with suppress(msgspec.MsgspecError):
            return msgspec.json.decode(value, type=list[str])
    return [value]


@lru_cache(maxsize=64)
def _places(listed: bytes) -> dict[str, int]:
    names = msgspec.msgpack.decode(listed, type=list[str])
    return {name: place for place, name in enumerate(names)}


def _sorted_value(
    connection: Connection, kind: Kind, table: Table, name: str, asked: Asked | None
) -> Any:
    """What rows are compared by; None if there is no such column."""
    if name in derived(kind):
        return None if asked is None else DERIVED[name].value(kind, table, asked)
    path = conditions.path_of(kind, name)
    if path is None:
        return None
    if name == tables.SORTED_BY and tables.is_sorted(kind):
        return table.c[tables.SORTED]
    return _told(connection, kind, path, _held(table, path))


def _told(connection: Connection, kind: Kind, path: Path, held: Any) -> Any:
    """What a person reads of the value at a path, so that it can be compared."""
    listed = _listed(connection, path)
    if listed is not None:
        return func.fieldbook_listed(held, msgspec.msgpack.encode(listed))
    above = _referred(kind, path)
    if above is not None:
        return _name_of(above, held)
    if path.field.storage in ("text", "json"):
        return func.fieldbook_sortable(held, int(path.field.storage == "json"))
    return held


def _held(table: Table, path: Path) -> Any:
    """The value at a path, of several entries the first that has one."""
    column: Any = type_coerce(table.c[path.field.name], NullType())
    if path.field.storage != "json":
        return column
    down = "$" + "".join(f'."{part}"' for part in path.keys)
    if not path.each:
        return func.json_extract(column, down)
    entry = func.json_each(column).table_valued("value", "type", name="first_entry")
    found = func.json_extract(case((entry.c.type == "object", entry.c.value), else_="{}"), down)
    return select(found).select_from(entry).where(found != "").limit(1).scalar_subquery()


def _listed(connection: Connection, path: Path) -> list[str] | None:
    """The choices at a path in their order; None if it holds no choice."""
    if path.field.name == _STAGE:
        lines = sorted(_all(connection, "pipeline"), key=lambda line: (line.place, line.id))
        return [stage_id for line in lines for stage_id in _by_place(line.stages)]
    if path.field.name == _CUSTOM and path.keys:
        fields = [x for x in _all(connection, "customfield") if x.id == path.keys[0]]
        return _by_place(fields[0].options) if fields and fields[0].options else None
    name = (path.field.name, *path.keys)[-1]
    return list(_DECLARED.get(name) or _choices(path)) or None


def _all(connection: Connection, name: str) -> list[Any]:
    """The records of a type of which there are few; one that is deleted may still be named."""
    kind = kinds()[name]
    found = connection.execute(select(tables.of(kind)).where(tables.of(kind).c.base_time > 0))
    return [rows.record(kind, row) for row in found.mappings()]


def _by_place(entries: dict[str, Any]) -> list[str]:
    return [entry for entry, _one in sorted(entries.items(), key=lambda x: (x[1].place, x[0]))]


def _choices(path: Path) -> Iterable[str]:
    """What the declaration offers at a path, in its order."""
    type_: Any = path.field.type if path.field.entry is None else path.field.entry
    for key in path.keys if path.field.entry is None or path.each else path.keys[1:]:
        bare = bare_type(type_)
        type_ = get_type_hints(bare).get(key) if hasattr(bare, "__struct_fields__") else None
    bare = bare_type(type_)
    return get_args(bare) if get_origin(bare) is Literal else ()


def _referred(kind: Kind, path: Path) -> Kind | None:
    """The type of record that is named at a path; None if none is, or it has no name."""
    name = (path.field.name, *path.keys)[-1]
    if not name.endswith("_id"):
        return None
    plain = kind.name if name == "parent_id" else _REFERRED.get(name, name.removesuffix("_id"))
    found = kinds().get(plain)
    return found if found is not None and tables.SORTED_BY in found.fields else None


def _name_of(kind: Kind, record_id: Any) -> Any:
    above = tables.of(kind).alias("named")
    name = above.c[tables.SORTED] if tables.is_sorted(kind) else func.fieldbook_sortable(
        above.c[tables.SORTED_BY], 0
    )  # fmt: skip
    found = select(name).select_from(above).where(above.c.id == record_id)
    return found.scalar_subquery()
