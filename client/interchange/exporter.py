"""What a replica holds, as a file; read and written some records at a time."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Literal, NamedTuple

from client import customising
from client.interchange import export_csv, export_vcard
from sync_protocol.records import Account, Contact, Filter, Label, Labelling, Territory, User

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from client.replica import Replica

Format = Literal["csv", "vcard"]
STEP = 100
BOM = b"\xef\xbb\xbf"


class Exported(NamedTuple):
    filename: str
    data: bytes
    records: int


async def export(
    replica: Replica,
    struct: type[Account | Contact],
    form: Format,
    *,
    text: str = "",
    labels_any: Sequence[str] = (),
    wanted: Filter | None = None,
    on_progress: Callable[[int, int], None] = lambda _done, _total: None,
) -> Exported:
    """All records of a type, or those that a search, labels and a filter find.

    Raises `UnknownLabel`.
    """
    records = replica.find(
        struct, text=text, labels_any=labels_any, filter=wanted or Filter(), order_by="name"
    )
    labels, names = _labels(replica), _names(replica)
    lines: Iterator[str]
    custom = customising.fields_of(replica, struct.__name__.lower(), archived=True)
    if form == "csv":
        lines, head = export_csv.csv_lines(records, labels, names, custom), BOM
    else:
        photos = {
            photo: blob.data
            for photo in {x.photo for x in records if isinstance(x, Contact) and x.photo}
            if (blob := replica.blob(photo)) is not None
        }
        lines, head = export_vcard.vcards(records, labels, names, photos, custom=custom), b""
    parts: list[str] = []
    for line in lines:
        parts.append(line)
        if len(parts) % STEP == 0:
            on_progress(min(len(parts), len(records)), len(records))
            await asyncio.sleep(0)
    noun = "contacts" if struct is Contact else "accounts"
    suffix = "csv" if form == "csv" else "vcf"
    return Exported(f"{noun}.{suffix}", head + "".join(parts).encode(), len(records))


def _labels(replica: Replica) -> dict[str, list[str]]:
    """The names of the labels on each record."""
    names = {label.id: label.name for label in replica.find(Label)}
    found: dict[str, list[str]] = {}
    for labelling in replica.find(Labelling, on=True):
        if labelling.label_id in names:
            found.setdefault(labelling.record_id, []).append(names[labelling.label_id])
    return {record_id: sorted(on, key=str.casefold) for record_id, on in found.items()}


def _names(replica: Replica) -> dict[str, str]:
    """What a reference shows: the names of accounts, territories and users by id."""
    names = {account.id: account.name for account in replica.find(Account)}
    names |= {territory.id: territory.name for territory in replica.find(Territory)}
    return names | {user.id: user.name for user in replica.find(User)}
