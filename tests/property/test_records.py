from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Any

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from msgspec import Raw, inspect

from sync_protocol import digest, merge
from sync_protocol.changes import Change
from sync_protocol.clock import Stamp
from sync_protocol.records import Field, Kind, Record, cells, kinds, rows
from sync_protocol.rules import validity
from tests.property.strategies import fold, msgpack_values, raw

KINDS = pytest.mark.parametrize("kind", kinds().values(), ids=lambda kind: kind.name)
ENTRY_IDS = st.sampled_from(["1", "2", "a0b1c2d3"])


def of_type(hint: Any) -> st.SearchStrategy[Any]:
    """Valid values of a declared type, short ones: hypothesis would fill 20,000 characters."""
    return _of_info(inspect.type_info(hint))


def _of_info(info: Any) -> st.SearchStrategy[Any]:
    return _DRAW[type(info)](info)


def _text(info: inspect.StrType) -> st.SearchStrategy[str]:
    if info.pattern is None:
        letters = st.characters(exclude_categories=["Cs"], exclude_characters="\0")
        return st.text(letters, min_size=info.min_length or 0, max_size=12)
    matching = st.from_regex(info.pattern.removesuffix("$") + r"\Z")
    return matching.filter(lambda text: "\0" not in text and len(text) <= (info.max_length or 60))


def _integer(info: inspect.IntType) -> st.SearchStrategy[int]:
    lowest = info.ge if info.ge is not None else -(1 << 63)
    highest = info.le if info.le is not None else (1 << 63) - 1
    return st.integers(lowest, info.lt - 1 if info.lt is not None else highest)


def _struct(info: inspect.StructType) -> st.SearchStrategy[Any]:
    fields = {field.name: _of_info(field.type) for field in info.fields}
    return st.fixed_dictionaries(fields).map(lambda values: info.cls(**values))


_DRAW: dict[Any, Callable[[Any], st.SearchStrategy[Any]]] = {
    inspect.StrType: _text,
    inspect.IntType: _integer,
    inspect.FloatType: lambda info: st.floats(
        info.ge, info.le, allow_nan=False, allow_infinity=False
    ),
    inspect.BoolType: lambda _info: st.booleans(),
    inspect.DateType: lambda _info: st.dates(date(1900, 1, 1), date(2200, 1, 1)),
    inspect.NoneType: lambda _info: st.none(),
    inspect.LiteralType: lambda info: st.sampled_from(info.values),
    inspect.UnionType: lambda info: st.one_of([_of_info(each) for each in info.types]),
    inspect.DictType: lambda info: st.dictionaries(
        ENTRY_IDS, _of_info(info.value_type), max_size=3
    ),
    inspect.VarTupleType: lambda info: st.lists(_of_info(info.item_type), max_size=3).map(tuple),
    inspect.StructType: _struct,
}


def records(kind: Kind) -> st.SearchStrategy[Record]:
    drawn = {name: of_type(field.type) for name, field in kind.fields.items()}
    return st.fixed_dictionaries(drawn).map(lambda values: kind.struct(id="a", **values))


def cell_names(kind: Kind) -> st.SearchStrategy[str]:
    names = [f"{f.name}.1" if f.entry is not None else f.name for f in kind.fields.values()]
    return st.sampled_from([*names, *kind.fields, "newer", "newer.1"])


def foreign_cells(kind: Kind) -> st.SearchStrategy[dict[str, Raw]]:
    return st.dictionaries(cell_names(kind), msgpack_values().map(raw), max_size=4)


def floats_in_real_fields(kind: Kind, written: dict[str, Raw]) -> dict[str, Raw]:
    return {cell: _as_float(kind.field_of(cell), value) for cell, value in written.items()}


def _as_float(field: Field | None, value: Raw) -> Raw:
    if field is None or field.storage != "real":
        return value
    return Raw(field.encode(msgspec.msgpack.decode(value)))


