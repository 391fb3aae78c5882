"""Which records of this device's writing name a file, and whether they still need it.

A record needs the file that it names while it is there to be seen, and also once it has left: it
may live on elsewhere, and the file may be nowhere but here. So that is noted as it goes
(`note_gone`). A rejected, deleted or removed record needs nothing.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import bindparam, select, update
from sqlalchemy.dialects.sqlite import insert

from client.store import states, tables
from client.store.prepared import Prepared
from sync_protocol.records import blob_fields
from sync_protocol.rules.scopes import MAX_ANCESTORS, parents_of

if TYPE_CHECKING:
    from collections.abc import Iterable

    from sqlalchemy import Connection

    from client.store.states import Key
    from sync_protocol.records import Kind
    from sync_protocol.rules.scopes import Fields

    Found = tuple[Kind, Fields]

_table = tables.blob_naming
_ALL = Prepared(select(_table.c.hash, _table.c.kind, _table.c.id))
_NAMING = Prepared(
    select(_table.c.kind, _table.c.id, _table.c.left).where(_table.c.hash == bindparam("at_hash"))
)
_GONE = Prepared(
    update(_table).where(
        _table.c.hash == bindparam("at_hash"),
        _table.c.kind == bindparam("at_kind"),
        _table.c.id == bindparam("at_id"),
    )
)


def note(connection: Connection, content: str, kind: str, record_id: str) -> None:
    """A record names a file."""
    row = {"hash": content, "kind": kind, "id": record_id}
    connection.execute(insert(_table).values(row).on_conflict_do_nothing())


def note_gone(connection: Connection, keys: Iterable[Key], *, removed: bool) -> None:
    """These records are about to go from here: of what is not `removed`, files are still needed.

    Of what is deleted, too: where it is now, that may be undone. And of what was not here as a
    whole any more: a copy of everything had not brought it yet.
    """
    going = set(keys)
    for content, kind, record_id in _ALL.all(connection) if going else ():
        if (kind, record_id) in going:
            at = {"at_hash": content, "at_kind": kind, "at_id": record_id}
            found = _known(connection, kind, record_id)
            left = not removed and (found is None or _names(found, content))
            _GONE.run(connection, at | {"left": left})


def is_needed(connection: Connection, content: str) -> bool:
    """Whether any record needs a file."""
    return any(
        left if (found := _known(connection, *key)) is None else _shows(connection, found, content)
        for *key, left in _NAMING.all(connection, {"at_hash": content})
    )


def name_of(connection: Connection, content: str) -> str:
    """What the record is called that names a file."""
    for *key, _left in _NAMING.all(connection, {"at_hash": content}):
        found = _known(connection, *key)
        if found is not None and "name" in found[1]:
            return str(found[1]["name"])
    return ""


def _names(found: Found, content: str) -> bool:
    return any(found[1][field] == content for field in blob_fields(found[0]))


def _shows(connection: Connection, found: Found, content: str) -> bool:
    """Whether a record names a file, and neither it nor anything above it is deleted."""
    if not _names(found, content):
        return False
    level = [found]
    for _ in range(MAX_ANCESTORS):
        if any(fields["deleted"] for _kind, fields in level):
            return False
        above = [key for kind, fields in level for key in parents_of(kind, fields)]
        level = [known for key in above if (known := _known(connection, *key)) is not None]
        if not level:
            break
    return True


def _known(connection: Connection, kind: str, record_id: str) -> Found | None:
    """A record that is here as more than an edit of it."""
    found = states.fields(connection, kind, record_id)
    return None if found is None or found[1]["base_time"] <= 0 else found
