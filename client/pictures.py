"""Photos and signatures of a visit: what a photo says of itself, and how both are kept.

A photo keeps when and where it was taken if it says so (EXIF); one that was taken just now and does
not say where is put where the device is. What is kept is the smaller picture: its own notes about
camera and place are gone from it, and what we keep of them stands in the record.
"""

from __future__ import annotations

import io
from datetime import datetime
from typing import TYPE_CHECKING, NamedTuple

import msgspec

from client.zones import local, zone
from sync_protocol.records import Activity, Attachment
from sync_protocol.records.parts import Position

if TYPE_CHECKING:
    from collections.abc import Sequence

    from client.replica import Replica

LONGEST = 1_600
"""Pixels of a photo's longer side: a price tag on a shelf can still be read."""
THUMBNAIL = 256
PORTRAIT = 640
"""Of a person's picture, which is only to be known again."""
JPEG = "image/jpeg"
SVG = "image/svg+xml"
JUST_NOW_MS = 120_000
INK, AIR = 2.5, 12
Stroke = tuple[tuple[float, float], ...]


class Taken(NamedTuple):
    """When and where a photo was taken, as far as it says."""

    at_ms: int | None = None
    position: Position | None = None


class Photo(NamedTuple):
    data: bytes
    media_type: str
    taken: Taken


def taken(picture: bytes, time_zone: str) -> Taken:
    """What a picture's EXIF says; times without a zone are those of the company."""
    import exifread  # noqa: PLC0415 - only whoever adds a photo needs it
    from exifread.utils import get_gps_coords  # noqa: PLC0415

    try:
        tags = exifread.process_file(io.BytesIO(picture), details=False, extract_thumbnail=False)
        place = get_gps_coords(tags)
    except Exception:  # noqa: BLE001 - files come from anywhere, and are kept whatever they say
        return Taken()
    at_ms = _moment(str(tags.get("EXIF DateTimeOriginal", "")), time_zone)
    return Taken(at_ms, _position(place, at_ms) if place else None)


def add_photos(replica: Replica, visit: Activity, photos: Sequence[Photo]) -> list[Attachment]:
    """One act, however many."""
    many = "photo" if len(photos) == 1 else "photos"
    with replica.changeset(f"Add {many}"):
        return [_add(replica, visit, photo) for photo in photos]


def put_where(replica: Replica, photos: Sequence[Attachment], here: Position) -> None:
    """Photos of a moment ago were taken where the device is; what they say themselves stands."""
    with replica.changeset("Position of photos"):
        for photo in photos:
            current = replica.get(Attachment, photo.id)
            if current is not None and not current.deleted and current.position is None:
                replica.update(current, position=here)


def is_recent(replica: Replica, photo: Attachment) -> bool:
    """Whether it was taken just now, so that it was taken here."""
    return photo.taken_at is not None and 0 <= replica.now() - photo.taken_at < JUST_NOW_MS


def of_visit(replica: Replica, visit_id: str, purpose: str) -> list[Attachment]:
    """The photos or signatures of a visit, the first one first."""
    return replica.find(Attachment, record_id=visit_id, purpose=purpose)


def sign(replica: Replica, visit: Activity, who: str, strokes: Sequence[Stroke]) -> Attachment:
    """Keep a signature as a drawing of lines, which stays sharp at any size."""
    name = f"Signature of {who}" if who else "Signature"
    return replica.attach(
        visit, drawing(strokes).encode(), f"{name[:190]}.svg", SVG,
        purpose="signature", taken_at=replica.now(), position=visit.position,
    )  # fmt: skip


def drawing(strokes: Sequence[Stroke]) -> str:
    """An SVG of strokes and some air; black on white, to be read in the dark and on paper alike."""
    xs, ys = zip(*(point for stroke in strokes for point in stroke), strict=True)
    left, top = min(xs) - AIR, min(ys) - AIR
    width, height = max(xs) + AIR - left, max(ys) + AIR - top
    lines = "".join(f'<path d="{_path(stroke, left, top)}"/>' for stroke in strokes)
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width:.0f} {height:.0f}">'
        f'<rect width="{width:.0f}" height="{height:.0f}" fill="#fff"/>'
        f'<g fill="none" stroke="#000" stroke-width="{INK}" stroke-linecap="round"'
        f' stroke-linejoin="round">{lines}</g></svg>'
    )


def _path(stroke: Stroke, left: float, top: float) -> str:
    """A tap is a dot: a line that goes nowhere, with round ends."""
    first, *rest = (f"{x - left:.1f} {y - top:.1f}" for x, y in stroke)
    return f"M{first}L{' '.join(rest or [first])}"


def _add(replica: Replica, visit: Activity, photo: Photo) -> Attachment:
    moment = photo.taken.at_ms or replica.now()
    day = local(moment, replica.settings.time_zone)
    ending = "jpg" if photo.media_type == JPEG else photo.media_type.partition("/")[2]
    return replica.attach(
        visit, photo.data, f"Photo {day:%Y-%m-%d %H.%M.%S}.{ending}", photo.media_type,
        purpose="photo", taken_at=photo.taken.at_ms, position=photo.taken.position,
    )  # fmt: skip


def _moment(text: str, time_zone: str) -> int | None:
    try:
        local = datetime.strptime(text, "%Y:%m:%d %H:%M:%S").replace(tzinfo=zone(time_zone))
    except ValueError:
        return None
    return max(0, round(local.timestamp() * 1000))


def _position(place: tuple[float, float], at_ms: int | None) -> Position | None:
    lat, lon = place
    try:
        return msgspec.convert({"lat": lat, "lon": lon, "fixed_at": at_ms}, Position)
    except msgspec.ValidationError:
        return None
