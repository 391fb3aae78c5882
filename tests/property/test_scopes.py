"""Whoever holds whatever role: no message carries what its receiver may not see, none is missing.

The oracle is a few lines over the server's own rows, and over all that its log tells anybody, that
share no code with either end. That it finds what is told to the wrong people is tested, too.
"""

from __future__ import annotations

import tempfile
from collections import defaultdict
from contextlib import suppress
from pathlib import Path
from typing import Any, NamedTuple

import msgspec
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from client.errors import ReplicaError
from server.domain import entries
from server.store.tables import log, records
from sync_protocol.messages import Entry, Page, States
from sync_protocol.records import Account, Activity, Contact, Task, Team, Territory, User, kinds
from tests.simulation.model import Known
from tests.simulation.world import Phone, World, same

SHARED = {name for name, kind in kinds().items() if kind.shared}
ROLES = ("rep", "manager", "office", "admin")
PLACING = ("territory_id", "account_id", "contact_id", "record_kind", "record_id", "owner_id")
MOVES = ("reassign", "reps", "team", "role", "territory's team")
"""What the administrator does, and what is sent at once."""
WORK = (
    "sync", "sync", "sync", "account", "contact", "task", "label", "private", "edit",
    "edit account", "move contact", "delete", "restart server",
)  # fmt: skip
Step = tuple[str, int, int]
"""What is done, by which of the four, and to which of what they see."""
steps = st.lists(
    st.tuples(
        st.one_of(st.sampled_from(WORK), st.sampled_from(MOVES)),
        st.integers(0, 3),
        st.integers(0, 7),
    ),
    max_size=30,
)


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.lists(st.sampled_from(ROLES), min_size=3, max_size=3), steps)
def test_every_message_holds_what_its_receiver_may_see_and_nothing_else(
    roles: list[str], script: list[Step]
) -> None:
    play(roles, script)


