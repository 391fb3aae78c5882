"""What must stay quick on the server however much it holds and is handed: counted, not timed."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from sqlalchemy import event

from sync_protocol.messages import Applied, Cursor
from sync_protocol.records import Account, Contact, Label, Labelling, labelling_id
from tests.integration.server.office import Client, Office, create, update, value

FEW, MANY = 3, 60
Customers = list[tuple[Account, Contact]]
LARGE = ("account", "contact", "log", "history", "changeset")


@contextmanager
def asked(office: Office) -> Iterator[list[tuple[str, Any]]]:
    """The statements that the block sends to the database, with their values.

    SQLite itself tells which queries it is asked: most of them pass SQLAlchemy by.
    """
    found: list[tuple[str, Any]] = []
    engine, traced = office.store.engine, []

    def note(_c: Any, _cursor: Any, statement: str, values: Any, _x: Any, _many: bool) -> None:
        if not traced or not statement.startswith("SELECT"):
            found.append((statement, values))

    def query(statement: str) -> None:
        if statement.startswith("SELECT"):
            found.append((statement, ()))

    def trace(connection: Any) -> None:
        if office.store.is_sqlite:
            traced.append(connection.connection.dbapi_connection)
            traced[-1].set_trace_callback(query)

    event.listen(engine, "before_cursor_execute", note)
    event.listen(engine, "begin", trace)
    try:
        yield found
    finally:
        event.remove(engine, "before_cursor_execute", note)
        event.remove(engine, "begin", trace)
        for driver in traced:
            driver.set_trace_callback(None)


def customers(office: Office, client: Client, count: int) -> Customers:
    """Accounts with a contact each, pushed by a client."""
    owner = client.session.user
    made = []
    for place in range(count):
        account = Account(id=office.id(), name=f"Bakery {place}", owner_id=owner)
        contact = Contact(id=office.id(), name=f"Ada {place}", account_id=account.id)
        client.send(client.changeset(create(account)), client.changeset(create(contact)))
        made.append((account, contact))
    return made


def renamed(client: Client, made: Customers) -> None:
    name = f"Café {client.session.device}"
    changes = [update("account", account.id, name=name) for account, _contact in made]
    changes += [update("contact", contact.id, name=name) for _account, contact in made]
    verdicts = client.send(*map(client.changeset, changes))
    assert all(isinstance(verdict, Applied) for verdict in verdicts)


def edited_late(client: Client, made: Customers) -> None:
    """Two accounts were merged into a third, and somebody goes on writing to both."""
    *merged, survivor = (account for account, _contact in made)
    for one in merged:
        client.push(update("account", one.id, merged_into=survivor.id))
    for one in merged:
        client.push(update("account", one.id, about=one.name))
    (state,) = [state for state in client.states() if state.id == survivor.id]
    assert value(state, "about") == merged[-1].name


def labelled(client: Client, label: Label, made: Customers) -> None:
    labellings = [
        Labelling(
            id=labelling_id(label.id, contact.id),
            label_id=label.id,
            record_kind="contact",
            record_id=contact.id,
        )
        for _account, contact in made
    ]
    client.send(*(client.changeset(create(labelling)) for labelling in labellings))


def counts(office: Office, made: Customers, work: Callable[[Customers], object]) -> tuple[int, int]:
    """How many statements the work takes for a few of these, and for many others.

    The first time, when who may see what is read, does not count.
    """
    found = []
    for some in (made[:1], made[1:FEW], made[FEW:]):
        with asked(office) as statements:
            work(some)
        found.append(len(statements))
    return found[1], found[2]


def test_a_push_asks_as_little_for_many_edits_as_for_a_few(office: Office) -> None:
    client = office.client(office.user())
    made = customers(office, client, MANY)
    few, many = counts(office, made, lambda some: renamed(client, some))
    assert few == many


def test_so_it_does_where_all_of_them_overwrite_somebody_elses_values(office: Office) -> None:
    client = office.client(office.user())
    made = customers(office, client, MANY)
    renamed(client, made)
    admin = office.client(office.admin.user)
    few, many = counts(office, made, lambda some: renamed(admin, some))
    assert few == many


def test_so_it_does_where_records_are_new_beneath_others(office: Office) -> None:
    client = office.client(office.user())
    made = customers(office, client, MANY)
    label = Label(id=office.id(), name="Prospect")
    office.add(label)
    few, many = counts(office, made, lambda some: labelled(client, label, some))
    assert few == many


def test_a_pull_and_a_hello_ask_as_little_for_many_changes_as_for_a_few(office: Office) -> None:
    client = office.client(office.user())
    head = client.head
    made = customers(office, client, MANY)
    few, many = counts(office, made, lambda some: client.pull(head, limit=len(some)))
    assert few == many
    assert client.pull(head).entries


def test_a_page_of_a_snapshot_asks_each_table_once(office: Office) -> None:
    client = office.client(office.user())
    customers(office, client, FEW)
    with asked(office) as few:
        client.page()
    customers(office, client, MANY)
    with asked(office) as many:
        client.page()
    assert len(few) == len(many)


@pytest.mark.parametrize("asking", ["hello", "pull", "push", "late edit"])
def test_no_large_table_is_read_whole(office: Office, asking: str) -> None:
    client = office.client(office.user())
    made = customers(office, client, FEW)
    cursor = client.head
    renamed(client, made[:1])
    with asked(office) as statements:
        if asking == "hello":
            client.hello(cursor=cursor)
        elif asking == "pull":
            assert client.pull(Cursor(*cursor)).entries
        elif asking == "push":
            renamed(client, made)
        else:
            edited_late(client, made)
    assert statements
    assert read_whole(office, statements) == []


def read_whole(office: Office, statements: list[tuple[str, Any]]) -> list[str]:
    """The steps of SQLite's plans that go through a large table, or a workspace's part of it."""
    if office.store.engine.dialect.name != "sqlite":
        pytest.skip("plans of small tables say nothing on PostgreSQL")
    found = []
    with office.store.engine.connect() as connection:
        for statement, values in statements:
            if not statement.startswith(("SELECT", "UPDATE", "DELETE")):
                continue
            one = values[0] if isinstance(values, list) else values
            plan = connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {statement}", one)
            found += [row[3] for row in plan]
    large = [step for step in found if step.split()[1] in LARGE]
    return [step for step in large if step.startswith("SCAN ") or step.endswith("(workspace_id=?)")]
