import msgspec
from msgspec import Raw

from sync_protocol.changes import NIL, Change, Changeset, State
from sync_protocol.clock import Stamp


def test_a_changesets_stamp_is_its_time_and_its_device() -> None:
    assert Changeset(device=7, number=1, time=99, seen=0).stamp == Stamp(99, 7)


def test_a_cell_without_a_stamp_of_its_own_has_the_base_stamp() -> None:
    state = State("account", "a", Stamp(1, 1), {}, {"name": Stamp(5, 2)})
    assert state.stamp_of("name") == Stamp(5, 2)
    assert state.stamp_of("about") == Stamp(1, 1)


def test_defaults_cost_nothing_on_the_wire() -> None:
    body = msgspec.msgpack.encode(Changeset(device=1, number=2, time=3, seen=4))
    assert msgspec.msgpack.decode(body) == {"device": 1, "number": 2, "time": 3, "seen": 4}


def test_nil_is_the_one_byte_of_msgpack() -> None:
    assert msgspec.msgpack.encode(None) == NIL


def test_a_field_of_a_newer_version_survives_decode_and_encode_as_a_cell() -> None:
    value = msgspec.msgpack.encode({"made": ["in", 2031]})
    body = msgspec.msgpack.encode(Change("account", "a", {"from_the_future": Raw(value)}))
    again = msgspec.msgpack.decode(body, type=Change)
    assert bytes(again.cells["from_the_future"]) == value
