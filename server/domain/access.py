"""Who asks, and what they may see.

The actor is worked out afresh for every request and every changeset, from the users and
territories as they are then; the two are cached by the sequence at which they last changed, which
holds on every process because that sequence is part of the workspace's row.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple, Protocol, cast

from server.store import records
from sync_protocol.errors import SignInRequired
from sync_protocol.records import Territory, User, kind_of
from sync_protocol.rules.permissions import Actor
from sync_protocol.rules.scopes import scopes_of

if TYPE_CHECKING:
    from collections.abc import Iterable

    from sqlalchemy import Connection

    from server.store.records import Key
    from server.store.workspaces import Workspace
    from sync_protocol.changes import State

SERVER_DEVICE = 0
"""The device of what the server itself writes; no one can sign in as it."""

_PEOPLE = frozenset(("user", "territory"))


def carried_over(state: State, cell: str) -> bool:
    """Whether the server brought the value of a cell from another record.

    It is then the work of whoever wrote it there, whom history names.
    """
    stamp = state.stamp_of(cell)
    return stamp.device == SERVER_DEVICE and stamp != state.base


class Session(NamedTuple):
    """A signed-in device of a user, or the server itself acting in a user's name."""

    workspace: str
    user: str
    device: int


class Place(Protocol):
    """A moment of a workspace's store: what asks about people may be in a transaction or not."""

    @property
    def connection(self) -> Connection: ...

    @property
    def head(self) -> Workspace: ...

    @property
    def found(self) -> Workspace:
        """The head as it is committed."""


class Moment(NamedTuple):
    """A moment that is only read."""

    connection: Connection
    head: Workspace

    @property
    def found(self) -> Workspace:
        return self.head


class People:
    """Everybody, and what they see; it does not change."""

    def __init__(self, users: Iterable[User], territories: Iterable[Territory]) -> None:
        self.users = {user.id: user for user in users}
        self._territories = [territory for territory in territories if not territory.deleted]
        self._scopes: dict[str, frozenset[str]] = {}

    def scopes(self, user: User) -> frozenset[str]:
        """Every scope a user holds."""
        if user.id not in self._scopes:
            held = scopes_of(user, self._territories, self.users.values())
            self._scopes[user.id] = frozenset(held)
        return self._scopes[user.id]

    def sees(self, user_id: str, scope: str) -> bool:
        """Whether a user holds a scope, whoever asks."""
        user = self.users.get(user_id)
        return user is not None and scope in self.scopes(user)


def concerns_people(keys: Iterable[Key]) -> bool:
    """Whether a change to these records may change who sees what."""
    return any(kind in _PEOPLE for kind, _ in keys)


class Access:
    """Actors by session."""

    def __init__(self) -> None:
        self._people: dict[str, tuple[tuple[str, int], People]] = {}

    def actor(self, place: Place, session: Session) -> Actor:
        """The session's user with their role and scopes; `SignInRequired` if they are inactive."""
        people = self.people(place)
        user = people.users.get(session.user)
        if user is None or not user.active or user.deleted:
            raise SignInRequired("This account is switched off. Ask an administrator.")
        return Actor(user.id, user.role, people.scopes(user))

    def people(self, place: Place) -> People:
        head = place.head
        version = (head.epoch, head.people)
        cached = self._people.get(head.workspace_id)
        if cached is None or cached[0] != version:
            cached = version, _read_people(place.connection, head.workspace_id)
            if head.people == place.found.people:  # else the transaction may yet fail
                self._people[head.workspace_id] = cached
        return cached[1]


def _read_people(connection: Connection, workspace: str) -> People:
    users = cast("list[User]", records.every(connection, workspace, kind_of(User)))
    territories = cast("list[Territory]", records.every(connection, workspace, kind_of(Territory)))
    return People(users, territories)
