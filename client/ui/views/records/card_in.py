"""Somebody's card into the form of a new contact: read from a QR code, or from a vCard file."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import flet as ft

from client import pictures
from client.interchange import decoding, importer, one_card
from client.ui import theme
from client.ui.component import component
from client.ui.components.page import target
from client.ui.hooks import use_app
from client.ui.views.files.section import use_picker
from client.ui.views.records.draft import NEW_VALUES
from sync_protocol.records import Account

if TYPE_CHECKING:
    from collections.abc import Callable

    from client.interchange.one_card import Someone
    from client.interchange.sources import Photo
    from client.replica import Replica
    from client.ui.context import App
    from client.ui.views.records.draft import Draft

NO_SCANNER = "This device cannot read codes here. Choose a vCard file instead, or type."
NOBODY = "There is no contact in it."
PLAIN = ("name", "given_name", "family_name", "title", "website", "birthday", "about")


@component
def CardIn(draft: Draft, on_filled: Callable[[], None]) -> ft.Control:
    """Fills what is empty and adds ways to reach; what was typed stays, nothing is saved yet."""
    app = use_app()

    async def scan() -> None:
        text = await app.host.scan()
        if text is None:
            app.say(NO_SCANNER)
        elif text:
            await take_in(text)

    async def take_in(text: str) -> None:
        someone = one_card.read(text, app.replica.settings.region)
        if someone is None:
            app.say(NOBODY)
            return
        remarks = [*someone.remarks, await take_picture(app, draft, someone.photo)]
        fill(app.replica, draft, someone)
        on_filled()
        told = " ".join(filter(None, remarks)) or "Look it over, then save."
        app.say(f"Read: {someone.contact.name}. {told}")

    def picked(files: list[tuple[str, bytes]]) -> None:
        for _name, data in files[:1]:
            app.page.run_task(take_in, _text(data))

    picker = use_picker(picked)
    return ft.Row(
        wrap=True,
        spacing=theme.GAP,
        controls=[
            _button("scan-card", "Scan a code", ft.Icons.QR_CODE_SCANNER, on_click=scan),
            _button(
                "pick-card", "From a vCard", ft.Icons.CONTACT_PAGE_OUTLINED, action=_pick(picker)
            ),
        ],
    )


async def take_picture(app: App, draft: Draft, photo: Photo | None) -> str:
    """A card's picture into a draft that has none, as small as others; why not, in a sentence."""
    if photo is None or draft.now.photo:
        return ""
    small = await app.host.shrunk(photo.data, pictures.PORTRAIT)
    if small is None:
        return importer.NO_PICTURE
    draft.set("photo", app.replica.put_blob(small, pictures.JPEG))
    return ""


def fill(replica: Replica, draft: Draft, someone: Someone) -> None:
    """Put a card's facts into a draft; an account is chosen if exactly one has that name."""
    contact = someone.contact
    for field in PLAIN:
        if getattr(contact, field) and not getattr(draft.now, field):
            draft.set(field, getattr(contact, field))
    for field in ("phones", "emails", "addresses", "socials"):
        held = {k: v for k, v in getattr(draft.now, field).items() if v != NEW_VALUES[field]}
        new = [v for v in getattr(contact, field).values() if v not in held.values()]
        draft.set(field, held | {replica.new_entry(): value for value in new})
    named = draft.now.account_id or draft.new_account or draft.account_text.strip()
    if someone.organisation and not named:
        _choose(replica, draft, someone.organisation)


def _choose(replica: Replica, draft: Draft, name: str) -> None:
    same = [x for x in replica.find(Account, name=name) if not x.deleted]
    if len(same) == 1:
        draft.set("account_id", same[0].id)
    else:
        draft.account_text = name


def _pick(picker: ft.FilePicker) -> ft.PickFiles:
    kinds = ["vcf", "vcard"]
    return ft.PickFiles(picker, with_data=True, file_type=ft.FilePickerFileType.CUSTOM,
                        allowed_extensions=kinds)  # fmt: skip


def _text(data: bytes) -> str:
    """As the import reads it: old phones write other encodings than UTF-8."""
    return decoding.decode(data)


def _button(identifier: str, words: str, icon: ft.IconData, **options: Any) -> ft.Control:
    return target(identifier, ft.OutlinedButton(words, icon=icon, height=theme.TOUCH, **options))
