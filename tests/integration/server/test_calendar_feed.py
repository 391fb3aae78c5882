"""The calendar feed: a secret opens one user's planned visits, and nothing opens anything else."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from functools import partial
from itertools import count
from pathlib import Path
from typing import Any

import httpx
import icalendar
import pytest

from sync_protocol import codec
from sync_protocol.changes import Change
from sync_protocol.messages import Rekey, Rekeyed
from sync_protocol.records import (
    SETTINGS_ID,
    Account,
    Activity,
    Address,
    Contact,
    Position,
    Record,
    Territory,
    entries,
)
from tests.integration.server.office import create, update
from tests.integration.server.running import Browser, failure, running, set_up
from tests.integration.server.test_sign_in import REP, REP_PASSWORD, add_rep, push

NOW_MS = 1_900_000_000_000
DAY_MS = 86_400_000
BEAR = Account(
    id="bear",
    name="Gasthof Bär",
    territory_id="south",
    addresses=entries(
        Address(street="Markt 1", postal_code="96317", town="Kronach",
                position=Position(50.24, 11.33))
    ),
)  # fmt: skip


class Field:
    """A server, its administrator, and Rea, a rep of the south, who has a customer there."""

    def __init__(self, admin: Browser, rep: Browser, address: str) -> None:
        self.admin, self.rep, self.address = admin, rep, address
        self._numbers = {7: 1, 8: 0}

    def by_admin(self, *changes: Change) -> None:
        self._push(self.admin, 7, changes)

    def by_rep(self, *records: Record) -> None:
        self._push(self.rep, 8, tuple(create(record) for record in records))

    def _push(self, browser: Browser, device: int, changes: tuple[Change, ...]) -> None:
        self._numbers[device] += 1
        push(browser, self._numbers[device], *changes, device=device)

    def renew(self) -> str:
        """The path of a new feed of the rep's."""
        answer = self.rep.post("/api/calendar")
        assert answer.status_code == 200, answer.text
        return f"/calendar/{answer.json()['secret']}.ics"

    def fetch(self, path: str, **headers: str) -> httpx.Response:
        """As a calendar does: no session, no header of ours."""
        return httpx.get(self.address + path, headers=headers)

    def events(self, path: str) -> list[Any]:
        answer = self.fetch(path)
        assert answer.status_code == 200, answer.text
        return list(icalendar.Calendar.from_ical(answer.content).walk("VEVENT"))


def visit(record_id: str, at_ms: int = NOW_MS + DAY_MS, **facts: Any) -> Activity:
    given = {"account_id": "bear", "owner_id": "rep", "status": "planned"} | facts
    return Activity(id=record_id, kind="visit", at=at_ms, **given)


@contextmanager
def in_the_field(settings: Any) -> Iterator[Field]:
    with (
        running(settings, now=partial(next, count(NOW_MS))) as address,
        Browser(address) as admin,
    ):
        admin.sign_in()
        with add_rep(admin, address) as rep:
            field = Field(admin, rep, address)
            field.by_admin(
                create(Territory(id="south", name="South", reps={"rep": True})),
                create(Territory(id="north", name="North")),
            )
            field.by_admin(
                create(BEAR),
                create(Account(id="far", name="Elsewhere", territory_id="north")),
            )
            yield field


@pytest.fixture
def field(tmp_path: Path, database_url: str) -> Iterator[Field]:
    with in_the_field(set_up(tmp_path, database_url=database_url)) as found:
        yield found


