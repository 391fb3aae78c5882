from __future__ import annotations

from server.domain import entries
from sync_protocol.changes import Change, State
from sync_protocol.clock import Stamp
from sync_protocol.messages import Cursor, Entry, Pull

HERE, THERE = Change("account", "here", {}), Change("account", "there", {})
MOVED = State("contact", "moved", Stamp(1, 1), {})


def part(**facts: object) -> Entry:
    return Entry(sequence=5, device=1, number=1, user="u", time=9, **facts)  # type: ignore[arg-type]


def reader(device: int) -> Pull:
    return Pull(device, Cursor(), (), number=1)


def test_the_parts_of_two_scopes_are_one_entry_again() -> None:
    parts = [(3, part(changes=(HERE,))), (1, part(changes=(THERE,), enter=(MOVED,)))]
    joined = entries.joined(parts, reader(2))
    assert joined == part(changes=(HERE, THERE), enter=(MOVED,), within=(3, 1, 1))


def test_the_author_s_device_gets_only_what_moved() -> None:
    assert entries.joined([(0, part(changes=(HERE,)))], reader(1)) is None
    moved = entries.joined([(2, part(changes=(HERE,), enter=(MOVED,)))], reader(1))
    assert moved == part(enter=(MOVED,), within=(2,))


def test_what_a_clone_wrote_under_its_name_reaches_a_device() -> None:
    unheard_of = Pull(1, Cursor(), (), number=0)
    joined = entries.joined([(0, part(changes=(HERE,)))], unheard_of)
    assert joined == part(changes=(HERE,), within=(0,))


def test_who_holds_both_scopes_sees_a_moved_record_enter_only() -> None:
    left, came = part(leave=(("contact", "moved"),)), part(enter=(MOVED,))
    assert entries.joined([(0, left), (1, came)], reader(2)) == part(enter=(MOVED,), within=(1,))
    assert entries.joined([(0, left)], reader(2)) == left
