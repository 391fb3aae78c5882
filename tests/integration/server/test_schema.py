from __future__ import annotations

import traceback
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest
from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext
from sqlalchemy import Index, PrimaryKeyConstraint, UniqueConstraint, inspect, text
from sqlalchemy.exc import IntegrityError

from server.store import credentials, schema, workspaces
from server.store.credentials import Credential
from server.store.store import Store
from server.store.tables import metadata
from server.store.workspaces import Workspace
from sync_protocol.records import kinds
from tests.postgres import EMPTY, STORES, Postgres

# Found before anybody's workspace is known; no two companies may share one. Of all keys, only these
# would have to be enforced by a store that spreads workspaces over machines.
GLOBAL = {
    ("credential", "email"),
    ("device", "token_hash"),
    ("calendar_feed", "secret_hash"),
}


@pytest.fixture(params=STORES)
def empty(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Store]:
    """A store without any table."""
    with ExitStack() as stack:
        url = f"sqlite:///{tmp_path / 'a folder' / 'server.db'}"
        if request.param == "postgresql":
            url = stack.enter_context(request.getfixturevalue("postgres").database(EMPTY))
        opened = Store(url)
        stack.callback(opened.close)
        yield opened


@pytest.fixture
def store(empty: Store) -> Store:
    """A store that our migrations have made from nothing."""
    schema.upgrade(empty)
    return empty


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


def test_every_key_and_index_is_led_by_the_workspace_but_for_those_that_find_it() -> None:
    keys: list[PrimaryKeyConstraint | UniqueConstraint | Index] = []
    for table in metadata.tables.values():
        keys += [table.primary_key, *table.indexes]
        keys += [c for c in table.constraints if isinstance(c, UniqueConstraint)]
        assert not table.foreign_keys
    named = {(str(k.columns[0].table), *(c.name for c in k.columns)) for k in keys}
    assert {key for key in named if key[1] != "workspace_id"} == GLOBAL


def test_an_old_shared_database_is_upgraded_by_a_command_only(postgres: Postgres) -> None:
    with postgres.database(EMPTY) as url:
        empty = Store(url)
        with pytest.raises(schema.SchemaOld, match="fieldbook-server init"):
            schema.ensure(empty)
        assert schema.revision(empty) is None
        empty.close()


def test_a_database_of_a_newer_version_is_refused_in_plain_words(store: Store) -> None:
    with store.write() as connection:
        connection.execute(text("UPDATE alembic_version SET version_num = 'r9999'"))
    with pytest.raises(schema.SchemaUnknown, match="r9999"):
        schema.ensure(store)


def test_making_sure_twice_changes_nothing(store: Store) -> None:
    before = schema.revision(store)
    schema.ensure(store)
    assert schema.revision(store) == before


def test_what_gave_way_before_that_was_noted_is_kept_from_the_upgrade_on(empty: Store) -> None:
    settings = schema.config()
    new_workspace = (
        "INSERT INTO workspace"
        " (workspace_id, name, epoch, sequence, clock, check_value, people, created_ms)"
        " VALUES ('w', 'Acme', 'e', 50, 0, 0, 0, 0)"
    )
    value = text(
        "INSERT INTO history (workspace_id, kind, record_id, device_id, user_id, value,"
        " cell, time, sequence, lost) VALUES"
        " ('w', 'label', 'l', 7, 'ada', :value, :cell, :time, :sequence, :lost)"
    )
    rows = [("name", 1, 0, False), ("name", 2, 4, False), ("name", 3, 5, False)]
    rows += [("about", 1, 6, True), ("colour", 9, 7, False)]
    with empty.write() as connection:
        settings.attributes["connection"] = connection
        command.upgrade(settings, "r0011")
        connection.execute(text(new_workspace))
        for cell, time, sequence, lost in rows:
            given = {"cell": cell, "time": time, "sequence": sequence, "lost": lost}
            connection.execute(value, given | {"value": b"\xc0"})
    schema.upgrade(empty)
    with empty.read() as connection:
        found = connection.execute(text("SELECT cell, time, displaced FROM history")).all()
    assert {(row.cell, row.time): row.displaced for row in found} == {
        ("name", 1): 50, ("name", 2): 50, ("name", 3): 0, ("about", 1): 50, ("colour", 9): 0
    }  # fmt: skip


def test_a_transaction_left_by_an_error_leaves_nothing(store: Store) -> None:
    with pytest.raises(ZeroDivisionError), store.write() as connection:
        connection.execute(text("CREATE TABLE left_over (id TEXT)"))
        raise ZeroDivisionError
    with store.read() as connection:
        assert not inspect(connection).has_table("left_over")


def test_a_reader_sees_one_moment_and_does_not_wait_for_a_writer(store: Store) -> None:
    count = text("SELECT count(*) FROM workspace")
    with store.read() as reader:
        assert reader.execute(count).scalar_one() == 0
        with store.write() as writer:
            workspaces.create(writer, Workspace("w", "Acme", "e", 0, 0, 0, 0), 0)
            assert reader.execute(count).scalar_one() == 0
        assert reader.execute(count).scalar_one() == 0
    with store.read() as reader:
        assert reader.execute(count).scalar_one() == 1


def test_an_error_does_not_carry_what_people_wrote(store: Store) -> None:
    row = Credential("w", "u", "ada@acme.example", "hash", active=True)
    with store.write() as connection:
        credentials.put(connection, row, 0)
    with pytest.raises(IntegrityError) as error, store.write() as connection:
        credentials.put(connection, row._replace(user_id="another"), 0)
    told = "".join(traceback.format_exception(error.value))
    assert "unique" in told.lower()
    assert "ada@" not in told


def test_sqlite_is_durable(tmp_path: Path) -> None:
    store = Store(f"sqlite:///{tmp_path / 'server.db'}")
    with store.read() as connection:
        assert connection.execute(text("PRAGMA journal_mode")).scalar_one() == "wal"
        assert connection.execute(text("PRAGMA synchronous")).scalar_one() == 2
    store.close()


def test_postgresql_ends_a_transaction_that_does_nothing(postgres: Postgres) -> None:
    with postgres.database() as url:
        store = Store(url)
        for name in ("idle_in_transaction_session_timeout", "lock_timeout"):
            with store.write() as connection:
                assert connection.execute(text(f"SHOW {name}")).scalar_one() == "30s"
        store.close()
