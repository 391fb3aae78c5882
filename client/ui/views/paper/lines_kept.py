"""Lines that are not saved yet, kept in the replica as other forms are: a crash loses none.

Numbers that cannot be read yet are not kept, the last good ones are.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec

from client.replica import DraftKey, KeptDraft
from client.ui.hooks import use_app, use_autosave, use_stable
from client.ui.views.paper.lines import LinesDraft
from client.ui.views.records.draft_form import kept_as
from sync_protocol.records import Line

if TYPE_CHECKING:
    from collections.abc import Callable

    from client.replica import Replica
    from client.ui.context import App

LINES = "lines"
"""Stands for the parent in the key of a record's lines, beside that record's own form."""


class Body(msgspec.Struct, frozen=True):
    lines: dict[str, Line]
    currency: str
    values: dict[str, str]


def begun(app: App, key: DraftKey, make: Callable[[], LinesDraft]) -> LinesDraft:
    """The draft that is being worked on, or was kept, else a new one."""
    return app.keep(kept_as(key), lambda: restored(app.replica, key) or make())


def restored(replica: Replica, key: DraftKey) -> LinesDraft | None:
    found = replica.draft(key)
    if found is None:
        return None
    body = msgspec.msgpack.decode(found.body, type=Body)
    return LinesDraft(dict(body.lines), body.currency, dict(body.values))


def use_keeping(draft: LinesDraft, key: DraftKey, route: str, title: str) -> Callable[[], None]:
    """To be called after each change: it is on the disk at the next pause, or on leaving."""
    app = use_app()

    def write(_typed: str) -> None:
        if app.kept(kept_as(key)) is draft:
            app.replica.keep_draft(_kept(draft, key, route, title, app.replica.now()))

    later = use_autosave(write)
    return use_stable(lambda: later(""))


def _kept(draft: LinesDraft, key: DraftKey, route: str, title: str, now_ms: int) -> KeptDraft:
    body = msgspec.msgpack.encode(Body(draft.lines, draft.currency, draft.values))
    return KeptDraft(*key, route, title, now_ms, body)
