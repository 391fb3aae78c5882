"""Pages follow the database's own order of texts, whichever that is.

The PostgreSQL of the tests knows no language's order, so SQLite is taught one: letters before case,
hyphens last of all, as en_US.UTF-8 has it; what a text is made of decides only between equals.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from msgspec import Raw
from sqlalchemy import Connection, event, select, text

from server.store.tables import records, unknown_record
from sync_protocol.changes import State
from sync_protocol.clock import Stamp
from sync_protocol.messages import Applied
from sync_protocol.records import Contact
from tests.integration.server.office import Office, create, open_office

IDS = ["a-b", "ab", "AB", "aB-", "a_c", "A-c", "-", "\u00e9t\u00e9", "ete", "Z", "\U0001f600", "z"]


def linguistic(left: str, right: str) -> int:
    keys = [([c for c in word.casefold() if c.isalnum()], word) for word in (left, right)]
    return (keys[0] > keys[1]) - (keys[0] < keys[1])


@pytest.fixture
def office(tmp_path: Path) -> Iterator[Office]:
    opened = open_office(f"sqlite:///{tmp_path / 'server.db'}")
    opened.store.engine.dispose()
    event.listen(opened.store.engine, "connect", teach)
    with opened.store.write() as connection:
        collate(connection, records["contact"].name, "id")
        collate(connection, unknown_record.name, "kind", "id")
    yield opened
    opened.store.close()


def teach(connection: Any, _record: Any) -> None:
    connection.create_collation("linguistic", linguistic)


def collate(connection: Connection, table: str, *columns: str) -> None:
    """Make an empty table anew with another order of these columns."""
    made = connection.execute(
        text("SELECT sql FROM sqlite_master WHERE tbl_name = :table AND sql IS NOT NULL"),
        {"table": table},
    ).scalars()
    statements = sorted(made, key=lambda sql: not sql.startswith("CREATE TABLE"))
    for column in columns:
        statements[0] = re.sub(rf"\b({column} TEXT)", r"\1 COLLATE linguistic", statements[0])
    connection.execute(text(f"DROP TABLE {table}"))
    for statement in statements:
        connection.execute(text(statement))


@pytest.mark.parametrize("limit", [1, 2, 5])
def test_pages_hold_everything_once_in_whatever_order_the_database_keeps_texts(
    office: Office, limit: int
) -> None:
    client = office.client(office.admin.user)
    own = client.session.user
    people = [Contact(id=name, name=name, owner_id=own) for name in IDS]
    assert isinstance(client.push(*map(create, people)), Applied)
    for kind in ("Drone", "boat", "drone-2"):
        for name in IDS:
            state = State(kind, name, Stamp(1, 1), {"name": Raw(b"\xa1x")})
            office.keep_unknown(state, f"user:{own}")
    with office.store.read() as connection:
        table = records["contact"]
        ordered = list(connection.execute(select(table.c.id).order_by(table.c.id)).scalars())
    assert ordered != sorted(ordered)
    keys = [(state.kind, state.id) for state in client.states(limit=limit)]
    assert len(keys) == len(set(keys))
    wanted = {(kind, name) for kind in ("contact", "Drone", "boat", "drone-2") for name in IDS}
    assert wanted <= set(keys)
