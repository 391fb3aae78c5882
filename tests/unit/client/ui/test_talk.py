"""Comments on a page, following, and the inbox."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from client import talk
from client.ui import naming
from sync_protocol.records import (
    Activity,
    Case,
    Comment,
    Competitor,
    CustomObject,
    Deal,
    Label,
    Lead,
    Notice,
    ObjectType,
    Quote,
    Record,
    SalesOrder,
    Task,
    User,
)
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


async def test_a_double_tap_posts_one_comment_and_complains_of_nothing(office: Office) -> None:
    replica, account = office.replica, office[0]
    async with opened(replica, f"/accounts/{account.id}") as screen:
        await screen.type(FIELD, "Half a thought")
        await screen.tap_twice("post-comment")
        await screen.until(lambda: screen.bar() == "Comment added")
        assert not screen.says("Write something first.")
    assert replica.count(Comment) == 1


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


KINDS = ("lead", "activity", "task", "deal", "case", "quote", "salesorder", "customobject")


def made(office: Office, kind: str) -> Record:
    """A record of a kind, as somebody of the office made it."""
    replica, place = office.replica, {"account_id": office[0].id}
    about: Record = {
        "lead": Lead(name="Ada"),
        "activity": Activity(kind="call", at=NOON_MS, **place),
        "task": Task(title="Call"),
        "deal": Deal(name="Taps", pipeline_id="", stage_id=""),
        "case": Case(title="The tap drips", opened_at=NOON_MS, **place),
        "quote": Quote(**place),
        "salesorder": SalesOrder(at=NOON_MS, **place),
        "customobject": CustomObject(
            name="KX-1", type_id=replica.create(ObjectType(name="Cooler")).id, **place
        ),
        "competitor": Competitor(name="Other Brewery"),
    }[kind]
    return replica.create(about)


@pytest.mark.parametrize("kind", [*KINDS, "competitor"])
async def test_whatever_has_a_page_is_commented_on_and_followed(
    admins_office: Office, kind: str
) -> None:
    replica, record = admins_office.replica, made(admins_office, kind)
    async with opened(replica, naming.page_of(replica, kind, record.id)) as screen:
        await screen.until_target("post-comment")
        await screen.type(FIELD, "Well done")
        await screen.tap("post-comment")
        await screen.until(lambda: replica.count(Comment, record_id=record.id) == 1)
        assert talk.follows(replica, record.id)
        await screen.tap("follow")
        await screen.until(lambda: not talk.follows(replica, record.id))


@pytest.mark.parametrize("kind", KINDS)
async def test_whatever_has_a_page_takes_labels_and_files(admins_office: Office, kind: str) -> None:
    replica, record = admins_office.replica, made(admins_office, kind)
    label = replica.create(Label(name="Urgent"))
    async with opened(replica, naming.page_of(replica, kind, record.id)) as screen:
        await screen.until_target("add-file")
        await screen.tap("labels")
        await screen.until_target(f"label-{label.name}")
        await screen.tap(f"label-{label.name}")
        await screen.until(lambda: [x.name for x in replica.labels_of(record.id)] == ["Urgent"])
        assert replica.ids(type(record), labels_any=[label.id]) == [record.id]
