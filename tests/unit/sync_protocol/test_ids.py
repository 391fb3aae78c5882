from uuid import UUID

from sync_protocol import ids

NOW = 1_790_000_000_000


def test_an_id_is_a_version_7_uuid_of_its_millisecond() -> None:
    made = UUID(ids.new(NOW, bytes(range(10))))
    assert made.version == 7
    assert made.variant == "specified in RFC 4122"
    assert made.int >> 80 == NOW


def test_ids_sort_by_time() -> None:
    assert ids.new(NOW, b"\xff" * 10) < ids.new(NOW + 1, b"\0" * 10)


def test_the_same_time_and_bytes_give_the_same_id() -> None:
    assert ids.new(NOW, b"0123456789") == ids.new(NOW, b"0123456789")


def test_different_bytes_give_different_ids_in_one_millisecond() -> None:
    assert ids.new(NOW, b"0123456789") != ids.new(NOW, b"0123456780")


def test_a_derived_id_is_a_version_8_uuid_that_its_parts_always_give() -> None:
    made = ids.derived("labelling", "l", "r")
    assert UUID(made).version == 8
    assert made == ids.derived("labelling", "l", "r")
    assert made != ids.derived("labelling", "lr")
    assert made != ids.derived("labelling", "r", "l")


def test_entry_ids_hold_no_dot_and_sort_by_time() -> None:
    assert ids.entry(NOW, b"\x01\x02\x03") == "01a0c4506c000102"
    assert ids.entry(NOW, b"\xff\xff") < ids.entry(NOW + 1, b"\0\0")
