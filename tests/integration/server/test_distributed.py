"""What a PostgreSQL that spreads workspaces over machines is asked; see docs/distributed.md."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest
from sqlalchemy import event

from server.domain.upkeep import Upkeep
from sync_protocol.messages import Cursor
from sync_protocol.records import Account, Contact
from sync_protocol.session import ChangePassword, Member, SignIn
from tests.integration.server.office import Office, create, open_office, update
from tests.postgres import Postgres

EMAIL, PASSWORD, OTHER = "rea@acme.example", "correct horse battery", "another long password"
DAY_MS = 86_400_000
# Who signs in or shows a token does not say for which workspace; upkeep asks for all of them.
GLOBAL = ("credential.email = ", "device.token_hash = ", "ORDER BY workspace.created_ms")
KNOWN = re.compile(r"SELECT |INSERT INTO |UPDATE |DELETE FROM |SET \w+ = \d+$")
LACKING = re.compile(
    r"advisory|RETURNING|SKIP LOCKED|NOWAIT|SAVEPOINT|LATERAL|TEMP|nextval|ILIKE|jsonb|WITH |OVER"
)
FIRST_VALUE = re.compile(r"VALUES \(%\(workspace_id\)s|VALUES \(%\(workspace_id_m\d+\)s")


@pytest.fixture
def office(postgres: Postgres) -> Iterator[Office]:
    with postgres.database() as url:
        opened = open_office(url)
        yield opened
        opened.store.close()


@pytest.fixture
def asked(office: Office) -> set[str]:
    """Every statement that a little of everything makes the server send."""
    found: set[str] = set()

    def note(_connection: object, _cursor: object, statement: str, *_rest: object) -> None:
        found.add(" ".join(statement.split()))

    event.listen(office.store.engine, "before_cursor_execute", note)
    a_little_of_everything(office)
    event.remove(office.store.engine, "before_cursor_execute", note)
    return found


def a_little_of_everything(office: Office) -> None:
    rep = office.user()
    north, south = office.territory(rep), office.territory()
    given = Member(rep.id, EMAIL, password=PASSWORD)
    office.sign_ins.set_member(office.admin._replace(device=1), given)
    signed_in = office.sign_ins.sign_in(SignIn(EMAIL, PASSWORD, 77))
    session = office.sign_ins.authenticate(signed_in.token)
    office.sign_ins.change_password(session, ChangePassword(PASSWORD, OTHER))
    office.sign_ins.members(office.admin)
    author, other = office.client(rep), office.client(office.admin.user)
    account = Account(id=office.id(), name="Bakery", territory_id=north.id)
    contact = Contact(id=office.id(), name="Eva", account_id=account.id)
    start = author.head
    author.push(create(account), create(contact))
    other.push(update("account", account.id, name="Inn"), seen=author.head.sequence)
    author.push(update("account", account.id, name="Pub"))
    author.push(update("drone", office.id(), height=3))
    other.push(update("account", account.id, territory_id=south.id))
    other.push(update("contact", contact.id, deleted=True))
    author.pull(start)
    other.pull(Cursor(start.epoch))
    other.states(limit=2)
    office.clock.now_ms += 400 * DAY_MS
    author.hello()
    Upkeep(office.store, office.clock, horizon_days=180).run()


def test_only_what_every_engine_has_is_used(asked: set[str]) -> None:
    assert len(asked) > 40
    assert [statement for statement in asked if not KNOWN.match(statement)] == []
    assert [statement for statement in asked if LACKING.search(statement)] == []
    locked = [statement for statement in asked if "FOR UPDATE" in statement]
    assert locked
    assert all("FROM workspace WHERE workspace.workspace_id = " in each for each in locked)


def test_every_statement_names_its_workspace(asked: set[str]) -> None:
    about_rows = [each for each in asked if not each.startswith(("SET ", "SELECT pg_"))]
    lost = [
        statement
        for statement in about_rows
        if "workspace_id = %(" not in statement
        and not FIRST_VALUE.search(statement)
        and not any(known in statement for known in GLOBAL)
    ]
    assert lost == []
