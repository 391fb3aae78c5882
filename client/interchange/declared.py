"""Every other record type as a table, from its declaration alone, and back without a loss.

A field is a column, a part of a composite one is a column of its own (`Value - Amount`), entries
are numbered (`Lines 1 - Quantity`); the ids of those that mean something stand beside them
(`Key`). Where a record may have very many, as an order has lines, they may stand in a table of
their own instead, each beside the record's id. A moment is written in ISO 8601. Whatever a record
refers to stands by its name, for people, and by its id, by which it is read back.

A record type that is declared has its table by that alone; `_ELSEWHERE` says which have none.
"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from functools import cache
from typing import TYPE_CHECKING, Any, NamedTuple, get_type_hints

import msgspec

from sync_protocol.records import bare_type, kind_of, kinds
from sync_protocol.rules.scopes import PARENT_KINDS
from sync_protocol.rules.validity import heading

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterator, Mapping

    from sync_protocol.records import Kind, Record

_ELSEWHERE = frozenset({
    "account", "contact", "customobject",  # in tables that are read column by column
    "customfield", "objecttype",  # in a package's contents, whole
    "labelling",  # columns of what a label is on
    "labelmodel",  # the server learns it again
    "notice", "follow",  # one person's own
    "settings",  # say how a workspace works, not what is in it
})  # fmt: skip


def _types(*first: str, shared: bool) -> tuple[str, ...]:
    """Record types that have tables, the first ones in this order."""
    every = (x.name for x in kinds().values() if x.shared is shared and x.name not in _ELSEWHERE)
    return tuple(dict.fromkeys((*first, *every)))


DEFINED = _types(
    "team", "user", "territory", "label", "outcome", "reason", "purpose", "pipeline", "competitor",
    "product", "pricelist", "price", shared=True,
)  # fmt: skip
"""What the whole workspace shares, and customers' records refer to."""
WORK = _types("deal", "lead", "activity", "quote", "salesorder", "case", "task", shared=False)
TYPES = (*DEFINED, *WORK)
"""In an order in which what is referred to comes first."""
NEVER_MADE = frozenset({"user"})
"""Whoever is to sign in is invited; a file only tells what they were called."""
KEYED = frozenset({"answers", "competitors", "stages", "questions", "reps", "mentions"})
"""Fields whose entries' ids say something."""
APART = frozenset({"lines", "questions"})
"""Fields of which one record may have any number of entries, each of several columns."""
ID = "Fieldbook ID"
RECORD, KEY = "Record", "Key"
"""Columns of a table of entries."""
_REFERRED = PARENT_KINDS | {
    "owner_id": "user", "assignee_id": "user", "renews_id": "deal", "revises_id": "quote",
    "quote_id": "quote", "user_id": "user",
}  # fmt: skip
LEFT_OUT = frozenset({"deleted", "merged_into", "clash", "custom"})
SINCE = "stage_since"
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
Cells = dict[str, list[str]]


def written(
    record: Record, names: Mapping[str, str], apart: Collection[str] = frozenset()
) -> Cells:
    """A record's columns but for its labels, its custom fields, its id, and what is `apart`."""
    writer = _Writer({}, names)
    for field in kind_of(record).fields.values():
        if field.name in LEFT_OUT or field.name in apart:
            continue
        value = msgspec.to_builtins(getattr(record, field.name))
        if field.entry is None:
            writer.put(heading(field.name), field.name, value, bare_type(field.type))
            continue
        bare = bare_type(field.entry)
        for place, (key, entry) in enumerate(value.items(), 1):
            head = f"{heading(field.name)} {place}"
            if field.name in KEYED:
                writer.put(f"{head} - {KEY}", "", key)
            at = head if isinstance(entry, dict) else f"{head} - Value"
            writer.put(at, "", entry, bare)
    return writer.cells


def entries_written(record: Record, field: str, names: Mapping[str, str]) -> Iterator[Cells]:
    """The rows of a record's entries in a table of their own."""
    hints = hints_of(bare_type(kind_of(record).fields[field].entry))
    for key, entry in msgspec.to_builtins(getattr(record, field)).items():
        whose = {RECORD: [called(record)], f"{RECORD} - {ID}": [record.id], KEY: [key]}
        writer = _Writer(whose, names)
        for name, value in entry.items():
            writer.put(heading(name), name, value, hints[name])
        yield writer.cells


def called(record: Record) -> str:
    """What people call a record; empty where that has no name of its own."""
    said = (getattr(record, name, "") for name in ("name", "title", "number"))
    return next(filter(None, said), "")


def apart_of(of: str) -> tuple[str, ...]:
    """The fields of a record type whose entries may stand in a table of their own."""
    return tuple(name for name in kinds()[of].entry_fields if name in APART)


def references(value: Any, name: str = "") -> Iterator[tuple[str, str]]:
    """(field, id) of all that a record, as plain values, refers to."""
    if isinstance(value, dict):
        for key, inner in value.items():
            yield from references(inner, str(key))
    elif isinstance(value, str) and value and name.endswith("_id"):
        yield name, value


def referred(field: str) -> Kind | None:
    """The record type that a field named so refers to; None if it is no record's id."""
    return kinds().get(_REFERRED.get(field, field.removesuffix("_id").replace("_", "")))


def renamed(value: Any, rename: Callable[[str, str], str], name: str = "") -> Any:
    """The same with other ids; `rename` is asked with the field, which keys are beneath, too."""
    if isinstance(value, dict):
        return {
            rename(name, key) if name in KEYED else key: renamed(inner, rename, key)
            for key, inner in value.items()
        }
    if isinstance(value, list | tuple):
        return [renamed(inner, rename, name) for inner in value]
    return rename(name, value) if isinstance(value, str) else value


@cache
def hints_of(struct: Any) -> dict[str, Any]:
    """The bare types of a struct's fields."""
    hints = get_type_hints(struct)
    return {name: bare_type(hints[name]) for name in struct.__struct_fields__}


class _Writer(NamedTuple):
    """Puts values of bare types beneath headings; `names` are those of what is referred to."""

    cells: Cells
    names: Mapping[str, str]

    def put(self, head: str, name: str, value: Any, bare: Any = str) -> None:
        """A value, or its parts beneath their own headings."""
        if isinstance(value, dict) and hasattr(bare, "__struct_fields__"):
            for key, inner in value.items():
                self.put(f"{head} - {heading(key)}", key, inner, hints_of(bare)[key])
        elif name.endswith("_id"):
            if value:
                self.cells[head] = [self.names.get(value, "")]
                self.cells[f"{head} - {ID}"] = [value]
        else:
            self.cells[head] = [_text(name, value)]


def _text(name: str, value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, bool):
        return "yes" if value and name else "no" if name else msgspec.json.encode(value).decode()
    if isinstance(value, int) and is_moment(name):
        return _moment(value) if value or name != SINCE else ""
    if isinstance(value, str):
        return value if name or not looks_encoded(value) else msgspec.json.encode(value).decode()
    return msgspec.json.encode(value).decode()


def _moment(ms: int) -> str:
    """The number itself where no calendar goes so far."""
    try:
        return (EPOCH + timedelta(milliseconds=ms)).isoformat(timespec="milliseconds")
    except OverflowError:
        return str(ms)


def is_moment(name: str) -> bool:
    return name in ("at", SINCE) or name.endswith("_at")


def looks_encoded(text: str) -> bool:
    """Whether a value of any type would be taken for something else than its text."""
    return text[:1] in ('"', "[") or text in ("true", "false")
