"""May this user do this? One pure answer: the client offers by it, the server decides by it.

Whoever holds a record's scope may read and write it. Reference data is read by all and written by
the roles named here. A record out of scope is answered like one that does not exist.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

import msgspec

if TYPE_CHECKING:
    from sync_protocol.records import Kind, Role

Action = Literal["create", "update"]
"""Deleting is an update of the cell `deleted`."""

_ALL: tuple[Role, ...] = ("rep", "manager", "office", "admin")
_OFFICE: tuple[Role, ...] = ("office", "admin")
_LEADS: tuple[Role, ...] = ("manager", "office", "admin")
_ADMIN: tuple[Role, ...] = ("admin",)

_SHARED: dict[str, dict[Action, tuple[Role, ...]]] = {
    "label": {"create": _ALL, "update": _OFFICE},
    "outcome": {"create": _OFFICE, "update": _OFFICE},
    "user": {"create": _ADMIN, "update": _ADMIN},
    "team": {"create": _ADMIN, "update": _ADMIN},
    "territory": {"create": _ADMIN, "update": _ADMIN},
    "settings": {"create": _ADMIN, "update": _ADMIN},
    "pipeline": {"create": _ADMIN, "update": _ADMIN},
    "competitor": {"create": _ALL, "update": _OFFICE},
    "reason": {"create": _OFFICE, "update": _OFFICE},
    "product": {"create": _OFFICE, "update": _OFFICE},
    "pricelist": {"create": _OFFICE, "update": _OFFICE},
    "price": {"create": _OFFICE, "update": _OFFICE},
    "segment": {"create": _ALL, "update": _OFFICE},
    "customfield": {"create": _ADMIN, "update": _ADMIN},
    "objecttype": {"create": _ADMIN, "update": _ADMIN},
    "purpose": {"create": _OFFICE, "update": _OFFICE},
    "visitform": {"create": _ADMIN, "update": _ADMIN},
    "cadence": {"create": _LEADS, "update": _LEADS},
    "labelrule": {"create": _OFFICE, "update": _OFFICE},
    "labelmodel": {"create": (), "update": ()},
}
_OWNERS_TOO = frozenset({"segment"})
"""Reference data that whoever made it may change as well."""


class Actor(msgspec.Struct, frozen=True):
    """Who asks: the user, their role and the scopes they hold now."""

    user: str
    role: Role
    scopes: frozenset[str]


def may(actor: Actor, action: Action, kind: Kind, scope: str, owner: str = "") -> bool:
    """Whether `actor` may create or update a record of `kind` and `owner` that lies in `scope`."""
    if scope not in actor.scopes:
        return False
    if not kind.shared or actor.role in _SHARED[kind.name][action]:
        return True
    return kind.name in _OWNERS_TOO and owner == actor.user


def may_read(actor: Actor, scope: str) -> bool:
    return scope in actor.scopes


def may_administer(actor: Actor) -> bool:
    """Users, their sign-ins, teams, territories, settings, devices."""
    return actor.role == "admin"
