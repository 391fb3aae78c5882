"""The files of a record, on its page: added and removed here, opened from here."""

from __future__ import annotations

from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any, cast

import flet as ft

from client.errors import ReplicaError
from client.store.uploads import Upload
from client.ui import theme, wording
from client.ui.component import component, memo_component
from client.ui.components.buttons import icon_button
from client.ui.components.page import card, section, target
from client.ui.components.rows import row
from client.ui.hooks import use_app, use_box, use_live, use_stable
from client.ui.views.files.reading import STATE_ICONS, FileLine, media_type_of, read_files
from client.ui.views.files.thumbnail import PictureOf
from sync_protocol.records import Attachment

if TYPE_CHECKING:
    from collections.abc import Callable

    from client.ui.context import App
    from sync_protocol.records import Record

ROUTE = "/files"
SHOWN = 30


@component
def FilesSection(struct: type[Record], record_id: str) -> ft.Control:
    """Works with no signal; what was added here opens elsewhere once it was sent."""
    app = use_app()
    lines = use_live(
        lambda replica: read_files(replica, record_id), Attachment, Upload, deps=[record_id]
    )
    picker = use_picker(lambda picked: add(app, struct, record_id, picked))
    open_file = use_stable(lambda file_id: app.go(f"{ROUTE}/{file_id}"))
    remove = use_stable(lambda file_id: remove_file(app, file_id))
    rows = [FileRow(line, open_file, remove, key=line.id) for line in lines[:SHOWN]]
    rest = len(lines) - len(rows)
    more = [ft.Text(f"and {wording.plural(rest, 'older file')}", color=theme.MUTED)] if rest else []
    shown = [card(ft.Column(tight=True, spacing=0, controls=rows), padding=0)] if rows else []
    return section("Files", [*shown, *more, _add_buttons(picker)], len(lines) or None)


@memo_component
def FileRow(
    line: FileLine, on_open: Callable[[str], None], on_remove: Callable[[str], None]
) -> ft.Control:
    """What it is, a picture as a small one, how large, where it is; a tap opens it."""
    color = ft.Colors.ERROR if line.state == "refused" else theme.MUTED
    remove = icon_button(
        ft.Icons.DELETE_OUTLINE, f"Remove {line.name}", on_click=lambda: on_remove(line.id)
    )
    return target(
        f"file-{line.id}",
        row(
            PictureOf(line.id, theme.TOUCH) if line.picture else _icon(line),
            line.name,
            line.detail,
            on_click=lambda: on_open(line.id),
            end=[
                ft.Icon(STATE_ICONS[line.state], size=18, color=color),
                target(f"remove-{line.id}", remove),
            ],
        ),
    )


def _icon(line: FileLine) -> ft.Control:
    """As wide as a thumbnail, so that names stand beneath each other."""
    return ft.Container(
        ft.Icon(line.icon, color=theme.MUTED), width=theme.TOUCH, alignment=ft.Alignment.CENTER
    )


def _add_buttons(picker: ft.FilePicker) -> ft.Control:
    """The browser lets a page ask for files only within the tap itself, hence `action`."""

    def button(name: str, words: str, icon: ft.IconData, **options: Any) -> ft.Control:
        pick = ft.PickFiles(picker, allow_multiple=True, with_data=True, **options)
        return target(name, ft.OutlinedButton(words, icon=icon, height=theme.TOUCH, action=pick))

    return ft.Row(
        wrap=True,
        spacing=theme.GAP,
        run_spacing=theme.GAP,
        controls=[
            button("add-photo", "Add a photo", ft.Icons.ADD_A_PHOTO_OUTLINED,
                   file_type=ft.FilePickerFileType.IMAGE),
            button("add-file", "Add a file", ft.Icons.ATTACH_FILE),
        ],
    )  # fmt: skip


def add(app: App, struct: type[Record], record_id: str, picked: list[tuple[str, bytes]]) -> None:
    """Put files on a record as one act, and say so; or say which of them cannot be."""
    replica = app.replica
    record = replica.get(struct, record_id)
    if record is None or not picked:
        return
    names = wording.joined(wording.short(name) for name, _data in picked[:3])
    many = names if len(picked) <= 3 else wording.plural(len(picked), "file")

    def write() -> None:
        with replica.changeset(f"Attach {many}"):
            for name, data in picked:
                replica.attach(record, data, name, media_type_of(name))

    try:
        app.act(f"{many} added", write)
    except ReplicaError as error:
        app.say(f"Not added. {error}")


def remove_file(app: App, file_id: str) -> None:
    file = app.replica.get(Attachment, file_id)
    if file is not None:
        app.act(f"{wording.short(file.name)} removed", partial(app.replica.delete, file))


def use_picker(on_files: Callable[[list[tuple[str, bytes]]], None]) -> ft.FilePicker:
    """Hands over (name, bytes) of what a person picks."""

    def picked(event: ft.FilePickerResultEvent) -> None:
        on_files([(file.name, _data(file)) for file in event.files])

    hear = use_stable(picked)
    holder = use_box(cast("ft.FilePicker | None", None))
    if holder.current is None:
        holder.current = ft.FilePicker(on_result=hear)
    return holder.current


def _data(file: ft.FilePickerFile) -> bytes:
    if file.bytes is not None:
        return file.bytes
    return Path(file.path).read_bytes() if file.path else b""
