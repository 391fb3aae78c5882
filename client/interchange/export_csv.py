"""Records as a table for spreadsheets; our import reads it back whole.

The columns come from the declaration: one per field, numbered ones for entries in the headings of
Google Contacts, one per label, one per heading of imported values, and the ids of the record and of
those it names, by which an import tells apart what has one name. What is neither a customer nor a
company's own has the columns that `declared` gives it. A cell that a spreadsheet
would run as a formula gets an apostrophe before it, which the import takes off again; cells that
begin with apostrophes and then such a sign get one more, so that no value is changed by the trip.
"""

from __future__ import annotations

import csv
import io
from datetime import date
from typing import TYPE_CHECKING, Any, NamedTuple

from client import customising
from client.interchange import declared, pairs
from client.interchange.tables import FORMULA
from client.interchange.targets import FILE, ID_HEADINGS
from sync_protocol.records import Address, Email, Imported, Phone, kind_of
from sync_protocol.rules.validity import heading as plain_heading

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence

    from sync_protocol.records import CustomField, Field, Record


class Beside(NamedTuple):
    """What a table says beside the records' own fields.

    `labels` are names by record id, those `by_rule` an import is to leave out; `names` are what a
    reference shows, `custom` the custom fields to be shown. What is `apart` stands elsewhere;
    `files` are where files are that lie beside the table, by the ids of records that name them.
    """

    labels: Mapping[str, Sequence[str]]
    names: Mapping[str, str] = {}
    custom: Sequence[CustomField] = ()
    by_rule: Mapping[str, Sequence[str]] = {}
    apart: Collection[str] = ()
    files: Mapping[str, str] = {}


Cells = dict[str, list[str]]
"""Heading -> values; a heading comes as often as the record with most values needs."""

LEFT_OUT = frozenset({"deleted", "photo", "socials", "channels", "needs", "custom", "type_id"})
"""A picture has no text, a deleted record is not exported; some have columns of another kind."""
HEADINGS = {
    "about": "Notes",
    "role": "Buying role",
    "account_id": "Organisation",
    "territory_id": "Territory",
    "owner_id": "Owner",
    "parent_id": "Parent account",
    "contact_id": "Contact",
}


def export_csv(
    records: Sequence[Record],
    labels: Mapping[str, Sequence[str]],
    names: Mapping[str, str] | None = None,
    custom: Sequence[CustomField] = (),
) -> bytes:
    """UTF-8 with a byte order mark, for Excel's sake."""
    beside = Beside(labels, names or {}, custom)
    return "".join(csv_lines(records, beside)).encode("utf-8-sig")


def csv_lines(records: Iterable[Record], beside: Beside) -> Iterator[str]:
    """The same line by line; the records are gone through twice."""
    return table_lines(lambda: (cells_of(record, beside) for record in records))


def table_lines(rows: Callable[[], Iterable[Cells]]) -> Iterator[str]:
    """A table's headings and its lines; the rows are gone through twice."""
    width = Width()
    for cells in rows():
        width.widen(cells)
    return width.lines(rows())


class Width:
    """How often each heading comes in a table: as often as the record with most values needs."""

    def __init__(self) -> None:
        self._most: dict[str, int] = {}

    def __len__(self) -> int:
        return len(self._most)

    def widen(self, cells: Cells) -> None:
        for heading, values in cells.items():
            if self._most.get(heading, -1) < len(values):
                self._most[heading] = len(values)

    def lines(self, rows: Iterable[Cells]) -> Iterator[str]:
        """The headings, then a line a row."""
        most = self._most
        yield _line([heading for heading, times in most.items() for _ in range(times)])
        for cells in rows:
            yield _line([cell for heading in most for cell in _padded(cells, heading, most)])


def _padded(cells: Cells, heading: str, width: Mapping[str, int]) -> list[str]:
    found = cells.get(heading, [])
    return found + [""] * (width[heading] - len(found))


def _line(cells: list[str]) -> str:
    out = io.StringIO(newline="")
    csv.writer(out).writerow([f"'{cell}" if FORMULA.match(cell) else cell for cell in cells])
    return out.getvalue()


def cells_of(record: Record, beside: Beside) -> Cells:
    """The cells of a record's line by their headings."""
    if kind_of(record).name in declared.TYPES:
        cells = declared.written(record, beside.names, beside.apart)
    else:
        cells = _customer(record, beside.names)
    cells |= _custom(record, beside.custom)
    for place, label in enumerate(beside.labels.get(record.id, ()), 1):
        cells[f"Label {place}"] = [label]
    if record.id in beside.files:
        cells[FILE] = [beside.files[record.id]]
    if record.id:
        cells[ID_HEADINGS["id"]] = [record.id]
    return cells | _by_rule(record, beside.by_rule)


def _customer(record: Record, names: Mapping[str, str]) -> Cells:
    """The columns of an account, a contact, a record of the company's own."""
    cells: Cells = {}
    for field in kind_of(record).fields.values():
        value = getattr(record, field.name)
        if field.name in LEFT_OUT:
            continue
        if field.entry is not None:
            _add_entries(cells, field, value)
        elif field.name.endswith("_id"):
            cells[heading_of(field)] = [names.get(value, "")]
            if value and field.name in ID_HEADINGS:
                cells[ID_HEADINGS[field.name]] = [value]
        else:
            cells[heading_of(field)] = [_text(value)]
    return cells | {heading: [text] for heading, text in pairs.written(record)}


def _custom(record: Record, fields: Sequence[CustomField]) -> Cells:
    held: dict[str, Any] = getattr(record, "custom", {})
    return {
        f"Custom: {field.name}": [customising.written(field, held[field.id])]
        for field in fields
        if field.id in held
    }


def _by_rule(record: Record, labels: Mapping[str, Sequence[str]]) -> Cells:
    return {
        f"Label by rule {place}": [label]
        for place, label in enumerate(labels.get(record.id, ()), 1)
    }


def heading_of(field: Field) -> str:
    return HEADINGS.get(field.name) or plain_heading(field.name)


def _add_entries(cells: Cells, field: Field, values: dict[str, Any]) -> None:
    write = _WRITERS[field.entry]
    for place, value in enumerate(values.values(), 1):
        for heading, text in write(place, value).items():
            cells.setdefault(heading, []).append(text)


def _phone(place: int, phone: Phone) -> dict[str, str]:
    return {f"Phone {place} - Label": phone.kind, f"Phone {place} - Value": phone.number}


def _email(place: int, email: Email) -> dict[str, str]:
    return {f"E-mail {place} - Label": email.kind, f"E-mail {place} - Value": email.address}


def _address(place: int, address: Address) -> dict[str, str]:
    where = address.position
    parts = {
        "Label": address.kind,
        "Street": address.street,
        "Postal Code": address.postal_code,
        "City": address.town,
        "Region": address.region,
        "Country": address.country,
    }
    if where is not None:
        parts |= {
            "Latitude": _text(where.lat),
            "Longitude": _text(where.lon),
            "Accuracy": _text(where.accuracy_m),
            "Fixed at": _text(where.fixed_at),
        }
    return {f"Address {place} - {part}": text for part, text in parts.items()}


def _imported(_place: int, value: Imported) -> dict[str, str]:
    return {f"Imported: {value.heading}": value.value}


_WRITERS: dict[Any, Callable[[int, Any], dict[str, str]]] = {
    Phone: _phone,
    Email: _email,
    Address: _address,
    Imported: _imported,
}


def _text(value: str | float | date | None) -> str:
    if value is None:
        return ""
    return value.isoformat() if isinstance(value, date) else str(value)
