"""The full-text index of the replica: derived here, never synced.

A record's text is what its declaration names. Words are matched by their beginning, without case
and accents. Phone numbers are found by any run of their digits: the index holds every tail of the
digits as typed and of the E.164 form, and a search by digits drops signs and leading zeros, so
"0049 9261-62", "09261 62" and "926162" all find "+49 9261 62800".

Custom values are found by what they are called: a choice by the name of its option. When options
are renamed, all records with custom values are indexed anew.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from functools import cache
from hashlib import blake2b
from typing import TYPE_CHECKING, Any, cast

import msgspec
from sqlalchemy import bindparam, literal_column, select, table, text, update

from client.store import meta, tables
from client.store.prepared import Prepared
from sync_protocol.records import Address, CustomField, Phone, kind_of, rows
from sync_protocol.rules.custom import CHOICES, chosen

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from sqlalchemy import Connection

    from sync_protocol.records import Kind, Record

BATCH = 40
SHORTEST_DIGITS = 3
_PHONE_LIKE = re.compile(r"[\d\s()+/.\-\u2010-\u2015\u2212]+")
_WORD = re.compile(r"\w+")

CUSTOM = "custom"
Definitions = Mapping[str, CustomField]
Normalise = Callable[[str, str], str | None]
"""A phone number as typed and the country of its record's address -> its E.164 form, if any."""


def terms(query: str) -> list[str]:
    """The words to look for; a query that looks like a phone number is one word of digits."""
    return [_digits(query).lstrip("0")] if is_number(query) else words(query)


def is_number(query: str) -> bool:
    """Whether a query looks like a part of a phone number."""
    digits = _digits(query).lstrip("0")
    return _PHONE_LIKE.fullmatch(query) is not None and len(digits) >= SHORTEST_DIGITS


def words(text: str) -> list[str]:
    return _WORD.findall(text)


def matching(kind: Kind, term: str) -> Any:
    """A subquery of the rows of `kind` that hold a word beginning with `term`."""
    name = tables.search_name(kind)
    asked: Any = bindparam("term", f'"{term}"*', unique=True)
    found = text(f"{name} MATCH :term").bindparams(asked)
    return select(literal_column("rowid")).select_from(table(name)).where(found)


def definitions(connection: Connection) -> Definitions:
    """The custom fields by id; where they have changed, what holds values is to be indexed anew."""
    kind = kind_of(CustomField)
    found = connection.execute(select(tables.of(kind))).mappings()
    fields = {row["id"]: cast("CustomField", rows.record(kind, row)) for row in found}
    shape = sorted((field.id, field.type, field.options) for field in fields.values())
    known = blake2b(msgspec.msgpack.encode(shape), digest_size=16).digest()
    if meta.read(connection, CUSTOM, bytes) != known:
        for one in tables.searchable():
            if CUSTOM in one.search:
                table = tables.of(one)
                connection.execute(
                    update(table).where(table.c.custom != "{}").values(indexed=False)
                )
        meta.write(connection, CUSTOM, known)
    return fields


def wanting(connection: Connection, kinds: Iterable[Kind]) -> list[Kind]:
    """Those of some kinds of which any record is to be indexed."""
    return [kind for kind in kinds if _wanting(kind).first(connection) is not None]


def index_some(
    connection: Connection,
    kind: Kind,
    normalise: Normalise,
    fields: Definitions,
    heard: Callable[[Connection, Kind, int, Record], None],
) -> int:
    """Index up to `BATCH` records that need it, `heard` is told of each; returns how many."""
    source = tables.of(kind)
    wanting = select(source).where(~source.c.indexed).limit(BATCH)
    found = connection.execute(wanting).mappings().all()
    name = tables.search_name(kind)
    places = [(row["row"],) for row in found]
    read = [(row["row"], rows.record(kind, row)) for row in found]
    texts = [(place, text_of(kind, record, normalise, fields)) for place, record in read]
    for place, record in read:
        heard(connection, kind, place, record)
    connection.exec_driver_sql(f"DELETE FROM {name} WHERE rowid = ?", places)  # noqa: S608
    connection.exec_driver_sql(f"INSERT INTO {name}(rowid, text) VALUES (?, ?)", texts)  # noqa: S608
    connection.execute(
        update(source).where(source.c.row.in_([place for (place,) in places])).values(indexed=True)
    )
    return len(found)


@cache
def _wanting(kind: Kind) -> Prepared:
    """Whether any record is to be indexed: asked of every type at every step."""
    source = tables.of(kind)
    return Prepared(select(source.c.row).where(~source.c.indexed).limit(1))


def text_of(kind: Kind, record: Record, normalise: Normalise, fields: Definitions) -> str:
    """All that `record` is found by."""
    country = _country(record)

    def local(number: str) -> str | None:
        return normalise(number, country)

    values = {name: getattr(record, name) for name in kind.search}
    if CUSTOM in values:
        values[CUSTOM] = dict(enumerate(_custom(values[CUSTOM], fields)))
    return " ".join(word for value in values.values() for word in _words(value, local))


def _custom(values: dict[str, Any], fields: Definitions) -> Iterator[Any]:
    """Custom values as what they are found by."""
    for entry, value in values.items():
        field = fields.get(entry)
        if field is not None and field.type in CHOICES:
            yield from (field.options[o].name for o in chosen(value) if o in field.options)
        else:
            yield Phone(value) if field and field.type == "phone" else value


def _country(record: Record) -> str:
    """Where a number without a country code belongs; empty if the record does not say."""
    addresses: dict[str, Address] = getattr(record, "addresses", {})
    return next((address.country for address in addresses.values() if address.country), "")


def _words(value: Any, normalise: Callable[[str], str | None]) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict):
        for item in value.values():
            yield from _words(item, normalise)
    elif isinstance(value, Phone):
        yield from _tails(value.number)
        yield from _tails(normalise(value.number) or "")
    elif hasattr(value, "__struct_fields__"):
        for name in value.__struct_fields__:
            yield from _words(getattr(value, name), normalise)


def _digits(number: str) -> str:
    """The digits that are dialled: the zero in "+49 (0)9261" is not."""
    return re.sub(r"\D", "", number.replace("(0)", ""))


def _tails(number: str) -> Iterator[str]:
    digits = _digits(number)
    for start in range(max(0, len(digits) - SHORTEST_DIGITS + 1)):
        yield digits[start:]