def test_a_change_that_is_also_told_where_its_record_left_is_found(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    right, leaks = entries.parts, []

    def leaking(session: Any, changeset: Any, sequence: int, touched: Any, carried: Any) -> Any:
        found = right(session, changeset, sequence, touched, carried)
        for change in changeset.changes:
            draft = touched[change.kind, change.id]
            if draft.moved and (part := found.get(str(draft.was))) is not None:
                changes = (*part.changes, change)
                found[str(draft.was)] = msgspec.structs.replace(part, changes=changes)
                leaks.append(change)
        return found

    monkeypatch.setattr(entries, "parts", leaking)
    made = [("account", 0, 0), ("account", 0, 1), ("sync", 0, 0), ("sync", 1, 0)]
    exchanged = [("reassign", 0, 2), ("reassign", 0, 1)]
    with pytest.raises(AssertionError, match="told to the wrong people"):
        play(["rep", "rep", "rep"], made + exchanged)
    assert leaks


def play(roles: list[str], script: list[Step]) -> None:
    with tempfile.TemporaryDirectory() as folder:
        world = World(Path(folder))
        try:
            watched = people(world, roles)
            for op, who, number in script:
                world.wait(10)
                act(world, watched, op, who=who, number=number)
            world.settle()
            for watch in watched:
                watch.check_all()
            check_changes(world, [told for watch in watched for told in watch.told])
            same(world)
        finally:
            world.close()


class Told(NamedTuple):
    """A change that somebody was told of, and who they were by then."""

    sequence: int
    key: tuple[str, str]
    me: dict[str, Any]
    territories: set[str]


def check_changes(world: World, told: list[Told]) -> None:
    """Each was told to those who saw its record once it was made, as all of the log has it."""
    known: defaultdict[tuple[str, str], Known] = defaultdict(Known)
    waiting = sorted(told, key=lambda change: change.sequence, reverse=True)
    for entry in whole_log(world):
        while waiting and waiting[-1].sequence < entry.sequence:
            check_change(known, waiting.pop())
        for change in entry.changes:
            known[change.kind, change.id].write(change, (entry.time, entry.device))
    while waiting:
        check_change(known, waiting.pop())


def check_change(known: dict[tuple[str, str], Known], told: Told) -> None:
    is_seen = told.key[0] in SHARED or may_see(Past(known), told.key, told.me, told.territories)
    assert is_seen, f"told to the wrong people: {told.key} at {told.sequence}"


class Past(dict[tuple[str, str], dict[str, Any]]):
    """Where records are, by what is known of them; read as it is asked for."""

    def __init__(self, known: dict[tuple[str, str], Known]) -> None:
        super().__init__()
        self._known = known

    def __contains__(self, key: object) -> bool:
        return key in self._known

    def __missing__(self, key: tuple[str, str]) -> dict[str, Any]:
        return {name: self._known[key].value(name) for name in PLACING}


def whole_log(world: World) -> list[Entry]:
    """Whatever is told in any scope, in order."""
    decode = msgspec.msgpack.Decoder(Entry).decode
    with world.office.store.read() as connection:
        bodies = connection.execute(log.select().order_by(log.c.sequence)).mappings()
        return [decode(row["body"]) for row in bodies]


class Watch:
    """A phone whose every answer is checked, at the moment it is given, against the server.

    The log tells what happened while a record was in a scope, also of a record that has left since,
    and then that it left: so a pull is judged by what it leaves behind.
    """

    def __init__(self, world: World, phone: Phone) -> None:
        self.world, self.phone = world, phone
        self.entered: set[tuple[str, str]] = set()
        self.told: list[Told] = []
        carry = phone.link._carry

        async def checked(request: Any) -> Any:
            answer = await carry(request)
            self.check(answer)
            return answer

        phone.link._carry = checked  # type: ignore[method-assign]

    def check(self, answer: object) -> None:
        if isinstance(answer, States):
            told = {(state.kind, state.id) for state in answer.states}
        elif isinstance(answer, Page):
            self.told += self.changes(answer)
            for entry in answer.entries:
                self.entered -= set(entry.leave)
                self.entered |= {(state.kind, state.id) for state in entry.enter}
            if answer.more:
                return
            told, self.entered = self.entered, set()
        else:
            return
        assert told <= visible(self.world, self.phone.link.session.user)

    def changes(self, page: Page) -> list[Told]:
        rows = stored(self.world)
        me = rows["user", self.phone.link.session.user]
        return [
            Told(entry.sequence, (change.kind, change.id), me, mine(rows, me))
            for entry in page.entries
            for change in entry.changes
        ]

    def check_all(self) -> None:
        """Whatever may be seen is here."""
        user = self.phone.link.session.user
        connection = self.phone.replica._database.connection
        here = {
            (name, row[0])
            for name in kinds()
            for row in connection.exec_driver_sql(f'SELECT id FROM "{name}"')
        }
        assert here == visible(self.world, user)


def visible(world: World, user: str) -> set[tuple[str, str]]:
    """All that a user may see now, by the rules of who sees what."""
    rows = stored(world)
    me = rows["user", user]
    territories = mine(rows, me)
    return {key for key in rows if key[0] in SHARED or may_see(rows, key, me, territories)}


def mine(rows: dict[tuple[str, str], dict[str, Any]], me: dict[str, Any]) -> set[str]:
    return {
        territory_id
        for (kind, territory_id), row in rows.items()
        if kind == "territory" and sees(me, row)
    }


def sees(me: dict[str, Any], territory: dict[str, Any]) -> bool:
    if me["role"] in ("office", "admin"):
        return True
    if me["role"] == "manager" and me["team_id"] and me["team_id"] == territory["team_id"]:
        return True
    return bool(msgspec.json.decode(territory["reps"]).get(me["id"]))


def may_see(
    rows: dict[tuple[str, str], dict[str, Any]],
    key: tuple[str, str],
    me: dict[str, Any],
    territories: set[str],
) -> bool:
    owner = ""
    while True:
        row = rows[key]
        if row.get("territory_id"):
            return row["territory_id"] in territories
        above = next(
            (parent for parent in parents(row) if parent in rows),
            None,
        )
        owner = row.get("owner_id") or owner if above is None else owner or row.get("owner_id", "")
        if above is None:
            return me["role"] == "admin" or owner == me["id"]
        key = above


def parents(row: dict[str, Any]) -> list[tuple[str, str]]:
    found = [("account", row.get("account_id", "")), ("contact", row.get("contact_id", ""))]
    return [*found, (row.get("record_kind", ""), row.get("record_id", ""))]


def stored(world: World) -> dict[tuple[str, str], dict[str, Any]]:
    with world.office.store.read() as connection:
        return {
            (name, row["id"]): dict(row)
            for name, table in records.items()
            for row in connection.execute(table.select()).mappings()
        }


def people(world: World, roles: list[str]) -> list[Watch]:
    office = world.office
    other = Team(id=office.id(), name="North")
    users = [
        User(id=office.id(), name=f"P{place}", role=role, team_id=(other, world.team)[place % 2].id)  # type: ignore[arg-type]
        for place, role in enumerate(roles)
    ]
    north = Territory(id=office.id(), name="North", team_id=other.id, reps={users[0].id: True})
    office.add(other, *users, north)
    return [Watch(world, world.phone(user)) for user in (world.boss, *users)]


def act(world: World, watched: list[Watch], op: str, *, who: int, number: int) -> None:
    if op == "restart server":
        world.restart_server()
        return
    phone = watched[0 if op in MOVES else who].phone
    if op == "sync":
        phone.try_sync()
        return
    with suppress(ReplicaError):
        write(phone, op, number)
    if op in MOVES:
        phone.try_sync()


def write(phone: Phone, op: str, number: int) -> None:
    if op in MOVES:
        move(phone, op, number)
    elif op == "private":
        phone.replica.create(Task(title=f"T{number}"))
        phone.replica.create(Contact(name=f"Mine {number}"))
    elif op in ("edit", "delete", "move contact"):
        write_contact(phone, op, number)
    else:
        write_account(phone, op, number)


def write_account(phone: Phone, op: str, number: int) -> None:
    replica = phone.replica
    accounts, territories = replica.find(Account), replica.find(Territory)
    if op == "account" and territories:
        replica.create(Account(name=f"A{number}", territory_id=pick(territories, number).id))
    elif not accounts:
        return
    elif op == "contact":
        made = replica.create(Contact(name=f"C{number}", account_id=pick(accounts, number).id))
        replica.create(Activity(kind="call", at=number, contact_id=made.id))
    elif op == "task":
        replica.create(Task(title=f"T{number}", account_id=pick(accounts, number).id))
    elif op == "label":
        replica.label(pick(accounts, number), "Customer")
    elif op == "edit account":
        replica.update(pick(accounts, number), about=f"A{number}")


def write_contact(phone: Phone, op: str, number: int) -> None:
    replica = phone.replica
    accounts, contacts = replica.find(Account), replica.find(Contact)
    if not contacts:
        return
    if op == "edit":
        replica.update(pick(contacts, number), title=f"T{number}")
    elif op == "delete":
        replica.delete(pick(contacts, number))
    elif op == "move contact" and accounts:
        replica.update(pick(contacts, number), account_id=pick(accounts, number + 1).id)


def move(phone: Phone, op: str, number: int) -> None:
    replica = phone.replica
    accounts, territories = replica.find(Account), replica.find(Territory)
    users = [user for user in replica.find(User) if user.name.startswith("P")]
    if op == "reassign" and accounts and territories:
        replica.update(pick(accounts, number), territory_id=pick(territories, number // 2).id)
    elif op == "reps" and territories and users:
        replica.update(pick(territories, number), reps={pick(users, number // 2).id: True})
    elif op == "team" and users:
        replica.update(pick(users, number), team_id=pick(replica.find(Team), number // 3).id)
    elif op == "territory's team" and territories:
        team = pick(replica.find(Team), number // 3)
        replica.update(pick(territories, number), team_id=team.id)
    elif op == "role" and users:
        replica.update(pick(users, number), role=ROLES[number % 4])


def pick(found: list[Any], number: int) -> Any:
    return found[number % len(found)]
