"""Who is due for a visit: a rep's own customers, or a line per territory for those who visit none.

Somebody in the office sees everybody's customers. Nine hundred overdue ones are no list to work
through, so each territory tells its numbers instead.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import flet as ft

from client.ui import wording
from client.ui.components.page import section
from client.ui.components.rows import menu_row
from sync_protocol.records import Account, Territory, User

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from client.replica import Replica


class Region(NamedTuple):
    """A territory: its reps, and how many of its customers are due."""

    id: str
    name: str
    reps: str
    overdue: int
    never: int


class Coverage(NamedTuple):
    """Either customers to visit, or regions to look after."""

    overdue: tuple[str, ...] = ()
    never: tuple[str, ...] = ()
    regions: tuple[Region, ...] = ()


def read_coverage(replica: Replica, due: Sequence[str], last: dict[str, int]) -> Coverage:
    """`due` as `fieldwork.overdue` tells it: the longest not visited first, then the never."""
    territories, user = replica.find(Territory, order_by="name"), replica.user
    own = [x for x in territories if x.reps.get(replica.user_id)]
    if user is not None and user.role != "rep":
        if not own:
            return Coverage(regions=tuple(_regions(replica, territories, due, last)))
        mine = {i for x in own for i in replica.ids(Account, territory_id=x.id)}
        due = [i for i in due if i in mine]
    return Coverage(
        overdue=tuple(i for i in due if i in last),
        never=tuple(i for i in due if i not in last),
    )


def coverage(regions: Sequence[Region], on_open: Callable[[], None]) -> ft.Control | None:
    """A row for each territory with somebody to see."""
    if not regions:
        return None
    rows = [
        menu_row(f"region-{x.id}", ft.Icons.MAP_OUTLINED, x.name, _words(x), on_open)
        for x in regions
    ]
    return section("Customers to see", [ft.Column(spacing=0, controls=rows)])


def _regions(
    replica: Replica, territories: Sequence[Territory], due: Sequence[str], last: dict[str, int]
) -> list[Region]:
    names = {user.id: user.name for user in replica.find(User)}
    wanted = set(due)
    found = []
    for territory in territories:
        here = wanted.intersection(replica.ids(Account, territory_id=territory.id))
        reps = sorted(names[i] for i, on in territory.reps.items() if on and i in names)
        overdue = sum(i in last for i in here)
        if here:
            found.append(
                Region(territory.id, territory.name, ", ".join(reps), overdue, len(here) - overdue)
            )
    return sorted(found, key=lambda x: -x.overdue)


def _words(region: Region) -> str:
    counts = [
        f"{region.overdue} overdue" if region.overdue else "",
        f"{region.never} never visited" if region.never else "",
    ]
    return " - ".join(filter(None, [region.reps or "Nobody yet", wording.listed(counts)]))
