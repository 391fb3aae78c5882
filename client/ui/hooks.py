"""The only bridge from the store to the screen.

A view reads with `use_live`, which renders it again after a commit that touched the record types
it names (many commits in a row count as one). It writes through `use_app().act`, which shows the
undo bar afterwards, or the reason beside the field or in a bar if the replica refuses.
"""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Any, Generic, TypeVar, cast

import flet as ft

from client.ui import wording
from client.ui.context import App, app_context, layout_context

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from client.replica import KeptDraft, Replica, Status
    from client.store.likenesses import Twins
    from client.store.uploads import Upload
    from client.sync.loop import SyncLoop
    from client.ui.layout import Layout
    from sync_protocol.records import Record

T = TypeVar("T")
R = TypeVar("R", bound="Record")
COALESCE_S = 0.05
LOADING_S = 1.0
PAUSE_S = 0.25
"""How long typing must rest before what was typed is looked for, or saved."""


class Box(Generic[T]):
    """What `use_box` gives: set `current` at will."""

    current: T


def use_app() -> App:
    """The running app: its replica, its sync loop, its way to act and to navigate."""
    return cast("App", ft.use_context(app_context))


def use_layout() -> Layout:
    """The shape of the screen; renders again when a breakpoint is crossed."""
    return cast("Layout", ft.use_context(layout_context))


def use_live(
    read: Callable[[Replica], T],
    *types: type[Record | KeptDraft | Twins | Upload],
    deps: Sequence[Any] = (),
) -> T:
    """What `read` gives now, and again after each change to records of `types`, or of `deps`."""
    app = use_app()
    version, set_version = ft.use_state(0)
    names = frozenset(struct.__name__.lower() for struct in types)
    stop = use_box(_nothing)

    def subscribe() -> None:
        bump = _coalesced(app.replica, lambda: set_version(_next))
        stop.current = app.replica.on_change(
            lambda changed: bump() if names & changed.keys() else None
        )

    ft.use_effect(subscribe, [app], cleanup=lambda: stop.current())
    return ft.use_memo(lambda: read(app.replica), [version, app, *deps])


def use_record(struct: type[R], record_id: str) -> R | None:
    """A record as it is now; None if it is deleted, not here, or if there is no id yet."""
    found: R | None = use_live(
        lambda replica: replica.get(struct, record_id) if record_id else None,
        struct, deps=[record_id],
    )  # fmt: skip
    return None if found is None or found.deleted else found


def use_sync() -> SyncLoop:
    """The sync loop; renders again when its phase or progress changes."""
    app = use_app()
    _version, set_version = ft.use_state(0)
    stop = use_box(_nothing)

    def subscribe() -> None:
        bump = _coalesced(app.replica, lambda: set_version(_next))
        stop.current = app.loop.on_state(bump)

    ft.use_effect(subscribe, [app], cleanup=lambda: stop.current())
    return app.loop


def use_status() -> Status:
    """How much waits, and since when; renders again after each commit, too.

    The loop lets a write rest a moment before it sends it, and says nothing until then.
    """
    app = use_app()
    _version, set_version = ft.use_state(0)
    stop = use_box(_nothing)

    def subscribe() -> None:
        bump = _coalesced(app.replica, lambda: set_version(_next))
        stop.current = app.replica.on_change(lambda _changed: bump())

    ft.use_effect(subscribe, [app], cleanup=lambda: stop.current())
    return app.replica.status()


def use_lacking() -> str:
    """What to say while not everything is here; renders again only when that changes."""
    app = use_app()
    lacking = wording.lacking(app.replica.status())
    _said, set_said = ft.use_state(lacking)
    stop = use_box(_nothing)

    def subscribe() -> None:
        stop.current = app.loop.on_state(lambda: set_said(wording.lacking(app.replica.status())))

    ft.use_effect(subscribe, [app], cleanup=lambda: stop.current())
    return lacking


def use_stable(function: Callable[..., T]) -> Callable[..., T]:
    """A callback that never changes its identity, so memoised children are left alone."""
    latest = use_box(function)
    latest.current = function
    return ft.use_callback(lambda *args, **kwargs: latest.current(*args, **kwargs), [])


def use_keys(app: App, press: Callable[[ft.KeyboardEvent], bool]) -> None:
    """Let a screen have the page's keys while it is shown; `press` says whether it took one."""
    mine = use_stable(press)

    def leave() -> None:
        if app.on_key is mine:
            app.on_key = None

    ft.use_effect(lambda: setattr(app, "on_key", mine), [app], cleanup=leave)


def use_paused(function: Callable[[str], None]) -> Callable[[str], None]:
    """A stable callback, called when typing pauses and never once the view is gone."""
    later = _use_later(function)
    ft.use_effect(_nothing, [], cleanup=lambda: later.drop())
    return later


def use_autosave(save: Callable[[str], None]) -> Callable[[str], None]:
    """Like `use_paused`, but nothing is lost: leaving the view or the app saves at once."""
    app = use_app()
    later = _use_later(save)

    def leave() -> None:
        app.unsaved.discard(later.flush)
        later.flush()

    ft.use_effect(lambda: app.unsaved.add(later.flush), [app], cleanup=leave)
    return later


def use_optional(
    _type: type[T], first: T | None = None
) -> tuple[T | None, Callable[[T | None], None]]:
    """State that is None at first, unless it is given."""
    return cast("tuple[T | None, Callable[[T | None], None]]", ft.use_state(first))


def use_box(initial: T) -> Box[T]:
    """A value that outlives a render and does not cause one."""
    return cast("Box[T]", ft.use_ref(lambda: initial))


def use_change(value: T, on_value: Callable[[T], None]) -> Callable[[Callable[[T], T]], None]:
    """How to change a value by what it is by now: a second tap may come before one is drawn."""
    now = use_box(value)
    now.current = value

    def change(how: Callable[[T], T]) -> None:
        now.current = how(now.current)
        on_value(now.current)

    return change


class _Later:
    """The last of many calls, once they pause for `PAUSE_S`."""

    def __init__(self, call: Callable[[str], None]) -> None:
        self._call = call
        self._text = ""
        self._timer: asyncio.TimerHandle | None = None

    def __call__(self, text: str) -> None:
        self.drop()
        self._text = text
        self._timer = asyncio.get_running_loop().call_later(PAUSE_S, self.flush)

    def flush(self) -> None:
        if self._timer is not None:
            self.drop()
            self._call(self._text)

    def drop(self) -> None:
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None


def _use_later(function: Callable[[str], None]) -> _Later:
    call = use_stable(function)
    return ft.use_memo(lambda: _Later(call), [])


def _next(version: int) -> int:
    return version + 1


def _nothing() -> None:
    pass


def _coalesced(replica: Replica, call: Callable[[], None]) -> Callable[[], None]:
    """Call once for many requests in a short while, a longer one while a first load comes in."""
    due: list[asyncio.TimerHandle] = []

    def run() -> None:
        due.clear()
        call()

    def request() -> None:
        if not due:
            pause = LOADING_S if replica.is_loading else COALESCE_S
            due.append(asyncio.get_running_loop().call_later(pause, run))

    return request
