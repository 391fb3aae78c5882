"""What must stay quick however much a device holds: no table is read whole for it."""

from __future__ import annotations

import pytest
from sqlalchemy import inspect, text

from client import cadence, timeline
from client.replica import Replica
from client.store import migrations, tables
from client.ui.views.lists.reading import Asked
from client.ui.views.records import finding
from client.ui.views.records.book import ACCOUNTS
from client.ui.views.records.reading import read_page
from client.ui.views.search import read_lines
from sync_protocol.records import Account, Activity, Contact, kinds
from tests.unit.client.plans import plans

LARGE = ("account", "contact", "activity", "deal", "task", "labelling", "comment", "history")


@pytest.fixture
def adler(replica: Replica) -> Account:
    account = replica.create(Account(name="Adler"))
    ada = replica.create(Contact(name="Ada Byrne", account_id=account.id))
    here = {"account_id": account.id, "contact_id": ada.id}
    replica.create(Activity(kind="visit", at=1_000, note="Left samples", **here))
    while replica.index_some():
        pass
    return account


def read_whole(steps: list[str]) -> list[str]:
    """The steps that go through all of a large table."""
    scans = [step for step in steps if step.startswith("SCAN ")]
    return [step for step in scans if step.split()[1] in LARGE]


def test_a_page_of_a_timeline_reads_no_table_whole(replica: Replica, adler: Account) -> None:
    steps = plans(replica, lambda: timeline.read(replica, "account", adler.id, limit=50))
    assert read_whole(steps) == []
    found = "SEARCH activity USING INDEX activity_account_id_latest (account_id=? AND status=?)"
    assert found in steps


def test_the_page_of_an_account_reads_no_table_whole(replica: Replica, adler: Account) -> None:
    assert read_whole(plans(replica, lambda: read_page(replica, ACCOUNTS, adler.id))) == []


def test_rows_of_a_list_are_read_without_the_rest_of_it(replica: Replica, adler: Account) -> None:
    asked = Asked("contact")
    found = finding.find_list(replica, asked)
    steps = plans(replica, lambda: finding.read_lines(replica, asked, found, found.ids))
    assert read_whole(steps) == []


@pytest.mark.parametrize("typed", ["a", "ada byr", "left sam", "0171 55"])
def test_search_reads_no_table_whole(replica: Replica, adler: Account, typed: str) -> None:
    del adler
    assert read_whole(plans(replica, lambda: read_lines(replica, typed))) == []


def test_last_visits_are_looked_up_customer_by_customer(replica: Replica, adler: Account) -> None:
    steps = plans(replica, lambda: cadence.last_visits(replica))
    assert "SEARCH activity USING INDEX activity_account_id_latest" in " ".join(steps)
    assert not [step for step in read_whole(steps) if "activity" in step]
    assert cadence.last_visits(replica) == {adler.id: 1_000}


@pytest.mark.parametrize("by", ["last_visit", "-last_activity"])
def test_a_list_is_sorted_by_the_last_visit_without_reading_visits(
    replica: Replica, adler: Account, by: str
) -> None:
    del adler
    steps = plans(replica, lambda: replica.ids(Contact, order_by=by))
    found = [step for step in steps if "activity" in step]
    assert len(found) == 1
    assert found[0].startswith("SEARCH activity USING COVERING INDEX activity_contact_id_latest")


@pytest.mark.parametrize("by", ["name", "-name"])
def test_a_list_by_name_is_read_in_order_from_an_index(
    replica: Replica, adler: Account, by: str
) -> None:
    del adler
    for struct in (Account, Contact):
        steps = plans(replica, lambda struct=struct: replica.ids(struct, order_by=by))
        table = struct.__name__.lower()
        assert f"SCAN {table} USING COVERING INDEX {table}_sorted" in steps
        assert not [step for step in steps if "TEMP B-TREE FOR ORDER BY" in step]


@pytest.mark.parametrize("typed", ["a", "01"])
def test_a_list_is_read_in_its_order_where_a_word_finds_much_of_it(
    replica: Replica, adler: Account, typed: str
) -> None:
    del adler
    steps = plans(replica, lambda: replica.ids(Contact, text=typed, order_by="name"))
    assert "SCAN contact USING COVERING INDEX contact_sorted" in steps
    assert not [step for step in steps if "FOR ORDER BY" in step]
    steps = plans(replica, lambda: replica.ids(Contact, text=typed * 4, order_by="name"))
    assert read_whole(steps) == []


def test_names_are_found_by_their_beginning_in_the_index_they_are_sorted_by(
    replica: Replica, adler: Account
) -> None:
    del adler
    steps = plans(replica, lambda: replica.look_up("a", ("account",)))
    found = "SEARCH account USING INDEX account_sorted (sorted>? AND sorted<?)"
    assert found in steps


def test_hits_are_read_as_the_index_of_words_finds_them(replica: Replica, adler: Account) -> None:
    del adler
    steps = plans(replica, lambda: replica.look_up("l", ("activity",)))
    read = [step for step in steps if step.split()[1] in ("activity", "activity_search")]
    assert read[:2] == [
        "SCAN activity_search VIRTUAL TABLE INDEX 0:M1",
        "SEARCH activity USING INTEGER PRIMARY KEY (rowid=?)",
    ]


def test_the_pages_of_a_large_list_are_kept_in_memory(replica: Replica) -> None:
    kept = replica._connection.exec_driver_sql("PRAGMA cache_size").scalar_one()
    assert kept == -24 * 1024


def test_an_older_replica_gets_the_indexes(replica: Replica) -> None:
    with replica._database.transaction() as connection:
        for table in tables.records.sorted_tables:
            for index in table.indexes:
                connection.execute(text(f"DROP INDEX {index.name}"))
        connection.execute(text("CREATE INDEX activity_account_id ON activity(account_id)"))
        before = migrations._STEPS.index(migrations._quicker)
        connection.execute(text(f"PRAGMA user_version = {before}"))
    migrations.migrate(replica._connection)
    for table in tables.records.sorted_tables:
        there = {index["name"] for index in inspect(replica._connection).get_indexes(table.name)}
        assert there == {index.name for index in table.indexes}


def test_what_a_record_hangs_beneath_is_never_null() -> None:
    """`NOT IN` would hide the records where it is."""
    for kind in kinds().values():
        assert [kind.fields[name].storage for name in kind.parents] == ["text"] * len(kind.parents)
        assert not any(kind.fields[name].optional for name in kind.parents)
