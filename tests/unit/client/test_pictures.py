"""Photos and signatures: what is kept of when, where and how, and what is taken back."""

from __future__ import annotations

import io
from datetime import datetime
from typing import TYPE_CHECKING
from xml.etree import ElementTree as ET

import pytest
from PIL import Image

from client import fieldwork, pictures, visiting
from client.pictures import Photo, Taken
from client.runtime.native import NativeRuntime
from client.zones import zone
from sync_protocol.records import Attachment, Position
from tests.unit.client.ui.office import open_office

if TYPE_CHECKING:
    from collections.abc import AsyncIterator
    from pathlib import Path

    from sync_protocol.records import Activity
    from tests.unit.client.ui.office import Office

BERLIN = "Europe/Berlin"
EXIF_IFD, GPS_IFD, TAKEN, ORIENTATION = 0x8769, 0x8825, 0x9003, 0x0112


@pytest.fixture
async def office(tmp_path: Path) -> AsyncIterator[Office]:
    office = await open_office(tmp_path)
    yield office
    await office.replica.close()


def jpeg(
    width: int = 40, height: int = 30, taken: str = "", *, gps: bool = False, turned: int = 1
) -> bytes:
    """A picture as a phone would make it."""
    image, made = Image.new("RGB", (width, height), "green"), io.BytesIO()
    exif = Image.Exif()
    exif[ORIENTATION] = turned
    if taken:
        exif.get_ifd(EXIF_IFD)[TAKEN] = taken
    if gps:
        exif.get_ifd(GPS_IFD).update(
            {1: "N", 2: (48.0, 8.0, 13.56), 3: "E", 4: (11.0, 34.0, 31.44)}
        )
    image.save(made, "JPEG", exif=exif)
    return made.getvalue()


def begun(office: Office) -> Activity:
    return visiting.check_in(office.replica, fieldwork.About(office[0].id))


def test_a_photo_says_when_and_where_it_was_taken() -> None:
    told = pictures.taken(jpeg(taken="2026:09:21 14:03:00", gps=True), BERLIN)
    expected = datetime(2026, 9, 21, 14, 3, tzinfo=zone(BERLIN))
    assert told.at_ms == round(expected.timestamp() * 1000)
    assert told.position is not None
    assert (round(told.position.lat, 4), round(told.position.lon, 4)) == (48.1371, 11.5754)


@pytest.mark.parametrize(
    "picture", [jpeg(), jpeg(taken="yesterday"), b"no picture at all", b"\xff\xd8\xff\xe1\x00"]
)
def test_what_a_picture_does_not_say_is_not_invented(picture: bytes) -> None:
    assert pictures.taken(picture, BERLIN) == Taken()


async def test_a_photo_is_made_small_upright_and_forgets_its_own_notes() -> None:
    large = jpeg(4_000, 3_000, "2026:09:21 14:03:00", gps=True, turned=6)
    small = await NativeRuntime().shrunk(large, pictures.LONGEST)
    assert small is not None
    with Image.open(io.BytesIO(small)) as image:
        assert (image.format, image.size) == ("JPEG", (1_200, 1_600))
    assert pictures.taken(small, BERLIN) == Taken()


async def test_what_is_small_already_keeps_its_size_and_no_picture_is_none() -> None:
    same = await NativeRuntime().shrunk(jpeg(), pictures.LONGEST)
    assert same is not None
    with Image.open(io.BytesIO(same)) as image:
        assert image.size == (40, 30)
    assert await NativeRuntime().shrunk(b"no picture", pictures.LONGEST) is None


async def test_photos_are_one_act_with_when_and_where(office: Office) -> None:
    visit, place = begun(office), Position(48.1, 11.5)
    photos = [
        Photo(jpeg(), pictures.JPEG, Taken(office.now() - 1000, place)),
        Photo(b"GIF89a", "image/gif", Taken()),
    ]
    first, second = pictures.add_photos(office.replica, visit, photos)
    assert (first.purpose, first.taken_at, first.position) == ("photo", office.now() - 1000, place)
    assert first.name == "Photo 2026-09-21 13.59.59.jpg"
    assert (second.taken_at, second.media_type) == (None, "image/gif")
    assert [x.id for x in pictures.of_visit(office.replica, visit.id, "photo")] == [
        first.id, second.id,
    ]  # fmt: skip
    office.replica.undo()
    assert not office.replica.find(Attachment)


async def test_photos_of_a_moment_ago_are_put_where_the_device_is(office: Office) -> None:
    visit, here = begun(office), Position(48.1, 11.5)
    own = Position(1.0, 2.0)
    kept = pictures.add_photos(
        office.replica, visit,
        [
            Photo(jpeg(), pictures.JPEG, Taken(office.now())),
            Photo(jpeg(), pictures.JPEG, Taken(office.now(), own)),
            Photo(jpeg(), pictures.JPEG, Taken(office.now() - 3_600_000)),
        ],
    )  # fmt: skip
    fresh = [photo for photo in kept if pictures.is_recent(office.replica, photo)]
    pictures.put_where(office.replica, fresh, here)
    shown = pictures.of_visit(office.replica, visit.id, "photo")
    assert [photo.position for photo in shown] == [here, own, None]


async def test_a_signature_is_a_drawing_that_any_viewer_reads(office: Office) -> None:
    visit = begun(office)
    strokes = (((10.0, 20.0), (30.5, 42.25)), ((5.0, 5.0),))
    signed = pictures.sign(office.replica, visit, "Ada <Byrne>", strokes)
    assert (signed.purpose, signed.name) == ("signature", "Signature of Ada <Byrne>.svg")
    blob = office.replica.blob(signed.content)
    assert blob is not None
    root = ET.fromstring(blob.data)  # noqa: S314 - we wrote it
    paths = [path.get("d") for path in root.iter("{http://www.w3.org/2000/svg}path")]
    assert paths == ["M17.0 27.0L37.5 49.2", "M12.0 12.0L12.0 12.0"]
    assert root.get("viewBox") == "0 0 50 61"
