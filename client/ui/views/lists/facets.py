"""What a record type offers to tables, filters and bulk edit: its fields as people see them.

A facet is a path (see `sync_protocol.rules.conditions`) with a title and a form. To offer more of
a record type, name it in `OFFERED`; what administrators add as custom fields comes by itself, last
or where `ADDED` stands.
"""

from __future__ import annotations

from contextlib import suppress
from datetime import date
from typing import TYPE_CHECKING, Any, Literal, NamedTuple, get_args

from client import customising, money, plain_fields, record_types
from client.ui import wording
from client.ui.naming import title_of
from sync_protocol.records import (
    CHANNELS,
    Account,
    Contact,
    Deal,
    Outcome,
    Pipeline,
    Reason,
    Territory,
    User,
)
from sync_protocol.rules.conditions import number

if TYPE_CHECKING:
    from collections.abc import Mapping

    from client.replica import Replica
    from sync_protocol.records import CustomField, Kind, Settings

FacetType = Literal["text", "number", "moment", "date", "choice", "yes_no", "labels"]
Choices = tuple[tuple[str, str], ...]
LABELS, ADDED = "labels", "custom"


class Facet(NamedTuple):
    """One field: `path` as a filter names it, `form` as its values are given.

    `choices` pair values with words, `of` is the record type referred to; many records may be given
    one value where it is `editable`.
    """

    path: str
    title: str
    form: FacetType = "text"
    choices: Choices = ()
    of: type[Any] | None = None
    editable: bool = False
    width: int = 4


OFFERED: dict[str, tuple[str, ...]] = {
    "account": (
        "name", "addresses.town", "labels", "last_activity", "owner_id", "territory_id", "kind",
        "industry", "employees", "phones.number", "emails.address", "website", "source",
        "addresses.postal_code", "addresses.region", "addresses.country", "last_visit", "overdue",
        "last_order",
        "verified_at", "parent_id", "about", "needs.text",
    ),
    "contact": (
        "name", "account_id", "title", "labels", "last_activity", "owner_id", "role",
        "phones.number", "emails.address", "addresses.town", "birthday", "source",
        "channels.phone", "channels.email", "last_visit", "overdue", "last_order", "verified_at",
        "about", "needs.text",
    ),
    "lead": (
        "name", "company", "status", "labels", "source", "last_activity", "owner_id",
        "territory_id", "title", "addresses.town", "phones.number", "emails.address", "about",
    ),
    "deal": (
        "name", "account_id", "value.amount", "stage_id", "expected_on", "labels", "owner_id",
        "closing.won", "closing.at", "next_step", "next_step_on", "probability", "pipeline_id",
        "contact_id", "last_activity", "source", "term_ends", "stage_since",
    ),
    "activity": ("at", "kind", "status", "account_id", "contact_id", "labels", "owner_id",
                 "outcome.outcome_id", "note"),
    "task": ("title", "due", "account_id", "contact_id", "assignee_id", "priority", "done_at",
             "overdue", "labels", "about"),
    "customobject": ("name", "account_id", ADDED, "labels", "contact_id", "owner_id", "about"),
    "competitor": ("name", "about"),
}  # fmt: skip
"""Per record type, in the order they are offered; a table begins with the first few."""
SHOWN = 6
EDITABLE = frozenset({
    "kind", "industry", "employees", "source", "owner_id", "territory_id", "verified_at", "title",
    "role", "expected_on", "next_step", "next_step_on", "probability", "term_ends", "assignee_id",
    "due", "priority",
})  # fmt: skip
_TITLES = {
    "addresses.town": "Town", "addresses.postal_code": "Postcode", "addresses.region": "Region",
    "addresses.country": "Country", "phones.number": "Phone", "emails.address": "E-mail",
    "needs.text": "Needs", "value.amount": "Value", "closing.won": "Won", "closing.at": "Closed",
    "outcome.outcome_id": "Outcome", "last_activity": "Last activity", "last_visit": "Last visit",
    "last_order": "Last order",
    "overdue": "Overdue", "labels": "Labels", "owner_id": "Looked after by",
    "account_id": "Account",
    "contact_id": "Contact", "territory_id": "Territory", "parent_id": "Belongs to",
    "verified_at": "Verified", "expected_on": "Expected", "next_step_on": "Next step on",
    "assignee_id": "To be done by", "done_at": "Done", "at": "When",
    "stage_since": "In stage since",
    "channels.phone": "May be phoned", "channels.email": "May be e-mailed",
}  # fmt: skip
_KNOWN: dict[str, FacetType] = {
    "last_activity": "moment", "last_visit": "moment", "last_order": "moment",
    "verified_at": "moment",
    "closing.at": "moment", "done_at": "moment", "at": "moment", "stage_since": "moment",
    "overdue": "yes_no", "closing.won": "yes_no",
}  # fmt: skip
_REFERENCES: dict[str, type[Any]] = {
    "owner_id": User, "assignee_id": User, "territory_id": Territory, "account_id": Account,
    "contact_id": Contact, "parent_id": Account, "outcome.outcome_id": Outcome,
    "pipeline_id": Pipeline, "reason_id": Reason, "deal_id": Deal,
}  # fmt: skip
_NARROW = {"number": 3, "date": 3, "moment": 2, "yes_no": 2}
_CUSTOM: dict[str, FacetType] = {
    "number": "number", "money": "number", "date": "date", "choice": "choice",
    "choices": "choice", "yes_no": "yes_no",
}  # fmt: skip


