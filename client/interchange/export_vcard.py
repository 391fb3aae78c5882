"""Accounts and contacts as vCards 3.0, written by vobject: what phones and mail programs take.

What vCard has no property for travels as `X-FIELDBOOK-…`; kinds it has no type for, as Apple's
labelled groups do. Our own import reads both back, so an export loses nothing but a line end's
carriage return.
"""

from __future__ import annotations

import re
from itertools import count
from typing import TYPE_CHECKING, Any

from client import customising
from client.interchange.targets import REFERENCES, other_fields
from sync_protocol.records import Account, Contact

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from sync_protocol.records import Address, CustomField

Customer = Account | Contact
TYPES = {
    "": (), "work": ("WORK",), "home": ("HOME",), "mobile": ("CELL",), "fax": ("FAX",),
    "work fax": ("WORK", "FAX"), "home fax": ("HOME", "FAX"), "pager": ("PAGER",),
    "main": ("MAIN",), "car": ("CAR",), "other": ("OTHER",),
}  # fmt: skip
_PICTURES = {b"\xff\xd8": "JPEG", b"\x89P": "PNG", b"GI": "GIF", b"RI": "WEBP"}
_LONG = re.compile(r"^PHOTO.{70,}", re.MULTILINE)


def export_vcard(
    records: Sequence[Customer],
    labels: Mapping[str, Sequence[str]],
    names: Mapping[str, str] | None = None,
    photos: Mapping[str, bytes] | None = None,
    *,
    custom: Sequence[CustomField] = (),
) -> bytes:
    """All cards of one file. `photos` are pictures by their content hash."""
    return "".join(vcards(records, labels, names, photos, custom=custom)).encode()


def vcards(
    records: Sequence[Customer],
    labels: Mapping[str, Sequence[str]],
    names: Mapping[str, str] | None = None,
    photos: Mapping[str, bytes] | None = None,
    *,
    custom: Sequence[CustomField] = (),
    by_rule: Mapping[str, Sequence[str]] = {},
) -> Iterator[str]:
    """Card by card. `labels` are names by record id, `names` what a reference shows.

    `custom` are the custom fields to be shown, `by_rule` labels that an import is to leave out.
    """
    for record in records:
        card = _Card()
        card.add_names(record, (names or {}).get(getattr(record, "account_id", ""), ""))
        card.add_ways(record)
        card.add_rest(record, names or {})
        card.add_custom(record, custom)
        card.add("categories", list(labels.get(record.id, ())))
        card.add("x-fieldbook-label-by-rule", ", ".join(by_rule.get(record.id, ())))
        if isinstance(record, Contact) and record.photo in (photos or {}):
            card.add_photo((photos or {})[record.photo])
        yield card.text()


class _Card:
    def __init__(self) -> None:
        import vobject  # noqa: PLC0415 - with its calendars a slow import, for an export only

        self._library = vobject.vcard
        self._card = vobject.vCard()
        self._groups = count(1)

    def add(
        self, name: str, value: Any, *, types: Sequence[str] = (), group: str = "", **params: str
    ) -> Any:
        """A property, unless it is empty."""
        if not value:
            return None
        line = self._card.add(name)
        line.value = value
        if types:
            line.params["TYPE"] = list(types)
        line.params |= {key.upper().replace("_", "-"): [text] for key, text in params.items()}
        if group:
            line.group = group
        return line

    def add_kind(self, name: str, value: Any, kind: str) -> str:
        """A property of a kind: a type where vCard has one, else a labelled group."""
        if kind in TYPES:
            self.add(name, value, types=TYPES[kind])
            return ""
        group = f"item{next(self._groups)}"
        self.add(name, value, group=group)
        self.add("x-ablabel", kind, group=group)
        return group

    def add_names(self, record: Customer, organisation: str) -> None:
        self.add("fn", record.name)
        parts = {"family": "", "given": "", "additional": "", "prefix": "", "suffix": ""}
        if isinstance(record, Contact):
            parts |= {"family": record.family_name, "given": record.given_name}
            self.add("title", record.title)
            self.add("bday", record.birthday)
        else:
            organisation = record.name
            self.add("x-abshowas", "COMPANY")
        self.add("n", self._library.Name(**parts))
        self.add("org", [organisation] if organisation else [])

    def add_ways(self, record: Customer) -> None:
        """Phones, e-mails, addresses, website."""
        for phone in record.phones.values():
            self.add_kind("tel", phone.number, phone.kind)
        for email in record.emails.values():
            self.add_kind("email", email.address, email.kind)
        for address in record.addresses.values():
            self._add_address(address)
        self.add("url", record.website)
        self.add("note", record.about)

    def add_rest(self, record: Customer, names: Mapping[str, str]) -> None:
        """What vCard has no property for."""
        self.add("x-fieldbook-source", record.source)
        if isinstance(record, Account):
            self.add("x-fieldbook-industry", record.industry)
            self.add("x-fieldbook-account-kind", record.kind)
        for other in other_fields(type(record)):
            if (value := getattr(record, other.name)) is not None:
                self.add(f"x-fieldbook-{other.name.replace('_', '-')}", str(value))
        for name, field in REFERENCES.items():
            self.add(f"x-fieldbook-{name}", names.get(getattr(record, field, ""), ""))
        for value in record.imported.values():
            self._add_labelled("x-fieldbook-imported", value.value, value.heading)

    def add_custom(self, record: Customer, fields: Sequence[CustomField]) -> None:
        """What the company has added, under the names it goes by."""
        for field in fields:
            if field.id in record.custom:
                written = customising.written(field, record.custom[field.id])
                self._add_labelled("x-fieldbook-custom", written, field.name)

    def _add_labelled(self, name: str, value: str, label: str) -> None:
        group = f"item{next(self._groups)}"
        self.add(name, value, group=group)
        self.add("x-ablabel", label, group=group)

    def _add_address(self, address: Address) -> None:
        written = self._library.Address(
            street=address.street,
            city=address.town,
            region=address.region,
            code=address.postal_code,
            country=address.country,
        )
        group = f"item{next(self._groups)}"
        types = TYPES.get(address.kind)
        self.add("adr", written, types=types or (), group=group)
        if types is None:
            self.add("x-ablabel", address.kind, group=group)
        if (where := address.position) is not None:
            fix = {"x_accuracy": where.accuracy_m, "x_fixed_at": where.fixed_at}
            params = {name: str(value) for name, value in fix.items() if value is not None}
            self.add("geo", f"{where.lat};{where.lon}", group=group, **params)

    def add_photo(self, data: bytes) -> None:
        kind = next((t for start, t in _PICTURES.items() if data.startswith(start)), "JPEG")
        self.add("photo", data, types=(kind,), encoding="b")

    def text(self) -> str:
        return _LONG.sub(_folded, self._card.serialize())


def _folded(line: re.Match[str]) -> str:
    """Vobject leaves pictures in one line, which some readers cut off."""
    text = line[0].rstrip("\r")
    return "\r\n ".join(text[at : at + 74] for at in range(0, len(text), 74)) + "\r" * (
        len(line[0]) - len(text)
    )
