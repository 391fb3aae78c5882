from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from sync_protocol import clock

WALL = st.integers(0, (1 << 43) - 2)


@given(st.lists(st.tuples(st.booleans(), WALL)))
def test_whatever_the_wall_clock_does_stamps_never_go_backwards(
    happenings: list[tuple[bool, int]],
) -> None:
    last = 0
    for writes, now in happenings:
        after = clock.tick(last, now) if writes else clock.observe(last, clock.at(now))
        assert after > last or (not writes and after == last)
        last = after


@given(WALL, WALL)
def test_a_write_is_never_stamped_before_its_wall_clock(last: int, now: int) -> None:
    assert clock.millis(clock.tick(clock.at(last), now)) >= now


@given(WALL, st.integers(0, (1 << clock.COUNTER_BITS) - 1))
def test_stamp_times_order_as_their_milliseconds(now: int, counter: int) -> None:
    assert clock.at(now) <= clock.at(now) + counter < clock.at(now + 1)


def test_a_million_edits_in_one_frozen_millisecond_are_in_order_and_hardly_ahead() -> None:
    now, last = 1_760_000_000_000, 0
    for _ in range(1_000_000):
        after = clock.tick(last, now)
        assert after > last
        last = after
    assert clock.millis(last) <= now + 4
    assert not clock.is_ahead(last, now)
