from sync_protocol import clock
from sync_protocol.clock import NEVER, Stamp

NOON = 1_790_000_000_000


def test_a_stamp_time_keeps_its_millisecond() -> None:
    assert clock.millis(clock.at(NOON)) == NOON
    assert clock.millis(clock.at(NOON) + (1 << clock.COUNTER_BITS) - 1) == NOON


def test_the_wall_clock_is_taken_when_it_is_ahead() -> None:
    assert clock.tick(clock.at(NOON), NOON + 5) == clock.at(NOON + 5)


def test_a_clock_set_back_does_not_take_the_stamps_back() -> None:
    last = clock.at(NOON) + 6
    assert clock.tick(last, NOON - 3_600_000) == last + 2


def test_what_is_dated_back_has_a_time_of_its_own_in_its_millisecond() -> None:
    ticks = {clock.at(NOON)}
    for _ in range(100):
        ticks.add(clock.tick(max(ticks), NOON))
    back = {clock.as_of(NOON, number) for number in range(1, 100)}
    assert len(back | ticks) == 200
    assert {clock.millis(time) for time in back} == {NOON}
    assert all(time % 2 == 0 for time in back)
    assert all(map(clock.is_dated_back, back))
    assert not any(map(clock.is_dated_back, ticks))
    assert not clock.is_dated_back(clock.restamp(clock.at(NOON), NOON))


def test_what_a_person_writes_after_something_dated_back_is_not_taken_for_that() -> None:
    back = clock.as_of(NOON, 3)
    written = clock.tick(clock.observe(0, back), NOON - 3_600_000)
    assert written > back
    assert not clock.is_dated_back(written)


def test_what_the_server_restamps_is_never_a_time_that_a_device_takes() -> None:
    last = clock.at(NOON)
    for _ in range(100):
        given, taken = clock.restamp(last, NOON), clock.tick(last, NOON)
        assert given > last
        assert given % 2 == 1
        assert taken % 2 == 0
        last = given


def test_a_million_edits_in_one_frozen_millisecond_still_order() -> None:
    last = clock.at(NOON)
    for _ in range(1_000_000):
        after = clock.tick(last, NOON)
        assert after > last
        last = after
    assert clock.millis(last) <= NOON + 4


def test_the_counter_spills_into_the_next_millisecond() -> None:
    full = clock.at(NOON) + (1 << clock.COUNTER_BITS) - 1
    assert clock.tick(full, NOON) == clock.at(NOON + 1)


def test_what_is_written_after_reading_a_stamp_comes_after_it() -> None:
    seen = clock.at(NOON + 10)
    assert clock.tick(clock.observe(clock.at(NOON), seen), NOON) > seen


def test_reading_an_old_stamp_changes_nothing() -> None:
    assert clock.observe(clock.at(NOON), clock.at(NOON - 1)) == clock.at(NOON)


def test_a_stamp_is_ahead_only_beyond_the_allowance() -> None:
    limit = NOON + clock.MAX_AHEAD_MS
    assert not clock.is_ahead(clock.at(limit), NOON)
    assert clock.is_ahead(clock.at(limit + 1), NOON)


def test_the_device_decides_between_equal_times() -> None:
    assert (
        NEVER < Stamp(clock.at(NOON), 1) < Stamp(clock.at(NOON), 2) < Stamp(clock.at(NOON) + 1, 1)
    )


def test_stamps_fit_a_signed_column_until_the_year_2248() -> None:
    year_2248 = 8_772_537_600_000
    assert clock.at(year_2248) < 1 << 63
