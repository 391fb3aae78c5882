"""The company's own people, and who looks after what."""

from __future__ import annotations

from typing import Literal

from sync_protocol.records.base import Entries, Id, Name, Record, Short, synced

Role = Literal["rep", "manager", "office", "admin"]
ROLES: tuple[Role, ...] = ("rep", "manager", "office", "admin")


@synced(shared=True, search=("name",))
class User(Record, frozen=True, kw_only=True):
    """Someone who signs in. The e-mail and the password are the server's, never synced."""

    name: Name
    role: Role = "rep"
    team_id: Id = ""
    active: bool = True


@synced(shared=True, search=("name",), unique=("name",))
class Team(Record, frozen=True, kw_only=True):
    name: Name
    clash: Short = ""


@synced(shared=True, search=("name",), unique=("name",))
class Territory(Record, frozen=True, kw_only=True):
    """A part of the market: held by its reps and by the managers of its team.

    `reps` maps a user's id to true; an entry, so that two people may assign at once.
    """

    name: Name
    team_id: Id = ""
    reps: Entries[bool] = {}
    clash: Short = ""
