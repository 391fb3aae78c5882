"""The facts of one row, and the parts of records that they make.

Every reader takes its facts out; what is left, does not fit or cannot be read goes to `imported`
with a remark, so a row never loses a value. All that comes out is within the bounds that the record
types declare: importing cannot fail later on.
"""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING, Any, NamedTuple, cast, get_args

import msgspec

from client import customising, phones
from client.countries import region_of
from client.interchange import pairs, values
from client.interchange.targets import ADDRESS, IDS, REFERENCES, other_fields
from sync_protocol.records import Address, Contact, Email, Imported, Phone, Position, entries
from sync_protocol.records.accounts import AccountKind

if TYPE_CHECKING:
    from collections.abc import Sequence

    from client.interchange.targets import Target
    from sync_protocol.records import Account, CustomField
    from sync_protocol.records.parts import CustomValue

SHORT, URL, TEXT, LABEL, PHONE, KIND, EMAIL, ID = 200, 2_000, 20_000, 60, 60, 40, 254, 36
"""The bounds of the record types, as `sync_protocol.records` declares them."""
MAX_IMPORTED = 200_000
"""Characters of imported values in one record: a changeset must hold it."""
_SHOWN = 60
_PARTS_OF_NAME = ("prefix", "given_name", "middle_name", "family_name", "suffix")


class _Fact(NamedTuple):
    heading: str
    value: str
    kind: str = ""
    line: int = 0


class Person(NamedTuple):
    name: str
    given_name: str
    family_name: str

    def contact(self, title: str, birthday: str | None) -> Contact:
        return Contact(**self._asdict(), title=title, birthday=birthday)


