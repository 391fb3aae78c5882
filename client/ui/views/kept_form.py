"""Forms of the office's own records keep what is typed, as the forms of customers do.

They hold plain values by name. What differs from how the form began is in the replica at the next
pause, and found again whenever the form is opened, also after the app was closed; saving it, or
throwing it away under Unfinished, forgets it. A password is never kept.
"""

from __future__ import annotations

from contextlib import suppress
from typing import TYPE_CHECKING, Any, NamedTuple

import flet as ft
import msgspec

from client.replica import DraftKey, KeptDraft
from client.ui import theme
from client.ui.components.typed import stretched
from client.ui.hooks import use_app, use_autosave, use_box
from client.ui.views.records.draft_form import came_back_notice, forget, kept_as

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from client.replica import Replica
    from client.ui.context import App

UNKEPT = frozenset({"password"})


class Values(dict[str, Any]):
    """What stands in a form, by name; `on_typed` hears of every change."""

    def __init__(self, began: Mapping[str, Any]) -> None:
        super().__init__(began)
        self.began = dict(began)
        self.on_typed: Callable[[], None] = lambda: None

    def __setitem__(self, name: str, value: Any) -> None:
        super().__setitem__(name, value)
        self.on_typed()

    @property
    def typed(self) -> dict[str, Any]:
        """What differs from how the form began, and may be kept."""
        return {
            name: value
            for name, value in self.items()
            if name not in UNKEPT and value != self.began.get(name)
        }


class KeptForm(NamedTuple):
    """A form as it stands; a new `generation` means that it begins afresh."""

    values: Values
    generation: int
    came_back: bool
    afresh: Callable[[], None]
    done: Callable[[], None]
    saved: Callable[[], None]

    def around(self, fields: ft.Control) -> ft.Control:
        """The fields, beneath the word that something was found again."""
        notice = [came_back_notice(self.afresh)] if self.came_back else []
        return stretched([*notice, fields], theme.GAP)


def use_kept_form(key: DraftKey, began: Mapping[str, Any]) -> KeptForm:
    """What was left under `key`, or the form as it begins.

    `done` is to be called when it was saved and is left, `saved` when it stays open.
    """
    app = use_app()
    route = use_box(app.page.route).current
    generation, set_generation = ft.use_state(0)
    name = kept_as(key)
    values = app.keep(name, lambda: _restored(app.replica, key, began))
    came_back = use_box(bool(values.typed))
    _use_keeping(app, key, values, route)

    def afresh() -> None:
        forget(app, key)
        came_back.current = False
        set_generation(lambda old: old + 1)

    def saved() -> None:
        values.began = dict(values)
        came_back.current = False
        app.replica.drop_draft(key)

    return KeptForm(values, generation, came_back.current, afresh, lambda: forget(app, key), saved)


def _use_keeping(app: App, key: DraftKey, values: Values, route: str) -> None:
    """Kept at each pause and when the form is left, which is said then."""

    def write(_typed: str) -> None:
        if app.kept(kept_as(key)) is not values:
            return
        if values.typed:
            app.replica.keep_draft(_kept(key, values, route, app.replica.now()))
        else:
            app.replica.drop_draft(key)

    def leave() -> None:
        left = app.kept(kept_as(key))
        if left is not None and left.typed:
            app.say("Not saved yet. What you typed is kept.", "Go back", lambda: app.go(route))
        else:
            app.forget(kept_as(key))

    later = use_autosave(write)
    values.on_typed = lambda: later("")
    ft.use_effect(lambda: None, [], cleanup=leave)


def _kept(key: DraftKey, values: Values, route: str, now_ms: int) -> KeptDraft:
    title = str(values.get("name", "")).strip()
    return KeptDraft(*key, route, title, now_ms, msgspec.msgpack.encode(values.typed))


def _restored(replica: Replica, key: DraftKey, began: Mapping[str, Any]) -> Values:
    values, found = Values(began), replica.draft(key)
    if found is not None:
        with suppress(msgspec.DecodeError):  # another version's
            body = msgspec.msgpack.decode(found.body, type=dict[str, Any])
            values.update({name: value for name, value in body.items() if name in began})
    return values
