"""vCards 2.1, 3.0 and 4.0 as phones, mail programs and address books write them.

vobject's pattern for a line takes exponential time on a damaged one (a few hundred `;A=b` without
a colon), so cards are cut into properties here, with scans that only go forward; it writes our
export, and the tests compare what both read. Lenient where devices are: bare types of 2.1,
quoted-printable with soft line ends, base64 with or without indent, Apple's item groups with their
labels. A card that began and never ends means that half of the file is missing.

Sources: RFC 6350 (4.0), RFC 2426 (3.0), the vCard 2.1 specification of the IMC (1996).
"""

from __future__ import annotations

import base64
import binascii
import quopri
import re
from itertools import count
from typing import TYPE_CHECKING, NamedTuple

from client.interchange.sources import (
    MAX_CELL,
    MAX_COLUMNS,
    MAX_PHOTO,
    SAMPLES,
    Cell,
    Column,
    Photo,
    Row,
    Source,
    UnreadableFile,
    size_text,
)
from client.interchange.targets import IMPORTED, Target

if TYPE_CHECKING:
    from collections.abc import Generator, Iterator

_STEP = 50
_LINE_END = re.compile(r"\r*\n|\r")
_HEAD = re.compile(r'(?:[^":]|"[^"]*")*')
_PARAM = re.compile(r'(?:[^";]|"[^"]*"?)+')
_BASE64_LINE = re.compile(r"[A-Za-z0-9+/]+={0,2}")
_GEO = re.compile(r"(?:geo:)?\s*([-+.\de]+)\s*[,;]\s*([-+.\de]+)", re.IGNORECASE)
_APPLE_LABEL = re.compile(r"_\$!<(.*)>!\$_")
_PIECES = {
    separator: re.compile(rf"\\.|[^\\{separator}]+|[\\{separator}]", re.DOTALL)
    for separator in ";,"
}
_ESCAPED = re.compile(r"\\(.)", re.DOTALL)

_OURS = "X-FIELDBOOK-"
_SIMPLE = {
    "FN": "name",
    "TITLE": "title",
    "ROLE": "title",
    "NOTE": "about",
    "URL": "website",
}
_TITLES = {
    "ADR": "Address",
    "BDAY": "Birthday",
    "FN": "Name",
    "NOTE": "Notes",
    "ORG": "Organisation",
    "TEL": "Phone",
    "URL": "Website",
}
_NAME_PARTS = ("family_name", "given_name", "middle_name", "prefix", "suffix")
_ADDRESS_PARTS = ("po_box", "extended", "street", "town", "region", "postal_code", "country")
_NOT_SHOWN = frozenset({
    "AGENT", "BEGIN", "CLASS", "CLIENTPIDMAP", "END", "GEO", "PRODID", "PROFILE", "REV",
    "SORT-STRING", "VERSION", "X-ABADR", "X-ABLABEL", "X-ABUID", "X-MS-OL-DEFAULT-POSTAL-ADDRESS",
    "X-MS-OL-DESIGN", "X-FIELDBOOK-LABEL-BY-RULE",
})  # fmt: skip
_BINARY = frozenset({"LOGO", "SOUND", "KEY", "X-MS-CARDPICTURE"})
_PICTURES = {
    b"\xff\xd8\xff": "image/jpeg",
    b"\x89PNG": "image/png",
    b"GIF8": "image/gif",
    b"RIFF": "image/webp",
}


class Property(NamedTuple):
    """One property of a card. `types` are lower case; `value` is as written, still escaped."""

    name: str
    group: str
    types: tuple[str, ...]
    params: dict[str, str]
    value: str


class _Address(NamedTuple):
    """An address of a card: the group of its cells, its kind, the item it is part of."""

    group: str
    kind: str
    item: str


class _Card(NamedTuple):
    line: int
    properties: list[str]
    ended: bool


def looks_like_cards(text: str) -> bool:
    return text[:200].lstrip().upper().startswith("BEGIN:VCARD")


def reading(text: str, filename: str) -> Generator[float, None, Source]:
    """Read every card once, yielding the share done; returns them as a source."""
    columns = _Columns()
    total = max(1, text.upper().count("BEGIN:VCARD"))
    found = 0
    card = None
    for card in _cards(text):
        found += 1
        _row(card, columns)
        if found % _STEP == 0:
            yield min(1.0, found / total)
    if card is None:
        raise UnreadableFile("There is no vCard in this file.")
    if not card.ended:
        raise UnreadableFile(
            f"The card that begins in line {card.line} has no end: this is only a part of the file."
            " Export or download it again."
        )
    return Source(
        "vcard",
        filename,
        columns.listed(),
        found,
        lambda: (_row(card, columns) for card in _cards(text)),
        columns.targets,
    )


