"""Everything that was written to a record, with what was lost and the way to bring it back."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple
from urllib.parse import parse_qs, urlparse

import flet as ft

from client.ui import naming, theme
from client.ui.component import component, memo_component
from client.ui.components import states
from client.ui.components.buttons import icon_button
from client.ui.components.choices import Choice, choice_row
from client.ui.components.page import card, reading, screen, scroll, target
from client.ui.hooks import use_app, use_layout, use_live, use_optional, use_stable
from client.ui.views.records.book import ACCOUNTS, CONTACTS
from client.ui.views.records.past import EVERYTHING, LOST, NOTHING, read_past
from sync_protocol.records import Label, Labelling, User, kinds

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    from client.replica import Replica
    from client.store.history import Written
    from client.ui.context import App
    from client.ui.views.records.past import Edit, Line, Past

PART = 40
OFFLINE = "The server cannot be reached. This is what is on this device."


class Full(NamedTuple):
    """What the server told of a record's past, or why it did not."""

    written: tuple[Written, ...] = ()
    reason: str = ""


@component
def ContactHistory() -> ft.Control:
    return _view(CONTACTS.kind)


@component
def AccountHistory() -> ft.Control:
    return _view(ACCOUNTS.kind)


@component
def AnyHistory() -> ft.Control:
    """Of a record that has no page of its own to show its history beneath."""
    return _view(ft.use_route_params().get("kind", ""))


@component
def HistoryView(kind: str, record_id: str) -> ft.Control:
    """The newest edit first; `?field=` in the address shows only that one."""
    app, layout = use_app(), use_layout()
    field = _asked_field(app)
    show, set_show = ft.use_state(field or EVERYTHING)
    shown, set_shown = ft.use_state(PART)
    full, set_full = use_optional(Full)
    past = use_live(
        lambda replica: _read(replica, kind, record_id, show, full),
        *_watched(kind), deps=[record_id, show, full],
    )  # fmt: skip
    restore = use_stable(lambda written: _restore(app, written))

    async def load() -> None:
        set_full(await load_full(app, kind, record_id))

    async def load_if_missing() -> None:
        if past.known and not past.edits:
            await load()

    ft.use_effect(load_if_missing, [])
    rows: list[ft.Control] = [EditCard(edit, restore, key=edit.key) for edit in past.edits[:shown]]
    body = [
        _choices(show, field, set_show),
        *(rows or [_nothing(show)]),
        *([_earlier(lambda: set_shown(shown + PART))] if len(past.edits) > shown else []),
        *_ending(full, load),
    ]
    beside = layout.two_panes and kind in (ACCOUNTS.kind, CONTACTS.kind)
    frame = screen if beside else reading
    return frame(
        f"History of {past.name}" if past.name else "History",
        scroll(body, left=beside) if past.known else _gone(),
        on_back=lambda: app.go(naming.page_of(app.replica, kind, record_id) or "/"),
    )


async def load_full(app: App, kind: str, record_id: str) -> Full:
    """Ask the server; what cannot be had is said in a sentence."""
    record = app.replica.get(kinds()[kind].struct, record_id)
    told: list[Written] = []

    async def ask() -> None:
        if record is not None:
            told.extend(await app.replica.full_history(record))

    reason = await app.reach(ask())
    return Full(tuple(told), reason and OFFLINE)


@memo_component
def EditCard(edit: Edit, on_restore: Callable[[Written], None]) -> ft.Control:
    """Who and when, then each value."""
    waiting = [ft.Icon(ft.Icons.CIRCLE, size=10, color=ft.Colors.TERTIARY, tooltip="Not sent yet")]
    here = [ft.Text("on this device", style=theme.SMALL, color=theme.MUTED)] if edit.here else []
    head = ft.Row(
        spacing=theme.GAP,
        controls=[
            ft.Text(edit.who, style=theme.BODY, weight=ft.FontWeight.W_600),
            *here,
            ft.Container(expand=True),
            *(waiting if edit.waiting else []),
            ft.Text(edit.when, style=theme.SMALL, color=theme.MUTED),
        ],
    )
    return card(
        ft.Column(
            tight=True,
            spacing=theme.GAP_S,
            horizontal_alignment=ft.CrossAxisAlignment.STRETCH,
            controls=[head, *[_line(line, on_restore) for line in edit.lines]],
        )
    )


