from __future__ import annotations

import tracemalloc

import msgspec
import pytest
from msgspec import Raw

from sync_protocol import codec
from sync_protocol.changes import MAX_CHANGES, MAX_CHANGESET_BYTES, Change, Changeset
from sync_protocol.errors import Malformed, TooLarge
from sync_protocol.messages import Hello, Push


def pack(value: object) -> bytes:
    return msgspec.msgpack.encode(value)


def changeset(*changes: Change) -> Changeset:
    return Changeset(device=1, number=1, time=1, seen=0, changes=changes)


def test_a_message_comes_back_as_it_went() -> None:
    push = Push(1, (changeset(Change("account", "a", {"name": Raw(pack("Ö"))})),))
    assert codec.decode(codec.encode(push), Push) == push


def test_a_message_of_another_shape_is_malformed() -> None:
    with pytest.raises(Malformed, match="not a Hello message"):
        codec.decode(pack({"device": "seven"}), Hello)


@pytest.mark.parametrize(
    "body", [b"", b"\xc1", b"\xa1\xff", b"\xdd\xff\xff\xff\xff", b"\x91" * 100_000, b"\x01\x02"]
)
def test_bytes_that_are_no_message_are_malformed(body: bytes) -> None:
    with pytest.raises(Malformed):
        codec.decode(body, Push)


@pytest.mark.parametrize("number", [-1, 1 << 63])
@pytest.mark.parametrize("field", ["device", "number", "time", "seen"])
def test_a_changeset_number_that_no_column_holds_is_malformed(field: str, number: int) -> None:
    body = pack({"device": 1, "number": 1, "time": 1, "seen": 0} | {field: number})
    with pytest.raises(Malformed):
        codec.decode(body, Changeset)


def test_equal_bodies_compress_to_equal_bytes() -> None:
    assert codec.compress(b"x" * 2_000) == codec.compress(b"x" * 2_000)


def test_a_body_at_the_limit_is_inflated() -> None:
    assert codec.inflate(codec.compress(b"x" * 1_000), limit=1_000) == b"x" * 1_000


def test_a_body_over_the_limit_is_too_large() -> None:
    with pytest.raises(TooLarge):
        codec.inflate(codec.compress(b"x" * 1_001), limit=1_000)


def test_a_bomb_costs_no_more_than_the_limit() -> None:
    bomb = codec.compress(bytes(64 << 20))
    tracemalloc.start()
    with pytest.raises(TooLarge):
        codec.inflate(bomb, limit=100_000)
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert peak < 1 << 20


def test_a_body_cut_short_is_malformed() -> None:
    with pytest.raises(Malformed, match="ends too soon"):
        codec.inflate(codec.compress(b"x" * 10_000)[:-9])


def test_a_body_that_is_not_gzip_is_malformed() -> None:
    with pytest.raises(Malformed, match="damaged"):
        codec.inflate(b"plain")


def test_a_changeset_within_its_limits_passes() -> None:
    codec.check_size(changeset(*[Change("account", "a", {})] * MAX_CHANGES))


def test_a_changeset_of_too_many_changes_is_too_large() -> None:
    with pytest.raises(TooLarge, match="500 changes"):
        codec.check_size(changeset(*[Change("account", "a", {})] * (MAX_CHANGES + 1)))


def test_a_changeset_of_too_many_bytes_is_too_large() -> None:
    value = Raw(pack("x" * MAX_CHANGESET_BYTES))
    with pytest.raises(TooLarge, match="bytes"):
        codec.check_size(changeset(Change("account", "a", {"about": value})))


def nested(levels: int) -> bytes:
    value: object = 1
    for level in range(levels):
        value = [value] if level % 2 else {"in": value}
    return pack(value)


def test_a_cell_may_nest_as_deep_as_the_limit() -> None:
    codec.check_depth(nested(codec.MAX_DEPTH))
    codec.check_depth(pack([]))


def test_a_cell_nested_deeper_is_refused() -> None:
    with pytest.raises(Malformed, match="12 levels"):
        codec.check_depth(nested(codec.MAX_DEPTH + 1))


@pytest.mark.parametrize("value", [b"", b"\xc1", b"\xa1\xff", b"\x91" * 100_000])
def test_a_cell_that_is_no_msgpack_is_refused(value: bytes) -> None:
    with pytest.raises(Malformed, match="does not hold msgpack"):
        codec.check_depth(value)
