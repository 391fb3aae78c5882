"""Profiles elsewhere, needs and channels of a record: how they stand in a table, there and back.

A profile and a need are two columns each, numbered; a channel is a column of its own. What does not
fit a record comes back as refused, so that the row keeps it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

import msgspec

from sync_protocol.records import CHANNELS, Account, Contact, Need, Social, entries
from sync_protocol.records.accounts import ChannelChoice

if TYPE_CHECKING:
    from collections.abc import Mapping

    from sync_protocol.records import Record


class Pair(NamedTuple):
    """An entry of two columns: its type, the field it must have, the field it may have."""

    type: type[Any]
    main: str
    beside: str


PAIRS = {"social": Pair(Social, "url", "kind"), "need": Pair(Need, "text", "topic")}
FIELDS = (
    "social_url",
    "social_kind",
    "need_text",
    "need_topic",
    *(f"channel_{x}" for x in CHANNELS),
)
"""What targets of a mapping call the columns."""
MEANINGS = {
    "social_url": "social url", "social_kind": "social network", "need_text": "need text",
    "need_topic": "need topic",
} | {f"channel_{channel}": f"channel {channel}" for channel in CHANNELS}  # fmt: skip
"""What the headings of `written` say."""
_Channels = dict[str, ChannelChoice]


class Read(NamedTuple):
    """The fields of the record, and the columns' fields whose values do not fit it."""

    fields: dict[str, Any]
    refused: list[tuple[str, str]]


def written(record: Record) -> list[tuple[str, str]]:
    """Heading and value of every column that a record needs; nothing of one without such fields."""
    found: list[tuple[str, str]] = []
    if not isinstance(record, Account | Contact):
        return found
    for place, social in enumerate(record.socials.values(), 1):
        found += [(f"Social {place} - Network", social.kind), (f"Social {place} - URL", social.url)]
    for place, need in enumerate(record.needs.values(), 1):
        found += [(f"Need {place} - Topic", need.topic), (f"Need {place} - Text", need.text)]
    return found + [(f"Channel {name}", choice) for name, choice in record.channels.items()]


def read(cells: Mapping[tuple[str, str], str]) -> Read:
    """`cells` are values by field and group: the number in the heading holds a pair together."""
    fields: dict[str, Any] = {"socials": {}, "needs": {}, "channels": {}}
    refused: list[tuple[str, str]] = []
    groups = dict.fromkeys((field.partition("_")[0], group) for field, group in cells)
    for name, group in groups:
        if name == "channel":
            continue
        pair = PAIRS[name]
        parts = {part: cells.get((f"{name}_{part}", group), "") for part in pair[1:]}
        try:
            made = msgspec.convert(parts, pair.type)
        except msgspec.ValidationError:
            refused += [(f"{name}_{part}", group) for part in parts]
        else:
            values = [*fields[f"{name}s"].values(), made]
            fields[f"{name}s"] = entries(*dict.fromkeys(values))
    for field, group in cells:
        name, _, channel = field.partition("_")
        if name == "channel":
            try:
                choice = msgspec.convert({channel: cells[field, group].strip().lower()}, _Channels)
            except msgspec.ValidationError:
                refused.append((field, group))
            else:
                fields["channels"] |= choice
    return Read(fields, [key for key in refused if key in cells])
