from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import msgspec
import pytest

from sync_protocol import clock, codec
from sync_protocol.changes import Change, Changeset
from sync_protocol.messages import Applied, Hello, Push, Verdicts, Welcome
from sync_protocol.records import User
from sync_protocol.session import CLIENT_HEADER
from tests.integration.server.office import create, update
from tests.integration.server.running import (
    EMAIL,
    PASSWORD,
    Browser,
    failure,
    running,
    set_up,
)

REP = "rep@acme.example"
REP_PASSWORD = "a rep's long password"


def push(browser: Browser, number: int, *changes: Change, device: int = 7) -> None:
    now_ms = codec.decode(browser.sync("hello", Hello(device)).content, Welcome).now_ms
    changeset = Changeset(device, number, clock.at(now_ms), 0, changes)
    answer = browser.sync("push", Push(device, (changeset,)))
    (verdict,) = codec.decode(answer.content, Verdicts).verdicts
    assert isinstance(verdict, Applied), verdict


@contextmanager
def add_rep(admin: Browser, address: str) -> Iterator[Browser]:
    """A new user, signed in on device 8."""
    push(admin, 1, create(User(id="rep", name="Rea")))
    sent = {"user": "rep", "email": REP, "password": REP_PASSWORD}
    assert admin.put("/api/members/rep", json=sent).status_code == 204
    with Browser(address) as rep:
        rep.sign_in(REP, REP_PASSWORD, device=8)
        yield rep


def test_signing_in_answers_a_token_that_opens_sync(browser: Browser) -> None:
    session = browser.sign_in()
    assert session.email == EMAIL
    assert session.workspace_name == "Acme"
    welcome = codec.decode(browser.sync("hello", Hello(7)).content, Welcome)
    assert (welcome.workspace, welcome.user) == (session.workspace, session.user)


def test_an_address_is_found_however_it_is_written(browser: Browser) -> None:
    assert browser.sign_in(" ADA@Acme.Example ").email == EMAIL


@pytest.mark.parametrize(
    ("email", "password"),
    [(EMAIL, "wrong"), ("nobody@acme.example", PASSWORD), ("not an address", PASSWORD)],
)
def test_a_wrong_password_and_an_unknown_address_are_answered_alike(
    browser: Browser, email: str, password: str
) -> None:
    response = browser.post(
        "/api/sign-in", json={"email": email, "password": password, "device": 7}
    )
    assert response.status_code == 401
    assert failure(response).code == "sign_in_required"
    assert failure(response).message == "E-mail or password is wrong."


def test_a_browser_keeps_its_session_in_a_cookie_scripts_cannot_read(browser: Browser) -> None:
    session = browser.sign_in(cookie=True)
    assert session.token == ""
    (cookie,) = browser.cookies.jar
    assert cookie.path == "/api"
    assert cookie.has_nonstandard_attr("HttpOnly")
    assert cookie.get_nonstandard_attr("SameSite") == "strict"
    assert browser.sync("hello", Hello(7)).status_code == 200


def test_a_cookie_without_the_client_header_opens_nothing(browser: Browser) -> None:
    browser.sign_in(cookie=True)
    del browser.headers[CLIENT_HEADER]
    response = browser.sync("hello", Hello(7))
    assert response.status_code == 400
    assert failure(response).code == "malformed"


def test_cookies_are_for_https_only_where_the_server_is(tmp_path: Path) -> None:
    settings = set_up(tmp_path, secure_cookies=True)
    with running(settings) as address, Browser(address) as browser:
        browser.sign_in(cookie=True)
        (cookie,) = browser.cookies.jar
        assert cookie.secure
        assert "strict-transport-security" in browser.get("/health").headers


def test_signing_out_ends_the_session_and_its_cookie(browser: Browser) -> None:
    browser.sign_in(cookie=True)
    assert browser.post("/api/sign-out").status_code == 204
    assert not list(browser.cookies.jar)
    browser.sign_in()
    browser.post("/api/sign-out")
    assert failure(browser.sync("hello", Hello(7))).code == "sign_in_required"


def test_signing_in_again_on_a_device_replaces_its_token(browser: Browser, address: str) -> None:
    browser.sign_in()
    with Browser(address) as again:
        again.sign_in()
        assert again.sync("hello", Hello(7)).status_code == 200
    assert failure(browser.sync("hello", Hello(7))).code == "sign_in_required"


def test_a_device_id_of_another_user_is_refused(browser: Browser, address: str) -> None:
    browser.sign_in()
    with add_rep(browser, address) as rep:
        response = rep.post(
            "/api/sign-in", json={"email": REP, "password": REP_PASSWORD, "device": 7}
        )
    assert response.status_code == 409
    assert failure(response).code == "device_taken"


def test_a_new_password_ends_the_other_sessions(browser: Browser, address: str) -> None:
    browser.sign_in()
    with Browser(address) as other:
        other.sign_in(device=9)
        wrong = browser.post("/api/password", json={"old": "no", "new": "another long one"})
        assert failure(wrong).code == "forbidden"
        right = browser.post("/api/password", json={"old": PASSWORD, "new": "another long one"})
        assert right.status_code == 204
        assert browser.sync("hello", Hello(7)).status_code == 200
        assert failure(other.sync("hello", Hello(9))).code == "sign_in_required"
        other.sign_in(password="another long one", device=9)


