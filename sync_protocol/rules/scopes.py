"""Which scope a record travels in, and which scopes a user holds.

A record's scope is its root's: follow the parents up to an account and its territory. What hangs
beneath nothing belongs to its owner. Reference data is the whole workspace's.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from sync_protocol.records import Kind, Role, Territory, User

WORKSPACE = "workspace"
MAX_ANCESTORS = 32

Fields = dict[str, Any]
"""The fields of a record, or of a row: only references and the owner are read."""

PARENT_KINDS = {
    "account_id": "account",
    "contact_id": "contact",
    "deal_id": "deal",
    "lead_id": "lead",
    "price_list_id": "pricelist",
    "territory_id": "territory",
}


def territory_scope(territory_id: str) -> str:
    return f"territory:{territory_id}"


def user_scope(user_id: str) -> str:
    return f"user:{user_id}"


def parent_fields(child: Kind, parent: str) -> list[str]:
    """The fields by which a record of kind `child` may hang beneath one of kind `parent`."""
    return [name for name in child.parents if name == "record_id" or PARENT_KINDS[name] == parent]


def parents_of(kind: Kind, fields: Fields) -> list[tuple[str, str]]:
    """(kind, id) of every record this one hangs beneath, the nearest first."""
    return [(_parent_kind(name, fields), fields[name]) for name in kind.parents if fields.get(name)]


def scope_of(
    kind: Kind,
    fields: Fields,
    find: Callable[[str, str], tuple[Kind, Fields] | None],
) -> str:
    """The scope of a record; `find` gives the kind and fields of another by (kind, id)."""
    owner = ""
    for _ in range(MAX_ANCESTORS):
        if kind.shared:
            return WORKSPACE
        owner = owner or fields.get("owner_id", "")
        if fields.get("territory_id"):
            return territory_scope(fields["territory_id"])
        found = next(filter(None, (find(*parent) for parent in parents_of(kind, fields))), None)
        if found is None:
            break
        kind, fields = found
        owner = fields.get("owner_id", "") or owner
    return user_scope(owner)


def scopes_of(
    user: User, territories: Iterable[Territory], users: Iterable[User]
) -> tuple[str, ...]:
    """Every scope a user holds, sorted. Administrators also hold what belongs to single users."""
    held = {WORKSPACE, user_scope(user.id)}
    held |= {territory_scope(t.id) for t in territories if _holds(user, t)}
    if user.role == "admin":
        held |= {user_scope(other.id) for other in users}
    return tuple(sorted(held))


def holds_every_territory(role: Role) -> bool:
    """Also those that are made only now."""
    return role in ("office", "admin")


def _holds(user: User, territory: Territory) -> bool:
    if holds_every_territory(user.role):
        return True
    if user.role == "manager" and territory.team_id and territory.team_id == user.team_id:
        return True
    return bool(territory.reps.get(user.id))


def _parent_kind(name: str, fields: Fields) -> str:
    if name == "record_id":
        return str(fields.get("record_kind", ""))
    return PARENT_KINDS[name]
