from __future__ import annotations

import msgspec
from msgspec import Raw

from sync_protocol import digest
from sync_protocol.changes import State
from sync_protocol.clock import Stamp


def state(record_id: str = "a", value: str = "x", time: int = 1, cell: str = "name") -> State:
    return State("account", record_id, Stamp(time, 1), {cell: Raw(msgspec.msgpack.encode(value))})


def test_a_set_of_records_has_one_digest_in_whatever_order() -> None:
    one, two = state("a"), state("b")
    assert digest.of([one, two]) == digest.of([two, one])


def test_a_digest_is_kept_up_by_subtracting_the_old_and_adding_the_new() -> None:
    before, after, other = state("a", "x"), state("a", "y", 2), state("b")
    total = digest.of([before, other])
    kept_up = (total - digest.record(before) + digest.record(after)) % digest.MODULUS
    assert kept_up == digest.of([after, other])


def test_the_empty_set_has_digest_zero() -> None:
    assert digest.of([]) == 0


def test_every_part_of_a_cell_counts() -> None:
    seen = {
        digest.record(state()),
        digest.record(state(record_id="b")),
        digest.record(state(value="y")),
        digest.record(state(time=2)),
        digest.record(state(cell="about")),
        digest.record(msgspec.structs.replace(state(), kind="contact")),
        digest.record(msgspec.structs.replace(state(), base=Stamp(1, 2))),
        digest.record(msgspec.structs.replace(state(), stamps={"name": Stamp(1, 3)})),
    }
    assert len(seen) == 8


def test_a_record_of_defaults_only_still_counts() -> None:
    assert digest.record(State("account", "a", Stamp(1, 1), {})) != 0


def test_check_values_chain() -> None:
    one = digest.check(0, b"one")
    assert digest.check(one, b"two") == digest.check(one, b"two")
    assert digest.check(one, b"two") != digest.check(0, b"two")
    assert digest.check(one, b"two") != digest.check(one, b"too")


def test_a_check_value_fits_a_signed_column() -> None:
    assert all(0 <= digest.check(0, bytes([n])) < 1 << 63 for n in range(256))
