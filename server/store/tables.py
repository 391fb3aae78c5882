"""The tables: one per record type, made from its declaration, and what sync needs beside them.

`workspace_id` leads every key, so that it can be the distribution key of a distributed PostgreSQL.
There are no foreign keys between records: a reference may point at what nobody has pushed yet.
The log is keyed by sequence before scope, because a pull reads one range of sequences over many
scopes; a changeset has one log row per scope it touched, so a reader never sees another's part.
"""

from __future__ import annotations

from typing import Any

from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    Double,
    Index,
    LargeBinary,
    MetaData,
    Table,
    Text,
    UniqueConstraint,
)
from sqlalchemy import text as sa_text

from sync_protocol.records import Kind, blob_fields, kinds, rows

_STORAGE = {
    "text": Text, "integer": BigInteger, "real": Double, "boolean": Boolean, "json": Text,
}  # fmt: skip

metadata = MetaData(
    naming_convention={
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "pk": "pk_%(table_name)s",
    }
)


def _workspace() -> Column[str]:
    return Column("workspace_id", Text, primary_key=True)


def _field_columns(kind: Kind) -> list[Column[Any]]:
    """A column per field; the default is there for rows older than the field."""
    blank = rows.defaults(kind)
    return [
        Column(
            field.name,
            _STORAGE[field.storage],
            nullable=field.optional,
            server_default=None if field.optional else _literal(blank[field.name]),
        )
        for field in kind.fields.values()
    ]


def _literal(value: str | float | bool) -> Any:
    return sa_text(f"'{value}'" if isinstance(value, str) else str(value).lower())


def _record_table(kind: Kind) -> Table:
    table = Table(
        kind.name,
        metadata,
        _workspace(),
        Column("id", Text, primary_key=True),
        Column("scope", Text, nullable=False),
        *_field_columns(kind),
        Column("base_time", BigInteger, nullable=False),
        Column("base_device", BigInteger, nullable=False),
        Column("stamps", LargeBinary),
        Column("extra", LargeBinary),
    )
    Index(None, table.c.workspace_id, table.c.scope, table.c.id)
    for parent in kind.parents:
        Index(None, table.c.workspace_id, table.c[parent])
    return table


records: dict[str, Table] = {name: _record_table(kind) for name, kind in kinds().items()}

unknown_record = Table(
    "unknown_record",
    metadata,
    _workspace(),
    Column("kind", Text, primary_key=True),
    Column("id", Text, primary_key=True),
    Column("scope", Text, nullable=False),
    Column("state", LargeBinary, nullable=False),
)
Index(None, unknown_record.c.workspace_id, unknown_record.c.scope)

# `people` is the sequence at which users or territories last changed: who sees what is cached by
# it; `oldest` the one up to which the log has been let go; `begun` the one at which the epoch began
workspace = Table(
    "workspace",
    metadata,
    _workspace(),
    Column("name", Text, nullable=False),
    Column("epoch", Text, nullable=False),
    Column("sequence", BigInteger, nullable=False),
    Column("clock", BigInteger, nullable=False),
    Column("check_value", BigInteger, nullable=False),
    Column("people", BigInteger, nullable=False),
    Column("oldest", BigInteger, nullable=False, server_default=sa_text("0")),
    Column("begun", BigInteger, nullable=False, server_default=sa_text("0")),
    Column("created_ms", BigInteger, nullable=False),
)

# the digest of each scope, kept with every accepted changeset
scope_digest = Table(
    "scope_digest",
    metadata,
    _workspace(),
    Column("scope", Text, primary_key=True),
    Column("total", BigInteger, nullable=False),
)

credential = Table(
    "credential",
    metadata,
    _workspace(),
    Column("user_id", Text, primary_key=True),
    Column("email", Text, nullable=False, unique=True),
    Column("password_hash", Text, nullable=False),
    Column("active", Boolean, nullable=False),
    Column("changed_ms", BigInteger, nullable=False),
)

