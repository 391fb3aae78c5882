"""The people whose days somebody plans: their own, and for whoever leads, those of their reps.

A rep sees the customers of their territories only, so a visit is planned for them with one of
these: any other would not be there on their device. Nothing more is allowed than the server allows
anyway: whoever sees a customer may write its visits, whoever is to drive there.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sync_protocol.records import Account, Territory, User
from sync_protocol.rules.scopes import scopes_of, territory_scope

if TYPE_CHECKING:
    from collections.abc import Sequence

    from client.replica import Replica

LEADS = ("manager", "office", "admin")
DRIVES = ("rep", "manager")


def led(replica: Replica) -> list[User]:
    """Whose days this user may plan beside their own, by name; nobody's for a rep."""
    actor = replica.actor
    if actor is None or actor.role not in LEADS:
        return []
    own = set(territories(replica, actor.user))
    return [
        user
        for user in replica.find(User, order_by="name", active=True, role=DRIVES)
        if user.id != actor.user and own & set(territories(replica, user.id))
    ]


def led_at(replica: Replica, account: Account) -> list[User]:
    """Those of them who look after an account."""
    return [x for x in led(replica) if account.territory_id in territories(replica, x.id)]


def seen_by(replica: Replica, user_id: str, ids: Sequence[str] | None = None) -> set[str]:
    """The accounts that are here and that somebody sees: all of them, or of some."""
    some: dict[str, Any] = {} if ids is None else {"id": tuple(ids)}
    if user_id != replica.user_id:
        some["territory_id"] = territories(replica, user_id)
    return set(replica.ids(Account, **some))


def territories(replica: Replica, user_id: str) -> tuple[str, ...]:
    """The territories whose customers somebody sees."""
    user, every = replica.get(User, user_id), replica.find(Territory)
    held = scopes_of(user, every, ()) if user else ()
    return tuple(one.id for one in every if territory_scope(one.id) in held)
