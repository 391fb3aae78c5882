"""Mentions in a text, comments and what is followed."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from client import talk
from client.errors import Invalid
from sync_protocol.records import Account, Comment, User

if TYPE_CHECKING:
    from client.replica import Replica

ANN = User(id="a", name="Ann Lee")
ANN_ONE = User(id="b", name="Ann Lee Meyer")
JOSE = User(id="c", name="José Ñu")
ALL = (ANN, ANN_ONE, JOSE)


def test_the_longer_of_two_names_that_begin_alike_is_meant() -> None:
    assert talk.mentioned("see @ann lee meyer", ALL) == {"b"}
    assert talk.mentioned("see @Ann Lee, and @josé ñu!", ALL) == {"a", "c"}


def test_a_part_of_a_word_is_no_mention() -> None:
    assert talk.mentioned("@Ann Leeward and ann@example.com", ALL) == set()


@given(st.lists(st.sampled_from(ALL), max_size=5), st.text(max_size=20))
def test_whoever_was_chosen_from_the_offer_is_mentioned(users: list[User], before: str) -> None:
    text = before
    for user in users:
        text = talk.completed(f"{text}@{user.name[:2]}", user)
    assert {user.id for user in users} <= talk.mentioned(text, ALL)


def test_names_are_offered_while_one_is_typed() -> None:
    assert talk.offered("hello @le", ALL) == [ANN, ANN_ONE]
    assert talk.offered("hello @Ann Lee", ALL) == [ANN_ONE]
    assert talk.offered("hello", ALL) == talk.offered("@José Ñu  thanks", ALL) == []


def test_who_comments_follows_unless_they_chose_not_to(replica: Replica) -> None:
    shop = replica.create(Account(name="Corner shop"))
    talk.post(replica, "account", shop.id, " Hello ")
    assert talk.follows(replica, shop.id)
    talk.follow(replica, "account", shop.id, on=False)
    talk.post(replica, "account", shop.id, "Again")
    assert not talk.follows(replica, shop.id)
    assert {comment.text for comment in replica.find(Comment)} == {"Hello", "Again"}


def test_an_empty_comment_is_refused(replica: Replica) -> None:
    with pytest.raises(Invalid):
        talk.post(replica, "account", "x", "  ")
