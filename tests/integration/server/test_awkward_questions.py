"""What no store can be asked is refused at the edge, alike on both stores."""

from __future__ import annotations

import base64

import msgspec
import pytest
from sqlalchemy import literal, select
from sqlalchemy.exc import SQLAlchemyError

from server.store.outages import is_outage
from server.store.store import Store
from sync_protocol.messages import Audit, HistoryOf, Pull, Snapshot, Welcome
from tests.integration.server.running import Browser, failure


@pytest.fixture
def signed_in(browser: Browser) -> Browser:
    browser.sign_in()
    return browser


def token(kind: str, record_id: str) -> str:
    return base64.urlsafe_b64encode(msgspec.msgpack.encode((kind, record_id))).decode()


@pytest.mark.parametrize(
    ("method", "request_"),
    [
        pytest.param("history", HistoryOf(7, "a\0b", "1"), id="the kind of a record"),
        pytest.param("history", HistoryOf(7, "account", "1\0"), id="the id of a record"),
        pytest.param("snapshot", Snapshot(7, (), after=token("account", "\0")), id="a place"),
        pytest.param("snapshot", Snapshot(7, (), after=token("\0", "1")), id="an unknown place"),
    ],
)
def test_what_is_no_text_is_malformed(
    signed_in: Browser, method: str, request_: msgspec.Struct
) -> None:
    assert failure(signed_in.sync(method, request_)).code == "malformed"


def test_a_scope_that_is_no_text_is_one_that_nobody_holds(signed_in: Browser) -> None:
    scopes = ("work\0space",)
    head = msgspec.msgpack.decode(signed_in.sync("hello", {"device": 7}).content, type=Welcome).head
    for method, asked in (
        ("pull", Pull(7, head, scopes)),
        ("snapshot", Snapshot(7, scopes)),
        ("audit", Audit(7, scopes)),
    ):
        answer = msgspec.msgpack.decode(signed_in.sync(method, asked).content)
        assert answer["missing"] == ["work\0space"]


def test_a_path_that_no_store_can_look_up_is_refused(signed_in: Browser) -> None:
    file = signed_in.get("/api/blobs/attachment/a%00/content")
    device = signed_in.post(f"/api/devices/{1 << 70}", json={"action": "lock"})
    assert [failure(answer).code for answer in (file, device)] == ["malformed"] * 2


def test_a_database_that_was_asked_nonsense_is_not_out_of_order(database_url: str) -> None:
    store = Store(database_url)
    with pytest.raises((SQLAlchemyError, OverflowError)) as caught, store.read() as connection:
        connection.execute(select(literal("a\0b") + literal(1 << 70))).all()
    store.close()
    assert not isinstance(caught.value, SQLAlchemyError) or not is_outage(caught.value)