class _Columns:
    """The columns met so far; the same property always falls into the same one."""

    def __init__(self) -> None:
        self.targets: dict[str, Target] = {}
        self._places: dict[str, int] = {}
        self._headings: list[str] = []
        self._samples: list[list[str]] = []

    def cell(self, key: str, heading: str, target: Target, value: str, group: str = "") -> Cell:
        if len(self._places) >= MAX_COLUMNS - 1 and key not in self._places:
            key, heading, target = "OTHER", "Other", IMPORTED
        place = self._places.setdefault(key, len(self._places))
        if place == len(self._headings):
            self._headings.append(heading)
            self._samples.append([])
            self.targets[key] = target
        if len(self._samples[place]) < SAMPLES:
            self._samples[place].append(value[:60])
        return Cell(place, value, group)

    def listed(self) -> tuple[Column, ...]:
        facts = zip(self._places, self._headings, self._samples, strict=True)
        return tuple(Column(key, heading, tuple(samples)) for key, heading, samples in facts)


def _cards(text: str) -> Iterator[_Card]:
    """Cards as lists of whole lines; the last one may not have ended."""
    lines: list[str] = []
    begun = depth = 0
    for number, line in enumerate(_LINE_END.split(text), 1):
        mark = line.strip().upper()
        if mark == "BEGIN:VCARD":
            if depth and not _holds_agent(lines):
                yield _Card(begun, lines, ended=True)
                depth = 0
            depth += 1
            if depth == 1:
                begun, lines = number, []
        elif mark == "END:VCARD" and depth:
            depth -= 1
            if depth == 0:
                yield _Card(begun, lines, ended=True)
        elif depth == 1:
            lines.append(line)
    if depth:
        yield _Card(begun, lines, ended=False)


def _holds_agent(lines: list[str]) -> bool:
    return bool(lines) and lines[-1].strip().upper() == "AGENT:"


def _unfolded(lines: list[str]) -> Iterator[str]:
    """Properties as one line each: undo the folding of all three versions."""
    parts: list[str] = []
    head = ""
    for line in lines:
        if parts and _continues(parts[-1], head, line):
            if line[:1] in (" ", "\t"):
                line = line[1:]  # noqa: PLW2901 - the fold's own blank
            if "QUOTED-PRINTABLE" in head and parts[-1].endswith("="):
                parts[-1] = parts[-1][:-1]
            parts.append(line)
            continue
        yield from _joined(parts)
        parts, head = [line], line.partition(":")[0].upper()
    yield from _joined(parts)


def _continues(before: str, head: str, line: str) -> bool:
    if line[:1] in (" ", "\t"):
        return True
    if "QUOTED-PRINTABLE" in head and before.endswith("="):
        return True
    return "BASE64" in head and _BASE64_LINE.fullmatch(line) is not None


def _joined(parts: list[str]) -> Iterator[str]:
    if parts and (line := "".join(parts)).strip():
        yield line


def parsed(line: str) -> Property | None:
    """A property line taken apart; None if it is none."""
    head = _HEAD.match(line)
    end = head.end() if head else 0
    if line[end : end + 1] != ":":
        end = line.find(":")
    if end < 1:
        return None
    first, *rest = _PARAM.findall(line[:end])
    group, _, name = first.rpartition(".")
    params: dict[str, str] = {}
    types: list[str] = []
    for param in rest:
        key, equals, value = param.partition("=")
        key, value = key.strip().upper(), value.replace('"', "").strip()
        if not equals and key in ("QUOTED-PRINTABLE", "BASE64"):
            params["ENCODING"] = key
        elif key == "TYPE" or not equals:
            types += (value if equals else key).lower().split(",")
        else:
            params[key] = value
    return Property(name.strip().upper(), group.lower(), tuple(types), params, line[end + 1 :])


def _decoded(found: Property) -> Property:
    """With quoted-printable undone, in the character set that the card names."""
    if found.params.get("ENCODING", "").upper() != "QUOTED-PRINTABLE":
        return found
    raw = quopri.decodestring(found.value.encode())
    for encoding in (found.params.get("CHARSET", "utf-8"), "utf-8"):
        try:
            return found._replace(value=raw.decode(encoding).replace("\0", ""))
        except (LookupError, UnicodeDecodeError):
            continue
    text = raw.decode("utf-8", "replace")
    if text.count("\N{REPLACEMENT CHARACTER}") * 2 > sum(not c.isascii() for c in text):
        text = raw.decode("cp1252", "replace")
    return found._replace(value=text.replace("\0", ""))