def test_a_feed_holds_the_planned_visits_of_its_user(field: Field) -> None:
    field.by_rep(
        Contact(id="ada", name="Ada Byrne", account_id="bear"),
        visit("a", contact_id="ada", note="Bring the list"),
        visit("done", status="done"),
        Activity(id="call", kind="call", at=NOW_MS + DAY_MS, account_id="bear", owner_id="rep"),
    )
    field.by_admin(create(visit("others", owner_id="somebody")))
    path = field.renew()
    (event,) = field.events(path)
    assert event["uid"] == "a@fieldbook"
    assert event["summary"] == "Visit: Gasthof Bär, Ada Byrne"
    assert event["location"] == "Markt 1, 96317 Kronach"
    assert event["description"] == "Bring the list"
    assert event.decoded("dtstart") == datetime.fromtimestamp(NOW_MS // 1000 + 86_400, UTC)
    answer = field.fetch(path)
    assert answer.headers["content-type"].startswith("text/calendar")
    assert answer.headers["cache-control"] == "private, no-cache"
    assert b"Acme" in answer.content


def test_a_feed_reaches_a_month_back_and_a_year_ahead(field: Field) -> None:
    field.by_rep(
        visit("long ago", NOW_MS - 31 * DAY_MS),
        visit("missed", NOW_MS - 29 * DAY_MS),
        visit("next year", NOW_MS + 364 * DAY_MS),
        visit("beyond", NOW_MS + 366 * DAY_MS),
    )
    uids = [event["uid"] for event in field.events(field.renew())]
    assert uids == ["missed@fieldbook", "next year@fieldbook"]


def test_what_is_deleted_hidden_or_out_of_sight_is_not_in_it(field: Field) -> None:
    field.by_admin(
        create(Account(id="gone", name="Gone", territory_id="south")),
        create(visit("with a deleted customer", account_id="gone")),
        create(visit("elsewhere", account_id="far")),
        create(visit("deleted")),
        create(visit("here")),
    )
    field.by_admin(update("account", "gone", deleted=True), update("activity", "deleted",
                                                                 deleted=True))  # fmt: skip
    path = field.renew()
    assert [event["uid"] for event in field.events(path)] == ["here@fieldbook"]
    field.by_admin(update("account", "bear", territory_id="north"))
    assert field.events(path) == []


def test_the_same_visits_are_the_same_bytes_and_need_not_be_sent_again(field: Field) -> None:
    field.by_rep(visit("a"))
    path = field.renew()
    first = field.fetch(path)
    assert field.fetch(path).content == first.content
    again = field.fetch(path, **{"if-none-match": first.headers["etag"]})
    assert (again.status_code, again.content) == (304, b"")
    field.by_admin(update("activity", "a", at=NOW_MS + 2 * DAY_MS))
    moved = field.fetch(path, **{"if-none-match": first.headers["etag"]})
    assert moved.status_code == 200
    assert b"UID:a@fieldbook" in moved.content
    assert httpx.head(field.address + path).status_code == 200


def test_a_secret_is_told_once_and_a_new_one_ends_it(field: Field) -> None:
    assert field.rep.get("/api/calendar").json() == {"created_ms": None, "secret": ""}
    first = field.renew()
    told = field.rep.get("/api/calendar").json()
    assert told["secret"] == ""
    assert told["created_ms"] >= NOW_MS
    second = field.renew()
    assert first != second
    assert field.fetch(first).status_code == 404
    assert field.fetch(second).status_code == 200
    assert field.rep.delete("/api/calendar").status_code == 204
    assert field.fetch(second).status_code == 404
    assert field.rep.get("/api/calendar").json()["created_ms"] is None


def test_whatever_is_wrong_the_answer_is_the_same(field: Field) -> None:
    stopped = field.renew()
    field.rep.delete("/api/calendar")
    paths = (stopped, "/calendar/nobodys.ics", "/calendar/.ics", "/calendar/secret", f"{stopped}x")
    answers = [field.fetch(path) for path in paths]
    assert {(answer.status_code, answer.content) for answer in answers} == {
        (404, answers[0].content)
    }


def test_who_is_switched_off_has_no_feed_even_when_they_come_back(field: Field) -> None:
    path = field.renew()
    off = {"user": "rep", "email": REP, "active": False}
    field.admin.put("/api/members/rep", json=off)
    assert field.fetch(path).status_code == 404
    field.admin.put("/api/members/rep", json=off | {"active": True})
    field.rep.sign_in(REP, REP_PASSWORD, device=8)
    assert field.fetch(path).status_code == 404


def test_a_user_whose_record_says_inactive_has_no_feed(field: Field) -> None:
    path = field.renew()
    field.by_admin(update("user", "rep", active=False))
    assert field.fetch(path).status_code == 404


@pytest.mark.parametrize("action", ["lock", "wipe", "rescue"])
def test_a_lost_device_takes_the_feed_it_made_along(field: Field, action: str) -> None:
    path = field.renew()
    assert field.admin.post("/api/devices/8", json={"action": action}).status_code == 204
    assert field.fetch(path).status_code == 404


@pytest.mark.parametrize("lost", [8, 9, 10])
def test_so_does_a_copy_of_it_that_goes_on_under_another_id(field: Field, lost: int) -> None:
    path = field.renew()
    rekeyed = Rekey(8, 9, 0), Rekey(9, 10, 0)
    for request in rekeyed:
        answer = codec.decode(field.rep.sync("rekey", request).content, Rekeyed)
        field.rep.headers["authorization"] = f"Bearer {answer.token}"
    assert field.fetch(path).status_code == 200
    assert field.admin.post(f"/api/devices/{lost}", json={"action": "lock"}).status_code == 204
    assert field.fetch(path).status_code == 404


def test_only_who_is_signed_in_makes_a_feed(field: Field) -> None:
    with Browser(field.address) as nobody:
        for method in ("GET", "POST", "DELETE"):
            answer = nobody.request(method, "/api/calendar")
            assert failure(answer).code == "sign_in_required"


def test_a_session_opens_no_calendar_and_a_secret_nothing_else(field: Field) -> None:
    secret = field.renew().removeprefix("/calendar/").removesuffix(".ics")
    assert field.rep.get("/calendar/anything.ics").status_code == 404
    bearer = {"authorization": f"Bearer {secret}", "x-fieldbook-client": "1"}
    assert field.fetch("/api/calendar", **bearer).status_code == 401


def test_calendars_are_fetched_so_often_and_no_more(tmp_path: Path) -> None:
    with in_the_field(set_up(tmp_path, calendars_per_minute=3)) as field:
        path = field.renew()
        answers = [field.fetch(path).status_code for _ in range(5)]
        assert answers == [200, 200, 200, 429, 429]
        assert field.rep.get("/api/calendar").status_code == 200


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_only_the_hash_of_a_secret_is_kept(field: Field, tmp_path: Path) -> None:
    secret = field.renew().removeprefix("/calendar/").removesuffix(".ics")
    kept = b"".join(path.read_bytes() for path in tmp_path.glob("server.db*"))
    assert len(secret) == 43  # 256 bits
    assert secret.encode() not in kept


def test_the_company_says_how_long_a_visit_is(field: Field) -> None:
    field.by_admin(update("settings", SETTINGS_ID, visit_min=45))
    field.by_rep(visit("a"))
    (event,) = field.events(field.renew())
    assert event.decoded("dtend") - event.decoded("dtstart") == event.duration
    assert event.duration.total_seconds() == 45 * 60
