"""Lines that are not saved yet, kept in the replica as other forms are: a crash loses none.

They are kept with what they began from, and laid over the lines as these are when the form is
opened again or while it is open.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

import flet as ft
import msgspec

from client.replica import DraftKey, KeptDraft
from client.ui.hooks import use_app, use_autosave, use_box, use_stable
from client.ui.meanwhile import Values
from client.ui.views.paper.lines_draft import LinesDraft
from client.ui.views.records.draft_form import came_back_notice, forget, kept_as, use_held
from client.ui.views.records.loosely import as_typed
from sync_protocol.records import Line

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from client.replica import Replica


class Body(msgspec.Struct, frozen=True):
    """`before` is what the lines were; of a draft by an older version nobody knows it."""

    lines: dict[str, Any]
    currency: str
    values: dict[str, str]
    before: dict[str, Any] = {}
    seen: int | None = None


class KeptLines(NamedTuple):
    """Lines as they stand in a form; a new `generation` means that it begins afresh.

    `keep` is to be called after each change. `notice` says that something was found again.
    """

    draft: LinesDraft
    generation: int
    keep: Callable[[], None]
    notice: list[ft.Control]


def use_kept_lines(
    key: DraftKey, title: str, lines: Mapping[str, Line], currency: str, **values: str
) -> KeptLines:
    """What was left under `key`, laid over the record's `lines`, or these as they are.

    They are told in its `currency`; a new record keeps the one in which it was begun.
    """
    app = use_app()
    route = use_box(app.page.route).current
    generation, set_generation = ft.use_state(0)
    draft = app.keep(
        kept_as(key),
        lambda: (
            restored(app.replica, key)
            or LinesDraft(currency, app.replica.settings.locale, Values(values))
        ),
    )
    draft.follow(lines)
    if key.id:
        draft.currency = currency
    came_back = use_box(draft.changed)

    def write(_typed: str) -> None:
        if app.kept(kept_as(key)) is not draft:
            return
        if draft.changed:
            app.replica.keep_draft(_kept(draft, key, route, title, app.replica.now()))
        else:
            app.replica.drop_draft(key)

    def afresh() -> None:
        forget(app, key)
        came_back.current = False
        set_generation(lambda old: old + 1)

    later = use_autosave(write)
    use_held(key, draft, route)
    notice = [came_back_notice(afresh)] if came_back.current else []
    return KeptLines(draft, generation, use_stable(lambda: later("")), notice)


def restored(replica: Replica, key: DraftKey) -> LinesDraft | None:
    found = replica.draft(key)
    if found is None:
        return None
    body = msgspec.msgpack.decode(found.body, type=Body)
    values = Values(dict.fromkeys(body.values, ""))
    values.update(body.values)
    lines, before = (as_typed(dict[str, Line], held) for held in (body.lines, body.before))
    return LinesDraft(body.currency, replica.settings.locale, values, lines, before, seen=body.seen)


def _kept(draft: LinesDraft, key: DraftKey, route: str, title: str, now_ms: int) -> KeptDraft:
    body = Body(draft.lines, draft.currency, draft.values, draft.before, draft.seen)
    return KeptDraft(*key, route, title, now_ms, msgspec.msgpack.encode(body))
