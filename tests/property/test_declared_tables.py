"""Any record of any type that has a table goes into a file and comes back as it was."""

from __future__ import annotations

import unicodedata
from typing import TYPE_CHECKING, Any

import msgspec
import pytest
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

from client.interchange import declared, files, planning
from client.interchange.export_csv import export_csv
from sync_protocol.records import kind_of, kinds
from tests.property.test_records import records

if TYPE_CHECKING:
    from sync_protocol.records import Record

TYPES = pytest.mark.parametrize("of", declared.TYPES)


@TYPES
@settings(max_examples=15, suppress_health_check=list(HealthCheck))
@given(data=st.data())
def test_what_is_written_is_read_back_whole(of: str, data: st.DataObject) -> None:
    drawn = [data.draw(records(kinds()[of])) for _ in range(2)]
    made = [tidy(record) for record in drawn]
    table = export_csv(made, {}, {})
    rows = list(planning.DeclaredPlan(files.read(table, "x.csv"), of).rows())
    assert [row.problems for row in rows] == [(), ()]
    assert [told(row.other) for row in rows] == [told(record) for record in made]
    assert [row.ids["id"] for row in rows] == ["a", "a"]


def tidy(record: Record) -> Record:
    """As a person would leave it: no blanks around, no entries with nothing in them."""
    plain = {name: value for name, value in msgspec.to_builtins(record).items()
             if name not in ("deleted", "merged_into", "clash", "custom")}  # fmt: skip
    for name, value in plain.items():
        field = kind_of(record).fields.get(name)
        if field is not None and field.entry is not None:
            held = {_tidy(key) or "k": _tidy(entry) for key, entry in value.items()}
            plain[name] = {
                key: entry
                for key, entry in held.items()
                if entry != ""
                and (not isinstance(entry, dict) or any(x not in ("", {}) for x in entry.values()))
            }
        elif field is not None and field.required and name.endswith("_id"):
            plain[name] = _tidy(value) or "some"
        else:
            plain[name] = _tidy(value)
            if isinstance(value, dict) and not any(x not in ("", {}) for x in plain[name].values()):
                plain[name] = None
    try:
        return msgspec.convert(plain, type(record))
    except msgspec.ValidationError:
        assume(False)  # a bound that blanks at an end had kept
        raise


def _tidy(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: _tidy(inner) for key, inner in value.items()}
    if isinstance(value, str):
        return "".join(x for x in value if unicodedata.category(x) != "Cc" or x == "\n").strip()
    return value


def told(record: Record | None) -> dict[str, Any]:
    """What it says; entries whose ids say nothing are numbered in the file."""
    plain = msgspec.to_builtins(record)
    for name, value in plain.items():
        if isinstance(value, dict) and kinds_entry(record, name) and name not in declared.KEYED:
            plain[name] = list(value.values())
    return plain | {"id": ""}


def kinds_entry(record: Record | None, name: str) -> bool:
    assert record is not None
    field = kind_of(record).fields.get(name)
    return field is not None and field.entry is not None
