"""Every other record type as a table, from its declaration alone, and back without a loss.

A field is a column, a part of a composite one is a column of its own (`Value - Amount`), entries
are numbered (`Lines 1 - Quantity`); the ids of those that mean something stand beside them
(`Key`). A moment is written in ISO 8601. Whatever a record refers to stands by its name, for
people, and by its id, by which it is read back. To give another type a table, name it in `TYPES`.
"""

from __future__ import annotations

import re
from collections import defaultdict
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any, NamedTuple, get_origin, get_type_hints

import msgspec

from client import customising
from sync_protocol.records import bare_type, kind_of, kinds
from sync_protocol.rules.scopes import PARENT_KINDS
from sync_protocol.rules.validity import heading

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from sync_protocol.records import CustomField, Kind, Record

DEFINED = (
    "outcome", "reason", "purpose", "pipeline", "competitor", "product", "pricelist", "price",
)  # fmt: skip
"""What the whole workspace shares, and customers' records refer to."""
WORK = ("deal", "lead", "activity", "quote", "salesorder", "case", "task")
TYPES = (*DEFINED, *WORK)
"""In an order in which what is referred to comes first."""
KEYED = frozenset({"answers", "competitors", "stages"})
"""Fields whose entries' ids say something."""
ID = "Fieldbook ID"
_REFERRED = PARENT_KINDS | {
    "owner_id": "user", "assignee_id": "user", "renews_id": "deal", "revises_id": "quote",
    "quote_id": "quote",
}  # fmt: skip
_LEFT_OUT = frozenset({"deleted", "merged_into", "clash", "custom"})
_SINCE = "stage_since"
_LABEL, _CUSTOM = "Label ", "Custom: "
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
Cells = dict[str, list[str]]


class Read(NamedTuple):
    """A row's record, with the ids of the file; its labels, and the names of whom it refers to."""

    record: Record | None
    id: str
    labels: tuple[str, ...]
    names: dict[str, str]
    problems: tuple[tuple[str, str], ...]


def written(record: Record, names: Mapping[str, str]) -> Cells:
    """A record's columns but for its labels, its custom fields and its id."""
    cells: Cells = {}
    for field in kind_of(record).fields.values():
        if field.name in _LEFT_OUT:
            continue
        value = msgspec.to_builtins(getattr(record, field.name))
        if field.entry is None:
            _write(cells, heading(field.name), field.name, value, names)
            continue
        for place, (key, entry) in enumerate(value.items(), 1):
            head = f"{heading(field.name)} {place}"
            if field.name in KEYED:
                _write(cells, f"{head} - Key", "", key, names)
            _write(cells, head if isinstance(entry, dict) else f"{head} - Value", "", entry, names)
    return cells


def read(kind: Kind, cells: Mapping[str, list[str]], custom: Sequence[CustomField]) -> Read:
    """What a row of a table of this kind says."""
    problems: list[tuple[str, str]] = []
    single = {head: values[0] for head, values in cells.items()}
    fields: dict[str, Any] = {}
    for field in kind.fields.values():
        if field.name in _LEFT_OUT:
            continue
        head = heading(field.name)
        found = (
            _read(single, head, field.name, field.type)
            if field.entry is None
            else dict(_entries(single, head, field.entry, keyed=field.name in KEYED))
        )
        fields |= {} if found in (None, {}) else {field.name: found}
    if "custom" in kind.fields:
        fields["custom"] = _read_custom(single, custom, problems)
    record = None
    try:
        record = msgspec.convert(fields, kind.struct)
    except msgspec.ValidationError as error:
        problems.append(("", f"This row is left out: {error}."))
    labels = tuple(x[0] for head, x in cells.items() if head.startswith(_LABEL)
                   and head.removeprefix(_LABEL).isdigit())  # fmt: skip
    return Read(record, single.get(ID, ""), labels, _names(single), tuple(problems))


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


def renamed(value: Any, ids: Mapping[str, str]) -> Any:
    """The same with other ids, also where those are keys."""
    if isinstance(value, dict):
        return {ids.get(key, key): renamed(inner, ids) for key, inner in value.items()}
    if isinstance(value, list):
        return [renamed(inner, ids) for inner in value]
    return ids.get(value, value) if isinstance(value, str) else value


# --- writing ---


