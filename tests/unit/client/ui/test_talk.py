"""Comments on a page, following, and the inbox."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from client import talk
from client.ui import naming
from sync_protocol.records import Activity, Comment, Deal, Lead, Notice, Record, Task, User
from tests.unit.client.ui.harness import opened
from tests.unit.client.ui.office import NOON_MS

if TYPE_CHECKING:
    from tests.unit.client.ui.office import Office

FIELD = "Comment, @name tells a colleague"


async def test_a_colleague_is_mentioned_by_a_tap_on_their_name(admins_office: Office) -> None:
    office = admins_office
    olga = office.replica.create(User(name="Olga Meyer"))
    async with opened(office.replica, f"/accounts/{office[0].id}") as screen:
        await screen.type(FIELD, "Please call, @ol")
        await screen.until_target(f"mention-{olga.id}")
        await screen.tap(f"mention-{olga.id}")
        await screen.tap("post-comment")
        assert screen.bar() == "Comment added"
        (comment,) = office.replica.find(Comment)
        assert (comment.text, comment.mentions) == ("Please call, @Olga Meyer", {olga.id: True})
        await screen.until_target(f"comment-{comment.id}")
        await screen.undo()
        assert office.replica.count(Comment) == 0


async def test_what_was_typed_is_kept_until_it_is_posted(office: Office) -> None:
    async with opened(office.replica, f"/accounts/{office[0].id}") as screen:
        await screen.type(FIELD, "Half a thou")
        await screen.go("/")
        await screen.go(f"/accounts/{office[0].id}")
        await screen.until_target("post-comment")
        assert screen.says("Half a thou")


async def test_a_record_is_followed_and_left_again(office: Office) -> None:
    async with opened(office.replica, f"/contacts/{office.contact.id}") as screen:
        await screen.tap("follow")
        assert talk.follows(office.replica, office.contact.id)
        await screen.tap("follow")
        assert not talk.follows(office.replica, office.contact.id)


async def test_each_reason_has_its_words_and_a_way_to_the_record(office: Office) -> None:
    replica = office.replica
    about = {"owner_id": replica.user_id, "record_kind": "account", "record_id": office[0].id}
    replica.create(Notice(reason="mentioned", text="Call them", **about))
    replica.create(Notice(reason="assigned", **about))
    replica.create(Notice(reason="followed", under_kind="activity", under_id="x", **about))
    async with opened(replica, "/notices") as screen:
        await screen.until_says("Somebody mentioned you on Brauerei Adler: Call them")
        assert screen.says("Somebody gave you Brauerei Adler.")
        assert screen.says("Somebody wrote an activity for Brauerei Adler, which you follow.")
        await screen.tap("open-record")
        await screen.until_target("log-visit")
    assert replica.count(Notice, dismissed=True) == 1


@pytest.mark.parametrize("kind", ["lead", "activity", "task", "deal"])
async def test_whatever_has_a_page_is_commented_on_and_followed(
    admins_office: Office, kind: str
) -> None:
    replica = admins_office.replica
    about: Record = {
        "lead": Lead(name="Ada"),
        "activity": Activity(kind="call", at=NOON_MS, account_id=admins_office[0].id),
        "task": Task(title="Call"),
        "deal": Deal(name="Taps", pipeline_id="", stage_id=""),
    }[kind]
    record = replica.create(about)
    async with opened(replica, naming.page_of(replica, kind, record.id)) as screen:
        await screen.until_target("post-comment")
        await screen.type(FIELD, "Well done")
        await screen.tap("post-comment")
        await screen.until(lambda: replica.count(Comment, record_id=record.id) == 1)
        assert talk.follows(replica, record.id)
        await screen.tap("follow")
        await screen.until(lambda: not talk.follows(replica, record.id))