@KINDS
@given(st.data())
def test_a_record_comes_back_from_its_cells_and_its_row(kind: Kind, data: st.DataObject) -> None:
    record = data.draw(records(kind))
    change = Change(kind.name, "a", cells.of_new(record), create=True)
    assert validity.check(kind, change) is None
    row = rows.dump(kind, merge.as_state(change, Stamp(1, 1)))
    assert rows.record(kind, row) == record


@KINDS
@given(st.data())
def test_an_edited_record_comes_back_from_its_changes(kind: Kind, data: st.DataObject) -> None:
    before, after = data.draw(records(kind)), data.draw(records(kind))
    made = Change(kind.name, "a", cells.of_new(before), create=True)
    edit = Change(kind.name, "a", cells.changed(before, after))
    assert validity.check(kind, edit) is None
    state = fold([(edit, Stamp(2, 1)), (made, Stamp(1, 1))], merge.blank(kind.name, "a"))
    assert rows.record(kind, rows.dump(kind, state)) == after


@KINDS
@given(st.data())
def test_storing_a_state_keeps_its_normal_form_and_its_digest(
    kind: Kind, data: st.DataObject
) -> None:
    make = st.tuples(foreign_cells(kind), st.just(True), st.just(Stamp(3, 1)))
    edits = st.tuples(
        foreign_cells(kind), st.booleans(), st.integers(1, 9).map(lambda t: Stamp(t, 2))
    )
    written = [data.draw(make), *data.draw(st.lists(edits, max_size=3))]
    state = fold(
        [
            (Change(kind.name, "a", floats_in_real_fields(kind, these), create=create), stamp)
            for these, create, stamp in written
        ],
        merge.blank(kind.name, "a"),
    )
    stored = rows.load(kind, rows.dump(kind, state))
    assert stored == rows.normal(state)
    assert rows.normal(stored) == stored
    again = rows.load(kind, rows.dump(kind, stored))
    assert again == stored
    assert digest.record(again) == digest.record(stored)


@KINDS
@given(st.data())
def test_any_row_reads_as_a_record(kind: Kind, data: st.DataObject) -> None:
    state = merge.as_state(Change(kind.name, "a", data.draw(foreign_cells(kind))), Stamp(2, 1))
    record = rows.record(kind, rows.dump(kind, state))
    assert isinstance(record, kind.struct)
    assert record.id == "a"


@KINDS
@given(st.data())
def test_storing_before_or_after_a_merge_ends_the_same(kind: Kind, data: st.DataObject) -> None:
    before, after = data.draw(records(kind)), data.draw(records(kind))
    made = merge.as_state(Change(kind.name, "a", cells.of_new(before), create=True), Stamp(1, 1))
    edit = merge.as_state(Change(kind.name, "a", cells.changed(before, after)), Stamp(2, 2))
    stored_first = merge.merge(rows.load(kind, rows.dump(kind, made)), edit)
    stored_last = rows.load(kind, rows.dump(kind, merge.merge(made, edit)))
    assert rows.load(kind, rows.dump(kind, stored_first)) == stored_last


@KINDS
@settings(max_examples=20)
@given(st.data())
def test_the_columns_of_an_edit_are_those_that_a_whole_row_would_change(
    kind: Kind, data: st.DataObject
) -> None:
    made = Change(kind.name, "a", cells.of_new(data.draw(records(kind))), create=True)
    before = merge.apply(merge.blank(kind.name, "a"), made, Stamp(1, 1)).state
    stored = rows.load(kind, rows.dump(kind, before))
    edited = data.draw(records(kind))
    values = cells.of_fields(edited, data.draw(st.sets(st.sampled_from(sorted(kind.fields)))))
    strange = data.draw(st.dictionaries(cell_names(kind), msgpack_values().map(raw), max_size=2))
    change = Change(kind.name, "a", values | strange)
    merged = merge.apply(stored, change, Stamp(data.draw(st.integers(0, 2)), 2))
    row = rows.dump(kind, stored)

    assert row | rows.changes(kind, row, merged.state, merged.won) == rows.dump(kind, merged.state)