def _line(line: Line, on_restore: Callable[[Written], None]) -> ft.Control:
    """The field, old and new value; a lost one stands out."""
    ink = ft.Colors.ON_TERTIARY_CONTAINER if line.lost else None
    words = ft.Column(expand=True, tight=True, spacing=0, controls=_words(line, ink))
    use = [_use_again(line, on_restore)] if line.usable else []
    body = ft.Row(spacing=theme.GAP_S, controls=[words, *use])
    if not line.lost:
        return body
    return ft.Container(
        bgcolor=ft.Colors.TERTIARY_CONTAINER,
        border_radius=theme.RADIUS_S,
        padding=ft.Padding.only(left=12, right=4, top=4, bottom=4),
        content=body,
    )


def _words(line: Line, ink: ft.Colors | None) -> list[ft.Control]:
    if not line.new:
        return [ft.Text(line.what, style=theme.BODY, color=ink)]
    was = "" if line.old == NOTHING else f"before: {line.old}"
    new = "removed" if line.new == NOTHING else line.new
    lines: list[ft.Control] = [
        ft.Text(line.what, style=theme.SMALL, color=ink or theme.MUTED),
        ft.Text(new, style=theme.BODY, color=ink, italic=new != line.new),
    ]
    if was:
        lines.append(ft.Text(was, style=theme.SMALL, color=ink or theme.MUTED))
    if line.lost:
        lost = ft.Text("Not kept: somebody wrote later", style=theme.SMALL, color=ink, italic=True)
        lines.append(lost)
    return lines


def _use_again(line: Line, on_restore: Callable[[Written], None]) -> ft.Control:
    words = "Use this value again"
    button = (
        ft.FilledButton(
            "Use again",
            tooltip=words,
            height=theme.TOUCH,
            on_click=lambda: on_restore(line.written),
        )
        if line.lost
        else icon_button(
            ft.Icons.SETTINGS_BACKUP_RESTORE, words, on_click=lambda: on_restore(line.written)
        )
    )
    return target("restore-value", button)


def _choices(show: str, field: str, on_choose: Callable[[str], None]) -> ft.Control:
    one = [Choice(field, naming.title_of(field))] if field else []
    choices = [Choice(EVERYTHING, "Everything"), Choice(LOST, "Lost only"), *one]
    return choice_row("history-show", choices, show, on_choose)


def _earlier(on_click: Callable[[], None]) -> ft.Control:
    return target("earlier", ft.TextButton("Show earlier", height=theme.TOUCH, on_click=on_click))


def _ending(full: Full | None, on_load: Callable[[], Awaitable[None]]) -> list[ft.Control]:
    """What stands beneath: how far back this goes, and the way further."""
    if full is not None and not full.reason:
        return [ft.Text("This is all that the server keeps.", color=theme.MUTED)]
    why = [states.notice(ft.Icons.CLOUD_OFF_OUTLINED, full.reason)] if full else []
    button = ft.OutlinedButton(
        "Load the full history",
        icon=ft.Icons.CLOUD_DOWNLOAD_OUTLINED,
        height=theme.TOUCH,
        on_click=on_load,
    )
    return [*why, target("full-history", button)]


def _restore(app: App, written: Written) -> None:
    app.act("Value restored", lambda: app.replica.restore_value(written))


def _nothing(show: str) -> ft.Control:
    if show == LOST:
        return states.empty(
            ft.Icons.DONE_ALL, "Nothing was lost", "No value here was written over unseen."
        )
    return states.empty(
        ft.Icons.MANAGE_HISTORY,
        "No history on this device",
        "Edits show here from the day this device began to hold the record.",
    )


def _gone() -> ft.Control:
    return states.empty(
        ft.Icons.VISIBILITY_OFF_OUTLINED,
        "This record is not on this device",
        "It may belong to another territory, or it has not reached this device yet.",
    )


def _read(replica: Replica, kind: str, record_id: str, show: str, full: Full | None) -> Past:
    return read_past(replica, kind, record_id, show, full.written if full else ())


def _watched(kind: str) -> list[type]:
    known = kinds().get(kind)
    return [Label, Labelling, User, *([known.struct] if known else [])]


def _asked_field(app: App) -> str:
    return parse_qs(urlparse(app.page.route).query).get("field", [""])[0]


def _view(kind: str) -> ft.Control:
    record_id = ft.use_route_params().get("id", "")
    key = f"{record_id} {_asked_field(use_app())}"
    view: ft.Control = HistoryView(kind, record_id, key=key)
    return view