def _write(cells: Cells, head: str, name: str, value: Any, names: Mapping[str, str]) -> None:
    if isinstance(value, dict):
        for key, inner in value.items():
            _write(cells, f"{head} - {heading(key)}", key, inner, names)
    elif name.endswith("_id"):
        if value:
            cells[head] = [names.get(value, "")]
            cells[f"{head} - {ID}"] = [value]
    else:
        cells[head] = [_text(name, value)]


def _text(name: str, value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, bool):
        return "yes" if value and name else "no" if name else msgspec.json.encode(value).decode()
    if isinstance(value, int) and _is_moment(name):
        return _moment(value) if value or name != _SINCE else ""
    if isinstance(value, str):
        return value if name or not _looks_encoded(value) else msgspec.json.encode(value).decode()
    return msgspec.json.encode(value).decode()


def _moment(ms: int) -> str:
    """The number itself where no calendar goes so far."""
    try:
        return (_EPOCH + timedelta(milliseconds=ms)).isoformat(timespec="milliseconds")
    except OverflowError:
        return str(ms)


def _is_moment(name: str) -> bool:
    return name in ("at", _SINCE) or name.endswith("_at")


def _looks_encoded(text: str) -> bool:
    """Whether a value of any type would be taken for something else than its text."""
    return text[:1] in ('"', "[") or text in ("true", "false")


# --- reading ---


def _read(single: Mapping[str, str], head: str, name: str, type_: Any) -> Any:
    """The value beneath a heading; None for nothing."""
    bare = bare_type(type_)
    if hasattr(bare, "__struct_fields__"):
        hints = get_type_hints(bare)
        parts = {
            key: _read(single, f"{head} - {heading(key)}", key, hints[key])
            for key in bare.__struct_fields__
        }
        found = {key: part for key, part in parts.items() if part is not None}
        needed = {x.name: "" for x in msgspec.structs.fields(bare) if x.required}
        return needed | found if found else None
    text = single.get(f"{head} - {ID}" if name.endswith("_id") else head, "")
    return _value(bare, name, text) if text else None


def _entries(
    single: Mapping[str, str], head: str, entry: Any, *, keyed: bool
) -> Iterator[tuple[str, Any]]:
    is_struct = hasattr(bare_type(entry), "__struct_fields__")
    numbered = re.compile(rf"{re.escape(head)} (\d+) - ")
    places = {int(found[1]) for each in single if (found := numbered.match(each))}
    for place in sorted(places):
        at = f"{head} {place}"
        found = _read(single, at if is_struct else f"{at} - Value", "", entry)
        key = single.get(f"{at} - Key", "") if keyed else str(place)
        if key and (found is not None or (is_struct and keyed)):
            yield key, {} if found is None else found


def _value(bare: Any, name: str, text: str) -> Any:
    """Text that is not empty in the form that the declaration wants; as it is if it has none."""
    with suppress(ValueError, OverflowError, msgspec.DecodeError):
        if _is_moment(name):
            return _read_moment(text)
        if bare is bool:
            return {"yes": True, "no": False}.get(text.casefold(), text)
        is_encoded = bare in (int, float) or get_origin(bare) is tuple
        if is_encoded or (not name and _looks_encoded(text)):
            return msgspec.json.decode(text)
    return text


def _read_moment(text: str) -> int:
    if text.isdecimal():
        return int(text)
    moment = datetime.fromisoformat(text)
    aware = moment if moment.tzinfo else moment.replace(tzinfo=UTC)
    return (aware - _EPOCH) // timedelta(milliseconds=1)


def _read_custom(
    single: Mapping[str, str], custom: Iterable[CustomField], problems: list[tuple[str, str]]
) -> dict[str, Any]:
    found: dict[str, Any] = {}
    fields = {field.name.casefold(): field for field in custom}
    for head, text in single.items():
        if not text or not head.startswith(_CUSTOM):
            continue
        field = fields.get(head.removeprefix(_CUSTOM).strip().casefold())
        made = customising.read(field, text) if field else customising.Reading(problem="unknown")
        if field and made.value is not None:
            found[field.id] = made.value
        elif made.problem:
            problems.append((head, f"{text[:60]!r} does not fit a field here and is left out."))
    return found


def _names(single: Mapping[str, str]) -> dict[str, str]:
    """What the records are called that are referred to, by their ids in the file."""
    found: dict[str, str] = defaultdict(str)
    for head, text in single.items():
        if head.endswith(f" - {ID}"):
            found[text] = single.get(head.removesuffix(f" - {ID}"), "")
    return dict(found)
