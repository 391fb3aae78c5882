"""Who asks, and what they may see.

The actor is worked out afresh for every request and every changeset, from the users and
territories as they are then; the two are cached by the sequence at which they last changed, which
holds on every process because that sequence is part of the workspace's row.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple, cast

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

SERVER_DEVICE = 0
"""The device of what the server itself writes; no one can sign in as it."""

_PEOPLE = frozenset(("user", "territory"))


class Session(NamedTuple):
    """A signed-in device of a user, or the server itself acting in a user's name."""

    workspace: str
    user: str
    device: int


class People(NamedTuple):
    users: dict[str, User]
    territories: tuple[Territory, ...]


def concerns_people(keys: Iterable[Key]) -> bool:
    """Whether a change to these records may change who sees what."""
    return any(kind in _PEOPLE for kind, _ in keys)


class Access:
    """Actors by session."""

    def __init__(self) -> None:
        self._people: dict[str, tuple[tuple[str, int], People]] = {}

    def actor(self, connection: Connection, session: Session, head: Workspace) -> Actor:
        """The session's user with their role and scopes; `SignInRequired` if they are inactive."""
        people = self.people(connection, head)
        user = people.users.get(session.user)
        if user is None or not user.active or user.deleted:
            raise SignInRequired("This account is switched off. Ask an administrator.")
        return Actor(user.id, user.role, frozenset(_scopes(user, people)))

    def sees(self, connection: Connection, head: Workspace, user_id: str, scope: str) -> bool:
        """Whether a user holds a scope, whoever asks."""
        people = self.people(connection, head)
        user = people.users.get(user_id)
        return user is not None and scope in _scopes(user, people)

    def people(self, connection: Connection, head: Workspace) -> People:
        version = (head.epoch, head.people)
        cached = self._people.get(head.workspace_id)
        if cached is None or cached[0] != version:
            cached = version, _read_people(connection, head.workspace_id)
            self._people[head.workspace_id] = cached
        return cached[1]


def _scopes(user: User, people: People) -> tuple[str, ...]:
    live = (territory for territory in people.territories if not territory.deleted)
    return scopes_of(user, live, people.users.values())


def _read_people(connection: Connection, workspace: str) -> People:
    users = cast("list[User]", records.every(connection, workspace, kind_of(User)))
    territories = cast("list[Territory]", records.every(connection, workspace, kind_of(Territory)))
    return People({user.id: user for user in users}, tuple(territories))
