"""Which records are meant: conditions on fields and labels, and filters that are kept by name."""

from __future__ import annotations

from typing import Annotated, Literal

import msgspec
from msgspec import Meta

from sync_protocol.records.base import Id, Name, Record, Short, synced

Operator = Literal[
    "is", "is_not", "contains", "starts", "empty", "filled",
    "less", "more", "between", "older", "within", "ahead",
]  # fmt: skip
"""`older`, `within` and `ahead` count days: longer ago than, in the last, in the next so many."""


class Condition(msgspec.Struct, frozen=True, omit_defaults=True):
    """What one field must be. `field` may go into a cell: `addresses.town`, `custom.<id>`."""

    field: Annotated[str, Meta(min_length=1, max_length=100)]
    operator: Operator = "is"
    values: Annotated[tuple[Short, ...], Meta(max_length=200)] = ()


class Filter(msgspec.Struct, frozen=True, omit_defaults=True):
    """All or any of some conditions, any, all and none of some labels, and a text."""

    match: Literal["all", "any"] = "all"
    conditions: Annotated[tuple[Condition, ...], Meta(max_length=50)] = ()
    labels_any: Annotated[tuple[Id, ...], Meta(max_length=200)] = ()
    labels_all: Annotated[tuple[Id, ...], Meta(max_length=200)] = ()
    labels_none: Annotated[tuple[Id, ...], Meta(max_length=200)] = ()
    text: Short = ""


@synced(shared=True, search=("name",))
class Segment(Record, frozen=True, kw_only=True):
    """A filter under a name, with the columns and the order of its table: a saved view.

    `of` is a record type. Everybody may use it; its owner and the office may change it.
    """

    name: Name
    of: Annotated[str, Meta(min_length=1, max_length=40)]
    filter: Filter = Filter()
    columns: Annotated[tuple[Short, ...], Meta(max_length=50)] = ()
    sort: Short = ""
    owner_id: Id = ""
