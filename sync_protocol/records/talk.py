"""What colleagues say to each other about a record, and who wants to hear of it."""

from __future__ import annotations

from typing import Annotated

from msgspec import Meta

from sync_protocol import ids
from sync_protocol.records.base import Entries, Id, Instant, Record, synced

RecordKind = Annotated[str, Meta(min_length=1, max_length=40)]


@synced(parents=("record_id",), search=("text",))
class Comment(Record, frozen=True, kw_only=True):
    """A remark on a record. `mentions` maps the ids of those who are told of it to true."""

    record_kind: RecordKind
    record_id: Id
    text: Annotated[str, Meta(min_length=1, max_length=20_000)]
    at: Instant
    mentions: Entries[bool] = {}
    owner_id: Id = ""


@synced(parents=("record_id",))
class Follow(Record, frozen=True, kw_only=True):
    """That a user follows a record. Its id is derived, it is never deleted: `on` says yes or no."""

    record_kind: RecordKind
    record_id: Id
    user_id: Id
    on: bool = True


def follow_id(user_id: str, record_id: str) -> str:
    """The one follow of this user and record, the same on every device."""
    return ids.derived("follow", user_id, record_id)
