"""What was done on this device: every act by name, to be taken back, or done again.

An act is taken back as far as nobody has written since; what stayed as it is is named above the
list, so that it can be looked after by hand.
"""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

import flet as ft

from client.errors import ReplicaError
from client.ui import naming, theme, wording
from client.ui.component import component
from client.ui.components import states
from client.ui.components.page import reading, scroll, target
from client.ui.components.rows import row
from client.ui.hooks import use_app, use_status
from sync_protocol.changes import DELETED

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from client.replica import Replica
    from client.store.undo import Act, Kept, Undone
    from client.ui.context import App

MOST = 60
NAMED = 5
"""So many records are named of what could not be taken back."""


@component
def DidView() -> ft.Control:
    app = use_app()
    use_status()
    told, set_told = ft.use_state("")
    acts = app.replica.acts(MOST)

    def back(act: Act) -> None:
        set_told(_do(app, "Undone", lambda: app.replica.undo(act.key)))

    def again(act: Act) -> None:
        set_told(_do(app, "Done again", lambda: app.replica.redo(act.key)))

    notice = [states.notice(ft.Icons.INFO_OUTLINE, told)] if told else []
    body = [_act(app.replica, act, back, again) for act in acts] or [_nothing()]
    return reading(
        "What you did",
        scroll([*notice, *body]),
        on_back=lambda: app.go("/more"),
    )


def told_of(replica: Replica, verb: str, undone: Undone | None) -> str:
    """What became of an undo, in a sentence or two."""
    if undone is None:
        return "This can no longer be taken back."
    name = undone.name.removeprefix("Undo: ")
    said = f"{verb}: {name}, {wording.plural(undone.records, 'record')}."
    return f"{said} {_kept(replica, undone.kept)}" if undone.kept else said


def _do(app: App, verb: str, take: Callable[[], Undone | None]) -> str:
    try:
        return told_of(app.replica, verb, take())
    except ReplicaError as error:
        return str(error)


def _kept(replica: Replica, kept: Sequence[Kept]) -> str:
    """What was left alone, and where."""
    fields: dict[tuple[str, str], list[str]] = {}
    for one in kept:
        whole = one.cell in ("", DELETED)
        title = "" if whole else naming.title_of(naming.field_of(one.cell))
        fields.setdefault((one.kind, one.id), []).append(title)
    places = [
        _name(replica, *key)
        if "" in titles
        else f"{wording.joined(dict.fromkeys(titles))} of {_name(replica, *key)}"
        for key, titles in list(fields.items())[:NAMED]
    ]
    rest = len(fields) - NAMED
    more = (
        f", and values of {wording.plural(rest, 'more record', 'more records')}" if rest > 0 else ""
    )
    why = "because it was changed since or is not yours to change"
    return f"Left as it is, {why}: {'; '.join(places)}{more}."


def _name(replica: Replica, kind: str, record_id: str) -> str:
    return naming.name_of(replica, kind, record_id) or f"a {kind}"


def _act(
    replica: Replica, act: Act, back: Callable[[Act], None], again: Callable[[Act], None]
) -> ft.Control:
    zone = replica.settings.time_zone
    when = f"{wording.day(act.at_ms, replica.now(), zone)}, {wording.clock(act.at_ms, zone)}"
    detail = wording.listed((when, _about(replica, act), "taken back" if act.undone else ""))
    button = []
    if not act.undone:
        button = [_button(f"undo-{act.key}", "Undo", partial(back, act))]
    elif act.again:
        button = [_button(f"redo-{act.key}", "Redo", partial(again, act))]
    icon = ft.Icons.UNDO if act.undone else ft.Icons.CHECK
    return target(f"act-{act.key}", row(icon, act.name, detail, end=button))


def _about(replica: Replica, act: Act) -> str:
    """The record an act wrote by its name, or how many there were."""
    if act.changes == 1:
        for kind, record_id in replica.touched(act.key):
            if name := naming.name_of(replica, kind, record_id):
                return name
    return wording.plural(act.changes, "record") if act.changes else ""


def _button(name: str, text: str, on_click: Callable[[], None]) -> ft.Control:
    return target(
        name, ft.OutlinedButton(text, height=theme.TOUCH, on_click=lambda _event: on_click())
    )


def _nothing() -> ft.Control:
    return states.empty(
        ft.Icons.HISTORY,
        "Nothing done here yet",
        "Whatever you do on this device can be taken back here for thirty days.",
    )
