from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from sync_protocol import digest, merge
from sync_protocol.changes import Change, State
from sync_protocol.clock import Stamp
from tests.property.strategies import changes, fold, raw, stamps, states, steps

Steps = list[tuple[Change, Stamp]]


@given(states(), states())
def test_merge_is_commutative(one: State, two: State) -> None:
    assert merge.merge(one, two) == merge.merge(two, one)


@given(states(), states(), states())
def test_merge_is_associative(one: State, two: State, three: State) -> None:
    left = merge.merge(merge.merge(one, two), three)
    assert left == merge.merge(one, merge.merge(two, three))


@given(states())
def test_merge_is_idempotent(state: State) -> None:
    assert merge.merge(state, state) == state


@given(states(), states())
def test_a_merge_is_at_or_above_both_of_its_sides(one: State, two: State) -> None:
    both = merge.merge(one, two)
    assert merge.merge(both, one) == both == merge.merge(both, two)


@given(steps(), st.randoms(use_true_random=False))
def test_changes_end_in_the_same_state_in_whatever_order(happened: Steps, random: object) -> None:
    shuffled = list(happened)
    random.shuffle(shuffled)  # type: ignore[attr-defined]
    assert fold(shuffled) == fold(happened)
    assert digest.record(fold(shuffled)) == digest.record(fold(happened))


@given(steps(), st.data())
def test_changes_that_arrive_twice_change_nothing(happened: Steps, data: st.DataObject) -> None:
    again = data.draw(st.lists(st.sampled_from(happened), max_size=4)) if happened else []
    assert fold(happened + again) == fold(happened)


@given(steps(), steps())
def test_replicas_that_saw_different_parts_merge_to_the_whole(mine: Steps, yours: Steps) -> None:
    assert merge.merge(fold(mine), fold(yours)) == fold(mine + yours)


@given(states(), changes(), stamps())
def test_applying_a_change_is_merging_what_it_would_leave_alone(
    state: State, change: Change, stamp: Stamp
) -> None:
    apart = merge.merge(state, merge.as_state(change, stamp))
    assert merge.apply(state, change, stamp).state == apart


@given(steps())
def test_no_cell_is_older_than_its_record(happened: Steps) -> None:
    state = fold(happened)
    assert all(stamp > state.base for stamp in state.stamps.values())
    assert state.stamps.keys() <= state.cells.keys()


@given(states(), changes(), stamps())
def test_each_cell_of_a_change_either_wins_or_loses(
    state: State, change: Change, stamp: Stamp
) -> None:
    merged = merge.apply(state, change, stamp)
    assert sorted(merged.won + merged.lost) == sorted(change.cells)
    for cell in merged.won:
        assert merged.state.cells[cell] == change.cells[cell]
        assert merged.state.stamp_of(cell) == stamp
    for cell in merged.lost:
        assert merged.state.stamp_of(cell) >= stamp


@given(states(), changes(), stamps())
def test_a_change_touches_only_what_it_names(state: State, change: Change, stamp: Stamp) -> None:
    update = Change(change.kind, change.id, change.cells)
    merged = merge.apply(state, update, stamp).state
    for cell in state.cells.keys() - update.cells.keys():
        assert merged.cells[cell] == state.cells[cell]
        assert merged.stamp_of(cell) == state.stamp_of(cell)


def test_a_default_of_a_newer_create_hides_an_older_edit_in_any_grouping() -> None:
    edit = fold([(Change("account", "a", {"about": raw("x")}), Stamp(2, 1))])
    made = fold([(Change("account", "a", {"name": raw("n")}, create=True), Stamp(3, 1))])
    late = fold([(Change("account", "a", {"about": raw("y")}), Stamp(1, 1))])
    left = merge.merge(merge.merge(edit, made), late)
    assert left == merge.merge(edit, merge.merge(made, late)) == made
