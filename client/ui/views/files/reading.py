"""A record's files as rows: what each is, how large, and where it is now."""

from __future__ import annotations

import mimetypes
from typing import TYPE_CHECKING, Literal, NamedTuple

import flet as ft

from client.ui import wording
from sync_protocol.records import Attachment, User

if TYPE_CHECKING:
    from client.replica import Replica

UNKNOWN = "application/octet-stream"
DRAWN = "image/svg+xml"
PICTURES = ("image/jpeg", "image/png", "image/gif", "image/webp", "image/bmp", DRAWN)
"""What Flutter draws everywhere."""
State = Literal["waiting", "refused", "here", "away"]
WORDS: dict[State, str] = {
    "waiting": "waiting to be sent",
    "refused": "the server did not take it",
    "here": "sent",
    "away": "opens with a connection",
}
STATE_ICONS: dict[State, ft.IconData] = {
    "waiting": ft.Icons.SCHEDULE_SEND_OUTLINED,
    "refused": ft.Icons.ERROR_OUTLINE,
    "here": ft.Icons.CLOUD_DONE_OUTLINED,
    "away": ft.Icons.CLOUD_DOWNLOAD_OUTLINED,
}


class FileLine(NamedTuple):
    """One file; `share` is how much of it was sent, `trouble` what the server said against it."""

    id: str
    name: str
    detail: str
    state: State
    picture: bool
    icon: ft.IconData


def read_files(replica: Replica, record_id: str) -> list[FileLine]:
    """The documents of a record, the latest first; photos and signatures stand by themselves."""
    waiting = {upload.content: upload for upload in replica.uploads()}
    lines = []
    for file in reversed(replica.find(Attachment, record_id=record_id, purpose="document")):
        upload = waiting.get(file.content)
        state: State = "here" if replica.has_file(file.content) else "away"
        if upload is not None:
            state = "refused" if upload.trouble else "waiting"
        words = (upload.trouble if upload else "") or WORDS[state]
        if upload is not None and upload.sent:
            words = f"{round(100 * upload.sent / max(1, upload.size))} % sent"
        lines.append(line_of(file, state, words))
    return lines


def line_of(file: Attachment, state: State, words: str) -> FileLine:
    return FileLine(
        file.id,
        file.name,
        f"{size(file.size)}, {words}",
        state,
        is_picture(file),
        icon_of(file.media_type),
    )


def is_picture(file: Attachment) -> bool:
    return file.media_type in PICTURES


def source(file: Attachment, data: bytes) -> str | bytes:
    """What Flutter shows a picture from: drawings as text, all else as it is."""
    return data.decode("utf-8", "replace") if file.media_type == DRAWN else data


def icon_of(media_type: str) -> ft.IconData:
    if media_type == "application/pdf":
        return ft.Icons.PICTURE_AS_PDF_OUTLINED
    if media_type.startswith("image/"):
        return ft.Icons.IMAGE_OUTLINED
    return ft.Icons.INSERT_DRIVE_FILE_OUTLINED


def media_type_of(name: str) -> str:
    """From the name's ending, which is all that every platform tells."""
    return mimetypes.guess_type(name)[0] or UNKNOWN


def size(count: int) -> str:
    """Bytes in the unit that a person would take: 820 bytes, 41 kB, 3.2 MB."""
    if count < 1_000:
        return wording.plural(count, "byte")
    if count < 1_000_000:
        return f"{round(count / 1_000)} kB"
    return f"{count / 1_000_000:.1f} MB"


def added_by(replica: Replica, file: Attachment) -> str:
    owner = replica.get(User, file.owner_id) if file.owner_id else None
    return f"added by {owner.name}" if owner else ""
