from __future__ import annotations

import inspect
from typing import Any

import msgspec
import pytest
from msgspec import Raw

from sync_protocol import codec, messages, session
from sync_protocol.changes import Change, Changeset, State
from sync_protocol.clock import Stamp
from sync_protocol.errors import Malformed
from sync_protocol.exchange import Exchange
from sync_protocol.messages import (
    Applied,
    Cursor,
    Entry,
    Hello,
    Page,
    Pull,
    Push,
    Rejected,
    Snapshot,
    States,
    Superseded,
    Verdicts,
    Welcome,
)
from sync_protocol.version import PROTOCOL

CELLS = {"name": Raw(b"\xa1N"), "newer": Raw(b"\x93\x01\x02\x03")}
STATE = State("account", "a", Stamp(1, 2), CELLS, {"newer": Stamp(5, 6)})
CURSOR = Cursor("epoch", 12, 34)
EVERY_MESSAGE = [
    Hello(1, "w", app="0.1"),
    Welcome("w", "u", 1_000, CURSOR, ("workspace",), 3),
    Push(1, (Changeset(1, 1, 9, 0, (Change("account", "a", CELLS, create=True),), "Add"),)),
    Verdicts((Applied(1, 5, 9, (Superseded("account", "a", "name", 8, 2, "u"),)),)),
    Verdicts((Rejected(2, "invalid", "Name is needed.", "account", "a", "name"),)),
    Pull(1, CURSOR, ("workspace",)),
    Page(CURSOR, (Entry(1, 2, 3, "u", 4, enter=(STATE,), leave=(("account", "b"),)),), more=True),
    Snapshot(1, ("workspace",), "after"),
    States(CURSOR, (STATE,), "after", 99),
]


@pytest.mark.parametrize("message", EVERY_MESSAGE, ids=lambda message: type(message).__name__)
def test_a_message_crosses_the_wire_unchanged(message: Any) -> None:
    assert codec.decode(codec.encode(message), type(message)) == message


@pytest.mark.parametrize("message", EVERY_MESSAGE, ids=lambda message: type(message).__name__)
def test_a_field_of_a_newer_peer_is_passed_over(message: Any) -> None:
    body = msgspec.msgpack.decode(codec.encode(message)) | {"from_the_future": [1]}
    assert codec.decode(msgspec.msgpack.encode(body), type(message)) == message


def structs() -> list[type[msgspec.Struct]]:
    found = [*vars(messages).values(), *vars(session).values(), Change, Changeset, State]
    return [s for s in found if inspect.isclass(s) and issubclass(s, msgspec.Struct)]


@pytest.mark.parametrize("struct", structs(), ids=lambda struct: struct.__name__)
def test_every_message_is_frozen(struct: type[msgspec.Struct]) -> None:
    assert struct.__struct_config__.frozen


def test_a_hello_says_the_protocol_it_speaks() -> None:
    assert Hello(1).protocol == PROTOCOL


def test_each_method_of_the_exchange_takes_one_request() -> None:
    methods = [name for name in vars(Exchange) if not name.startswith("_")]
    assert methods == [
        "hello", "push", "pull", "snapshot", "audit", "rekey", "history", "conflicts",
        "farewell",
    ]  # fmt: skip
    for name in methods:
        assert list(inspect.signature(getattr(Exchange, name)).parameters) == ["self", "request"]


def test_a_sign_in_needs_a_device_that_drew_its_id() -> None:
    body = {"email": "a@b.example", "password": "x", "device": 0}
    with pytest.raises(msgspec.ValidationError):
        msgspec.json.decode(msgspec.json.encode(body), type=session.SignIn)


def test_a_new_password_has_a_least_length() -> None:
    body = msgspec.json.encode({"old": "x", "new": "short"})
    with pytest.raises(msgspec.ValidationError):
        msgspec.json.decode(body, type=session.ChangePassword)


def test_a_verdict_of_no_known_tag_is_malformed() -> None:
    body = msgspec.msgpack.encode({"verdicts": [{"type": "perhaps", "number": 1}]})
    with pytest.raises(Malformed):
        codec.decode(body, Verdicts)


@pytest.mark.parametrize("number", [-1, 1 << 63])
@pytest.mark.parametrize("request_", [Hello(1), Push(1), Pull(1, CURSOR, ()), Snapshot(1, ())])
def test_a_device_that_no_column_holds_is_malformed(request_: Any, number: int) -> None:
    body = msgspec.msgpack.decode(codec.encode(request_)) | {"device": number}
    with pytest.raises(Malformed):
        codec.decode(msgspec.msgpack.encode(body), type(request_))


@pytest.mark.parametrize("cursor", [("", -1, 0), ("", 0, 1 << 63)])
def test_a_cursor_that_no_column_holds_is_malformed(cursor: tuple[str, int, int]) -> None:
    body = msgspec.msgpack.encode({"device": 1, "cursor": cursor, "scopes": ()})
    with pytest.raises(Malformed):
        codec.decode(body, Pull)
