"""A person's picture where there is one, their initials until it is here or if it never comes."""

from __future__ import annotations

from typing import TYPE_CHECKING

import flet as ft

from client import pictures
from client.ui import theme
from client.ui.component import component
from client.ui.components.page import target
from client.ui.components.record_row import avatar
from client.ui.hooks import use_app, use_optional
from client.ui.views.records.draft_form import use_choice

if TYPE_CHECKING:
    from client.ui.context import App
    from client.ui.views.records.draft import Draft
    from sync_protocol.records import Contact

SIDE = 52


@component
def Portrait(contact: Contact, side: int = SIDE) -> ft.Control:
    """Drawn from this device, and asked of the server where it is not here."""
    app = use_app()
    shown, set_shown = use_optional(bytes)

    async def load() -> None:
        set_shown(await small(app, contact))

    ft.use_effect(load, [contact.photo])
    initials = avatar(contact.name, round_avatar=True, size=side)
    if shown is None or not contact.photo:
        return initials
    picture = ft.Image(
        src=shown, fit=ft.BoxFit.COVER, width=side, height=side, gapless_playback=True,
        semantics_label=f"Picture of {contact.name}", error_content=initials,
    )  # fmt: skip
    round_ = ft.Container(
        picture,
        width=side,
        height=side,
        border_radius=side / 2,
        clip_behavior=ft.ClipBehavior.ANTI_ALIAS,
    )
    return target(f"portrait-{contact.id}", round_)


async def small(app: App, contact: Contact) -> bytes | None:
    """The picture as it is drawn, made once while the app runs; None where it cannot be had."""
    name = f"portrait {contact.photo}"
    kept: bytes | None = app.kept(name)
    if kept is not None or not contact.photo:
        return kept
    blob = app.replica.blob(contact.photo)
    data = blob.data if blob else None
    if data is None and contact.id:
        data = await app.replica.attachment_data(contact)
    if data is None:
        return None
    made = await app.host.shrunk(data, pictures.THUMBNAIL) or data
    return app.keep(name, lambda: made)


@component
def PictureField(draft: Draft) -> ft.Control:
    """The picture in a form, from a card or from before; one tap leaves it out."""
    photo, choose = use_choice(draft, "photo")
    if not photo:
        return ft.Container()
    without = ft.TextButton(
        "Without the picture", icon=ft.Icons.HIDE_IMAGE_OUTLINED, height=theme.TOUCH,
        on_click=lambda _event: choose(""),
    )  # fmt: skip
    return ft.Row(
        spacing=theme.GAP_L, controls=[Portrait(draft.now), target("without-picture", without)]
    )
