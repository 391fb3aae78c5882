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

    from client.cadence import Waiting
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
    soon: tuple[str, ...] = ()
    never: tuple[str, ...] = ()
    regions: tuple[Region, ...] = ()


def read_coverage(replica: Replica, due: Waiting) -> Coverage:
    """Who waits for this user, each group in the order that `due` has."""
    territories, user = replica.find(Territory, order_by="name"), replica.user
    own = [x for x in territories if x.reps.get(replica.user_id)]
    if user is not None and user.role != "rep":
        if not own:
            return Coverage(regions=tuple(_regions(replica, territories, due)))
        mine = {i for x in own for i in replica.ids(Account, territory_id=x.id)}
        return _among(mine, due)
    return Coverage(due.overdue, due.soon, due.never)


def coverage(regions: Sequence[Region], on_open: Callable[[], None]) -> ft.Control | None:
    """A row for each territory with somebody to see."""
    if not regions:
        return None
    rows = [
        menu_row(f"region-{x.id}", ft.Icons.MAP_OUTLINED, x.name, _words(x), on_open)
        for x in regions
    ]
    return section("Customers to see", [ft.Column(spacing=0, controls=rows)])


def _among(mine: set[str], due: Waiting) -> Coverage:
    def own(ids: tuple[str, ...]) -> tuple[str, ...]:
        return tuple(i for i in ids if i in mine)

    return Coverage(own(due.overdue), own(due.soon), own(due.never))


def _regions(replica: Replica, territories: Sequence[Territory], due: Waiting) -> list[Region]:
    names = {user.id: user.name for user in replica.find(User)}
    overdue, never = set(due.overdue), set(due.never)
    found = []
    for territory in territories:
        here = replica.ids(Account, territory_id=territory.id)
        reps = sorted(names[i] for i, on in territory.reps.items() if on and i in names)
        late, unseen = (len(group.intersection(here)) for group in (overdue, never))
        if late or unseen:
            found.append(Region(territory.id, territory.name, ", ".join(reps), late, unseen))
    return sorted(found, key=lambda x: -x.overdue)


def _words(region: Region) -> str:
    counts = [
        f"{region.overdue} overdue" if region.overdue else "",
        f"{region.never} never visited" if region.never else "",
    ]
    return " - ".join(filter(None, [region.reps or "Nobody yet", wording.listed(counts)]))
