from __future__ import annotations

import pytest
from sqlalchemy import select, union_all

from server.store.tables import records
from sync_protocol import digest
from sync_protocol.changes import State
from sync_protocol.errors import Malformed, Resnapshot, VersionMismatch, WrongWorkspace
from sync_protocol.messages import Cursor
from sync_protocol.records import Account, Activity, Contact, User
from tests.integration.server.office import Client, Office, create, update, value


def branch(office: Office, client: Client, territory: str) -> tuple[Account, Contact, Activity]:
    """An account in a territory with a contact, and a visit beneath the contact."""
    account = Account(id=office.id(), name="Bakery", territory_id=territory)
    contact = Contact(id=office.id(), name="Eva", account_id=account.id)
    visit = Activity(id=office.id(), kind="visit", at=1, contact_id=contact.id)
    client.push(create(account), create(contact), create(visit))
    return account, contact, visit


def test_hello_says_who_one_is_and_what_one_sees(office: Office) -> None:
    rep = office.user()
    territory = office.territory(rep)
    welcome = office.client(rep).hello(workspace=office.admin.workspace)
    assert (welcome.workspace, welcome.user) == (office.admin.workspace, rep.id)
    assert welcome.now_ms == office.clock.now_ms
    assert set(welcome.scopes) == {"workspace", f"user:{rep.id}", f"territory:{territory.id}"}


def test_hello_refuses_another_protocol_and_another_workspace(office: Office) -> None:
    client = office.client(office.user())
    with pytest.raises(VersionMismatch):
        client.hello(protocol=99)
    with pytest.raises(WrongWorkspace):
        client.hello(workspace="another")


@pytest.mark.parametrize("fault", ["epoch", "future", "check", "past check", "nothing"])
def test_a_cursor_that_is_not_of_this_life_is_answered_resnapshot(
    office: Office, fault: str
) -> None:
    client = office.client(office.user())
    epoch, sequence, check = client.head
    cursor = {
        "epoch": Cursor("other", sequence, check),
        "future": Cursor(epoch, sequence + 1, check),
        "check": Cursor(epoch, sequence, check ^ 1),
        "past check": Cursor(epoch, 1, check),
        "nothing": Cursor(epoch, 0, 7),
    }[fault]
    with pytest.raises(Resnapshot):
        client.pull(cursor)


def test_a_cursor_stays_good_while_the_log_grows(office: Office) -> None:
    client = office.client(office.user())
    cursor = client.head
    office.user()
    page = client.pull(cursor)
    assert page.cursor == client.head
    assert [entry.changes[0].kind for entry in page.entries] == ["user"]
    assert client.pull(page.cursor).entries == ()


def test_a_new_epoch_ends_the_old_cursors(office: Office) -> None:
    client = office.client(office.user())
    cursor = client.head
    office.workspaces.open_epoch()
    with pytest.raises(Resnapshot):
        client.pull(cursor)
    assert client.pull(client.head).entries == ()


def test_pages_are_cut_at_whole_changesets(office: Office) -> None:
    own = office.admin.user
    writer, reader = office.client(own), office.client(own)
    cursor = reader.head
    for number in range(7):
        names = [f"{number}{letter}" for letter in "abc"]
        accounts = [Account(id=office.id(), name=name, owner_id=own) for name in names]
        writer.push(*map(create, accounts))
    sizes, more = [], True
    while more:
        page = reader.pull(cursor, limit=2)
        cursor, more = page.cursor, page.more
        sizes.append([len(entry.changes) for entry in page.entries])
    assert sizes == [[3, 3], [3, 3], [3, 3], [3]]
    assert cursor == reader.head


def test_ones_own_changes_do_not_come_back(office: Office) -> None:
    rep = office.user()
    client, tablet = office.client(rep), office.client(rep)
    cursor = client.head
    client.push(create(Account(id=office.id(), name="Bakery", owner_id=rep.id)))
    mine, other = client.pull(cursor, number=1), tablet.pull(cursor)
    assert mine.entries == ()
    assert mine.cursor == other.cursor == client.head
    assert [entry.device for entry in other.entries] == [client.session.device]


def test_a_reader_gets_only_the_part_in_the_scopes_they_hold(office: Office) -> None:
    one, two = office.user(), office.user()
    north, south = office.territory(one), office.territory(two)
    admin = office.client(office.admin.user)
    reader = office.client(one)
    cursor = reader.head
    here = Account(id=office.id(), name="Here", territory_id=north.id)
    there = Account(id=office.id(), name="There", territory_id=south.id)
    admin.push(create(here), create(there))
    asked = ("workspace", f"territory:{north.id}", f"territory:{south.id}", "user:else")
    (entry,) = reader.pull(cursor, asked).entries
    assert [change.id for change in entry.changes] == [here.id]


def test_a_branch_that_moves_leaves_the_old_scope_and_enters_the_new_one(office: Office) -> None:
    one, two = office.user(), office.user()
    north, south = office.territory(one), office.territory(two)
    admin, old, new = office.client(office.admin.user), office.client(one), office.client(two)
    branch_ids = {record.id for record in branch(office, old, north.id)}
    account_id = min(branch_ids)
    cursor = admin.head
    admin.push(update("account", account_id, territory_id=south.id))
    (left,) = old.pull(cursor).entries
    (entered,) = new.pull(cursor).entries
    (mine,) = admin.pull(cursor).entries
    assert {record_id for _, record_id in left.leave} == branch_ids
    assert left.changes == left.enter == ()
    assert {state.id for state in entered.enter} == branch_ids
    assert {state.id for state in mine.enter} == branch_ids
    assert mine.leave == ()
    assert not branch_ids & {state.id for state in old.states()}
    assert branch_ids <= {state.id for state in new.states()}


