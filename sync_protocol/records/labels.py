"""Labels, and what they are on."""

from __future__ import annotations

from typing import Annotated

from msgspec import Meta

from sync_protocol import ids
from sync_protocol.records.base import Colour, Id, Record, Short, Text, synced


@synced(shared=True, search=("name",), unique=("name",))
class Label(Record, frozen=True, kw_only=True):
    """A word of the team's vocabulary. An archived one stays where it is, but is not offered.

    `clash` is the server's: it names the fields whose value another one holds.
    """

    name: Annotated[str, Meta(min_length=1, max_length=60)]
    colour: Colour = "#5f6b7a"
    about: Text = ""
    archived: bool = False
    clash: Short = ""


@synced(parents=("record_id",))
class Labelling(Record, frozen=True, kw_only=True):
    """That a label is on a record. Its id is derived, it is never deleted: `on` says yes or no."""

    label_id: Id
    record_kind: Annotated[str, Meta(min_length=1, max_length=40)]
    record_id: Id
    on: bool = True


def labelling_id(label_id: str, record_id: str) -> str:
    """The one labelling of this label and record, the same on every device."""
    return ids.derived("labelling", label_id, record_id)
