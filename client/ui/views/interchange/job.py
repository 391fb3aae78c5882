"""One import from the picked file to its end.

It lives in the app and not in the screen, so leaving the screen stops nothing.
All long work goes in small slices with the loop's turn between them.
"""

from __future__ import annotations

import asyncio
from enum import Enum
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple, TypeVar

from client.errors import ReplicaError
from client.interchange import deciding, files, importer, invoices, planning
from client.interchange import package as packages
from client.interchange.definitions import CUSTOMERS
from client.interchange.existing import Existing
from client.interchange.sources import UnreadableFile

if TYPE_CHECKING:
    from collections.abc import Callable, Generator

    from client.interchange.importer import Done, Smaller
    from client.interchange.invoices import Done as Billed
    from client.interchange.invoices import Item, Steps
    from client.interchange.package import Package
    from client.interchange.planning import DeclaredPlan, Plan, Summary, Together
    from client.interchange.sources import Source
    from client.interchange.targets import Mapping, Target
    from client.replica import Replica

T = TypeVar("T")
SLICE_S = 0.03
CARDS = (".vcf", ".vcard")


class Phase(Enum):
    CHOOSE = "choose"
    READING = "reading"
    PREVIEW = "preview"
    WRITING = "writing"
    DONE = "done"


class Picked(NamedTuple):
    """A file: what it holds, or where it lies if this device has a path to it."""

    name: str
    file: bytes | Path

    @property
    def data(self) -> bytes:
        return self.file if isinstance(self.file, bytes) else self.file.read_bytes()


class Job:
    """One file: a `source`, or a `package` of several tables that say themselves what they are.

    `listener` is called after every change; `share` is the progress from 0 to 1.
    """

    def __init__(self, replica: Replica) -> None:
        self.replica = replica
        self.phase = Phase.CHOOSE
        self.problem = ""
        self.share = 0.0
        self.source: Source | None = None
        self.package: Package | None = None
        self.mapping: Mapping = {}
        self.of = "account"
        self.territory = ""
        self.summary: Summary | None = None
        self.done: Done | None = None
        self.billed: Billed | None = None
        """What a table of open items would bring, and in the end has brought."""
        self.listener: Callable[[], None] = lambda: None
        self._stopped = False
        self._round = 0

    def restart(self) -> None:
        """Back to choosing a file."""
        listener, territory = self.listener, self.territory
        Job.__init__(self, self.replica)
        self.listener, self.territory = listener, territory
        listener()

    async def read(self, picked: list[Picked]) -> None:
        """Read the file, guess what its columns mean, and count what it would bring."""
        self.problem = ""
        self._show(Phase.READING)
        try:
            one = _as_one(picked)
            if packages.is_package(one.file):
                self.package = await self._through(packages.reading(one.file, one.name))
            else:
                self.source = await self._through(files.reading(one.data, one.name))
        except UnreadableFile as error:
            self.problem = str(error)
            self._show(Phase.CHOOSE)
            return
        if self.source is not None and invoices.looks_like(self.source):
            self.of = invoices.KIND
        elif self.source is not None:
            self._take(self._guessed())
        self._show(Phase.PREVIEW)
        await self.count()

    async def become(self, of: str) -> None:
        """Rows of another record type; what columns mean is guessed anew where fields differ."""
        alike = self.of in CUSTOMERS and of in CUSTOMERS
        if alike or of == invoices.KIND:
            self.of = of
        else:
            self._take(self._guessed(of))
        await self.count()

    async def change(self, column: str, target: Target) -> None:
        """Another meaning of a column; the counts follow."""
        self.mapping = self.mapping | {column: target}
        await self.count()

    async def count(self) -> None:
        """What the import would bring; a newer change of the mapping takes its place."""
        if self.of == invoices.KIND:
            await self._bill(invoices.looking)
            return
        self.billed = None
        self._round += 1
        mine, tally = self._round, planning.Tally(Existing(self.replica))
        self.summary = None
        self.listener()
        until = _now() + SLICE_S
        for row in self.plan().rows():
            tally.add(row)
            if _now() >= until:
                await asyncio.sleep(0)
                until = _now() + SLICE_S
                if mine != self._round:
                    return
        self.summary = tally.summary()
        self.listener()

    async def write(self, smaller: Smaller | None = None) -> None:
        """Do what is shown, once. What stops it is said; what was written stays, as one undo."""
        if self.phase is not Phase.PREVIEW:
            return
        self._stopped = False
        self._show(Phase.WRITING, 0.0)
        if self.of == invoices.KIND:
            await self._write_bills()
            return
        plan = self.plan()
        total = max(1, plan.row_count)
        try:
            self.done = await importer.write(
                self.replica,
                plan,
                territory_id=self.territory,
                on_progress=lambda rows: self._show(Phase.WRITING, min(1.0, rows / total)),
                is_stopped=lambda: self._stopped,
                smaller=smaller,
            )
        except ReplicaError as error:
            self.problem = str(error)
            self._show(Phase.PREVIEW)
            return
        self._show(Phase.DONE)

    def stop(self) -> None:
        self._stopped = True

    @property
    def stopped(self) -> bool:
        return self._stopped

    def plan(self) -> Plan | DeclaredPlan | Together:
        if self.package is not None:
            return packages.plan(self.replica, self.package)
        return self._planned(self.mapping, self.of)

    def _guessed(self, of: str = "") -> Plan | DeclaredPlan:
        return self._planned(None, of)

    def _planned(self, mapping: Mapping | None, of: str) -> Plan | DeclaredPlan:
        assert self.source is not None  # noqa: S101 - there is a file by now
        return deciding.plan(self.replica, self.source, mapping, of)

    def _take(self, guessed: Plan | DeclaredPlan) -> None:
        self.mapping, self.of = guessed.mapping, guessed.of

    async def _write_bills(self) -> None:
        would = self.billed
        try:
            await self._bill(partial(invoices.taking, is_stopped=lambda: self._stopped))
        except ReplicaError as error:
            self.problem, self.billed = str(error), would
            self._show(Phase.PREVIEW)
            return
        self._show(Phase.DONE)

    async def _bill(self, what: Callable[[Replica, list[Item]], Steps]) -> None:
        """Look at the open items, or take them; a newer round takes an older one's place."""
        assert self.source is not None  # noqa: S101 - there is a file by now
        self._round += 1
        mine, self.billed = self._round, None
        self.listener()
        settings = self.replica.settings
        items, unread = invoices.items_of(self.source, settings.region, settings.currency)
        found = await self._through(what(self.replica, items))
        if mine == self._round:
            self.billed = found._replace(problems=(*unread, *found.problems))
            self.listener()

    async def _through(self, steps: Generator[float, None, T]) -> T:
        """Take all steps of a long work, with the loop's turn in between."""
        until = _now() + SLICE_S
        while True:
            try:
                self.share = next(steps)
            except StopIteration as end:
                result: T = end.value
                return result
            if _now() >= until:
                self.listener()
                await asyncio.sleep(0)
                until = _now() + SLICE_S

    def _show(self, phase: Phase, share: float = 0.0) -> None:
        self.phase, self.share = phase, share
        self.listener()


def _as_one(picked: list[Picked]) -> Picked:
    """Several vCards are one address book; tables are imported one at a time."""
    if len(picked) == 1:
        return picked[0]
    if not all(one.name.lower().endswith(CARDS) for one in picked):
        raise UnreadableFile("Several vCards can be imported at once, but only one table.")
    return Picked(f"{len(picked)} cards.vcf", b"\n".join(one.data for one in picked))


def _now() -> float:
    return asyncio.get_running_loop().time()
