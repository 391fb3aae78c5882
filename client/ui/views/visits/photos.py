"""Photos of a visit: taken or chosen, made small on the device, kept with when and where."""

from __future__ import annotations

from typing import TYPE_CHECKING

import flet as ft

from client import pictures
from client.errors import ReplicaError
from client.pictures import Photo
from client.ui import locating, theme, wording
from client.ui.component import component
from client.ui.components.page import section, target
from client.ui.hooks import use_app, use_live
from client.ui.views.files.reading import media_type_of
from client.ui.views.files.section import use_picker
from client.ui.views.files.thumbnail import Thumbnail
from sync_protocol.records import Activity, Attachment

if TYPE_CHECKING:
    from client.ui.context import App

SHOWN = 24


@component
def PhotosSection(visit_id: str) -> ft.Control:
    """The phone itself offers its camera or its pictures."""
    app = use_app()
    photos = use_live(
        lambda replica: pictures.of_visit(replica, visit_id, "photo"), Attachment, deps=[visit_id]
    )

    def picked(files: list[tuple[str, bytes]]) -> None:
        app.page.run_task(add, app, visit_id, files)

    picker = use_picker(picked)
    take = ft.PickFiles(
        picker, allow_multiple=True, with_data=True, file_type=ft.FilePickerFileType.IMAGE
    )
    button = ft.OutlinedButton(
        "Add photos", icon=ft.Icons.ADD_A_PHOTO_OUTLINED, height=theme.TOUCH, action=take
    )
    thumbnails = [Thumbnail(photo, key=photo.id) for photo in photos[-SHOWN:]]
    rest = len(photos) - len(thumbnails)
    more = [ft.Text(f"and {rest} before them", color=theme.MUTED)] if rest else []
    grid = ft.Row(wrap=True, spacing=theme.GAP, run_spacing=theme.GAP, controls=thumbnails)
    return section(
        "Photos",
        [*([grid] if thumbnails else []), *more, target("add-photos", button)],
        len(photos) or None,
    )


async def add(app: App, visit_id: str, files: list[tuple[str, bytes]]) -> None:
    """Make them small, keep them, then ask where the device is for those just taken."""
    photos = [await _photo(app, name, data) for name, data in files]
    visit = app.replica.get(Activity, visit_id)
    if visit is None or not photos:
        return
    kept: list[Attachment] = []
    try:
        app.act(
            f"{wording.plural(len(photos), 'photo')} added",
            lambda: kept.extend(pictures.add_photos(app.replica, visit, photos)),
        )
    except ReplicaError as error:
        app.say(f"Not added. {error}")
    await _place(app, kept)


async def _photo(app: App, name: str, data: bytes) -> Photo:
    taken = pictures.taken(data, app.replica.settings.time_zone)
    small = await app.host.shrunk(data, pictures.LONGEST)
    if small is None:
        return Photo(data, media_type_of(name), taken)
    return Photo(small, pictures.JPEG, taken)


async def _place(app: App, photos: list[Attachment]) -> None:
    fresh = [x for x in photos if x.position is None and pictures.is_recent(app.replica, x)]
    if not fresh:
        return
    fix = await locating.take(app)
    if fix.position is not None:
        pictures.put_where(app.replica, fresh, fix.position)
