from __future__ import annotations

from server.domain.server_writes import halves, parts
from sync_protocol import codec
from sync_protocol.changes import MAX_CHANGES, MAX_CHANGESET_BYTES, Change, Changeset
from sync_protocol.records.cells import raw


def change(place: int, size: int = 1, cells: int = 1, *, create: bool = False) -> Change:
    named = {f"cell{number}": raw("x" * size) for number in range(cells)}
    return Change("account", f"{place}", named, create)


def written(found: list[tuple[Change, ...]]) -> list[tuple[str, str]]:
    return [(each.id, cell) for part in found for each in part for cell in each.cells]


def check(found: list[tuple[Change, ...]]) -> None:
    for part in found:
        codec.check_size(Changeset(0, 1 << 60, 1 << 60, 1 << 60, part, name="Fieldbook"))


def test_nothing_wanted_is_no_part() -> None:
    assert list(parts([])) == []


def test_a_part_holds_no_more_changes_than_a_changeset_may() -> None:
    wanted = [change(place) for place in range(MAX_CHANGES + 1)]
    found = list(parts(wanted))
    assert [len(part) for part in found] == [MAX_CHANGES, 1]
    assert [each for part in found for each in part] == wanted


def test_a_part_holds_no_more_bytes_than_a_changeset_may() -> None:
    wanted = [change(place, size=100_000, create=True) for place in range(25)]
    found = list(parts(wanted))
    check(found)
    assert [each for part in found for each in part] == wanted
    assert len(found) == 3


def test_a_change_that_fits_no_part_is_split_by_its_cells() -> None:
    wanted = [change(1), change(2, size=MAX_CHANGESET_BYTES // 4, cells=4), change(3)]
    found = list(parts(wanted))
    check(found)
    assert written(found) == written([tuple(wanted)])


def test_what_is_refused_is_halved_down_to_its_cells() -> None:
    several = tuple(change(place) for place in range(3))
    assert halves(several) == (several[:1], several[1:])
    assert written(list(halves((change(0, cells=2),)))) == [("0", "cell0"), ("0", "cell1")]


def test_a_create_and_a_single_cell_stand_or_fall_whole() -> None:
    assert halves((change(0, cells=2, create=True),)) == ()
    assert halves((change(0),)) == ()
