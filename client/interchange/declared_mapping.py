"""What the columns of a table of any declared type mean, and which type a table is of.

A column means one of the type's own headings, as our export writes them, or a custom field, or
labels. Those are known by themselves; of other programs' headings the words for customers
(`mapping`) are, where the type has such a field: a phone of a lead, the account of a deal.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from client.interchange import declared, mapping
from client.interchange.declared_rows import CUSTOM, LABEL
from client.interchange.exporter import stem_of_declared
from client.interchange.planning import COLUMN
from client.interchange.targets import FILE, IMPORTED, SKIP, Target
from sync_protocol.records import bare_type, kinds
from sync_protocol.rules.validity import heading

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from client.interchange.sources import Source
    from client.interchange.targets import Mapping
    from sync_protocol.records import Field, Kind

_PLACE = re.compile(r"^\d+-|(-\d+)?( ?\(\d+\))?$")
"""What a package puts before and after a table's name, and a browser after that."""
_NUMBER = re.compile(r" \d+ - ")
_WORDS = {
    "name": ("Name", "Title"), "given_name": ("Name",), "family_name": ("Name",),
    "organisation": ("Account", "Company"), "contact": ("Contact",), "title": ("Title",),
    "about": ("About", "Note"), "website": ("Website",), "source": ("Source",),
    "owner": ("Owner",), "territory": ("Territory",), "phone": ("Phones {} - Number",),
    "email": ("Emails {} - Address",), "street": ("Addresses 1 - Street",),
    "postal_code": ("Addresses 1 - Postal code",), "town": ("Addresses 1 - Town",),
    "region": ("Addresses 1 - Region",), "country": ("Addresses 1 - Country",),
}  # fmt: skip
"""What the words for customers are called where a type has that; the first it has."""
_OF_ITS_OWN = {
    "amount": "Value - Amount", "value": "Value - Amount", "deal value": "Value - Amount",
    "currency": "Value - Currency", "close date": "Expected on",
    "expected close date": "Expected on", "deal name": "Name", "deal stage": "Stage",
    "subject": "Title", "due date": "Due",
    "description": "About", "price": "Price - Amount", "unit price": "Price - Amount",
    "sku": "Code", "product code": "Code", "ean": "Barcode", "assigned to": "Assignee",
    "date": "At", "lead status": "Status", "lead name": "Name", "product name": "Name",
}  # fmt: skip
"""What other programs call what no customer has."""


def type_of(source: Source) -> str:
    """The declared type of a table, by its file's name or by all that it says; empty for none."""
    if source.format != "csv":
        return ""
    stem = _PLACE.sub("", source.filename.rpartition(".")[0].casefold())
    types = [of for of in declared.TYPES if of not in declared.NEVER_MADE]
    named = next((of for of in types if stem in (stem_of_declared(of), of)), "")
    ours = {_general(column.heading) for column in source.columns}
    if named or declared.ID not in ours:
        return named
    return next((of for of in types if ours <= _every(kinds()[of])), "")


def guess(kind: Kind, source: Source, custom: Iterable[str]) -> Mapping:
    """A target for every column that is recognised; the others are kept or left out."""
    own, names = _every(kind), {name.casefold(): name for name in custom}
    taken: dict[str, int] = {}
    found: Mapping = {}
    rest = IMPORTED if keeps_others(kind) else SKIP
    for column in source.columns:
        target = _guess(column.heading, own, names, taken)
        found[column.key] = rest if target == IMPORTED else target
    return found


def keeps_others(kind: Kind) -> bool:
    """Whether records of a type keep what there is no field for."""
    return "imported" in kind.fields


def headings_of(kind: Kind) -> list[str]:
    """What a column can be chosen to mean: the headings a person would fill in."""
    shown = (field for field in kind.fields.values() if field.name not in declared.LEFT_OUT)
    return [
        head.format(1)
        for field in shown
        for head in _headings(field)
        if not head.endswith(f" - {declared.ID}") and field.name not in _HIDDEN
    ]


_HIDDEN = declared.KEYED | declared.APART | {"imported", "content", "stage_since", "position"}


def _guess(head: str, own: set[str], custom: dict[str, str], taken: dict[str, int]) -> Target:
    if head == FILE:
        return SKIP
    if _general(head) in own or _is_label(head):
        return Target(COLUMN, head)
    name = custom.get(head.removeprefix(CUSTOM).strip().casefold())
    if head.startswith(CUSTOM) or name:
        return Target("custom", name or head.removeprefix(CUSTOM).strip())
    plain = {each.casefold(): each for each in own if "{" not in each}
    found = plain.get(head.casefold()) or _OF_ITS_OWN.get(" ".join(head.casefold().split()))
    if found in own:
        return Target(COLUMN, found)
    return _by_words(own, mapping.meaning_of(head).field, taken)


def _by_words(own: set[str], field: str, taken: dict[str, int]) -> Target:
    if field in ("label", "labels", "skip"):
        return Target(field)
    for head in _WORDS.get(field, ()):
        if head.replace(" 1 - ", " {} - ") in own:
            taken[head] = taken.get(head, 0) + 1
            return Target(COLUMN, head.format(taken[head]))
    return IMPORTED


def _is_label(head: str) -> bool:
    return head.startswith(LABEL) and head.removeprefix(LABEL).isdigit()


def _general(head: str) -> str:
    """A heading whatever entry it is of."""
    return _NUMBER.sub(" {} - ", head, count=1)


def _every(kind: Kind) -> set[str]:
    shown = (field for field in kind.fields.values() if field.name not in declared.LEFT_OUT)
    return {declared.ID, FILE, *(head for field in shown for head in _headings(field))}


def _headings(field: Field) -> Iterator[str]:
    """All headings of a field; `{}` stands for the number of an entry."""
    head = heading(field.name)
    if field.entry is None:
        yield from _of_value(head, field.name, bare_type(field.type))
        return
    bare = bare_type(field.entry)
    if field.name in declared.KEYED:
        yield f"{head} {{}} - {declared.KEY}"
    is_struct = hasattr(bare, "__struct_fields__")
    yield from _of_value(f"{head} {{}}" if is_struct else f"{head} {{}} - Value", "", bare)


def _of_value(head: str, name: str, bare: object) -> Iterator[str]:
    if hasattr(bare, "__struct_fields__"):
        for key, inner in declared.hints_of(bare).items():
            yield from _of_value(f"{head} - {heading(key)}", key, inner)
        return
    yield head
    if name.endswith("_id"):
        yield f"{head} - {declared.ID}"
