"""Queries that are prepared give on either store what SQLAlchemy gives."""

from __future__ import annotations

import pytest
from sqlalchemy import bindparam, select, text
from sqlalchemy.exc import OperationalError

from server.store.prepared import Prepared, run_text
from server.store.store import Store
from server.store.tables import records
from sync_protocol.records import User
from tests.integration.server.office import Office

user = records["user"]
NAMED = (
    select(user.c.name, user.c.active, user.c.extra)
    .where(user.c.workspace_id == bindparam("at_workspace"), user.c.role == "office")
    .where(user.c.name.in_(bindparam("names", expanding=True)))
    .order_by(user.c.name)
)


@pytest.fixture
def workspace(office: Office) -> str:
    for name in ("Olga", "Otto", "Oda"):
        office.add(User(id=office.id(), name=name, role="office", active=name != "Oda"))
    return office.admin.workspace


@pytest.mark.parametrize("names", [[], ["Olga"], ["Oda", "Olga", "Nobody"]])
def test_the_same_rows_come_out(office: Office, workspace: str, names: list[str]) -> None:
    values, query = {"at_workspace": workspace, "names": names}, Prepared(NAMED)
    with office.store.read() as connection:
        expected = connection.execute(NAMED, values).all()
        assert query.all(connection, values) == [tuple(row) for row in expected]
        assert list(query.each(connection, values)) == query.all(connection, values)
        assert query.mappings(connection, values) == [dict(row._mapping) for row in expected]
        assert query.scalars(connection, values) == [row.name for row in expected]


def test_a_yes_or_no_is_one(office: Office, workspace: str) -> None:
    values = {"at_workspace": workspace, "names": ["Oda", "Olga"]}
    with office.store.read() as connection:
        found = Prepared(NAMED).all(connection, values)
    assert [row[1] for row in found] == [False, True]
    assert all(isinstance(row[1], bool) for row in found)


def test_what_is_not_read_to_its_end_is_let_go(office: Office, workspace: str) -> None:
    values = {"at_workspace": workspace, "names": ["Oda", "Olga"]}
    with office.store.write() as connection:
        found = Prepared(NAMED).each(connection, values)
        assert next(found)[0] == "Oda"
        del found
        connection.execute(text("DELETE FROM \"user\" WHERE name = 'Oda'"))
    with office.store.read() as connection:
        assert Prepared(NAMED).scalars(connection, values) == ["Olga"]


def test_what_sqlite_says_has_sqlalchemys_name_and_no_values() -> None:
    store = Store("sqlite://")  # without a table
    with store.read() as connection:
        for ask in (Prepared(NAMED).all, lambda *asked: list(Prepared(NAMED).each(*asked))):
            with pytest.raises(OperationalError) as caught:
                ask(connection, {"at_workspace": "w", "names": ["secret"]})
            assert "no such table" in str(caught.value)
            assert "secret" not in str(caught.value)
        with pytest.raises(OperationalError):
            run_text(connection, "BEGIN")  # it has begun
    store.close()
