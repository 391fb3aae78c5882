"""The timeline of an account, contact, deal or lead: every touchpoint in words, the latest first.

Where things are told of comes from the store in one statement (`client.store.timeline`); only the
entries of one page are then read and worded. The count of a type is that of its sources.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

import msgspec

from client import money, presence, purchases
from sync_protocol.records import (
    Account,
    Activity,
    Attachment,
    Case,
    Comment,
    Contact,
    Deal,
    Lead,
    Outcome,
    Pipeline,
    Quote,
    SalesOrder,
    Task,
    User,
    kinds,
)
from sync_protocol.rules import totals

if TYPE_CHECKING:
    from collections.abc import Callable

    from client.replica import Replica
    from client.store.timeline import Happening
    from sync_protocol.records import Record

SOURCES = (
    Account, Activity, Attachment, Case, Comment, Contact, Deal, Lead, Outcome, Pipeline, Quote,
    SalesOrder, Task, User,
)  # fmt: skip
"""The record types that a timeline is made of: after a change to one it is read again."""
ACTIVITIES = {
    "visit": "Visit", "call": "Call", "email": "E-mail", "meeting": "Meeting", "demo": "Demo",
    "chat": "Chat", "note": "Note",
}  # fmt: skip
TYPES = {kind: f"{name}s" for kind, name in ACTIVITIES.items()} | {
    "task": "Tasks", "case": "Cases", "comment": "Comments", "file": "Files", "deal": "Deals",
    "quote": "Quotes", "order": "Orders", "record": "Record",
}  # fmt: skip
"""What entries are filtered by, in the order in which the filters stand."""


class Entry(NamedTuple):
    """One thing that happened. `kind` and `id` name the record that tells more of it."""

    type: str
    event: str
    kind: str
    id: str
    at_ms: int
    title: str
    note: str = ""
    who: str = ""
    whom: str = ""
    outcome: str = ""
    colour: str = ""
    presence: str = ""
    picture: bool = False

    @property
    def key(self) -> str:
        """Names the entry; a deal has several."""
        return self.id if self.event == "done" else f"{self.id}-{self.event}-{self.at_ms}"


class Timeline(NamedTuple):
    """A page of entries, and how many there are of each type in all."""

    entries: tuple[Entry, ...]
    counts: dict[str, int]

    def total(self, type_: str = "") -> int:
        return self.counts.get(type_, 0) if type_ else sum(self.counts.values())


def read(
    replica: Replica, kind: str, record_id: str, type_: str = "", *, limit: int, offset: int = 0
) -> Timeline:
    """Some of what happened to a record, of one type if it is named."""
    types = (type_,) if type_ else ()
    found = replica.happenings(kind, record_id, types, limit=limit, offset=offset)
    told = tuple(_entry(replica, happening, record_id) for happening in found)
    return Timeline(told, replica.count_happenings(kind, record_id))


def last_contact(replica: Replica, kind: str, record_id: str) -> int | None:
    """When somebody last did something with them; None if nobody ever did."""
    for happening in replica.happenings(kind, record_id, tuple(ACTIVITIES), limit=1):
        return happening.at_ms
    return None


def _entry(replica: Replica, happening: Happening, about: str) -> Entry:
    struct = kinds()[happening.kind].struct
    record = replica.get(struct, happening.id)
    entry = Entry(*happening[:5], title="")
    if record is None:
        return entry
    worded = _WORDS[happening.event](replica, entry, record, happening.detail)
    contact = getattr(record, "contact_id", "")
    return worded._replace(
        who=worded.who or _name(replica, User, getattr(record, "owner_id", "")),
        whom="" if contact == about else _name(replica, Contact, contact),
    )


def _done(replica: Replica, entry: Entry, record: Any, _detail: bytes | None) -> Entry:
    if isinstance(record, Task):
        who = _name(replica, User, record.assignee_id)
        return entry._replace(title=record.title, note=record.about, who=who)
    given = record.outcome
    outcome = replica.get(Outcome, given.outcome_id) if given else None
    return entry._replace(
        title=ACTIVITIES.get(record.kind, "Activity"),
        note=record.note,
        outcome=outcome.name if outcome else "",
        colour=outcome.colour if outcome else "",
        presence=presence.told(record),
    )


def _written(replica: Replica, entry: Entry, record: Any, _detail: bytes | None) -> Entry:
    about = _title(replica, record.record_kind, record.record_id)
    return entry._replace(title="Comment" + (f" on {about}" if about else ""), note=record.text)


def _attached(_replica: Replica, entry: Entry, record: Any, _detail: bytes | None) -> Entry:
    if record.purpose == "signature":
        return entry._replace(title="Signed", note=record.name, picture=True)
    photo = record.media_type.startswith("image/")
    title = "Photo added" if photo else "File added"
    return entry._replace(title=title, note=record.name, picture=photo)


def _reported(_replica: Replica, entry: Entry, record: Any, _detail: bytes | None) -> Entry:
    return entry._replace(title=f"Case opened: {record.title}", note=record.about)


def _resolved(replica: Replica, entry: Entry, record: Any, _detail: bytes | None) -> Entry:
    return entry._replace(
        title=f"Case resolved: {record.title}",
        note=record.state.resolution,
        who=_name(replica, User, record.assignee_id),
    )


def _deal(verb: str) -> Callable[..., Entry]:
    def worded(replica: Replica, entry: Entry, record: Any, _detail: bytes | None) -> Entry:
        value = record.value
        worth = money.shown(value.amount, value.currency, replica.settings.locale) if value else ""
        note = record.closing.note if verb in ("won", "lost") and record.closing else ""
        return entry._replace(
            title=f"Deal {verb}: {record.name}", note="\n".join(filter(None, (worth, note)))
        )

    return worded


def _moved(replica: Replica, entry: Entry, record: Any, detail: bytes | None) -> Entry:
    stage_id = msgspec.msgpack.decode(detail) if detail else record.stage_id
    pipeline = replica.get(Pipeline, record.pipeline_id)
    stage = pipeline.stages.get(stage_id) if pipeline else None
    to = f"Moved to {stage.name}" if stage else "Moved to another stage"
    return entry._replace(title=f"{to}: {record.name}")


def _quoted(replica: Replica, entry: Entry, record: Any, _detail: bytes | None) -> Entry:
    status = "made" if record.status == "draft" else record.status
    number = f" {record.number}" if record.number else ""
    gross = totals.totals(record.lines.values(), record.currency).gross
    worth = money.shown(gross, record.currency, replica.settings.locale)
    return entry._replace(title=f"Quote{number} {status}", note=worth)


def _ordered(replica: Replica, entry: Entry, record: Any, _detail: bytes | None) -> Entry:
    number = f" {record.number}" if record.number else ""
    status = {"placed": "", "delivered": ", delivered", "cancelled": ", cancelled"}[record.status]
    currency, total = purchases.total_of(record)
    worth = money.shown(total, currency, replica.settings.locale)
    note = "\n".join(filter(None, (worth, record.note)))
    return entry._replace(title=f"Order{number}{status}", note=note)


def _created(_replica: Replica, entry: Entry, record: Any, _detail: bytes | None) -> Entry:
    return entry._replace(title=f"{record.name} was added as {_a(entry.kind)}")


def _merged(_replica: Replica, entry: Entry, record: Any, _detail: bytes | None) -> Entry:
    return entry._replace(title=f"Merged with {record.name}")


_WORDS: dict[str, Callable[..., Entry]] = {
    "done": _done,
    "reported": _reported,
    "resolved": _resolved,
    "written": _written,
    "attached": _attached,
    "opened": _deal("opened"),
    "won": _deal("won"),
    "lost": _deal("lost"),
    "moved": _moved,
    "quoted": _quoted,
    "ordered": _ordered,
    "created": _created,
    "merged": _merged,
}


def _a(kind: str) -> str:
    return f"an {kind}" if kind[0] in "aeiou" else f"a {kind}"


def _title(replica: Replica, kind: str, record_id: str) -> str:
    if kind == "activity":
        activity = replica.get(Activity, record_id)
        return _a(ACTIVITIES[activity.kind].lower()) if activity else ""
    known = kinds().get(kind)
    return _name(replica, known.struct, record_id) if known else ""


def _name(replica: Replica, struct: type[Record], record_id: str) -> str:
    found = replica.get(struct, record_id) if record_id else None
    return str(getattr(found, "name", "") or getattr(found, "title", "")) if found else ""
