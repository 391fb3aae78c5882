"""What comes from outside, as bad as it can be."""

from __future__ import annotations

import gzip
from collections.abc import Iterator

import msgspec
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from sync_protocol import codec
from sync_protocol.messages import Cursor, Hello, Pull, Push, Snapshot
from sync_protocol.session import CLIENT_HEADER
from tests.integration.server.running import MSGPACK, Browser, failure

# what is refused here never reaches the store
pytestmark = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)

NEST = 10_000
BAD_BODIES = {
    "nothing": b"",
    "no msgpack": b"\xc1",
    "cut short": codec.encode(Hello(7))[:-1],
    "an array": codec.encode([1, 2]),
    "wrong types": codec.encode({"device": "seven", "scopes": 3, "cursor": {}, "changesets": 1}),
    "deep nesting": b"\x91" * NEST + b"\xc0",
    "deep value": b"\x82\xa6device\x07\xa1x" + b"\x91" * NEST + b"\xc0",
    "a huge array": b"\xdd\xff\xff\xff\xff",
    "no utf-8": b"\x81\xa1\xff\x07",
    "a huge number": codec.encode({"device": (1 << 64) - 1, "scopes": []}),
}


@pytest.fixture
def signed_in(browser: Browser) -> Iterator[Browser]:
    browser.sign_in()
    yield browser
    assert browser.get("/health").status_code == 200


@pytest.mark.parametrize("method", ["hello", "push", "pull", "snapshot"])
@pytest.mark.parametrize("fault", BAD_BODIES)
def test_a_body_that_is_no_message_is_malformed(
    signed_in: Browser, method: str, fault: str
) -> None:
    response = signed_in.post(f"/api/sync/{method}", content=BAD_BODIES[fault], headers=MSGPACK)
    assert failure(response).code == "malformed"
    assert response.headers["content-type"] == "application/msgpack"


def test_unknown_fields_of_a_newer_client_are_ignored(signed_in: Browser) -> None:
    assert signed_in.sync("hello", {"device": 7, "mood": "fine"}).status_code == 200


def test_a_compressed_body_is_understood_and_an_answer_compressed(signed_in: Browser) -> None:
    body = gzip.compress(codec.encode(Snapshot(7, ("workspace",))))
    headers = MSGPACK | {"content-encoding": "gzip"}
    response = signed_in.post("/api/sync/snapshot", content=body, headers=headers)
    assert response.status_code == 200
    assert response.headers["content-encoding"] == "gzip"
    plain = signed_in.post(
        "/api/sync/snapshot", content=body, headers=headers | {"accept-encoding": "identity"}
    )
    assert "content-encoding" not in plain.headers
    assert plain.content == response.content


@pytest.mark.parametrize(
    ("body", "encoding", "code"),
    [
        pytest.param(gzip.compress(bytes(codec.MAX_BODY * 4)), "gzip", "too_large", id="a bomb"),
        pytest.param(gzip.compress(b"half")[:-6], "gzip", "malformed", id="half"),
        pytest.param(b"no gzip", "gzip", "malformed", id="no gzip"),
        pytest.param(b"", "br", "malformed", id="another encoding"),
        pytest.param(bytes(codec.MAX_BODY + 1), "identity", "too_large", id="huge"),
    ],
)
def test_a_bomb_a_damaged_or_a_huge_body_is_refused(
    signed_in: Browser, body: bytes, encoding: str, code: str
) -> None:
    headers = MSGPACK | {"content-encoding": encoding}
    response = signed_in.post("/api/sync/push", content=body, headers=headers)
    assert failure(response).code == code


def test_a_huge_body_without_a_length_is_refused_too(signed_in: Browser) -> None:
    pieces = (bytes(1 << 20) for _ in range(20))
    response = signed_in.post("/api/sync/push", content=pieces, headers=MSGPACK)
    assert failure(response).code == "too_large"


