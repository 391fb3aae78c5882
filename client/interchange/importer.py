"""Writing a plan into a replica, for the screen and for the command line alike.

An import may be larger than one changeset can be, so it is many that share one action: one undo
takes all of it back. Each is written within some milliseconds and then the loop gets its turn, so
the screen stays alive even in a browser, where there is only one thread. Whatever was written when
an import is stopped is complete in itself and can be undone.
"""

from __future__ import annotations

import asyncio
from itertools import chain
from typing import TYPE_CHECKING, NamedTuple

import msgspec

from client import pictures
from client.interchange.landing import Landing
from client.interchange.problems import Problem
from client.interchange.sources import Photo

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Iterator

    from client.interchange.planning import DeclaredPlan, Plan, PlannedRow, Together
    from client.replica import Replica

    Smaller = Callable[[bytes], Awaitable[bytes | None]]

NO_PICTURE = "The picture could not be read and was left out."
SLICE_S = 0.03
"""How long one changeset may take to write."""
MAX_CHANGES = 250
MAX_BYTES = 400_000
"""Well under what one changeset may hold: one more row always fits."""


class Done(NamedTuple):
    """What an import has written as the act `key`; `problems` are what was refused or missed.

    `own` are new records of the company's own types, `others` neither that nor customers; `known`
    ones were here, and took values over.
    """

    key: str
    rows: int
    accounts: int
    contacts: int
    labels: int
    own: int
    others: int
    known: int
    problems: tuple[Problem, ...]


async def write(
    replica: Replica,
    plan: Plan | DeclaredPlan | Together,
    *,
    territory_id: str = "",
    on_progress: Callable[[int], None] = lambda _rows: None,
    is_stopped: Callable[[], bool] = lambda: False,
    smaller: Smaller | None = None,
) -> Done:
    """Create all that the plan describes; accounts go into `territory_id` unless a row names one.

    `on_progress` hears the number of rows done. Accounts that exist already by name are joined by
    the contacts of the file, not made again; records that are here already (see `Existing`) take
    over what the file says of them. Pictures are kept as `smaller` makes them, and left out where
    it cannot. Raises `NotAllowed`.
    """
    name = f"Import {plan.filename}"[:200]
    landing = Landing(replica, territory_id, plan.renames)
    action, flow = replica.new_id(), _Flow(landing, plan.rows())
    for start in range(0, len(plan.brings), MAX_CHANGES):
        with replica.changeset(name, action=action):
            landing.define(plan.brings[start : start + MAX_CHANGES])
    more = True
    while more and not is_stopped():
        with replica.changeset(name, action=action):
            more = flow.some()
        on_progress(flow.done)
        await flow.make_smaller(smaller)
        await asyncio.sleep(0)
    more = True
    while more:
        with replica.changeset(name, action=action):
            more = landing.place_beneath(MAX_CHANGES)
        await asyncio.sleep(0)
    return Done(action, flow.done, **landing.counts, problems=landing.problems.told())


class _Flow:
    """The rows of a plan as they go into changesets; `done` of them are written."""

    def __init__(self, landing: Landing, rows: Iterator[PlannedRow]) -> None:
        self.done = 0
        self._landing = landing
        self._rows = rows
        self._pictured: PlannedRow | None = None
        """The row that comes next, if it has a picture: that is made ready between changesets."""

    def some(self) -> bool:
        """Write rows until the changeset is full or the time is up; False at the end."""
        loop = asyncio.get_running_loop()
        until, size, changes = loop.time() + SLICE_S, 0, 0
        ready, self._pictured = self._pictured, None
        for row in chain([ready] if ready else [], self._rows):
            if row.photo is not None and row is not ready:
                self._pictured = row
                return True
            self._landing.row(row)
            self.done += 1
            size += len(msgspec.msgpack.encode((row.account, row.contact, row.own, row.other)))
            changes += 2 + 2 * len(row.labels)  # a label may be new, too
            if changes >= MAX_CHANGES or size >= MAX_BYTES or loop.time() >= until:
                return True
        return False

    async def make_smaller(self, smaller: Smaller | None) -> None:
        """The picture of the row that comes next; one that nobody can read is left out."""
        row = self._pictured
        if row is None or row.photo is None or smaller is None:
            return
        data = await smaller(row.photo.data)
        if data is None:
            self._landing.problems.add(Problem(row.line, "", NO_PICTURE))
        self._pictured = row._replace(photo=Photo(data, pictures.JPEG) if data else None)
