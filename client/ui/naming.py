"""Records and values in words, wherever a change is told of."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import msgspec

from client import customising, visit_forms
from client.ui import wording
from client.ui.plain import OBJECTS, PLAIN
from sync_protocol.records import (
    Account,
    Activity,
    Contact,
    CustomField,
    CustomObject,
    Deal,
    Label,
    Labelling,
    Lead,
    ObjectType,
    Outcome,
    Pipeline,
    PriceList,
    Product,
    Purpose,
    Quote,
    Reason,
    Team,
    Territory,
    User,
    kinds,
)
from sync_protocol.records.parts import CustomValue
from sync_protocol.rules.validity import heading

if TYPE_CHECKING:
    from msgspec import Raw

    from client.replica import Replica
    from sync_protocol.changes import Change
    from sync_protocol.records import Record, Role

PLURALS = {
    "account": "Accounts",
    "contact": "Contacts",
    "activity": "Visits, calls and notes",
    "task": "Tasks",
    "case": "Cases",
    "label": "Labels",
    "labelling": "Labels on records",
    "outcome": "Outcomes",
    "user": "People",
    "team": "Teams",
    "territory": "Territories",
    "settings": "Settings",
    "notice": "Notices",
    "attachment": "Files",
    "lead": "Leads",
    "deal": "Deals",
    "quote": "Quotes",
    "salesorder": "Orders",
    "comment": "Comments",
    "follow": "What you follow",
    "customobject": "Records of your own types",
    "pipeline": "Pipelines",
    "competitor": "Competitors",
    "reason": "Reasons",
    "product": "Products",
    "pricelist": "Price lists",
    "price": "Prices",
    "segment": "Segments",
    "customfield": "Custom fields",
    "objecttype": "Record types",
    "purpose": "Purposes",
    "visitform": "Visit forms",
    "cadence": "Cadences",
    "visitplan": "Visit plans",
    "labelrule": "Label rules",
    "labelmodel": "What was learned of labels",
}
PLURALS |= {plain.kind: plain.many for plain in PLAIN}
_BOOKS = ("account", "contact")
_HEADINGS = {
    "salesorder": "Order",
    "at": "Time",
    "phones": "Phone",
    "emails": "E-mail",
    "addresses": "Address",
    "owner_id": "Looked after by",
    "reps": "Rep",
    "outcome": "Outcome",
}
_REFERENCES: dict[str, type[Any]] = {
    "account_id": Account,
    "contact_id": Contact,
    "activity_id": Activity,
    "territory_id": Territory,
    "team_id": Team,
    "label_id": Label,
    "outcome_id": Outcome,
    "purpose_id": Purpose,
    "owner_id": User,
    "assignee_id": User,
    "user_id": User,
    "lead_id": Lead,
    "deal_id": Deal,
    "quote_id": Quote,
    "parent_id": Account,
    "pipeline_id": Pipeline,
    "product_id": Product,
    "price_list_id": PriceList,
    "reason_id": Reason,
    "type_id": ObjectType,
}
ROLES: dict[Role, tuple[str, str]] = {
    "rep": ("Rep", "Sees the customers of their territories."),
    "manager": ("Manager", "Sees the customers of their team's territories."),
    "office": ("Office", "Sees all customers, keeps labels and outcomes in order."),
    "admin": ("Administrator", "Sees and may do everything."),
}
"""What each is called, and what it may."""
DAMAGED = "something that cannot be read"
"""Stands for a value of which the bytes make no sense."""
_CALLED = ("name", "title", "number")
"""The fields that say what a record is called, the first that is filled."""
_PAGES = {
    "account": "/accounts/",
    "lead": "/leads/",
    "contact": "/contacts/",
    "activity": "/activities/",
    "task": "/tasks/",
    "case": "/cases/",
    "label": "/labels/",
    "outcome": "/outcomes/",
    "purpose": "/purposes/",
    "visitform": "/admin/forms/",
    "cadence": "/cadences/",
    "labelrule": "/rules/",
    "visitplan": "/rounds/",
    "reason": "/reasons/",
    "deal": "/deals/",
    "pipeline": "/admin/pipelines/",
    "product": "/products/",
    "quote": "/quotes/",
    "salesorder": "/orders/",
    "attachment": "/files/",
    "pricelist": "/pricelists/",
    "user": "/admin/users/",
    "team": "/admin/teams/",
    "territory": "/admin/territories/",
    "objecttype": "/admin/types/",
} | {plain.kind: f"{plain.route}/" for plain in PLAIN}


def name_of(replica: Replica, kind: str, record_id: str) -> str:
    """What a person would call a record; empty if it has no name or is not here."""
    known = kinds().get(kind)
    record = replica.get(known.struct, record_id) if known else None
    return "" if record is None else _name(replica, record)


def told_of(replica: Replica, change: Change) -> str:
    """The name of what a change is about, from the change itself if the record is not here."""
    name = name_of(replica, change.kind, change.id)
    known = kinds().get(change.kind)
    cell = "name" if known and "name" in known.fields else "title"  # a contact's is their role
    written = unpacked(change.cells[cell]) if not name and cell in change.cells else ""
    return words(replica, cell, written) if written else name


def page_of(replica: Replica, kind: str, record_id: str) -> str:
    """The route where a record can be mended; empty if there is none."""
    if kind == "labelling":
        labelling = replica.get(Labelling, record_id)
        return page_of(replica, labelling.record_kind, labelling.record_id) if labelling else ""
    if kind == "settings":
        return "/admin/settings"
    if kind == "customobject":
        own = replica.get(CustomObject, record_id)
        its_type = replica.get(ObjectType, own.type_id) if own else None
        stands = own and its_type and not its_type.deleted
        return f"{OBJECTS}/{own.type_id}/{own.id}" if own and stands else ""
    return _PAGES[kind] + record_id if kind in _PAGES else ""


def page_of_its_own(kind: str, record_id: str) -> str:
    """The route of a record's page, if its type has one."""
    return _PAGES[kind] + record_id if kind in _PAGES else ""