class Draft:
    """Collects one row's facts with `add`, then gives them out as fields of records."""

    def __init__(self, region: str, custom: Sequence[CustomField] = ()) -> None:
        self._fields = custom
        self._custom: list[tuple[str, _Fact]] = []
        self.labels: list[str] = []
        self.references: dict[str, str] = {}
        self.ids: dict[str, str] = {}
        self.e164: dict[str, str] = {}
        self.remarks: list[tuple[str, str]] = []
        self.is_company = False
        self._region = region
        self._single: dict[str, list[_Fact]] = defaultdict(list)
        self._entry: dict[str, list[tuple[str, _Fact]]] = defaultdict(list)
        self._kinds: dict[tuple[str, str], str] = {}
        self._address: dict[str, dict[str, list[_Fact]]] = {}
        self._pairs: dict[tuple[str, str], _Fact] = {}
        self._imported: list[Imported] = []
        self._imported_size = 0

    def add(self, target: Target, heading: str, value: str, group: str = "") -> None:
        """Note one cell of the row."""
        group = group or target.group
        fact = _Fact(heading, value, target.kind, target.line)
        match target.field:
            case "skip":
                pass
            case "imported":
                self.keep(heading, value)
            case "label" | "labels":
                self._add_labels(fact, whole=target.field == "label")
            case field if field in REFERENCES or field in IDS:
                self._refer(field, value)
            case "custom":
                self._custom.append((target.group or heading, fact))
            case "company_card":
                self.is_company = True
            case "phone" | "email":
                self._entry[target.field].append((group, fact))
            case "phone_kind" | "email_kind":
                self._kinds[target.field.removesuffix("_kind"), group] = values.phone_kind(value)
            case field if field in ADDRESS:
                parts = self._address.setdefault(group, defaultdict(list))
                parts[field].append(fact)
            case field:
                self._add_single(field, group, fact)

    def keep(self, heading: str, value: str) -> None:
        """Keep a value that has no field, in pieces if it is very long."""
        if self._imported_size + len(value) > MAX_IMPORTED:
            self.remarks.append((heading, "This is too much text for one record; it is left out."))
            return
        self._imported_size += len(value)
        for start in range(0, len(value), TEXT):
            self._imported.append(Imported(heading[:SHORT], value[start : start + TEXT]))

    def take(self, field: str, longest: int = SHORT) -> str:
        """A single value; further ones of the same field are kept as imported."""
        facts = self._single.pop(field, [])
        for fact in facts[1:]:
            if fact.value != facts[0].value:
                self.keep(fact.heading, fact.value)
        return self._fitted(facts[0], longest) if facts else ""

    def leave(self, *fields: str) -> None:
        """Keep as imported what the record to be has no such field for."""
        for field in fields:
            for fact in self._single.pop(field, []):
                self.keep(fact.heading, fact.value)

    def person(self) -> Person:
        """A name and its parts; parts that the whole name does not show are kept."""
        facts = {field: self._single.get(field, [])[:1] for field in _PARTS_OF_NAME}
        parts = {field: self.take(field) for field in _PARTS_OF_NAME}
        name = self.take("name")
        for field in ("prefix", "middle_name", "suffix"):
            if name and parts[field] and parts[field] not in name:
                self.keep(facts[field][0].heading, parts[field])
        name = name or " ".join(filter(None, parts.values()))[:SHORT].strip()
        return Person(name, parts["given_name"], parts["family_name"])

    def someone(self) -> str:
        """What to call a record that has no name: its e-mail address or its phone."""
        for field in ("email", "phone"):
            for _, fact in self._entry[field]:
                found = values.emails(fact.value) if field == "email" else [fact.value]
                if found:
                    return found[0][:SHORT]
        return ""

    def account_kind(self) -> AccountKind:
        for fact in self._single.pop("account_kind", []):
            if fact.value in get_args(AccountKind):
                return cast("AccountKind", fact.value)
            self.keep(fact.heading, fact.value)
        return "company"

    def birthday(self) -> str | None:
        for fact in self._single.pop("birthday", []):
            found = values.birthday(fact.value, self._region_here())
            if found:
                return found
            if found is None:
                self._refuse(fact, "is no date that could be read")
        return None

    def about(self) -> str:
        text = "\n\n".join(fact.value for fact in self._single.pop("about", []))
        self.keep("About", text[TEXT:])
        return text[:TEXT]

    def others(self, struct: type[Account | Contact]) -> dict[str, Any]:
        """Fields that are read as their declaration says."""
        found = {}
        for field in other_fields(struct):
            for fact in self._single.pop(field.name, []):
                try:
                    found[field.name] = msgspec.convert(fact.value, field.type, strict=False)
                except msgspec.ValidationError:
                    self._refuse(fact, "does not fit this field")
        return found

    def custom(self, of: str) -> dict[str, CustomValue]:
        """The custom fields of a record type; what is none, or does not fit, is kept."""
        fields = {field.name.casefold(): field for field in self._fields if field.of == of}
        found: dict[str, CustomValue] = {}
        for name, fact in self._custom:
            field = fields.get(name.casefold())
            read = customising.read(field, fact.value) if field else None
            if field is None:
                self._refuse(fact, "belongs to no custom field")
            elif read and read.value is not None:
                found[field.id] = read.value
            elif read and read.problem:
                self._refuse(fact, "does not fit this field")
        self._custom = []
        return found

    def pairs(self) -> dict[str, Any]:
        """Profiles elsewhere, needs, channels; what does not fit is kept."""
        read = pairs.read({key: fact.value for key, fact in self._pairs.items()})
        for key in read.refused:
            self._refuse(self._pairs[key], "does not fit this field")
        self._pairs = {}
        return read.fields

    def website(self) -> str:
        return self.take("website", URL)

    def phones(self) -> dict[str, Phone]:
        found: list[Phone] = []
        for group, fact in self._entry.pop("phone", []):
            kind = (self._kinds.get(("phone", group), "") or fact.kind)[:KIND]
            for number in values.phones(fact.value):
                if len(number) > PHONE:
                    self._refuse(fact._replace(value=number), "is too long for a phone number")
                    continue
                found.append(Phone(number, kind))
                self._dial(fact.heading, number)
        return entries(*dict.fromkeys(found))

    def emails(self) -> dict[str, Email]:
        found: list[Email] = []
        for group, fact in self._entry.pop("email", []):
            kind = (self._kinds.get(("email", group), "") or fact.kind)[:KIND]
            addresses = values.emails(fact.value)
            found += [Email(address, kind) for address in addresses if len(address) <= EMAIL]
            if not addresses or max(map(len, addresses)) > EMAIL:
                self._refuse(fact, "is no e-mail address")
        return entries(*dict.fromkeys(found))

    def addresses(self) -> dict[str, Address]:
        groups = self._address
        self._join_stray_positions(groups)
        found = [self._one_address(parts) for parts in groups.values()]
        self._address = {}
        return entries(*(address for address in found if address != Address(kind=address.kind)))

    def imported(self) -> dict[str, Imported]:
        """All that was kept; call it last."""
        self.leave(*list(self._single))
        rest = [fact for facts in self._entry.values() for _group, fact in facts]
        rest += [fact for parts in self._address.values() for of in parts.values() for fact in of]
        for fact in (*rest, *self._pairs.values()):
            self.keep(fact.heading, fact.value)
        return entries(*self._imported)

    def _refer(self, field: str, value: str) -> None:
        if field in IDS:
            self.ids[field] = value[:ID]
        else:
            self.references[REFERENCES[field]] = value[:SHORT]

    def _add_single(self, field: str, group: str, fact: _Fact) -> None:
        if field not in pairs.FIELDS:
            self._single[field].append(fact)
        elif (field, group) in self._pairs:
            self.keep(fact.heading, fact.value)
        else:
            self._pairs[field, group] = fact

    def _add_labels(self, fact: _Fact, *, whole: bool) -> None:
        for label in [fact.value] if whole else values.labels(fact.value):
            if len(label) > LABEL:
                self.remarks.append((fact.heading, f"The label {_quoted(label)} was shortened."))
            self.labels.append(label[:LABEL].strip())

    def _dial(self, heading: str, number: str) -> None:
        if values.mangled_by_spreadsheet(number):
            lost = f"{number} was mangled by a spreadsheet: its last digits are lost."
            self.remarks.append((heading, lost))
        elif dialled := phones.e164(number, self._region_here()):
            self.e164[number] = dialled
        else:
            told = f"{_quoted(number)} cannot be dialled as it stands."
            self.remarks.append((heading, told))

    def _region_here(self) -> str:
        """The row's own country comes first."""
        for parts in self._address.values():
            for fact in parts.get("country", []):
                if region := region_of(fact.value):
                    return region
        return self._region

    def _join_stray_positions(self, groups: dict[str, dict[str, list[_Fact]]]) -> None:
        """Coordinates in columns of their own belong to the first address that has none."""
        if "" in groups and groups[""].keys() <= {"lat", "lon"}:
            homes = [group for group in groups if group and "lat" not in groups[group]]
            if homes:
                groups[homes[0]] |= groups.pop("")

    def _one_address(self, parts: dict[str, list[_Fact]]) -> Address:
        lines = sorted(parts.get("street", []), key=lambda fact: fact.line)
        lines += parts.get("extended", []) + parts.get("po_box", [])
        street = "\n".join(fact.value for fact in lines)
        short = {
            field: self._fitted(parts[field][0], SHORT) if parts.get(field) else ""
            for field in ("postal_code", "town", "region", "country")
        }
        if not street and not short["town"] and "full_address" in parts:
            street = parts["full_address"][0].value
        self.keep("Street", street[TEXT:])
        kinds = parts.get("address_kind", [])
        kind = kinds[0].value if kinds else next(f.kind for facts in parts.values() for f in facts)
        position = self._position(parts)
        return Address(street[:TEXT], **short, kind=kind[:KIND], position=position)

    def _position(self, parts: dict[str, list[_Fact]]) -> Position | None:
        found: dict[str, float] = {}
        for field, limit in (("lat", 90), ("lon", 180)):
            for fact in parts.get(field, [])[:1]:
                degrees = values.coordinate(fact.value, limit)
                if degrees is None:
                    self._refuse(fact, "is no coordinate in degrees")
                else:
                    found[field] = degrees
        if len(found) < 2:  # noqa: PLR2004 - both or none
            for field in found:
                self._refuse(parts[field][0], "is only half of a position")
            return None
        return Position(found["lat"], found["lon"], *self._fix(parts))

    def _fix(self, parts: dict[str, list[_Fact]]) -> tuple[float | None, int | None]:
        accuracy = [values.metres(fact.value) for fact in parts.get("accuracy", [])]
        fixed_at = [values.whole(fact.value) for fact in parts.get("fixed_at", [])]
        return next(iter(accuracy), None), next(iter(fixed_at), None)

    def _fitted(self, fact: _Fact, longest: int) -> str:
        if len(fact.value) <= longest:
            return fact.value
        self.keep(fact.heading, fact.value)
        told = f"This is longer than {longest} characters; the whole is kept as imported."
        self.remarks.append((fact.heading, told))
        return fact.value[:longest].strip()

    def _refuse(self, fact: _Fact, why: str) -> None:
        self.keep(fact.heading, fact.value)
        told = f"{_quoted(fact.value)} {why}; it is kept as an imported value."
        self.remarks.append((fact.heading, told))


def _quoted(value: str) -> str:
    return f"“{value[:_SHOWN]}…”" if len(value) > _SHOWN else f"“{value}”"


def fields_of(draft: Draft, struct: type[Account | Contact]) -> dict[str, Any]:
    """The fields that accounts and contacts share, and those declared since."""
    phones = draft.phones()  # before the addresses, in whose country they are read
    return {
        **draft.others(struct),
        **draft.pairs(),
        "custom": draft.custom(struct.__name__.lower()),
        "phones": phones,
        "emails": draft.emails(),
        "addresses": draft.addresses(),
        "website": draft.website(),
        "source": draft.take("source"),
        "about": draft.about(),
    }
