"""The replica's tables.

Records: one table per record type, made from its declaration. `row` is the key of the search
index; `scope` is where the server has the record (see `held`), `indexed`, `stale` and `sorted` are
the replica's own. There are no foreign keys: a record may point at one that this user does not
see.

Bookkeeping: `changeset` is the outbox and, once answered, the memory of what was sent; `pending`
names the records its waiting changesets touch, `confirmed` what the server last said of those.
Columns that came after the first version have a default, as `migrations` adds them.
"""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING, Any

from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    Float,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    Table,
    Text,
    case,
    cast,
    text,
)

from sync_protocol.records import kinds
from sync_protocol.rules.scopes import PARENT_KINDS

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sync_protocol.records import Field, Kind

metadata = MetaData()
"""The bookkeeping tables; `records` holds those of the record types."""
records = MetaData()

SORTED, SORTED_BY = "sorted", "name"
"""The column that holds a name as lists are sorted by it; null for an empty one."""
LATEST = ("account_id", "contact_id")
"""Whose activities are many: they are found by time, and by what was the last of a kind."""
_OF_THE_LATEST = ("status", "at", "kind", "deleted", "base_time")
"""All that is asked of it, so that the record itself need not be read."""
_COLUMN_TYPES: dict[str, Any] = {
    "text": Text,
    "integer": BigInteger,
    "real": Float,
    "boolean": Boolean,
    "json": Text,
}

meta = Table(
    "meta",
    metadata,
    Column("key", Text, primary_key=True),
    Column("value", LargeBinary, nullable=False),
)

changeset = Table(
    "changeset",
    metadata,
    Column("number", Integer, primary_key=True),
    Column("state", Text, nullable=False),  # see `outbox`
    Column("time", BigInteger, nullable=False),
    Column("name", Text, nullable=False),
    Column("action", Text, nullable=False),
    Column("undone", Boolean, nullable=False, server_default=text("0")),
    Column("undoes", Boolean, nullable=False, server_default=text("0")),
    Column("answered_ms", BigInteger),
    Column("body", LargeBinary, nullable=False),
    Column("verdict", LargeBinary),
    Column("sent", Boolean, nullable=False, server_default=text("0")),  # its bytes are fixed
    Column("failures", Integer, nullable=False, server_default=text("0")),
    Column("needs", Integer),  # the number of the problem it is held by
    Column("observed", BigInteger, nullable=False, server_default=text("0")),  # read before it
    Column("about", Text, nullable=False, server_default=text("''")),  # whose problem it is
    Column("takes_back", Text, nullable=False, server_default=text("''")),  # an act, see `undo`
    Column("changes", Integer, nullable=False, server_default=text("0")),  # how many it holds
    Index("changeset_state", "state", "number"),
)

ACT = case((changeset.c.action != "", changeset.c.action), else_=cast(changeset.c.number, Text))
"""An act is named by its action, or by the number of its only changeset."""

pending = Table(
    "pending",
    metadata,
    Column("kind", Text, primary_key=True),
    Column("id", Text, primary_key=True),
    Column("number", Integer, primary_key=True),
    Index("pending_number", "number"),
)

confirmed = Table(
    "confirmed",
    metadata,
    Column("kind", Text, primary_key=True),
    Column("id", Text, primary_key=True),
    Column("state", LargeBinary),  # null: the server has not heard of the record
)

history = Table(
    "history",
    metadata,
    Column("entry", Integer, primary_key=True),
    Column("kind", Text, nullable=False),
    Column("id", Text, nullable=False),
    Column("cell", Text, nullable=False),  # empty: the create
    Column("time", BigInteger, nullable=False),
    Column("device", BigInteger, nullable=False),
    Column("user", Text, nullable=False),
    Column("sequence", Integer),  # null until the server has accepted it
    Column("name", Text, nullable=False),
    Column("value", LargeBinary),
    Column("before", LargeBinary),
    Column("lost", Boolean, nullable=False, server_default=text("0")),
    Index("history_record", "kind", "id", "cell", "time", "device", unique=True),
    Index("history_stamp", "time", "device"),
)

unknown = Table(
    "unknown",
    metadata,
    Column("kind", Text, primary_key=True),
    Column("id", Text, primary_key=True),
    Column("state", LargeBinary, nullable=False),
    Column("scope", Integer, nullable=False, server_default=text("0")),
)

scope = Table(
    "scope",
    metadata,
    Column("place", Integer, primary_key=True),  # stands for it beside every record
    Column("name", Text, nullable=False, unique=True),
    Column("begun", Boolean, nullable=False, server_default=text("0")),
    Column("loaded", Boolean, nullable=False, server_default=text("0")),
)

blob = Table(
    "blob",
    metadata,
    Column("hash", Text, primary_key=True),
    Column("type", Text, nullable=False),
    Column("data", LargeBinary, nullable=False),
)


@cache
def of(kind: Kind) -> Table:
    """The table of a record type."""
    columns = [Column(field.name, *_column(field)) for field in kind.fields.values()]
    return Table(
        kind.name,
        records,
        Column("row", Integer, primary_key=True),
        Column("id", Text, nullable=False, unique=True),
        *columns,
        Column("base_time", BigInteger, nullable=False),
        Column("base_device", BigInteger, nullable=False),
        Column("stamps", LargeBinary),
        Column("extra", LargeBinary),
        Column("indexed", Boolean, nullable=False, server_default=text("0")),
        Column("stale", Boolean, nullable=False, server_default=text("0")),
        Column("scope", Integer, nullable=False, server_default=text("0")),
        *([Column(SORTED, Text)] if is_sorted(kind) else []),
        *_indexes(kind),
    )


