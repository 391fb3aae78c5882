"""What a person is told about their own edits, once, on whichever device they look first."""

from __future__ import annotations

from typing import Annotated, Literal

from msgspec import Meta

from sync_protocol import ids
from sync_protocol.records.base import Id, Instant, Record, Short, Text, synced

Reason = Literal["overwritten", "hidden", "mentioned", "followed", "assigned"]


@synced()
class Notice(Record, frozen=True, kw_only=True):
    """Written by the server into its `owner_id`'s own scope.

    Overwritten: `cells` (separated by spaces) of a record lost against `by_id`'s, unseen by one of
    the two; the values are in the record's history. Hidden: the record hangs beneath another,
    `under_kind` and `under_id`, that `by_id` had deleted; restoring that one shows it again.
    Mentioned: `by_id` named them in the comment `under_id`, whose beginning `text` is. Followed:
    `by_id` wrote to a record they follow. Assigned: `by_id` gave them the record.
    """

    owner_id: Id
    reason: Reason
    record_kind: Annotated[str, Meta(min_length=1, max_length=40)]
    record_id: Id
    title: Short = ""
    cells: Text = ""
    text: Short = ""
    by_id: Id = ""
    at: Instant = 0
    under_kind: Annotated[str, Meta(max_length=40)] = ""
    under_id: Id = ""
    dismissed: bool = False


def notice_id(*about: str) -> str:
    """The one notice about this, however often the server comes to write it."""
    return ids.derived("notice", *about)
