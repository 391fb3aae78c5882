"""Lines that are not saved yet, kept in the replica as other forms are: a crash loses none.

They are kept with what they began from, and laid over the lines as these are when the form is
opened again or while it is open.
"""

from __future__ import annotations

from contextlib import suppress
from functools import partial
from typing import TYPE_CHECKING, Any, NamedTuple

import flet as ft
import msgspec

from client.replica import DraftKey, KeptDraft
from client.ui.hooks import use_app
from client.ui.meanwhile import Values
from client.ui.views.kept import came_back_notice, use_kept
from client.ui.views.paper.lines_draft import LinesDraft
from client.ui.views.records.loosely import as_typed
from sync_protocol.records import Line

if TYPE_CHECKING:
    from collections.abc import Mapping

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

    `notice` says that something was found again.
    """

    draft: LinesDraft
    generation: int
    notice: list[ft.Control]


def use_kept_lines(
    key: DraftKey, title: str, lines: Mapping[str, Line], currency: str, **values: str
) -> KeptLines:
    """What was left under `key`, laid over the record's `lines`, or these as they are.

    They are told in its `currency`; a new record keeps the one in which it was begun.
    """
    app = use_app()

    def begin() -> LinesDraft:
        locale = app.replica.settings.locale
        return restored(app.replica, key) or LinesDraft(currency, locale, Values(values))

    def follow(draft: LinesDraft) -> None:
        draft.follow(lines)
        if key.id:
            draft.currency = currency

    kept = use_kept(key, begin, follow, partial(_packed, key, title))
    notice = [came_back_notice(kept.afresh)] if kept.came_back else []
    return KeptLines(kept.held, kept.generation, notice)


def restored(replica: Replica, key: DraftKey) -> LinesDraft | None:
    found, body = replica.draft(key), None
    with suppress(msgspec.DecodeError):  # another version's
        body = msgspec.msgpack.decode(found.body, type=Body) if found else None
    if body is None:
        return None
    values = Values(dict.fromkeys(body.values, ""))
    values.update(body.values)
    lines, before = (as_typed(dict[str, Line], held) for held in (body.lines, body.before))
    return LinesDraft(body.currency, replica.settings.locale, values, lines, before, seen=body.seen)


def _packed(key: DraftKey, title: str, draft: LinesDraft, route: str, now_ms: int) -> KeptDraft:
    body = Body(draft.lines, draft.currency, draft.values, draft.before, draft.seen)
    return KeptDraft(*key, route, title, now_ms, msgspec.msgpack.encode(body))
