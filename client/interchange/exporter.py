"""What a replica holds, as a file; read and written some records at a time."""

from __future__ import annotations

import asyncio
import re
from typing import TYPE_CHECKING, Any, Literal, NamedTuple

from client import customising, record_types
from client.interchange import declared, export_csv, export_vcard
from client.interchange.export_csv import Beside
from sync_protocol.records import (
    Account,
    Contact,
    Filter,
    ObjectType,
    Pipeline,
    Territory,
    User,
    kinds,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence

    from client.record_types import RecordType
    from client.replica import Replica
    from sync_protocol.records import Record

Format = Literal["csv", "vcard"]
STEP = 100
BOM = b"\xef\xbb\xbf"
_STEMS = {
    "activity": "activities", "salesorder": "orders", "pricelist": "price-lists",
    "visitform": "visit-forms", "visitplan": "rounds", "labelrule": "label-rules",
    "territory": "territories",
}  # fmt: skip
_NO_WORD = re.compile(r"[^\w]+")


class Exported(NamedTuple):
    filename: str
    data: bytes
    records: int


async def export(
    replica: Replica,
    of: str,
    form: Format,
    *,
    text: str = "",
    labels_any: Sequence[str] = (),
    wanted: Filter | None = None,
    on_progress: Callable[[int, int], None] = lambda _done, _total: None,
) -> Exported:
    """All records of a type, or those that a search, labels and a filter find.

    `of` names a record type, declared or a company's own (see `client.record_types`); only accounts
    and contacts are address cards. Raises `UnknownLabel`.
    """
    records = find(replica, of, text=text, labels_any=labels_any, filter=wanted or Filter())
    beside = beside_of(replica, of, records, _names(replica, record_types.named(of)))
    lines: Iterator[str]
    if form == "csv":
        lines, head = export_csv.csv_lines(records, beside), BOM
    else:
        photos = {
            photo: blob.data
            for photo in {x.photo for x in records if isinstance(x, Contact) and x.photo}
            if (blob := replica.blob(photo)) is not None
        }
        labels, names, custom, by_rule, *_rest = beside
        cards = export_vcard.vcards(records, labels, names, photos, custom=custom, by_rule=by_rule)
        lines, head = cards, b""
    parts: list[str] = []
    for line in lines:
        parts.append(line)
        if len(parts) % STEP == 0:
            on_progress(min(len(parts), len(records)), len(records))
            await asyncio.sleep(0)
    suffix = "csv" if form == "csv" else "vcf"
    return Exported(
        f"{stem_of(replica, of)}.{suffix}", head + "".join(parts).encode(), len(records)
    )


def find(replica: Replica, of: str, **asked: Any) -> list[Any]:
    """The records of a type in the order of its table."""
    shown = record_types.named(of)
    return replica.find(shown.struct, order_by=_order(of), where=shown.where, **asked)


def ids(replica: Replica, of: str) -> list[str]:
    """The ids of all of them."""
    shown = record_types.named(of)
    return list(replica.ids(shown.struct, order_by=_order(of), where=shown.where))


def _order(of: str) -> str:
    return "id" if of in declared.TYPES else "name"


def beside_of(
    replica: Replica, of: str, records: Sequence[Record], names: Mapping[str, str]
) -> Beside:
    """What a table of some records says beside their own fields."""
    labels, by_rule = _labels(replica, records)
    custom = customising.fields_of(replica, of, archived=True)
    return Beside(labels, names, custom, by_rule)


def stem_of(replica: Replica, of: str) -> str:
    """What a file of these records is called, before its dot."""
    own = replica.get(ObjectType, of)
    return stem(own) if own else stem_of_declared(of)


def stem_of_declared(of: str) -> str:
    return _STEMS.get(of, f"{of}s")


def stem(own: ObjectType) -> str:
    """The same of a company's own type; an import knows the type by it."""
    return _NO_WORD.sub("-", (own.plural or own.name).casefold()).strip("-") or "records"


Names = dict[str, list[str]]
"""The names of the labels on each record."""


def _labels(replica: Replica, records: Sequence[Record]) -> tuple[Names, Names]:
    """Those that somebody put on, and those that are there by a rule alone.

    The latter are not put on by an import: they come by themselves, or do not.
    """
    by_hand: Names = {}
    by_rule: Names = {}
    for record_id, on in replica.worn_by([record.id for record in records]).items():
        by_hand[record_id] = [worn.name for worn in on if worn.by_hand]
        by_rule[record_id] = [worn.name for worn in on if worn.by_rule]
    return by_hand, by_rule


def _names(replica: Replica, shown: RecordType) -> dict[str, str]:
    """What a reference shows: the names of accounts, contacts, territories and users by id."""
    if shown.of in declared.TYPES:
        return all_names(replica)
    names = {account.id: account.name for account in replica.find(Account)}
    if "contact_id" in shown.kind.fields:
        names |= {contact.id: contact.name for contact in replica.find(Contact)}
    names |= {territory.id: territory.name for territory in replica.find(Territory)}
    return names | {user.id: user.name for user in replica.find(User)}


def all_names(replica: Replica) -> dict[str, str]:
    """What all that may be referred to is called, stages too."""
    some = ("account", "contact", "customobject", *declared.TYPES)
    named = (kinds()[of] for of in some if {"name", "title", "number"} & kinds()[of].fields.keys())
    names: dict[str, str] = {
        record.id: declared.called(record) for kind in named for record in replica.find(kind.struct)
    }
    for line in replica.find(Pipeline):
        names |= {stage_id: stage.name for stage_id, stage in line.stages.items()}
    return names