def is_sorted(kind: Kind) -> bool:
    """Whether there may be very many, listed by name."""
    return SORTED_BY in kind.fields and bool(kind.parents)


def search_name(kind: Kind) -> str:
    """The full-text table of a record type, its rowid the record's `row`."""
    return f"{kind.name}_search"


def searchable() -> list[Kind]:
    return [kind for kind in kinds().values() if kind.search]


def _column(field: Field) -> tuple[Any, ...]:
    return (_COLUMN_TYPES[field.storage],)


def _indexes(kind: Kind) -> Iterator[Index]:
    """What is asked for is found in one of these: `deleted` and `merged` hold the few that are."""
    wanted = {*kind.parents, *PARENT_KINDS, "label_id", "at", "due", "name"}
    lasting = [name for name in LATEST if name in kind.fields and kind.name == "activity"]
    for name in kind.fields:
        if name in wanted and name not in lasting:
            yield Index(f"{kind.name}_{name}", name)
    for name in lasting:
        yield Index(f"{kind.name}_{name}_latest", name, *_OF_THE_LATEST)
    if is_sorted(kind):
        shown = [name for name in (*kind.parents, "merged_into") if name in kind.fields]
        yield Index(f"{kind.name}_sorted", SORTED, "id", "deleted", "base_time", *shown)
    yield Index(f"{kind.name}_scope", "scope")
    yield Index(f"{kind.name}_unindexed", "row", sqlite_where=text("indexed = 0"))
    if kind.name in PARENT_KINDS.values() or (kind.parents and "record_id" not in kind.parents):
        yield Index(f"{kind.name}_deleted", "deleted", "id", sqlite_where=text("deleted = 1"))
    if "merged_into" in kind.fields:
        merged = text("merged_into != ''")
        yield Index(f"{kind.name}_merged", "merged_into", sqlite_where=merged)


for _kind in kinds().values():
    of(_kind)


# --- files ---

# `safe`: the server has it, or has had it; `waiting_ms`: since when it is to be sent;
# `cancelled_ms`: since when nobody wants that; `sent`: what the server has, null if never begun
blob_keeping = Table(
    "blob_keeping",
    metadata,
    Column("hash", Text, primary_key=True),
    Column("size", Integer, nullable=False),
    Column("used_ms", BigInteger, nullable=False),
    Column("safe", Boolean, nullable=False),
    Column("waiting_ms", BigInteger),
    Column("cancelled_ms", BigInteger),
    Column("sent", Integer),
    Column("trouble", Text, nullable=False, server_default=text("''")),
)

# the records of this device that name a file; `left`: they are gone from here and live on elsewhere
blob_naming = Table(
    "blob_naming",
    metadata,
    Column("hash", Text, primary_key=True),
    Column("kind", Text, primary_key=True),
    Column("id", Text, primary_key=True),
    Column("left", Boolean, nullable=False, server_default=text("0")),
)


# --- forms ---

draft = Table(
    "draft",
    metadata,
    Column("kind", Text, primary_key=True),
    Column("id", Text, primary_key=True),  # empty: a new record
    Column("parent", Text, primary_key=True),  # what a new record is to belong to
    Column("route", Text, nullable=False),
    Column("title", Text, nullable=False),
    Column("kept_ms", BigInteger, nullable=False),
    Column("body", LargeBinary, nullable=False),
)


# --- labels that come and go ---

# the spells, in milliseconds, in which a rule's label is on a record: see `derived`
derived_label = Table(
    "derived_label",
    metadata,
    Column("kind", Text, primary_key=True),
    Column("record_id", Text, primary_key=True),
    Column("rule_id", Text, primary_key=True),
    Column("since", BigInteger, primary_key=True),
    Column("until", BigInteger, nullable=False),
    Column("label_id", Text, nullable=False),
    Index("derived_label_record", "record_id"),
    Index("derived_label_label", "label_id", "record_id"),
    Index("derived_label_rule", "rule_id"),
    sqlite_with_rowid=False,
)

# records that are to be derived in the background
to_derive = Table(
    "to_derive",
    metadata,
    Column("kind", Text, primary_key=True),
    Column("id", Text, primary_key=True),
    sqlite_with_rowid=False,
)

# by which rules the records of a type were derived, and how far that has come
deriving = Table(
    "deriving",
    metadata,
    Column("kind", Text, primary_key=True),
    Column("rules", LargeBinary, nullable=False),
    Column("after", Integer, nullable=False, server_default=text("0")),
    Column("done", Boolean, nullable=False, server_default=text("0")),
)


# --- duplicates ---

# the keys by which a record's likes are found: see `client.duplicates`
likeness_key = Table(
    "likeness_key",
    metadata,
    Column("kind", Text, primary_key=True),
    Column("key", Text, primary_key=True),
    Column("row", Integer, primary_key=True),
    Index("likeness_key_row", "kind", "row"),
    sqlite_with_rowid=False,
)

# records that are to be compared with their likes
to_compare = Table(
    "to_compare",
    metadata,
    Column("kind", Text, primary_key=True),
    Column("id", Text, primary_key=True),
)

# records that are likely one, `one` the older; dismissed: somebody here said that they are two
twins = Table(
    "twins",
    metadata,
    Column("kind", Text, primary_key=True),
    Column("one", Text, primary_key=True),
    Column("two", Text, primary_key=True),
    Column("points", Integer, nullable=False),
    Column("reasons", Text, nullable=False),
    Column("dismissed", Boolean, nullable=False, server_default=text("0")),
    Index("twins_two", "kind", "two"),
)
