"""What a record as it is declared says, in words: for its page and wherever it is named."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

from client import plain_fields
from client.ui import naming
from sync_protocol.records import Account, Contact, kind_of

if TYPE_CHECKING:
    from collections.abc import Sequence

    from client.replica import Replica
    from sync_protocol.records import Record

SHOWN = (Account, Contact)
"""What a page names beside its own record."""
NAME = "name"


class Line(NamedTuple):
    id: str
    name: str


def read_lines(replica: Replica, kind: str, ids: Sequence[str]) -> list[Line]:
    """What some records are called."""
    return [Line(i, naming.name_of(replica, kind, i)) for i in ids]


def told(replica: Replica, record: Record) -> list[tuple[str, str]]:
    """What a record's declared fields say: (what, words), those that say something."""
    kind = kind_of(record)
    locale = replica.settings.locale
    pairs = []
    for field in plain_fields.asked(kind):
        value: Any = getattr(record, field.name)
        if value in (None, "") or field.name == NAME:
            continue
        refers = plain_fields.form_of(field) == "reference"
        words = (
            naming.words(replica, field.name, value)
            if refers
            else plain_fields.words(field, value, locale)
        )
        pairs.append((naming.title_of(field.name), words))
    return pairs
