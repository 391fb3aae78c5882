from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext
from sqlalchemy import inspect, text

from server.store import schema
from server.store.store import Store
from server.store.tables import metadata
from sync_protocol.records import kinds


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    opened = Store(f"sqlite:///{tmp_path / 'a folder' / 'server.db'}")
    schema.ensure(opened)
    yield opened
    opened.close()


def test_the_migrations_make_exactly_the_tables_the_code_knows(store: Store) -> None:
    with store.read() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True})
        assert compare_metadata(context, metadata) == []
        made = inspect(connection)
        for name, table in metadata.tables.items():
            keys = [column.name for column in table.primary_key]
            assert made.get_pk_constraint(name)["constrained_columns"] == keys


def test_every_record_type_has_a_table_led_by_its_workspace() -> None:
    for kind in kinds():
        assert [c.name for c in metadata.tables[kind].primary_key] == ["workspace_id", "id"]
    for table in metadata.tables.values():
        assert next(iter(table.primary_key)).name == "workspace_id"


def test_a_database_of_a_newer_version_is_refused_in_plain_words(store: Store) -> None:
    with store.write() as connection:
        connection.execute(text("UPDATE alembic_version SET version_num = 'r9999'"))
    with pytest.raises(schema.SchemaUnknown, match="r9999"):
        schema.ensure(store)


def test_making_sure_twice_changes_nothing(store: Store) -> None:
    before = schema.revision(store)
    schema.ensure(store)
    assert schema.revision(store) == before


def test_a_transaction_left_by_an_error_leaves_nothing(store: Store) -> None:
    with pytest.raises(ZeroDivisionError), store.write() as connection:
        connection.execute(text("CREATE TABLE left_over (id TEXT)"))
        raise ZeroDivisionError
    with store.read() as connection:
        found = connection.execute(text("SELECT name FROM sqlite_master")).scalars().all()
    assert "left_over" not in found


def test_sqlite_is_durable_and_readers_do_not_wait(store: Store) -> None:
    with store.read() as connection:
        assert connection.execute(text("PRAGMA journal_mode")).scalar_one() == "wal"
        assert connection.execute(text("PRAGMA synchronous")).scalar_one() == 2
    with store.write() as writer, store.read() as reader:
        writer.execute(text("CREATE TABLE unseen (id TEXT)"))
        names = reader.execute(text("SELECT name FROM sqlite_master")).scalars().all()
        assert "unseen" not in names