def test_a_branch_that_moves_is_complete_also_where_the_same_changeset_edits_it(
    office: Office,
) -> None:
    one, two = office.user(), office.user()
    north, south = office.territory(one), office.territory(two)
    admin, new = office.client(office.admin.user), office.client(two)
    account, contact, _ = branch(office, admin, north.id)
    cursor = new.head
    admin.push(
        update("account", account.id, territory_id=south.id),
        update("contact", contact.id, title="Owner"),
    )
    (entry,) = new.pull(cursor).entries
    (state,) = [state for state in entry.enter if state.id == contact.id]
    assert value(state, "title") == "Owner"
    assert entry.changes == ()


def test_a_contact_that_changes_its_account_takes_its_visits_along(office: Office) -> None:
    one, two = office.user(), office.user()
    north, south = office.territory(one), office.territory(two)
    admin, old = office.client(office.admin.user), office.client(one)
    _, contact, visit = branch(office, admin, north.id)
    other, *_ = branch(office, admin, south.id)
    cursor = old.head
    admin.push(update("contact", contact.id, account_id=other.id))
    (entry,) = old.pull(cursor).entries
    assert set(entry.leave) == {("contact", contact.id), ("activity", visit.id)}


def test_a_snapshot_goes_on_by_its_token_and_holds_everything_once(office: Office) -> None:
    rep = office.user()
    territory = office.territory(rep)
    client = office.client(rep)
    for _ in range(5):
        branch(office, client, territory.id)
    client.push(*[create_unknown(office, number) for number in range(4)])
    page = client.page(limit=3)
    total, pages, found = page.total, 1, list(page.states)
    while page.after:
        page = client.page(limit=3, after=page.after)
        assert page.cut == client.head
        assert page.total == 0
        found += page.states
        pages += 1
    keys = [(state.kind, state.id) for state in found]
    assert len(keys) == len(set(keys)) == total
    assert pages == -(-total // 3)
    assert keys == [(state.kind, state.id) for state in client.states()]


def create_unknown(office: Office, number: int):  # noqa: ANN201
    change = update("drone" if number % 2 else "boat", office.id(), height=number)
    return type(change)(change.kind, change.id, change.cells, create=True)


def test_a_deleted_record_is_part_of_the_snapshot(office: Office) -> None:
    rep = office.user()
    client = office.client(rep)
    account = Account(id=office.id(), name="Bakery", owner_id=rep.id)
    client.push(create(account))
    client.push(update("account", account.id, deleted=True))
    (state,) = [state for state in client.states() if state.id == account.id]
    assert value(state, "deleted") is True


@pytest.mark.parametrize("token", ["garbage", "!!", "gqE=", "wA==", "\u00e9"])
def test_a_token_that_is_none_is_malformed(office: Office, token: str) -> None:
    with pytest.raises(Malformed):
        office.client(office.user()).page(after=token)


def test_a_snapshot_page_is_bounded_by_bytes(office: Office) -> None:
    rep = office.user()
    client = office.client(rep)
    about = "x" * 20_000
    for _ in range(6):
        accounts = [
            Account(id=office.id(), name="Big", about=about, owner_id=rep.id) for _ in range(50)
        ]
        client.push(*map(create, accounts))
    page = client.page()
    assert page.after
    assert len(client.states()) == page.total
    reader = office.client(rep)
    start = Cursor(client.head.epoch)
    log = reader.pull(start)
    assert log.more


def oracle(office: Office, user: User, scopes: set[str]) -> set[str]:
    with office.store.read() as connection:
        tables = (select(t.c.id).where(t.c.scope.in_(scopes)) for t in records.values())
        return set(connection.execute(union_all(*tables)).scalars())


@pytest.mark.parametrize("role", ["rep", "manager", "office", "admin"])
def test_each_role_sees_exactly_its_records(office: Office, role: str) -> None:
    rep, other = office.user(), office.user()
    person = office.user(role, team_id="team-1")
    mine = office.territory(rep, person)
    team = office.territory(rep, team_id="team-1")
    far = office.territory(rep, team_id="team-2")
    admin = office.client(office.admin.user)
    for territory in (mine, team, far):
        branch(office, admin, territory.id)
    for owner in (person, other):
        admin.push(create(Account(id=office.id(), name="Own", owner_id=owner.id)))
    scopes = {"workspace", f"user:{person.id}", f"territory:{mine.id}"}
    scopes |= {f"territory:{team.id}"} if role != "rep" else set()
    scopes |= {f"territory:{far.id}"} if role in ("office", "admin") else set()
    users = (rep.id, other.id, office.admin.user)
    scopes |= {f"user:{user}" for user in users} if role == "admin" else set()
    client = office.client(person)
    assert set(client.hello().scopes) == scopes
    assert {state.id for state in client.states()} == oracle(office, person, scopes)


def test_a_digest_is_the_sum_over_the_states_of_a_scope(office: Office) -> None:
    rep = office.user()
    territory = office.territory(rep)
    client = office.client(rep)
    branch(office, client, territory.id)
    scope = f"territory:{territory.id}"
    states: list[State] = client.states(scopes=(scope,))
    assert len(states) == 3
    sums = office.exchange.digests(office.admin.workspace, [scope])
    assert sums == {scope: digest.of(states)}