def test_a_short_password_is_refused(browser: Browser) -> None:
    browser.sign_in()
    response = browser.post("/api/password", json={"old": PASSWORD, "new": "short"})
    assert failure(response).code == "malformed"


def test_only_administrators_see_and_set_members(browser: Browser, address: str) -> None:
    browser.sign_in()
    with add_rep(browser, address) as rep:
        assert failure(rep.get("/api/members")).code == "forbidden"
        sent = {"user": "rep", "email": "boss@acme.example"}
        assert failure(rep.put("/api/members/rep", json=sent)).code == "forbidden"
    emails = {member["email"] for member in browser.get("/api/members").json()}
    assert emails == {EMAIL, REP}
    assert all(member["password"] is None for member in browser.get("/api/members").json())


def test_a_member_must_be_a_user_with_an_address_of_their_own(
    browser: Browser, address: str
) -> None:
    browser.sign_in()
    new = {"user": "x", "email": "x@y.example", "password": "long enough for all"}
    with add_rep(browser, address):
        unknown = browser.put("/api/members/x", json=new)
        taken = browser.put("/api/members/rep", json={"user": "rep", "email": EMAIL})
        invalid = browser.put("/api/members/rep", json={"user": "rep", "email": "no address"})
    assert failure(unknown).code == "not_found"
    assert failure(taken).code == "email_taken"
    assert failure(invalid).code == "malformed"


def test_who_is_switched_off_loses_their_devices_until_they_sign_in_again(
    browser: Browser, address: str
) -> None:
    admin = browser.sign_in()
    member = {"user": "rep", "email": REP}
    with add_rep(browser, address) as rep:
        off = browser.put("/api/members/rep", json=member | {"active": False})
        assert off.status_code == 204
        assert failure(rep.sync("hello", Hello(8))).code == "device_revoked"
        with pytest.raises(Exception, match="401"):
            rep.sign_in(REP, REP_PASSWORD, device=8)
        browser.put("/api/members/rep", json=member)
        rep.sign_in(REP, REP_PASSWORD, device=8)
        assert rep.sync("hello", Hello(8)).status_code == 200
    own = {"user": admin.user, "email": EMAIL, "active": False}
    assert failure(browser.put(f"/api/members/{admin.user}", json=own)).code == "forbidden"


def test_a_user_whose_record_says_inactive_keeps_everything_but_the_session(
    browser: Browser, address: str
) -> None:
    browser.sign_in()
    with add_rep(browser, address) as rep:
        push(browser, 2, update("user", "rep", active=False))
        assert failure(rep.sync("hello", Hello(8))).code == "sign_in_required"
        with pytest.raises(Exception, match="401"):
            rep.sign_in(REP, REP_PASSWORD, device=8)


def test_a_session_that_was_not_used_for_long_ends(tmp_path: Path) -> None:
    now = [1_800_000_000_000]
    settings = set_up(tmp_path)
    with running(settings, now=lambda: now[0]) as address, Browser(address) as browser:
        browser.sign_in()
        assert browser.sync("hello", Hello(7)).status_code == 200
        now[0] += (settings.session_days + 1) * 86_400_000
        assert failure(browser.sync("hello", Hello(7))).code == "sign_in_required"


def test_too_many_attempts_are_told_to_wait_and_nothing_else_is(tmp_path: Path) -> None:
    settings = set_up(tmp_path, sign_ins_per_minute=3)
    with running(settings) as address, Browser(address) as browser:
        wrong = {"email": EMAIL, "password": "wrong", "device": 7}
        answers = [browser.post("/api/sign-in", json=wrong) for _ in range(5)]
        assert [answer.status_code for answer in answers] == [401, 401, 401, 429, 429]
        assert failure(answers[-1]).code == "too_many_attempts"
        assert browser.get("/health").status_code == 200
        assert failure(browser.sync("hello", Hello(7))).code == "sign_in_required"


def test_nor_may_a_session_try_one_password_after_the_other(tmp_path: Path) -> None:
    settings = set_up(tmp_path, sign_ins_per_minute=3)
    with running(settings) as address, Browser(address) as browser:
        browser.sign_in()
        guess = {"old": "wrong", "new": "another long one"}
        answers = [browser.post("/api/password", json=guess) for _ in range(4)]
        assert [answer.status_code for answer in answers] == [403, 403, 429, 429]
        assert browser.sync("hello", Hello(7)).status_code == 200


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_only_the_hash_of_a_token_is_kept(browser: Browser, tmp_path: Path) -> None:
    token = browser.sign_in().token
    kept = b"".join(path.read_bytes() for path in tmp_path.glob("server.db*"))
    assert token.encode() not in kept
    assert PASSWORD.encode() not in kept
    assert msgspec.json.decode(browser.get("/health").content)["status"] == "ok"
