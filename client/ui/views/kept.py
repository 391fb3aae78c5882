"""What stands in a form outlives it: kept as it is typed, found again, thrown away.

The app holds it while it runs, the replica from the next pause on, also when the app is closed. A
form in which nothing differs from its record keeps nothing.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Generic, NamedTuple, Protocol, TypeVar

import flet as ft

from client.ui import theme
from client.ui.components.page import target
from client.ui.hooks import use_app, use_autosave, use_box

if TYPE_CHECKING:
    from collections.abc import Callable

    from client.replica import DraftKey, KeptDraft
    from client.ui.context import App


class Held(Protocol):
    """What stands in a form; `shown_by` is the form that shows it now.

    `seen` is what its author had seen of the server's changesets when they began to type. It calls
    `on_typed` for everything that is typed.
    """

    shown_by: object
    seen: int | None
    on_typed: Callable[[], None]

    @property
    def changed(self) -> bool: ...


H = TypeVar("H", bound=Held)


class Kept(NamedTuple, Generic[H]):
    """What a form `held` and holds; a new `generation` means that it begins afresh.

    `came_back` says that something was found again. `saved` is to be called when what stands there
    was saved and the form stays open.
    """

    held: H
    generation: int
    came_back: bool
    afresh: Callable[[], None]
    saved: Callable[[], None]


def use_kept(
    key: DraftKey,
    begin: Callable[[], H],
    follow: Callable[[H], None],
    packed: Callable[[H, str, int], KeptDraft],
) -> Kept[H]:
    """What was left under `key`, or what `begin` gives.

    It will `follow` its record in every render, and is kept as `packed` with the form's route and
    the time.
    """
    app = use_app()
    route = use_box(app.page.route).current
    generation, set_generation = ft.use_state(0)
    held = app.keep(kept_as(key), begin)
    follow(held)
    came_back = use_box(held.changed)

    def write(_typed: str) -> None:
        if app.kept(kept_as(key)) is not held:
            return
        if held.changed:
            app.replica.keep_draft(packed(held, route, app.replica.now()))
        else:
            app.replica.drop_draft(key)

    later = use_autosave(write)
    held.on_typed = lambda: later("")
    _use_shown(key, held, route)

    def afresh() -> None:
        forget(app, key)
        came_back.current = False
        set_generation(lambda old: old + 1)

    def saved() -> None:
        app.replica.drop_draft(key)
        came_back.current = False

    return Kept(held, generation, came_back.current, afresh, saved)


def kept_as(key: DraftKey) -> str:
    """Under which name the app holds a form's draft while it runs."""
    return f"form {' '.join(key)}"


def forget(app: App, key: DraftKey) -> None:
    """Throw away what was typed into a form."""
    app.forget(kept_as(key))
    app.replica.drop_draft(key)


def came_back_notice(afresh: Callable[[], None]) -> ft.Control:
    """That something was found again, and the way to begin without it."""
    button = ft.TextButton("Start afresh", height=theme.TOUCH, on_click=lambda _event: afresh())
    words = ft.Text("What you typed before is still here.", color=theme.MUTED, expand=True)
    return ft.Row(controls=[words, target("start-afresh", button)])


def _use_shown(key: DraftKey, held: Held, route: str) -> None:
    """What stands in a form is shown by this one now, and its author sees what it shows.

    Whoever leaves it without saving is told the way back; one in which nothing differs is
    forgotten, also where it was kept. Not by a form that another one has followed already, as when
    the screen is laid out anew.
    """
    app, mine = use_app(), use_box(object()).current
    held.shown_by = mine
    if held.seen is None or not held.changed:
        held.seen = app.replica.seen

    def leave() -> None:
        left = app.kept(kept_as(key))
        if left is None or left.shown_by is not mine:
            return
        if left.changed:
            app.say("Not saved yet. What you typed is kept.", "Go back", lambda: app.go(route))
        else:
            forget(app, key)

    ft.use_effect(lambda: None, [], cleanup=leave)
