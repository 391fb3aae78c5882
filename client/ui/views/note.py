"""A new note: it is saved as it is typed."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import flet as ft

from client import fieldwork
from client.errors import ReplicaError
from client.ui import theme
from client.ui.component import component
from client.ui.components.fields import TextInput, title_input
from client.ui.components.page import reading, scroll, target
from client.ui.hooks import use_app, use_autosave, use_box
from client.ui.views import acts
from sync_protocol.records import Activity

if TYPE_CHECKING:
    from collections.abc import Callable

    from client.ui.self_saving import Saving

MAX_NOTE = 20_000


@component
def NewNote(customer: fieldwork.About, name: str) -> ft.Control:
    """The first pause in typing makes the note; later ones rewrite it."""
    app = use_app()
    made = use_box("")
    saved, set_saved = ft.use_state("")

    def save(text: str) -> None:
        note = app.replica.get(Activity, made.current) if made.current else None
        try:
            if note is not None:
                fieldwork.write_note(app.replica, note, text, just_logged=True)
            elif text.strip():
                made.current = fieldwork.log(app.replica, "note", customer, note=text).id
        except ReplicaError as error:
            set_saved(str(error))
        else:
            set_saved("Saved" if made.current else "")

    return reading(
        "Note",
        scroll(
            [
                ft.Text(name, style=theme.HEADING),
                NoteInput("Note", "", use_autosave(save), autofocus=True),
                saved_line(saved),
                target(
                    "note-done",
                    ft.FilledButton(
                        "Done", height=theme.TOUCH, on_click=lambda: app.go(_next(customer))
                    ),
                ),
            ]
        ),
        on_back=lambda: app.go(_next(customer)),
    )


def NoteInput(
    label: str, initial: str, on_text: Callable[[str], None], **options: Any
) -> ft.Control:
    """A field for a few sentences, typed or spoken into the device's own keyboard."""
    field: ft.Control = TextInput(
        label,
        on_text,
        initial=initial,
        multiline=True,
        capitalization=ft.TextCapitalization.SENTENCES,
        min_lines=3,
        max_lines=12,
        max_length=MAX_NOTE,
        counter="",
        **options,
    )
    return field


def SavedNote(label: str, saving: Saving) -> ft.Control:
    """The same, which saves itself."""
    return NoteInput(label, saving.first, saving.hear, key=saving.turn, **saving.focus)


def saved_title(label: str, saving: Saving) -> ft.Control:
    """A title that saves itself, with what is wrong with it."""
    return title_input(
        label, saving.hear, saving.first, saving.said, key=saving.turn, **saving.focus
    )


def saved_line(saved: str) -> ft.Control:
    """A quiet word below a field that saves by itself; it always takes its place."""
    return ft.Text(saved or " ", style=theme.SMALL, color=theme.MUTED)


def _next(customer: fieldwork.About) -> str:
    return acts.page_of(customer) or "/"
