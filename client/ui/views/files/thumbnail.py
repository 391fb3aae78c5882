"""A picture, small, that opens as a whole. Only what is on this device is drawn."""

from __future__ import annotations

from typing import TYPE_CHECKING

import flet as ft

from client import pictures
from client.ui import theme
from client.ui.component import component
from client.ui.components.page import target
from client.ui.hooks import use_app, use_live, use_optional
from client.ui.views.files.reading import DRAWN, icon_of, source
from sync_protocol.records import Attachment

if TYPE_CHECKING:
    from client.ui.context import App

SIDE = 96


@component
def PictureOf(file_id: str, side: int = 64) -> ft.Control:
    """The thumbnail of an attachment by its id."""
    file = use_live(lambda replica: replica.get(Attachment, file_id), Attachment, deps=[file_id])
    return Thumbnail(file, side) if file is not None and not file.deleted else ft.Container()


@component
def Thumbnail(file: Attachment, side: int = SIDE) -> ft.Control:
    """A tap shows it whole; what is not here yet is an icon until it has been opened once."""
    app = use_app()
    shown, set_shown = use_optional(object)

    async def load() -> None:
        set_shown(await small(app, file))

    ft.use_effect(load, [file.content])
    picture: ft.Control = ft.Icon(icon_of(file.media_type), color=theme.MUTED)
    if isinstance(shown, str | bytes):
        drawn = file.media_type == DRAWN
        fit = ft.BoxFit.CONTAIN if drawn else ft.BoxFit.COVER
        picture = ft.Image(
            src=shown, fit=fit, width=side, height=side, gapless_playback=True,
            error_content=ft.Icon(ft.Icons.BROKEN_IMAGE_OUTLINED, color=theme.MUTED),
        )  # fmt: skip
    return target(
        f"thumbnail-{file.id}",
        ft.Container(
            width=side,
            height=side,
            border_radius=theme.RADIUS_S,
            clip_behavior=ft.ClipBehavior.ANTI_ALIAS,
            bgcolor=ft.Colors.SURFACE_CONTAINER_HIGH,
            alignment=ft.Alignment.CENTER,
            ink=True,
            on_click=lambda _event: app.go(f"/files/{file.id}"),
            content=picture,
        ),
        button=True,
        label=file.name,
    )


async def small(app: App, file: Attachment) -> str | bytes | None:
    """The picture as a thumbnail, made once while the app runs; None where it is not here."""
    name = f"thumbnail {file.content}"
    kept = app.kept(name)
    if kept is None:
        blob = app.replica.blob(file.content)
        if blob is None:
            return None
        kept = source(file, blob.data)
        if isinstance(kept, bytes):
            kept = await app.host.shrunk(kept, pictures.THUMBNAIL) or kept
    made: str | bytes = kept
    return app.keep(name, lambda: made)