def history_of(kind: str, record_id: str, cell: str = "") -> str:
    """The route of a record's history, of the field of one cell if it is named."""
    place = _PAGES[kind] + f"{record_id}/history" if kind in _BOOKS else f"/past/{kind}/{record_id}"
    return f"{place}?field={field_of(cell)}" if cell else place


def field_of(cell: str) -> str:
    """The field that a cell belongs to, which may be one of its entries."""
    return cell.partition(".")[0]


def entry_of(cell: str) -> str:
    """Which entry of its field a cell is; empty if it is the field."""
    return cell.partition(".")[2]


def unpacked(packed: Raw) -> Any:
    """The value of a cell as plain types; words for one that is damaged."""
    try:
        return msgspec.msgpack.decode(packed)
    except (msgspec.DecodeError, RecursionError, UnicodeDecodeError):
        return DAMAGED


def title_of(field: str) -> str:
    """What a field is called."""
    return _HEADINGS.get(field, heading(field))


def title_of_cell(replica: Replica, cell: str) -> str:
    """What a cell is called: its field, or what an administrator has called it."""
    field = _custom_field(replica, cell)
    return field.name if field else title_of(field_of(cell))


def words_of_cell(replica: Replica, cell: str, value: Any) -> str:
    """One value of a cell."""
    field = _custom_field(replica, cell)
    try:
        held = msgspec.convert(value, CustomValue)
    except msgspec.ValidationError:
        held = None
    if field is None or held is None:
        return words(replica, field_of(cell), value)
    return customising.words(field, held, replica.settings.locale) or "nothing"


def person(replica: Replica, user_id: str) -> str:
    """A user's name; Somebody if that is not known here."""
    user = replica.get(User, user_id) if user_id else None
    return user.name if user else "Somebody"


def values_of(replica: Replica, change: Change) -> list[tuple[str, str]]:
    """What a change wrote, as (what, value), for a person to read or copy."""
    told = []
    for cell, packed in change.cells.items():
        value = words_of_cell(replica, cell, unpacked(packed))
        told.append((title_of_cell(replica, cell), value))
    return told


def words(replica: Replica, field: str, value: Any) -> str:
    """One value."""
    if value in (None, "", {}):
        return "nothing"
    if field in _REFERENCES and isinstance(value, str):
        found = replica.get(_REFERENCES[field], value)
        return (_name(replica, found) if found else "") or "a record not visible to you"
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, dict):
        parts = [
            words(replica, str(name), part)
            for name, part in value.items()
            if part not in ("", None)
        ]
        return ", ".join(parts)
    if field.endswith(("at", "_ms")) and isinstance(value, int):
        zone = replica.settings.time_zone
        return f"{wording.day(value, replica.now(), zone)}, {wording.clock(value, zone)}"
    if field == "role" and value in ROLES:
        value = ROLES[value][0]
    return str(value).replace("_", " ") if field == "status" else str(value)


def _custom_field(replica: Replica, cell: str) -> CustomField | None:
    name, _dot, entry = cell.partition(".")
    if name == "answers" and entry:
        return visit_forms.question_field(replica, entry)
    return replica.get(CustomField, entry) if name == "custom" and entry else None


def _name(replica: Replica, record: Record) -> str:
    if isinstance(record, Activity):
        by = [(record.contact_id, "contact"), (record.account_id, "account")]
        return next((name for i, kind in by if i and (name := name_of(replica, kind, i))), "")
    if isinstance(record, Labelling):
        return name_of(replica, record.record_kind, record.record_id)
    return str(
        getattr(record, "name", "") or getattr(record, "title", "") or getattr(record, "number", "")
    )
