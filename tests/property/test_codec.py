from __future__ import annotations

import gzip
from contextlib import suppress
from itertools import pairwise

import msgspec
import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from msgspec import Raw

from sync_protocol import codec
from sync_protocol.changes import MAX_ACTION, MAX_CHANGES, MAX_NAME, MAX_WHOLE, Change, Changeset
from sync_protocol.errors import Failure, Malformed, TooLarge
from sync_protocol.messages import Hello, Page, Pull, Push, Snapshot, States, Verdicts, Welcome
from sync_protocol.records import kinds
from sync_protocol.rules import validity
from tests.property.strategies import CELLS, msgpack_values

MESSAGES = [Hello, Welcome, Push, Verdicts, Pull, Page, Snapshot, States, Changeset, Failure]
BYTES = st.one_of(st.binary(max_size=60), msgpack_values().map(msgspec.msgpack.encode))


@given(st.binary(max_size=5_000))
def test_inflating_undoes_compressing(body: bytes) -> None:
    assert codec.inflate(codec.compress(body)) == body


@given(st.binary(max_size=500))
def test_any_gzip_will_do(body: bytes) -> None:
    assert codec.inflate(gzip.compress(body)) == body


@given(st.binary(min_size=1, max_size=3_000), st.integers(0, 2_999))
def test_a_bomb_stops_at_the_limit(body: bytes, limit: int) -> None:
    packed = codec.compress(body)
    if len(body) <= limit:
        assert codec.inflate(packed, limit) == body
    else:
        with pytest.raises(TooLarge):
            codec.inflate(packed, limit)


@given(st.binary(max_size=200), st.integers(0, 200))
def test_any_bytes_inflate_or_are_malformed_or_too_large(noise: bytes, at: int) -> None:
    whole = codec.compress(noise)
    for body in (noise, whole[:at], whole[:at] + noise + whole[at:]):
        with suppress(Malformed, TooLarge):
            codec.inflate(body, limit=100)


@given(st.sampled_from(MESSAGES), BYTES)
def test_any_bytes_are_a_message_or_malformed(type_: type, body: bytes) -> None:
    with suppress(Malformed):
        assert isinstance(codec.decode(body, type_), type_)


@given(st.sampled_from(MESSAGES), st.data())
def test_a_message_with_any_value_in_any_field_decodes_or_is_malformed(
    type_: type, data: st.DataObject
) -> None:
    names = st.sampled_from([field.encode_name for field in msgspec.structs.fields(type_)])
    message = data.draw(st.dictionaries(names, msgpack_values()))
    with suppress(Malformed):
        codec.decode(msgspec.msgpack.encode(message), type_)


@given(BYTES)
def test_any_bytes_are_a_bounded_cell_or_malformed(value: bytes) -> None:
    with suppress(Malformed):
        codec.check_depth(value)


@given(st.sampled_from(list(kinds())), st.sampled_from(CELLS), BYTES, st.booleans())
def test_any_bytes_in_any_cell_are_valid_or_a_problem_in_a_sentence(
    kind: str, cell: str, value: bytes, create: bool
) -> None:
    change = Change(kind, "a", {cell: Raw(value)}, create=create)
    problem = validity.check(kinds()[kind], change)
    assert problem is None or problem.message.endswith(".")


@example([0, 1], 400)
@given(st.lists(st.integers(0, 700), max_size=9), st.integers(1, 200))
def test_changes_cut_into_parts_are_all_there_in_order_and_each_part_fits(
    sizes: list[int], repeats: int
) -> None:
    changes = [
        Change("note", str(place), {"text": Raw(msgspec.msgpack.encode("x" * (size * 1_000)))})
        for place, size in enumerate(sizes * repeats if sum(sizes) < 9 else sizes)
    ]
    cut = list(codec.parts(changes))
    assert [change for part in cut for change in part] == changes
    name, action = "ü" * MAX_NAME, "a" * MAX_ACTION
    for number, part in enumerate(cut):
        codec.check_size(Changeset(MAX_WHOLE, number, MAX_WHOLE, MAX_WHOLE, name, part, action))
    for part, following in pairwise(cut):
        assert len(part) == MAX_CHANGES or weight(*part, following[0]) > codec.ROOM_FOR_CHANGES


def weight(*changes: Change) -> int:
    return sum(len(codec.encode(change)) for change in changes)
