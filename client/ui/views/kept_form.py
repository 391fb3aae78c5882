"""Forms of the office's own records keep what is typed, as the forms of customers do.

They hold plain values by name. What differs from how the form began is in the replica at the next
pause, and found again whenever the form is opened, also after the app was closed; saving it, or
throwing it away under Unfinished, forgets it. A password is never kept. What others change while
the form is open, or waits to be opened again, shows in all that was not touched.
"""

from __future__ import annotations

from contextlib import suppress
from functools import partial
from typing import TYPE_CHECKING, Any, NamedTuple

import flet as ft
import msgspec

from client.replica import DraftKey, KeptDraft
from client.ui import theme, wording
from client.ui.components.typed import stretched
from client.ui.hooks import use_app
from client.ui.meanwhile import Values
from client.ui.views.kept import came_back_notice, forget, use_kept
from sync_protocol.records import Filter

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from client.replica import Replica


LONGEST = 80
"""Letters of a title that are kept; that of a comment is its beginning."""


class Body(msgspec.Struct, frozen=True):
    """What was typed, and what stood there before; an older version kept the first alone."""

    typed: dict[str, Any]
    before: dict[str, Any] = {}
    seen: int | None = None


class KeptForm(NamedTuple):
    """A form as it stands; a new `generation` means that it begins afresh."""

    values: Values
    generation: int
    came_back: bool
    afresh: Callable[[], None]
    act: Callable[[str, Callable[[], Any]], bool]
    done: Callable[[], None]
    saved: Callable[[], None]

    def around(self, fields: ft.Control) -> ft.Control:
        """The fields, beneath the word that something was found again."""
        notice = [came_back_notice(self.afresh)] if self.came_back else []
        return stretched([*notice, fields], theme.GAP)


def use_kept_form(key: DraftKey, began: Mapping[str, Any]) -> KeptForm:
    """What was left under `key`, laid over the record as it is, which is how a form begins.

    `act` saves it as `app.act` does, for somebody who had not seen what came while they typed.
    `done` is to be called when it was saved and is left, `saved` when it stays open.
    """
    app = use_app()
    values, generation, came_back, afresh, kept_no_longer = use_kept(
        key,
        lambda: _restored(app.replica, key, began),
        lambda values: values.follow(began),
        partial(_packed, key),
    )

    def act(message: str, write: Callable[[], Any]) -> bool:
        with app.replica.having_seen(values.seen):
            return app.act(message, write)

    def done() -> None:
        forget(app, key)

    def saved() -> None:
        values.saved()
        kept_no_longer()

    return KeptForm(values, generation, came_back, afresh, act, done, saved)


def use_choice(values: Values, name: str) -> tuple[Any, Callable[[Any], None]]:
    """What is tapped rather than typed, as it stands, and how to set it."""
    _version, set_version = ft.use_state(0)

    def choose(chosen: Any) -> None:
        values[name] = chosen
        set_version(lambda old: old + 1)

    return values[name], choose


def use_filter(values: Values, name: str) -> tuple[Filter, Callable[[Filter], None]]:
    """The same for a filter, which is kept `whole`."""
    _chosen, choose = use_choice(values, name)
    return filter_in(values, name), lambda new: choose(whole(new))


def filter_in(values: Values, name: str) -> Filter:
    """The filter that stands in a form, also if it was not drawn yet."""
    return msgspec.json.decode(values[name], type=Filter)


def whole(value: Any) -> str:
    """A value of several parts that win or lose together, as a form holds it."""
    return msgspec.json.encode(value).decode()


def _packed(key: DraftKey, values: Values, route: str, now_ms: int) -> KeptDraft:
    title = wording.short(str(values.get("name", "")).strip(), LONGEST)
    typed = values.typed
    body = Body(typed, {name: values.began.get(name) for name in typed}, values.seen)
    return KeptDraft(*key, route, title, now_ms, msgspec.msgpack.encode(body))


def _restored(replica: Replica, key: DraftKey, began: Mapping[str, Any]) -> Values:
    """What was typed over what stood there then; the form follows its record from there."""
    found = replica.draft(key)
    body = Body({})
    with suppress(msgspec.DecodeError):  # another version's
        body = _read(found.body) if found else body
    before = {name: value for name, value in body.before.items() if name in began}
    values = Values({**began, **before})
    values.seen = body.seen
    values.update({name: value for name, value in body.typed.items() if name in began})
    return values


def _read(body: bytes) -> Body:
    try:
        return msgspec.msgpack.decode(body, type=Body)
    except msgspec.ValidationError:
        return Body(msgspec.msgpack.decode(body, type=dict[str, Any]))
