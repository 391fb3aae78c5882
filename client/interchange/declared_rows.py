"""A row of a table back into a record of any declared type: see `declared`, which writes them.

What does not fit its field is left out and said, the rest comes; without something that every
record of the type has, the row is none. What is referred to by its name alone, as other programs
do, has an id that stands for the name.
"""

from __future__ import annotations

import re
from collections import defaultdict
from contextlib import suppress
from datetime import UTC, date, datetime, timedelta
from typing import TYPE_CHECKING, Any, NamedTuple, get_origin

import msgspec

from client import customising
from client.interchange.declared import (
    EPOCH,
    ID,
    KEY,
    KEYED,
    LEFT_OUT,
    hints_of,
    is_moment,
    looks_encoded,
)
from client.interchange.lenient import Habits
from sync_protocol import ids
from sync_protocol.records import Money, bare_type
from sync_protocol.rules.validity import heading

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from sync_protocol.records import CustomField, Field, Kind, Record

LABEL, CUSTOM = "Label ", "Custom: "
_TRUTH = {"yes": True, "no": False, "true": True, "false": False}
_SHOWN = 60


class Read(NamedTuple):
    """A row's record, with the ids of the file; its labels, and the names of whom it refers to."""

    record: Record | None
    id: str
    labels: tuple[str, ...]
    names: dict[str, str]
    problems: tuple[tuple[str, str], ...]


class Rows:
    """Reads the rows of one table; `given` is what a row means that does not say it."""

    def __init__(
        self,
        kind: Kind,
        custom: Sequence[CustomField],
        habits: Habits = Habits(),  # noqa: B008 - frozen
        given: Mapping[str, Any] | None = None,
    ) -> None:
        self._kind = kind
        self._custom = custom
        self._habits = habits
        self._given = given or {}
        self._said = frozenset(heading(x) for x in kind.fields if not x.endswith("_id"))

    def read(
        self,
        cells: Mapping[str, list[str]],
        apart: Mapping[str, Sequence[Mapping[str, str]]] | None = None,
    ) -> Read:
        """What a row says; `apart` are its rows in tables of entries."""
        problems: list[tuple[str, str]] = []
        single = {head: values[0] for head, values in cells.items()}
        reader = _Reader(single, self._habits, _names(single), self._said)
        fields: dict[str, Any] = {}
        for field in self._kind.fields.values():
            if field.name not in LEFT_OUT:
                found = reader.field(field, (apart or {}).get(field.name, ()))
                fields |= _fitting(field, found, self._given, problems)
        if "custom" in self._kind.fields:
            fields["custom"] = _read_custom(single, self._custom, problems)
        needed = (x for x in self._kind.fields.values() if x.required and x.name not in fields)
        missing = next(needed, None)
        if missing:
            said = f"This row is left out: it has no {heading(missing.name).lower()}."
            problems.append(("", said))
        record = None if missing else self._kind.struct(**fields)
        labels = tuple(x[0] for head, x in cells.items() if head.startswith(LABEL)
                       and head.removeprefix(LABEL).isdigit())  # fmt: skip
        return Read(record, single.get(ID, ""), labels, reader.names, tuple(problems))


