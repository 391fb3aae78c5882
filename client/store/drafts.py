"""What was typed into forms and not saved: kept on this device alone, never synced.

A draft goes by what its form is of: a record, or a new one of its type beneath a parent. What is in
it is the form's business. It holds what was typed, not the record around it, so nothing of a record
stays behind when that leaves the device; signing out removes drafts with everything else.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import msgspec
from sqlalchemy import and_, delete, select
from sqlalchemy.dialects.sqlite import insert

from client.store import tables

if TYPE_CHECKING:
    from sqlalchemy import ColumnElement, Connection

_table = tables.draft


class DraftKey(NamedTuple):
    """`id` is empty for a new record, `parent` the record it is to belong to, if any."""

    kind: str
    id: str = ""
    parent: str = ""


class KeptDraft(msgspec.Struct, frozen=True):
    """One unfinished form: its `route`, what a person would call it, and what was typed."""

    kind: str
    id: str
    parent: str
    route: str
    title: str
    kept_ms: int
    body: bytes

    @property
    def key(self) -> DraftKey:
        return DraftKey(self.kind, self.id, self.parent)


def read(connection: Connection, key: DraftKey) -> KeptDraft | None:
    row = connection.execute(select(_table).where(_is(key))).mappings().first()
    return None if row is None else KeptDraft(**row)


def write(connection: Connection, kept: KeptDraft) -> None:
    """Keep a draft, in the place of the one before."""
    values = msgspec.structs.asdict(kept)
    connection.execute(insert(_table).values(values).on_conflict_do_update(set_=values))


def drop(connection: Connection, key: DraftKey) -> None:
    connection.execute(delete(_table).where(_is(key)))


def listed(connection: Connection) -> list[KeptDraft]:
    """All of them, the latest first."""
    found = connection.execute(select(_table).order_by(_table.c.kept_ms.desc())).mappings()
    return [KeptDraft(**row) for row in found]


def _is(key: DraftKey) -> ColumnElement[bool]:
    return and_(*(_table.c[name] == value for name, value in key._asdict().items()))
