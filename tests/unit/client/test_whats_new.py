from __future__ import annotations

from typing import TYPE_CHECKING

from client import whats_new
from client.whats_new import EDITIONS, Edition

if TYPE_CHECKING:
    from client.replica import Replica

OLD = Edition("1", "Once", ("A thing",))
NEWER = (Edition("3", "Now", ("Another",)), Edition("2", "Then", ("One more",)), OLD)


def test_a_device_that_begins_is_told_of_nothing(replica: Replica) -> None:
    assert whats_new.unseen(replica, NEWER) == ()
    whats_new.begin(replica, NEWER)
    assert whats_new.unseen(replica, NEWER) == ()


def test_after_an_update_all_that_came_since_is_told_once(replica: Replica) -> None:
    whats_new.begin(replica, (OLD,))
    whats_new.begin(replica, NEWER)
    assert whats_new.unseen(replica, NEWER) == NEWER[:2]
    whats_new.told(replica, NEWER)
    assert whats_new.unseen(replica, NEWER) == ()


def test_who_comes_from_an_edition_that_is_gone_begins_anew(replica: Replica) -> None:
    whats_new.told(replica, (Edition("0", "Long ago", ()),))
    whats_new.begin(replica, NEWER)
    assert whats_new.unseen(replica, NEWER) == ()


def test_every_edition_has_a_key_of_its_own_and_says_something() -> None:
    assert len({edition.key for edition in EDITIONS}) == len(EDITIONS)
    assert all(edition.lines for edition in EDITIONS)
