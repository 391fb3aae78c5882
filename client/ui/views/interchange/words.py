"""What the records of a file are called, and where they are found: for import and export alike."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, NamedTuple

import flet as ft

from client.ui.plain import ICONS, OBJECTS
from client.ui.signs import SIGNS
from client.ui.views.plain.places import read_types
from sync_protocol.records import ObjectType

if TYPE_CHECKING:
    from client.replica import Replica


class Kind(NamedTuple):
    """One record, many of them, and the list that shows them."""

    of: str
    one: str
    many: str
    icon: ft.IconData
    route: str


ACCOUNT = Kind("account", "account", "accounts", SIGNS["account"], "/accounts")
CONTACT = Kind("contact", "contact", "contacts", SIGNS["contact"], "/contacts")
WORK = (
    Kind("lead", "lead", "leads", SIGNS["lead"], "/leads"),
    Kind("deal", "deal", "deals", SIGNS["deal"], "/pipeline"),
    Kind("activity", "activity", "activities", SIGNS["activity"], "/accounts"),
    Kind("task", "task", "tasks", SIGNS["task"], "/tasks"),
    Kind("case", "case", "cases", SIGNS["case"], "/cases"),
    Kind("quote", "quote", "quotes", SIGNS["quote"], "/quotes"),
    Kind("salesorder", "order", "orders", SIGNS["salesorder"], "/orders"),
    Kind("product", "product", "products", SIGNS["product"], "/products"),
)
"""Those of declared types that people move between programs."""
_KNOWN = {kind.of: kind for kind in (ACCOUNT, CONTACT, *WORK)}
_WORDS = {
    "pricelist": "price list", "visitform": "visit form", "visitplan": "round",
    "labelrule": "label rule",
}  # fmt: skip


def kind_called(replica: Replica, of: str) -> Kind:
    """What the records of a type are called, be it declared or the company's own."""
    if of in _KNOWN:
        return _KNOWN[of]
    own = replica.get(ObjectType, of)
    if own is not None:
        icon = ICONS.get(own.icon, ICONS["box"])
        return Kind(of, own.name, own.plural or own.name, icon, f"{OBJECTS}/{of}")
    one = _WORDS.get(of, of)
    many = f"{one[:-1]}ies" if one.endswith("y") else f"{one}s"
    return Kind(of, one, many, ft.Icons.TABLE_CHART_OUTLINED, "/more")


def kinds_to_choose(replica: Replica, of: str) -> list[Kind]:
    """What the rows of a table can be said to be; `of` is what they are now."""
    own = [Kind(x.of, x.one, x.many, x.icon, x.route) for x in read_types(replica)]
    offered = [ACCOUNT, CONTACT, *own, *WORK]
    known = {kind.of for kind in offered}
    return offered if of in known else [*offered, kind_called(replica, of)]


def with_article(one: str) -> str:
    """`An account`, `A lead`."""
    return f"{'An' if one[:1].casefold() in 'aeiou' else 'A'} {one}"


def of_column(head: str) -> str:
    """One of our own headings as a meaning to choose: `Value: amount`, `Phone 2`, `Town`."""
    entry = _ENTRY.fullmatch(head)
    if entry is None:
        first, *rest = head.split(" - ")
        return ": ".join((first, *(part.lower() for part in rest)))
    field, place, part = entry.groups()
    number = f" {place}" if place != "1" else ""
    return f"{_ENTRIES.get((field, part)) or _part(field, part)}{number}"


def _part(field: str, part: str) -> str:
    if field == "Addresses":
        return part
    one = field.removesuffix("s")
    return f"Kind of {one.lower()}" if part == "Kind" else f"{one}: {part.lower()}"


_ENTRY = re.compile(r"(\w+) (\d+) - (.+)")
_ENTRIES = {
    ("Phones", "Number"): "Phone", ("Emails", "Address"): "E-mail",
    ("Emails", "Kind"): "Kind of e-mail", ("Addresses", "Kind"): "Kind of address",
}  # fmt: skip