class _Reader(NamedTuple):
    """A row's cells by their headings; `names` are those of what it refers to, by ids.

    What stands beneath the headings `said` is no name of what is referred to.
    """

    single: Mapping[str, str]
    habits: Habits
    names: dict[str, str]
    said: frozenset[str]

    def field(self, field: Field, apart: Sequence[Mapping[str, str]]) -> Any:
        """The value of a field, or its entries; None for nothing."""
        head = heading(field.name)
        if field.entry is None:
            return self.value(head, field.name, field.type)
        bare = bare_type(field.entry)
        found = dict(self._entries(head, bare, keyed=field.name in KEYED))
        for place, row in enumerate(apart, 1):
            parts = self._replace(single=row).parts("", bare)
            found[row.get(KEY) or str(place)] = parts or {}
        return found or None

    def value(self, head: str, name: str, type_: Any) -> Any:
        bare = bare_type(type_)
        if hasattr(bare, "__struct_fields__"):
            return self.parts(f"{head} - ", bare)
        text = self.single.get(head, "")
        if name.endswith("_id"):
            is_name = text and head not in self.said
            return self.single.get(f"{head} - {ID}", "") or (self._named(text) if is_name else None)
        return self._read(bare, name, text) if text else None

    def parts(self, before: str, bare: Any) -> dict[str, Any] | None:
        """The parts of a composite value, each beneath its own heading."""
        parts = {
            key: self.value(f"{before}{heading(key)}", key, type_)
            for key, type_ in hints_of(bare).items()
        }
        found = {key: part for key, part in parts.items() if part is not None}
        if bare is Money and found.get("amount"):
            return self.habits.money(found["amount"], found.get("currency", ""))
        needed = {x.name: "" for x in msgspec.structs.fields(bare) if x.required}
        return needed | found if found else None

    def _entries(self, head: str, bare: Any, *, keyed: bool) -> Iterator[tuple[str, Any]]:
        is_struct = hasattr(bare, "__struct_fields__")
        numbered = re.compile(rf"{re.escape(head)} (\d+) - ")
        places = {int(found[1]) for each in self.single if (found := numbered.match(each))}
        for place in sorted(places):
            at = f"{head} {place}"
            found = self.value(at if is_struct else f"{at} - Value", "", bare)
            key = self.single.get(f"{at} - {KEY}", "") if keyed else str(place)
            if key and (found is not None or (is_struct and keyed)):
                yield key, {} if found is None else found

    def _named(self, name: str) -> str:
        """The id that stands for a name, where the row knows no other."""
        stands = ids.derived("named", name)
        self.names[stands] = name
        return stands

    def _read(self, bare: Any, name: str, text: str) -> Any:
        """Text in the form that the declaration wants; as it is if it has none."""
        with suppress(ValueError, OverflowError, msgspec.DecodeError):
            if is_moment(name):
                return _read_moment(text)
            if bare is bool:
                return _TRUTH.get(text.casefold(), text)
            if bare is date:
                return date.fromisoformat(text).isoformat()
            is_encoded = bare in (int, float) or get_origin(bare) in (tuple, dict)
            if is_encoded or (not name and looks_encoded(text)):
                return msgspec.json.decode(text)
        if is_moment(name):
            return self.habits.moment(text)
        return self.habits.day(text) if bare is date else self.habits.value(bare, name, text)


def _fitting(
    field: Field, found: Any, given: Mapping[str, Any], problems: list[tuple[str, str]]
) -> dict[str, Any]:
    """What fits the field of what a row says of it."""
    if found is None:
        return {field.name: given[field.name]} if field.name in given else {}
    whole = field.entry is None
    values, type_ = ({"": found}, field.type) if whole else (found, field.entry)
    fits = {}
    for key, value in values.items():
        try:
            fits[key] = msgspec.convert(value, type_)
        except msgspec.ValidationError:
            head = heading(field.name)
            said = f"{_told(value)} does not fit this field and is left out."
            problems.append((head, said))
    if whole:
        return {field.name: fits[""]} if fits else {}
    return {field.name: fits}


def _told(value: Any) -> str:
    """A value, or the parts of one, as the file says it."""
    said = value.values() if isinstance(value, dict) else [value]
    return repr(" ".join(str(part) for part in said)[:_SHOWN])


def _read_moment(text: str) -> int:
    if text.isdecimal():
        return int(text)
    if len(text) <= len("2026-11-29"):
        raise ValueError(text)
    moment = datetime.fromisoformat(text)
    aware = moment if moment.tzinfo else moment.replace(tzinfo=UTC)
    return (aware - EPOCH) // timedelta(milliseconds=1)


def _read_custom(
    single: Mapping[str, str], custom: Iterable[CustomField], problems: list[tuple[str, str]]
) -> dict[str, Any]:
    found: dict[str, Any] = {}
    fields = {field.name.casefold(): field for field in custom}
    for head, text in single.items():
        if not text or not head.startswith(CUSTOM):
            continue
        field = fields.get(head.removeprefix(CUSTOM).strip().casefold())
        made = customising.read(field, text) if field else customising.Reading(problem="unknown")
        if field and made.value is not None:
            found[field.id] = made.value
        elif made.problem:
            problems.append((head, f"{text[:_SHOWN]!r} does not fit a field here and is left out."))
    return found


def _names(single: Mapping[str, str]) -> dict[str, str]:
    """What the records are called that are referred to, by their ids in the file."""
    found: dict[str, str] = defaultdict(str)
    for head, text in single.items():
        if head.endswith(f" - {ID}"):
            found[text] = single.get(head.removesuffix(f" - {ID}"), "")
    return dict(found)
