"""One line that is typed before anything is made of it, kept in the replica until then."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import flet as ft
import msgspec

from client.replica import KeptDraft
from client.ui.hooks import use_app, use_autosave, use_box

if TYPE_CHECKING:
    from collections.abc import Callable

    from client.replica import DraftKey, Replica


class KeptText(NamedTuple):
    """What stands there at first, who hears what is typed, and what to call when it is used."""

    first: str
    hear: Callable[[str], None]
    used: Callable[[], None]


def use_kept_text(key: DraftKey, initial: str) -> KeptText:
    """What was left under `key`, else `initial`, which alone is not worth keeping."""
    app = use_app()
    route = use_box(app.page.route).current
    first: str = ft.use_memo(lambda: _left(app.replica, key, initial), [])
    over = use_box(initial=False)

    def write(text: str) -> None:
        if over.current:
            return
        if text.strip() in ("", initial):
            app.replica.drop_draft(key)
            return
        body = msgspec.msgpack.encode(text)
        app.replica.keep_draft(KeptDraft(*key, route, text.strip(), app.replica.now(), body))

    later = use_autosave(write)

    def hear(text: str) -> None:
        over.current = False
        later(text)

    def used() -> None:
        over.current = True
        app.replica.drop_draft(key)

    return KeptText(first, hear, used)


def _left(replica: Replica, key: DraftKey, initial: str) -> str:
    kept = replica.draft(key)
    return msgspec.msgpack.decode(kept.body, type=str) if kept else initial
