"""Whoever follows the log holds what a snapshot would give them, whatever was pushed and moved."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy import select

from server.store.tables import records
from sync_protocol import clock, merge
from sync_protocol.changes import Change, State
from sync_protocol.clock import Stamp
from sync_protocol.messages import Applied, Cursor, Rejected
from sync_protocol.records import Account, Activity, Contact, Kind, kinds, rows
from sync_protocol.rules.scopes import scope_of
from tests.integration.server.office import Client, Office, create, open_office, update
from tests.postgres import Postgres

PEOPLE, TERRITORIES, RECORDS = 3, 2, 4


@dataclass
class Follower:
    """A replica that only ever reads the log."""

    client: Client
    scopes: tuple[str, ...]
    cursor: Cursor
    held: dict[tuple[str, str], State] = field(default_factory=dict)

    def follow(self) -> None:
        more = True
        while more:
            page = self.client.pull(self.cursor, self.scopes, limit=3)
            for entry in page.entries:
                stamp = Stamp(entry.time, entry.device)
                for key in entry.leave:
                    del self.held[key]
                for state in entry.enter:
                    self.held[state.kind, state.id] = state
                for change in entry.changes:
                    key = change.kind, change.id
                    before = self.held.get(key) or merge.blank(*key)
                    self.held[key] = merge.apply(before, change, stamp).state
            self.cursor, more = page.cursor, page.more


@dataclass
class World:
    office: Office
    writers: list[Client]
    territories: list[str]
    ids: list[str]

    def living(self, kind: str) -> list[str]:
        """The ids of this kind that somebody has made."""
        stored = stored_scopes(self.office)
        return ["", *(record_id for name, record_id in stored if name == kind)]


@contextmanager
def world(url: str = "sqlite://") -> Iterator[World]:
    office = open_office(url)
    try:
        yield peopled(office)
    finally:
        office.store.close()


def peopled(office: Office) -> World:
    """An office with reps and their territories, in each an account."""
    users = [office.user() for _ in range(PEOPLE - 1)]
    territories = [office.territory(user).id for user in users]
    writers = [office.client(office.admin.user), *map(office.client, users)]
    names = ("account", "contact", "activity")
    ids = [f"{name}-{place}" for name in names for place in range(RECORDS)]
    for place, territory in enumerate(territories):
        writers[0].push(create(Account(id=ids[place], name="First", territory_id=territory)))
    return World(office, writers, territories, ids)


def drawn(data: st.DataObject, found: World) -> Change:
    """A create, an edit or a move of one of a few records."""
    pick = lambda values: data.draw(st.sampled_from(values))  # noqa: E731
    record_id = pick(found.ids)
    kind = record_id.partition("-")[0]
    places = {
        "territory_id": pick(["", *found.territories]),
        "account_id": pick(found.living("account")),
        "contact_id": pick(found.living("contact")),
        "owner_id": pick([client.session.user for client in found.writers]),
    }
    if record_id not in found.living(kind):
        return create(_record(kind, record_id, places))
    written = {name: value for name, value in places.items() if name in kinds()[kind].fields}
    kept = data.draw(st.sets(st.sampled_from(sorted(written)), min_size=1))
    return update(kind, record_id, **{name: written[name] for name in kept})


def _record(kind: str, record_id: str, places: dict[str, str]) -> Account | Contact | Activity:
    fitting = {name: value for name, value in places.items() if name in kinds()[kind].fields}
    if kind == "account":
        return Account(id=record_id, name="An account", **fitting)
    if kind == "contact":
        return Contact(id=record_id, name="A contact", **fitting)
    return Activity(id=record_id, kind="visit", at=1, **fitting)


def normal(state: State) -> State:
    kind = kinds()[state.kind]
    return rows.load(kind, rows.dump(kind, state))


def stored_scopes(office: Office) -> dict[tuple[str, str], tuple[str, dict[str, object]]]:
    with office.store.read() as connection:
        return {
            (name, row["id"]): (row["scope"], dict(row))
            for name, table in records.items()
            for row in connection.execute(select(table)).mappings()
        }


@given(st.data())
def test_following_the_log_ends_where_a_snapshot_does(data: st.DataObject) -> None:
    with world() as found:
        check_following(found, data)


@given(st.data())
def test_every_stored_scope_is_the_one_its_ancestors_give(data: st.DataObject) -> None:
    with world() as found:
        check_scopes(found, data)


@settings(max_examples=max(10, settings.default.max_examples // 10))
@given(data=st.data())
def test_both_hold_on_postgresql(postgres: Postgres, data: st.DataObject) -> None:
    with postgres.database() as url, world(url) as found:
        check_following(found, data)
        check_scopes(found, data)


def check_following(found: World, data: st.DataObject) -> None:
    followers = [
        Follower(found.office.client(writer.session.user), writer.hello().scopes, writer.head)
        for writer in found.writers
    ]
    for follower in followers:
        follower.held = {(s.kind, s.id): s for s in follower.client.states()}
    for _ in range(data.draw(st.integers(1, 12))):
        writer = data.draw(st.sampled_from(found.writers))
        changes = [drawn(data, found) for _ in range(data.draw(st.integers(1, 3)))]
        lag = data.draw(st.integers(0, 5))
        time = clock.at(found.office.clock.now_ms - lag)
        verdict = writer.push(*changes, time=time, seen=writer.head.sequence)
        assert isinstance(verdict, Applied | Rejected)
        if data.draw(st.booleans()):
            followers[0].follow()
    for follower in followers:
        follower.follow()
        snapshot = {(s.kind, s.id): s for s in follower.client.states(limit=4)}
        assert {key: normal(state) for key, state in follower.held.items()} == snapshot


def check_scopes(found: World, data: st.DataObject) -> None:
    for _ in range(data.draw(st.integers(1, 12))):
        writer = data.draw(st.sampled_from(found.writers))
        writer.push(*(drawn(data, found) for _ in range(data.draw(st.integers(1, 3)))))
    stored = stored_scopes(found.office)

    def find(kind: str, record_id: str) -> tuple[Kind, dict[str, object]] | None:
        row = stored.get((kind, record_id))
        return None if row is None else (kinds()[kind], row[1])

    for (name, _), (scope, fields) in stored.items():
        assert scope == scope_of(kinds()[name], fields, find)
