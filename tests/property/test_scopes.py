"""Whoever holds whatever role: no message carries what its receiver may not see, none is missing.

The oracle is a few lines over the server's own rows that share no code with either end.
"""

from __future__ import annotations

import tempfile
from contextlib import suppress
from pathlib import Path
from typing import Any

import msgspec
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from client.errors import ReplicaError
from server.store.tables import records
from sync_protocol.messages import Page, States
from sync_protocol.records import Account, Activity, Contact, Task, Team, Territory, User, kinds
from tests.simulation.world import Phone, World, same

SHARED = {name for name, kind in kinds().items() if kind.shared}
ROLES = ("rep", "manager", "office", "admin")
steps = st.lists(
    st.tuples(
        st.sampled_from(
            (
                "sync",
                "sync",
                "account",
                "contact",
                "private",
                "edit",
                "reassign",
                "reps",
                "team",
                "role",
                "move contact",
                "restart server",
            )
        ),
        st.integers(0, 3),
        st.integers(0, 7),
    ),
    max_size=30,
)


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.lists(st.sampled_from(ROLES), min_size=3, max_size=3), steps)
def test_every_message_holds_what_its_receiver_may_see_and_nothing_else(
    roles: list[str], script: list[tuple[str, int, int]]
) -> None:
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
            same(world)
        finally:
            world.close()


class Watch:
    """A phone whose every answer is checked, at the moment it is given, against the server.

    The log tells what happened while a record was in a scope, also of a record that has left since,
    and then that it left: so a pull is judged by what it leaves behind.
    """

    def __init__(self, world: World, phone: Phone) -> None:
        self.world, self.phone = world, phone
        self.entered: set[tuple[str, str]] = set()
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
            for entry in answer.entries:
                self.entered -= set(entry.leave)
                self.entered |= {(state.kind, state.id) for state in entry.enter}
            if answer.more:
                return
            told, self.entered = self.entered, set()
        else:
            return
        assert told <= visible(self.world, self.phone.link.session.user)

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
    mine = {
        territory_id
        for (kind, territory_id), row in rows.items()
        if kind == "territory" and sees(me, row)
    }
    return {key for key in rows if key[0] in SHARED or may_see(rows, key, me, mine)}


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
    phone = watched[0 if op in ("reps", "team", "role", "reassign") else who % 4].phone
    if op == "sync":
        phone.try_sync()
        return
    with suppress(ReplicaError):
        write(phone, op, number)
    if op in ("reps", "team", "role", "reassign"):
        phone.try_sync()


def write(phone: Phone, op: str, number: int) -> None:
    replica = phone.replica
    accounts, contacts = replica.find(Account), replica.find(Contact)
    territories = replica.find(Territory)
    users = [user for user in replica.find(User) if user.name.startswith("P")]
    if op == "account" and territories:
        replica.create(Account(name=f"A{number}", territory_id=pick(territories, number).id))
    elif op == "contact" and accounts:
        made = replica.create(Contact(name=f"C{number}", account_id=pick(accounts, number).id))
        replica.create(Activity(kind="call", at=number, contact_id=made.id))
    elif op == "private":
        replica.create(Task(title=f"T{number}"))
        replica.create(Contact(name=f"Mine {number}"))
    elif op == "edit" and contacts:
        replica.update(pick(contacts, number), title=f"T{number}")
    elif op == "move contact" and contacts and accounts:
        replica.update(pick(contacts, number), account_id=pick(accounts, number + 1).id)
    elif op == "reassign" and accounts and territories:
        replica.update(pick(accounts, number), territory_id=pick(territories, number // 2).id)
    elif op == "reps" and territories and users:
        replica.update(pick(territories, number), reps={pick(users, number // 2).id: True})
    elif op == "team" and users:
        teams = replica.find(Team)
        replica.update(pick(users, number), team_id=pick(teams, number // 3).id)
    elif op == "role" and users:
        replica.update(pick(users, number), role=ROLES[number % 3])


def pick(found: list[Any], number: int) -> Any:
    return found[number % len(found)]