# `number` is the last changeset number taken; `floor` the last stamp time the server gave out;
# `cursor` how far it had read when last seen; `resync` counts the fresh copies asked for;
# `copy_of` is the id its replica had first, if another goes by that;
# `wipe` is what becomes of its replica once it is revoked, `wiped_ms` when it said it had done so
device = Table(
    "device",
    metadata,
    _workspace(),
    Column("id", BigInteger, primary_key=True, autoincrement=False),
    Column("user_id", Text, nullable=False),
    Column("name", Text, nullable=False),
    Column("app", Text, nullable=False),
    Column("token_hash", LargeBinary, unique=True),
    Column("number", BigInteger, nullable=False),
    Column("floor", BigInteger, nullable=False),
    Column("created_ms", BigInteger, nullable=False),
    Column("seen_ms", BigInteger, nullable=False),
    Column("revoked_ms", BigInteger),
    Column("locked", Boolean, nullable=False, server_default=sa_text("false")),
    Column("wipe", Text, nullable=False, server_default=sa_text("''")),
    Column("wiped_ms", BigInteger),
    Column("resync", BigInteger, nullable=False, server_default=sa_text("0")),
    Column("cursor", BigInteger, nullable=False, server_default=sa_text("0")),
    Column("diverged_ms", BigInteger),
    Column("copy_of", BigInteger),
)
Index(None, device.c.workspace_id, device.c.user_id)

changeset = Table(
    "changeset",
    metadata,
    _workspace(),
    Column("device_id", BigInteger, primary_key=True, autoincrement=False),
    Column("number", BigInteger, primary_key=True, autoincrement=False),
    Column("sequence", BigInteger),
    Column("check_value", BigInteger),
    Column("body_hash", LargeBinary, nullable=False),
    Column("verdict", LargeBinary, nullable=False),
    Column("received_ms", BigInteger, nullable=False),
    UniqueConstraint("workspace_id", "sequence"),
)

log = Table(
    "log",
    metadata,
    _workspace(),
    Column("sequence", BigInteger, primary_key=True, autoincrement=False),
    Column("scope", Text, primary_key=True),
    Column("body", LargeBinary, nullable=False),
)

# keyed by sequence too: a device that uses one stamp twice must not stop anything; `displaced` is
# the sequence at which the value gave way to another, 0 while it stands
history = Table(
    "history",
    metadata,
    _workspace(),
    Column("kind", Text, primary_key=True),
    Column("record_id", Text, primary_key=True),
    Column("cell", Text, primary_key=True),
    Column("time", BigInteger, primary_key=True, autoincrement=False),
    Column("device_id", BigInteger, primary_key=True, autoincrement=False),
    Column("sequence", BigInteger, primary_key=True, autoincrement=False),
    Column("user_id", Text, nullable=False),
    Column("name", Text, nullable=False, server_default=sa_text("''")),
    Column("value", LargeBinary, nullable=False),
    Column("lost", Boolean, nullable=False),
    Column("displaced", BigInteger, nullable=False, server_default=sa_text("0")),
)
_LOST = sa_text("lost")
Index(
    "ix_history_lost",
    history.c.workspace_id,
    history.c.sequence,
    sqlite_where=_LOST,
    postgresql_where=_LOST,
)

# where a user's calendar fetches their visits: only the hash of its secret is kept, and the device
# that asked for it
calendar_feed = Table(
    "calendar_feed",
    metadata,
    _workspace(),
    Column("user_id", Text, primary_key=True),
    Column("secret_hash", LargeBinary, nullable=False, unique=True),
    Column("device_id", BigInteger, nullable=False),
    Column("created_ms", BigInteger, nullable=False),
)
_activity = records["activity"]
Index(None, _activity.c.workspace_id, _activity.c.owner_id, _activity.c.at)

# --- files, which are kept elsewhere ---

for _kind in kinds().values():
    for _field in blob_fields(_kind):
        Index(None, records[_kind.name].c.workspace_id, records[_kind.name].c[_field])

# `unnamed_ms` is since when no record is known to name the file
blob = Table(
    "blob",
    metadata,
    _workspace(),
    Column("hash", Text, primary_key=True),
    Column("size", BigInteger, nullable=False),
    Column("stored_ms", BigInteger, nullable=False),
    Column("unnamed_ms", BigInteger),
)

# who has had a file's bytes in hand: only a record they wrote shows it to others
blob_holder = Table(
    "blob_holder",
    metadata,
    _workspace(),
    Column("hash", Text, primary_key=True),
    Column("user_id", Text, primary_key=True),
)

# an upload under way: `received` of `size` bytes have come from this device
blob_upload = Table(
    "blob_upload",
    metadata,
    _workspace(),
    Column("device_id", BigInteger, primary_key=True, autoincrement=False),
    Column("hash", Text, primary_key=True),
    Column("size", BigInteger, nullable=False),
    Column("received", BigInteger, nullable=False),
    Column("touched_ms", BigInteger, nullable=False),
)
