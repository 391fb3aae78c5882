"""What colleagues say about a record, whom they name in it, and what one follows. No screen.

A mention is `@` and the whole name of a colleague, whatever its case; of two names that begin
alike the longer is meant. Whoever comments on a record follows it from then on, unless they once
chose not to: answers then reach them.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from sync_protocol.records import Comment, Follow, User, follow_id

if TYPE_CHECKING:
    from collections.abc import Iterable

    from client.replica import Replica

OFFERED = 5


def mentioned(text: str, users: Iterable[User]) -> set[str]:
    """The ids of those whom a text names."""
    by_length = sorted(users, key=lambda user: -len(user.name))
    found: set[str] = set()
    for piece in text.casefold().split("@")[1:]:
        named = next((u for u in by_length if _begins(piece, u.name.casefold())), None)
        if named is not None:
            found.add(named.id)
    return found


def offered(text: str, users: Iterable[User]) -> list[User]:
    """Whom the mention that is being typed at the end of a text may mean."""
    _before, at, begun = text.rpartition("@")
    if not at or "\n" in begun or begun.endswith("  "):
        return []
    wanted = begun.casefold()
    matching = [u for u in users if _has_word(u.name, wanted) and u.name.casefold() != wanted]
    return matching[:OFFERED]


def completed(text: str, user: User) -> str:
    """The text with the mention at its end written out."""
    return f"{text.rpartition('@')[0]}@{user.name} "


def colleagues(replica: Replica) -> list[User]:
    """Who can be mentioned: everyone active but oneself."""
    users = replica.find(User, active=True, order_by="name")
    return [user for user in users if user.id != replica.user_id]


def post(replica: Replica, kind: str, record_id: str, text: str) -> Comment:
    """Say something about a record. Raises `Invalid` if it is empty."""
    with replica.changeset("Comment"):
        names = dict.fromkeys(mentioned(text, colleagues(replica)), True)
        comment = replica.create(
            Comment(
                record_kind=kind, record_id=record_id, text=text.strip(), at=replica.now(),
                mentions=names,
            )
        )  # fmt: skip
        if replica.get(Follow, follow_id(replica.user_id, record_id)) is None:
            follow(replica, kind, record_id)
    return comment


def comments(replica: Replica, record_id: str, limit: int) -> list[Comment]:
    """The latest comments on a record, the newest first."""
    return replica.find(Comment, record_id=record_id, order_by="-at", limit=limit)


def follow(replica: Replica, kind: str, record_id: str, *, on: bool = True) -> None:
    """Hear of what others do with a record, or no more."""
    follow_ = Follow(
        id=follow_id(replica.user_id, record_id), record_kind=kind, record_id=record_id,
        user_id=replica.user_id, on=on,
    )  # fmt: skip
    with replica.changeset("Follow" if on else "Stop following"):
        known = replica.get(Follow, follow_.id)
        if known is None:
            replica.create(follow_)
        elif known.on != on:
            replica.update(known, on=on)


def follows(replica: Replica, record_id: str) -> bool:
    """Whether this user follows a record."""
    known = replica.get(Follow, follow_id(replica.user_id, record_id))
    return known is not None and known.on


def _begins(text: str, name: str) -> bool:
    return text.startswith(name) and not text[len(name) : len(name) + 1].isalnum()


def _has_word(name: str, start: str) -> bool:
    folded = name.casefold()
    return folded.startswith(start) or any(w.startswith(start) for w in folded.split())
