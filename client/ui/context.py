"""What every view can reach: the running app and the shape of the screen."""

from __future__ import annotations

import asyncio
import contextlib
import logging
from typing import TYPE_CHECKING, Any, TypeVar, cast
from urllib.parse import urlparse

import flet as ft

from client.errors import Invalid, ReplicaError
from client.sync.loop import Phase
from client.ui import naming, theme, wording
from client.ui.layout import Layout, Size, size_of
from client.ui.taps import Taps
from sync_protocol.errors import SyncError, Unreachable

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Iterator, Sequence

    from client.replica import Replica
    from client.runtime.protocol import Host
    from client.store.undo import Kept
    from client.sync.loop import SyncLoop
    from sync_protocol.records import Record

log = logging.getLogger(__name__)
SENT_S = 30.0
NAMED = 2
"""So many records are named in a bar of what could not be taken back."""
NOTHING = "Nothing was changed."
TOLD = "an act, with its Undo"
T = TypeVar("T")


class App:
    """One signed-in session on one page. Constant while it runs, so it is safe as a context."""

    def __init__(self, page: ft.Page, replica: Replica, loop: SyncLoop, host: Host) -> None:
        self.page = page
        self.replica = replica
        self.loop = loop
        self.host = host
        self.on_signed_out: Callable[[], None] = lambda: None
        self.left = asyncio.Event()
        """Set once the screen shows nothing of the replica any more."""
        self.unsaved: set[Callable[[], None]] = set()
        self.on_key: Callable[[ft.KeyboardEvent], bool] | None = None
        self.taps = Taps()
        self._kept: dict[str, Any] = {}

    def go(self, route: str) -> None:
        """Navigate; the browser's Back returns. What is tapped here until then only opens pages."""
        if _path(route) != _path(self.page.route):
            self.taps.leave()
        self.page.navigate(route)

    def keep(self, name: str, make: Callable[[], T]) -> T:
        """What a screen left under `name` when it was last open, made if there is nothing."""
        if name not in self._kept:
            self._kept[name] = make()
        return cast("T", self._kept[name])

    def kept(self, name: str) -> Any:
        """What was left under `name`, or None."""
        return self._kept.get(name)

    def forget(self, name: str) -> None:
        self._kept.pop(name, None)

    def save_typed(self) -> None:
        """Save what was typed and is still waiting for a pause."""
        for save in tuple(self.unsaved):
            save()

    def act(
        self, message: str, write: Callable[[], Any], *, undo: bool = True, once: str = ""
    ) -> bool:
        """Do a local write, then say so with Undo; False (and the reason in a bar) if refused.

        Undo takes back this act, whatever was written since; where nothing was, that is said and
        there is none. `Invalid` is passed on: a form shows it beside its field. Without a message
        nothing is said: what was done shows, and another tap on it takes it back. What is made
        on a page that stays is named by `once`: a second tap at once makes it no second time.
        Of any other act that comes twice at once, only what it changes anew is written and told.
        """
        what = once or message
        again = self.taps.is_double(what)
        if once and again:
            return False
        repeating = self.replica.repeating() if again else contextlib.nullcontext()
        try:
            with self.replica.noting() as acts, repeating:
                write()
        except Invalid:
            raise
        except ReplicaError as error:
            self.say(str(error))
            return False
        self.taps.did(what)
        if message:
            self._tell(message, acts, undo=undo)
        return True

    def change(self, record: Record, message: str, **fields: Any) -> bool:
        """The same for what was tapped, over the record as it is by now.

        The tap before may not be drawn yet, and this one take it back.
        """
        now = self.replica.as_it_is(record)
        return self.act(message, lambda: self.replica.update(now, **fields))

    async def act_in_steps(
        self,
        steps: Iterator[int],
        said: Callable[[int], str],
        on_step: Callable[[int], None] = lambda _through: None,
        *,
        nothing: str = NOTHING,
    ) -> bool:
        """The same for a long act, with the loop's turn after each step.

        `said` is told how many records are through; `nothing` is said where none had to be changed.
        """
        through, acts = 0, list[str]()
        try:
            for through in _noted(self.replica, steps, acts):
                on_step(through)
                await asyncio.sleep(0)
        except ReplicaError as error:
            self.say(str(error))
            return False
        self._tell(said(through), acts, nothing=nothing)
        return True

    def _tell(
        self, message: str, acts: Sequence[str], *, undo: bool = True, nothing: str = NOTHING
    ) -> None:
        """Say what was done, with Undo of that act, or that nothing was.

        Not where something has just been done: tapped once more, it stands, and so does its Undo.
        """
        if undo and not acts:
            if not self.taps.is_double(TOLD):
                self.say(nothing)
            return
        act = acts[-1] if undo else ""
        self.taps.did(TOLD)
        self.say(message, "Undo" if act else "", lambda: self.undo(act))

    async def reach(self, request: Awaitable[Any]) -> str:
        """Await something of the server's; empty, or the reason it failed in a sentence."""
        try:
            await request
        except Unreachable:
            return "The server cannot be reached. Try again when you have a connection."
        except (SyncError, ReplicaError) as error:
            return str(error)
        return ""

    async def sent(self) -> bool:
        """Sync now and wait until the server has answered all edits; False if it cannot be."""
        changed = asyncio.Event()
        stop = self.loop.on_state(changed.set)
        self.loop.ask()
        try:
            async with asyncio.timeout(SENT_S):
                while self.replica.status().waiting:
                    changed.clear()
                    await changed.wait()
                    if self.loop.phase not in (Phase.IDLE, Phase.SYNCING):
                        return False
        except TimeoutError:
            return False
        finally:
            stop()
        return True

    async def round(self) -> Phase:
        """Sync now and wait for the end of it; gives the phase in which it ended."""
        ended = asyncio.Semaphore(0)

        def note() -> None:
            if self.loop.phase is not Phase.SYNCING:
                ended.release()

        stop = self.loop.on_state(note)
        due = 2 if self.loop.phase is Phase.SYNCING else 1  # one that runs already is not ours
        self.loop.ask()
        try:
            async with asyncio.timeout(SENT_S):
                for _round in range(due):
                    await ended.acquire()
        except TimeoutError:
            return Phase.OFFLINE
        finally:
            stop()
        return self.loop.phase

    def undo(self, act: str) -> None:
        """Take back an act of this device; say what could not be."""
        undone = self.replica.undo(act)
        if undone is None:
            self.say("There is nothing to undo.")
            return
        self.say(f"Undone: {undone.name}.{_left(self.replica, undone.kept)}")

    def say(
        self,
        message: str,
        action: str = "",
        on_action: Callable[[], None] | None = None,
        *,
        stay_ms: int = theme.BAR_MS,
    ) -> None:
        """A bar at the bottom for some seconds, with one action if it is named."""
        phone = size_of(self.page.width or 0) is Size.PHONE
        self.page.show_dialog(
            ft.SnackBar(
                behavior=ft.SnackBarBehavior.FLOATING,
                margin=ft.Margin.only(left=12, right=12, bottom=theme.BAR_ABOVE) if phone else None,
                width=None if phone else theme.BAR_WIDTH,
                content=ft.Text(message),
                action=action or None,  # as a control it would not fire on_action
                on_action=(lambda _event: on_action()) if action and on_action else None,
                duration=stay_ms,
                persist=False,
            )
        )


def _noted(replica: Replica, steps: Iterator[int], acts: list[str]) -> Iterator[int]:
    """The steps, each with what it wrote in `acts`: between them others may write."""
    while True:
        with replica.noting() as noted:
            through = next(steps, None)
        acts += noted
        if through is None:
            return
        yield through


def _path(route: str) -> str:
    return urlparse(route).path.rstrip("/")


def _left(replica: Replica, kept: Sequence[Kept]) -> str:
    """What could not be taken back: records that were changed since by name, values by number."""
    whole = [one for one in kept if not one.cell]
    names = [naming.name_of(replica, x.kind, x.id) or f"a {x.kind}" for x in whole[:NAMED]]
    more = len(whole) - len(names)
    listed = wording.joined([*names, *([f"{more:,} more"] if more else [])])
    stay = "stays as it was changed since" if len(whole) == 1 else "stay as they were changed since"
    said = f" {listed} {stay}." if whole else ""
    values = len(kept) - len(whole)
    left = "was left as it is" if values == 1 else "were left as they are"
    return f"{said} {wording.plural(values, 'value')} {left}." if values else said


app_context: Any = ft.create_context(None)
layout_context: Any = ft.create_context(Layout())