@pytest.mark.parametrize(
    "request_", [Hello(8), Push(8), Pull(8, Cursor(), ()), Snapshot(8, ())], ids=type
)
def test_a_session_speaks_for_its_own_device_only(
    signed_in: Browser, request_: msgspec.Struct
) -> None:
    method = type(request_).__name__.lower()
    answer = failure(signed_in.sync(method, request_))
    assert (answer.code, answer.expected) == ("wrong_device", 7)


@pytest.mark.parametrize("token", ["x", "x" * 10_000, "\u00e9"])
def test_a_token_nobody_has_asks_to_sign_in(browser: Browser, token: str) -> None:
    headers = [(b"authorization", b"Bearer " + token.encode("latin-1"))]
    response = browser.post("/api/sync/hello", content=codec.encode(Hello(7)), headers=headers)
    assert response.status_code == 401
    assert failure(response).code == "sign_in_required"


@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("POST", "/api/sign-in"),
        ("POST", "/api/sign-out"),
        ("POST", "/api/password"),
        ("GET", "/api/members"),
        ("POST", "/api/sync/hello"),
        ("GET", "/api/sync/live"),
    ],
)
def test_every_request_needs_the_client_header(browser: Browser, method: str, path: str) -> None:
    browser.sign_in()
    del browser.headers[CLIENT_HEADER]
    response = browser.request(method, path)
    assert response.status_code == 400
    assert CLIENT_HEADER in failure(response).message


@pytest.mark.parametrize(
    "sent",
    [
        b"",
        b"{",
        b"[]",
        b'{"email": 1, "password": "x", "device": 7}',
        b'{"email": "a@b.example", "password": "x", "device": 0}',
        b'{"email": "a@b.example", "password": "x", "device": 4294967296}',
        b'{"email": "a@b.example", "password": "x"}',
        b'{"email": "a@b.example", "password": "' + b"x" * 500 + b'", "device": 7}',
        b"[" * NEST,
        b'{"email": "\xff", "password": "x", "device": 7}',
    ],
)
def test_a_sign_in_that_is_none_is_malformed(browser: Browser, sent: bytes) -> None:
    headers = {"content-type": "application/json"}
    response = browser.post("/api/sign-in", content=sent, headers=headers)
    assert response.status_code == 400
    assert failure(response).code == "malformed"


def test_an_unknown_route_is_not_the_app(browser: Browser) -> None:
    assert failure(browser.get("/api/nowhere")).code == "not_found"
    assert failure(browser.get("/api")).code == "not_found"
    assert browser.get("/schema/nowhere").status_code == 404
    assert browser.delete("/api/members").status_code == 405


def test_the_api_describes_itself_without_foreign_assets(browser: Browser) -> None:
    described = browser.get("/schema/openapi.json").json()
    assert "/api/sync/push" in described["paths"]
    assert "http" not in browser.get("/schema").text


def test_every_answer_carries_the_security_headers(browser: Browser) -> None:
    for response in (browser.get("/health"), browser.get("/nowhere"), browser.put("/")):
        assert response.headers["x-content-type-options"] == "nosniff"
        assert response.headers["referrer-policy"] == "same-origin"
        assert "default-src 'none'" in response.headers["content-security-policy"]


values = st.recursive(
    st.none() | st.booleans() | st.integers(-(1 << 63), (1 << 64) - 1) | st.text() | st.binary(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
    max_leaves=8,
)


@settings(max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(kind=st.sampled_from(["account", "user", "labelling", "drone"]) | st.text(), cells=values)
def test_no_push_makes_the_server_fail(signed_in: Browser, kind: str, cells: object) -> None:
    change = {"kind": kind, "id": "1", "cells": {"name": cells, "x": cells}, "create": True}
    changeset = {"device": 7, "number": 1 << 40, "time": 1, "seen": 0, "changes": [change]}
    response = signed_in.sync("push", {"device": 7, "changesets": [changeset]})
    assert failure(response).code in ("gap", "malformed")
