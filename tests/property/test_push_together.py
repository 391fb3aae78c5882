"""Changesets that are pushed together are taken as they would be one by one."""

from __future__ import annotations

from typing import Any

import msgspec
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy import select

from server.store.tables import metadata
from sync_protocol.changes import Change, Changeset
from tests.integration.server.office import Client, Office, update
from tests.property.test_server_log import World, drawn, world

MAPS = ("stamps", "extra", "body")
"""Packed columns in which the order of a map's keys says nothing."""


def contents(office: Office) -> dict[str, list[Any]]:
    """All that a server keeps, table by table, in the order of the keys."""
    with office.store.read() as connection:
        return {
            table.name: [
                _unpacked(row)
                for row in connection.execute(select(table).order_by(*table.primary_key)).mappings()
            ]
            for table in metadata.sorted_tables
        }


def _unpacked(row: Any) -> dict[str, Any]:
    return {
        name: msgspec.msgpack.decode(value) if name in MAPS and value else value
        for name, value in row.items()
    }


def edited(data: st.DataObject, found: World) -> Change:
    """A create or a move, or an edit that may lose, delete or bring back."""
    record_id = data.draw(st.sampled_from(found.ids))
    kind = record_id.partition("-")[0]
    if data.draw(st.booleans()) or record_id not in found.living(kind):
        return drawn(data, found)
    deleted = st.fixed_dictionaries({"deleted": st.booleans()})
    field = "note" if kind == "activity" else "name"
    named = st.fixed_dictionaries({field: st.sampled_from(["A", "B"])})
    return update(kind, record_id, **data.draw(deleted | named))


def some(data: st.DataObject, found: World, writer: Client) -> list[Changeset]:
    """A few changesets of one writer, some of them from a clock that was behind."""
    made = []
    for _ in range(data.draw(st.integers(1, 5))):
        changes = [edited(data, found) for _ in range(data.draw(st.integers(1, 3)))]
        seen = data.draw(st.sampled_from([0, 5, 1 << 40]))
        made.append(writer.changeset(*changes, seen=seen))
    return made


@settings(deadline=None)
@given(st.data())
def test_what_is_pushed_together_ends_as_if_it_were_pushed_one_by_one(
    data: st.DataObject,
) -> None:
    with world() as apart, world() as together:
        assert contents(apart.office) == contents(together.office)
        for _ in range(data.draw(st.integers(1, 4))):
            place = data.draw(st.integers(0, len(apart.writers) - 1))
            sent = some(data, apart, apart.writers[place])
            together.office.clock.now_ms = apart.office.clock.now_ms
            verdicts = [verdict for one in sent for verdict in apart.writers[place].send(one)]
            assert together.writers[place].send(*sent) == tuple(verdicts)
            assert contents(apart.office) == contents(together.office)