def _row(card: _Card, columns: _Columns) -> Row:
    properties = [_decoded(p) for line in _unfolded(card.properties) if (p := parsed(line))]
    for each in properties:
        if len(each.value) > MAX_CELL and each.name not in _BINARY | {"PHOTO"}:
            raise UnreadableFile(
                f"{each.name} of the card in line {card.line} holds more than"
                f" {size_text(MAX_CELL)}."
            )
    return _CardReader(properties, columns).row(card.line)


class _CardReader:
    """Turns the properties of one card into cells."""

    def __init__(self, properties: list[Property], columns: _Columns) -> None:
        self._properties = properties
        self._columns = columns
        self._old = any(p.name == "VERSION" and p.value.strip() == "2.1" for p in properties)
        self._labels = {p.group: p.value for p in properties if p.name == "X-ABLABEL" and p.group}
        self._cells: list[Cell] = []
        self._remarks: list[str] = []
        self._photo: Photo | None = None
        self._groups = count(1)
        self._addresses: list[_Address] = []

    def row(self, line: int) -> Row:
        for each in self._properties:
            self._read(each)
        for each in self._properties:  # after the addresses, one of which it belongs to
            if each.name == "GEO":
                self._read_position(each)
        cells = sorted(self._cells, key=lambda cell: int(cell.group or 0))
        return Row(line, tuple(cells), self._photo, tuple(self._remarks))

    def _read(self, each: Property) -> None:
        readers = {
            "N": self._read_parts,
            "ORG": self._read_organisation,
            "ADR": self._read_address,
            "TEL": self._read_line,
            "X-MS-TEL": self._read_line,
            "EMAIL": self._read_line,
            "CATEGORIES": self._read_labels,
            "BDAY": self._read_birthday,
            "PHOTO": self._read_photo,
            "KIND": self._read_kind,
            "X-ABSHOWAS": self._read_kind,
            "X-ADDRESSBOOKSERVER-KIND": self._read_kind,
        }
        if each.name in _SIMPLE:
            self._add(each, _SIMPLE[each.name], self._text(each.value))
        elif each.name in readers:
            readers[each.name](each)
        elif each.name in _BINARY and _is_binary(each):
            self._remarks.append(f"{_title(each.name)} holds no text and was left out.")
        elif each.name.startswith(_OURS) and each.name not in _NOT_SHOWN:
            self._read_ours(each)
        elif each.name not in _NOT_SHOWN:
            self._keep(each, self._text(each.value))

    def _add(
        self, each: Property, field: str, value: str, *, group: str = "", kind: str = ""
    ) -> None:
        if value.strip():
            key = " ".join(filter(None, (each.name, kind, field)))
            title = _title(field if each.name == "N" else each.name)
            heading = " ".join(filter(None, (title, kind and f"({kind})")))
            target = Target(field, kind=kind)
            self._cells.append(self._columns.cell(key, heading, target, value.strip(), group))

    def _add_custom(self, each: Property, name: str) -> None:
        """A field of the company's own, under its name."""
        if value := self._text(each.value).strip():
            cell = self._columns.cell(f"{each.name} {name}", name, Target("custom", name), value)
            self._cells.append(cell)

    def _keep(self, each: Property, value: str) -> None:
        """A property that Fieldbook has no field for."""
        if value.strip():
            heading = self._label(each) or _title(each.name)
            key = f"{each.name} {heading}"
            self._cells.append(self._columns.cell(key, heading, IMPORTED, value.strip()))

    def _read_ours(self, each: Property) -> None:
        """A field of ours; the row keeps what this version does not know as imported."""
        field = each.name.removeprefix(_OURS).replace("-", "_").lower()
        label = self._label(each)
        if field == "imported":
            self._keep(each, self._text(each.value))
        elif field == "custom" and label:
            self._add_custom(each, label)
        else:
            self._add(each, field, self._text(each.value))

    def _read_parts(
        self,
        each: Property,
        names: tuple[str, ...] = _NAME_PARTS,
        group: str = "",
        kind: str = "",
    ) -> None:
        for field, value in zip(names, self._split(each.value, ";"), strict=False):
            self._add(each, field, value, group=group, kind=kind)

    def _read_organisation(self, each: Property) -> None:
        name, *departments = self._split(each.value, ";")
        self._add(each, "organisation", name)
        department = each._replace(name="DEPARTMENT", group="")
        self._keep(department, ", ".join(filter(None, departments)))

    def _read_address(self, each: Property) -> None:
        group, kind = str(next(self._groups)), self._kind(each)
        self._addresses.append(_Address(group, kind, each.group))
        self._read_parts(each, _ADDRESS_PARTS, group, kind)

    def _read_labels(self, each: Property) -> None:
        for label in self._split(each.value, ","):
            self._add(each, "label", label)

    def _read_birthday(self, each: Property) -> None:
        self._add(each, "birthday", _without_false_year(each, self._text(each.value)))

    def _read_line(self, each: Property) -> None:
        value = self._text(each.value).strip()
        if value[:4].lower() == "tel:":
            number, _, extras = value[4:].partition(";")
            extension = re.search(r"(?:^|;)ext=(\d+)", extras)
            value = f"{number} ext. {extension[1]}" if extension else number
        field = "email" if each.name == "EMAIL" else "phone"
        value = value.removeprefix("mailto:")
        self._add(each, field, value, kind=self._kind(each))

    def _read_position(self, each: Property) -> None:
        found = _GEO.match(self._text(each.value))
        if found is None:
            self._keep(each, each.value)
            return
        group, kind = self._address_of(each)
        self._add(each, "lat", found[1], group=group, kind=kind)
        self._add(each, "lon", found[2], group=group, kind=kind)
        self._add(each, "accuracy", each.params.get("X-ACCURACY", ""), group=group)
        self._add(each, "fixed_at", each.params.get("X-FIXED-AT", ""), group=group)

    def _address_of(self, each: Property) -> tuple[str, str]:
        """The address that a position belongs to: of its item, else of its kind, else the first."""
        kind = self._kind(each)
        for fits in (
            lambda address: each.group and address.item == each.group,
            lambda address: address.kind == kind,
            lambda _address: True,
        ):
            for address in filter(fits, self._addresses):
                return address.group, address.kind
        return str(next(self._groups)), kind

    def _read_photo(self, each: Property) -> None:
        value = each.value.strip()
        if value[:5].lower() == "data:":
            value = value.partition(",")[2]
        elif not _is_binary(each):
            self._keep(each, self._text(value))
            return
        try:
            data = base64.b64decode("".join(value.split()))
        except (binascii.Error, ValueError):
            self._remarks.append("The photo is damaged and was left out.")
            return
        media_type = next((t for start, t in _PICTURES.items() if data.startswith(start)), None)
        if media_type is None or len(data) > MAX_PHOTO:
            limit = size_text(MAX_PHOTO)
            self._remarks.append(f"The photo is no picture, or over {limit}, and was left out.")
        elif self._photo is None:
            self._photo = Photo(data, media_type)

    def _read_kind(self, each: Property) -> None:
        value = each.value.strip().lower()
        if value in ("org", "organization", "company"):
            self._add(each, "company_card", "yes")
        elif value == "group":
            self._remarks.append("This card is a list of other cards.")

    def _kind(self, each: Property) -> str:
        if label := self._label(each):
            return label[:40]
        types = set(each.types)
        if "cell" in types or "iphone" in types:
            return "mobile"
        place = "work" if "work" in types else "home" if "home" in types else ""
        if "fax" in types:
            return f"{place} fax".strip()
        special = types & {"pager", "main", "car", "other"}
        return min(special) if special else place

    def _label(self, each: Property) -> str:
        label = self._labels.get(each.group, "") if each.group else ""
        plain = _APPLE_LABEL.fullmatch(label.strip())
        return plain[1] if plain else self._text(label).strip()

    def _split(self, value: str, separator: str) -> list[str]:
        parts = [""]
        for piece in _PIECES[separator].findall(value):
            if piece == separator:
                parts.append("")
            else:
                parts[-1] += piece
        return [self._text(part).strip() for part in parts]

    def _text(self, value: str) -> str:
        return _ESCAPED.sub(self._unescape, value).replace("\r\n", "\n")

    def _unescape(self, escaped: re.Match[str]) -> str:
        if escaped[1] in "nN":
            return escaped[0] if self._old else "\n"  # in 2.1 a backslash is but a backslash
        return escaped[1] if escaped[1] in "\\;,:" else escaped[0]


def _is_binary(each: Property) -> bool:
    return each.params.get("ENCODING", "").upper() in ("B", "BASE64") or each.value.startswith(
        "data:"
    )


def _without_false_year(each: Property, value: str) -> str:
    """Apple writes a year that stands for none, and says which."""
    year = each.params.get("X-APPLE-OMIT-YEAR")
    return f"-{value[len(year) :]}" if year and value.startswith(year) else value


def _title(name: str) -> str:
    plain = name.removeprefix("X-").replace("-", " ").replace("_", " ").capitalize()
    return _TITLES.get(name, plain)
