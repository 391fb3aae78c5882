"""What the replica remembers about itself, and how it is asked."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

import pytest
from sqlalchemy import bindparam, insert, select

from client.runtime.native import NativeRuntime
from client.store import meta, tables
from client.store.database import Database
from client.store.prepared import Prepared


@pytest.fixture
def path(tmp_path: Path) -> str:
    return str(tmp_path / "replica.db")


@pytest.fixture
def database(path: str) -> Iterator[Database]:
    opened = Database(NativeRuntime(), path)
    yield opened
    opened.close()


def test_what_was_written_is_there_when_the_file_is_opened_again(
    database: Database, path: str
) -> None:
    with database.transaction() as connection:
        meta.write(connection, "number", 7)
    database.close()
    again = Database(NativeRuntime(), path)
    assert meta.read(again.connection, "number", int) == 7
    again.close()


def test_a_transaction_that_failed_is_not_remembered(database: Database) -> None:
    with database.transaction() as connection:
        meta.write(connection, "number", 7)
    with suppress(ZeroDivisionError), database.transaction() as connection:
        meta.write(connection, "number", 8)
        raise ZeroDivisionError
    assert meta.read(database.connection, "number", int) == 7


def test_a_nested_transaction_that_failed_is_not_remembered(database: Database) -> None:
    with database.transaction() as connection:
        meta.write(connection, "number", 7)
        with suppress(ZeroDivisionError), database.transaction():
            meta.write(connection, "number", 8)
            raise ZeroDivisionError
        assert meta.read(connection, "number", int) == 7
        meta.write(connection, "clock", 1)
    assert meta.read(database.connection, "number", int) == 7
    assert meta.read(database.connection, "clock", int) == 1


def test_nothing_written_reads_as_nothing(database: Database) -> None:
    with database.transaction() as connection:
        meta.write(connection, "cursor", None)
    assert meta.read(database.connection, "cursor", int) is None
    assert meta.read(database.connection, "never", int) is None


def test_a_prepared_statement_gives_yes_and_no_by_name(database: Database) -> None:
    scope = tables.scope
    add = Prepared(insert(scope))
    found = select(scope.c.name, scope.c.loaded)
    find = Prepared(found.where(scope.c.name == bindparam("at_name")))
    with database.transaction() as connection:
        add.run_many(connection, [{"name": "a", "loaded": True}, {"name": "b", "loaded": False}])
    assert find.mapping(database.connection, {"at_name": "a"}) == {"name": "a", "loaded": True}
    assert find.mapping(database.connection, {"at_name": "c"}) is None
    assert find.first(database.connection, {"at_name": "b"}) == ("b", 0)
    assert find.scalar(database.connection, {"at_name": "c"}) is None
