from __future__ import annotations

from typing import Any

import msgspec
from msgspec import Raw

from sync_protocol import merge
from sync_protocol.changes import NIL, Change, State
from sync_protocol.clock import NEVER, Stamp

ANNA, BEN = 1, 2


def cells(**values: Any) -> dict[str, Raw]:
    return {name: Raw(msgspec.msgpack.encode(value)) for name, value in values.items()}


def create(**values: Any) -> Change:
    return Change("account", "a", cells(**values), create=True)


def update(**values: Any) -> Change:
    return Change("account", "a", cells(**values))


def after(*steps: tuple[Change, Stamp]) -> State:
    state = merge.blank("account", "a")
    for change, stamp in steps:
        state = merge.apply(state, change, stamp).state
    return state


def test_edits_of_different_fields_are_both_kept() -> None:
    state = after(
        (create(name="Zum Hirsch"), Stamp(1, ANNA)),
        (update(about="Garden"), Stamp(2, ANNA)),
        (update(website="hirsch.example"), Stamp(2, BEN)),
    )
    assert state.cells == cells(name="Zum Hirsch", about="Garden", website="hirsch.example")


def test_the_last_writer_of_a_cell_wins_in_whatever_order_it_arrives() -> None:
    first = (update(about="early"), Stamp(2, BEN))
    last = (update(about="late"), Stamp(3, ANNA))
    assert after(first, last) == after(last, first)
    assert after(first, last).cells == cells(about="late")


def test_a_change_tells_which_of_its_cells_won_and_which_lost() -> None:
    state = after((create(name="Old"), Stamp(1, ANNA)), (update(name="New"), Stamp(9, BEN)))
    merged = merge.apply(state, update(name="Mid", about="x"), Stamp(5, ANNA))
    assert merged.won == ("about",)
    assert merged.lost == ("name",)


def test_the_same_change_twice_wins_twice_and_changes_nothing() -> None:
    step = (update(name="Once"), Stamp(4, ANNA))
    again = merge.apply(after(step), *step)
    assert again.state == after(step)
    assert again.won == ("name",)


def test_an_update_older_than_the_create_is_beneath_it() -> None:
    made = (create(name="Made"), Stamp(5, ANNA))
    early = (update(name="Early", about="early"), Stamp(3, BEN))
    assert after(early, made) == after(made, early) == after(made)
    assert merge.apply(after(made), *early).lost == ("name", "about")


def test_a_later_create_of_the_same_id_gives_unnamed_cells_their_default_again() -> None:
    state = after(
        (create(on=False, note="x"), Stamp(1, ANNA)),
        (update(on=False), Stamp(2, ANNA)),
        (create(note="y"), Stamp(3, BEN)),
    )
    assert state == State("account", "a", Stamp(3, BEN), cells(note="y"))


def test_an_edit_later_than_both_creates_outlives_them() -> None:
    state = after(
        (create(name="A"), Stamp(1, ANNA)),
        (update(name="Kept"), Stamp(9, ANNA)),
        (create(name="B"), Stamp(3, BEN)),
    )
    assert state.cells == cells(name="Kept")
    assert state.stamps == {"name": Stamp(9, ANNA)}


def test_a_cloned_devices_equal_stamps_end_the_same_everywhere() -> None:
    one = (update(name="aaa"), Stamp(4, ANNA))
    two = (update(name="bbb"), Stamp(4, ANNA))
    assert after(one, two) == after(two, one)
    assert after(one, two).cells == cells(name="bbb")


def test_a_removed_entry_stays_removed_and_its_sister_lives() -> None:
    state = after(
        (
            Change("account", "a", cells(**{"phones.1": 1, "phones.2": 2}), create=True),
            Stamp(1, ANNA),
        ),
        (Change("account", "a", {"phones.1": Raw(NIL)}), Stamp(2, BEN)),
    )
    assert bytes(state.cells["phones.1"]) == NIL
    assert state.cells["phones.2"] == Raw(b"\x02")


def test_other_edits_never_revive_a_deleted_record() -> None:
    state = after(
        (create(name="Gone"), Stamp(1, ANNA)),
        (update(deleted=True), Stamp(2, ANNA)),
        (update(name="Edited"), Stamp(3, BEN)),
    )
    assert state.cells == cells(name="Edited", deleted=True)
    back = merge.apply(state, update(deleted=False), Stamp(4, BEN)).state
    assert back.cells == cells(name="Edited", deleted=False)


def test_a_cell_written_at_the_base_stamp_needs_no_stamp_of_its_own() -> None:
    create_stamp = Stamp(5, ANNA)
    state = after((update(about="same action"), create_stamp), (create(name="N"), create_stamp))
    assert state.stamps == {}
    assert state.cells == cells(name="N", about="same action")


def test_a_blank_state_is_beneath_every_other() -> None:
    state = after((create(name="N"), Stamp(1, ANNA)), (update(name="M"), Stamp(2, BEN)))
    assert merge.merge(merge.blank("account", "a"), state) == state
    assert merge.blank("account", "a").base == NEVER