def facets_of(replica: Replica, of: str) -> dict[str, Facet]:
    """All facets of a record type by path, in the order they are offered."""
    kind = record_types.named(of).kind
    offered = _offered(kind)
    paths = offered if ADDED in offered else (*offered, ADDED)
    found: list[Facet] = []
    for path in paths:
        if path == ADDED:
            found += map(_custom, customising.fields_of(replica, of))
        else:
            found.append(_facet(replica, kind, path))
    return {facet.path: facet for facet in found}


def referred(facets: Mapping[str, Facet]) -> list[type[Any]]:
    """The record types whose names stand in columns."""
    found = {facet.of for facet in facets.values() if facet.of is not None}
    return [*found, *([Pipeline] if "stage_id" in facets else [])]


def can_be_labelled(of: str) -> bool:
    """Whether labels are put on records of a type: what the whole workspace shares has none."""
    return LABELS in _offered(record_types.named(of).kind)


def _offered(kind: Kind) -> tuple[str, ...]:
    """What is named for a type; for one that is not, every field that its plain form asks for."""
    if kind.name in OFFERED:
        return OFFERED[kind.name]
    plain = (field for field in plain_fields.asked(kind) if plain_fields.form_of(field) != "money")
    known = [x.name for x in plain if not x.name.endswith("_id") or x.name in _REFERENCES]
    return (*known, *(() if kind.shared else (LABELS,)))


def shown_columns(
    facets: dict[str, Facet], wanted: tuple[str, ...], sort: str
) -> tuple[Facet, ...]:
    """Those wanted that still exist, or the first few; and the one that the table is sorted by."""
    chosen = [facets[path] for path in wanted if path in facets] or list(facets.values())[:SHOWN]
    by = facets.get(sort.removeprefix("-"))
    return (*chosen, *([by] if by and by not in chosen else []))


def words(facet: Facet, value: Any, now_ms: int, settings: Settings) -> str:
    """One value of a facet as a person reads it; a reference by its id is left to the reader."""
    time_zone = settings.time_zone
    if facet.form == "yes_no":
        return "Yes" if value in (True, 1) else "No"
    if facet.choices:
        return dict(facet.choices).get(str(value), str(value))
    if facet.form == "moment" and isinstance(value, int):
        return wording.day(value, now_ms, time_zone)
    if facet.form == "number" and isinstance(value, str) and number(value) is not None:
        amount, _space, currency = value.partition(" ")
        return money.shown(amount, currency, settings.locale)
    if facet.form == "date":
        with suppress(ValueError):  # a custom field may hold what does not fit it any more
            return wording.day_name(
                date.fromisoformat(str(value)), wording.today(now_ms, time_zone)
            )
    return str(value)


def _facet(replica: Replica, kind: Kind, path: str) -> Facet:
    title = _TITLES.get(path) or title_of(path)
    editable = path in EDITABLE
    if path == LABELS:
        return Facet(path, title, "labels", width=6)
    if path in _REFERENCES:
        struct = _REFERENCES[path]
        return Facet(path, title, "choice", _references(replica, struct), struct, editable)
    if path == "stage_id":
        return Facet(path, title, "choice", _stages(replica))
    kind_of_value, choices = _type(kind, path)
    width = _NARROW.get(kind_of_value, 6 if path in ("name", "title") else 4)
    return Facet(path, title, kind_of_value, choices, None, editable, width)


def _type(kind: Kind, path: str) -> tuple[FacetType, Choices]:
    if path in _KNOWN:
        return _KNOWN[path], ()
    if path.startswith("channels.") and path.partition(".")[2] in CHANNELS:
        return "choice", (("preferred", "Preferred"), ("allowed", "Allowed"), ("blocked", "No"))
    field = kind.fields.get(path)
    if field is None:
        return ("number" if path.endswith("amount") else "text"), ()
    options = [option for option in get_args(field.type) if isinstance(option, str)]
    if options:
        return "choice", tuple((option, title_of(option)) for option in options)
    if field.storage in ("integer", "real"):
        return "number", ()
    dates = path in ("due", "term_ends") or path.endswith("_on")
    return ("date" if dates else "text"), ()


def _references(replica: Replica, struct: type[Any]) -> Choices:
    """The records to choose from; none if they are too many for a list."""
    if struct in (Account, Contact, Deal):
        return ()
    found = replica.find(struct, order_by="name")
    return tuple((x.id, x.name) for x in found if not getattr(x, "archived", False))


def _stages(replica: Replica) -> Choices:
    lines = replica.find(Pipeline, order_by="place")
    return tuple(
        (stage_id, stage.name)
        for line in lines
        for stage_id, stage in sorted(line.stages.items(), key=lambda item: item[1].place)
    )


def _custom(field: CustomField) -> Facet:
    options = sorted(field.options.items(), key=lambda item: item[1].place)
    choices = tuple((i, option.name) for i, option in options if not option.archived)
    kind = _CUSTOM.get(field.type, "text")
    width = _NARROW.get(kind, 4)
    editable = field.type not in ("money", "choices", "long_text")
    return Facet(f"custom.{field.id}", field.name, kind, choices, None, editable, width)
