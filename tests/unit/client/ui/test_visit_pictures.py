"""Photos and signatures on a visit's page and on the timeline, all with no signal."""

from __future__ import annotations

from types import SimpleNamespace
from typing import TYPE_CHECKING, Any

import flet as ft
import flet.canvas as cv

from client import fieldwork, pictures, visiting
from sync_protocol.records import Attachment
from tests.unit.client.test_pictures import jpeg
from tests.unit.client.ui.harness import opened

if TYPE_CHECKING:
    from sync_protocol.records import Activity
    from tests.unit.client.ui.harness import Screen
    from tests.unit.client.ui.office import Office


def begun(office: Office) -> Activity:
    return visiting.check_in(office.replica, fieldwork.About(office[0].id))


async def pick(screen: Screen, *files: tuple[str, bytes]) -> None:
    (button,) = screen.all(ft.OutlinedButton, within=screen.target("add-photos"))
    action: Any = button.action
    picked = [
        {"id": place, "name": name, "size": len(data), "bytes": data}
        for place, (name, data) in enumerate(files)
    ]
    await screen.event(action._service, "result", {"files": picked})


async def draw(screen: Screen, *points: tuple[float, float]) -> None:
    """One stroke of a finger."""
    (hand,) = screen.all(ft.GestureDetector, within=screen.target("pad"))
    for place, (x, y) in enumerate(points):
        handler: Any = hand.on_pan_update if place else hand.on_pan_down
        handler(SimpleNamespace(local_position=SimpleNamespace(x=x, y=y)))
        await screen.settle()


async def test_photos_are_added_in_one_act_and_shown_small(office: Office) -> None:
    visit = begun(office)
    async with opened(office.replica, f"/visit/{visit.id}") as screen:
        await pick(screen, ("IMG_1.jpg", jpeg()), ("IMG_2.jpg", jpeg(50, 60)))
        await screen.until_says("Photos (2)")
        assert screen.bar() == "2 photos added"
        first, _second = pictures.of_visit(office.replica, visit.id, "photo")
        await screen.until(
            lambda: screen.all(ft.Image, within=screen.target(f"thumbnail-{first.id}"))
        )
        assert not screen.says("Files (2)")
        await screen.undo()
        await screen.until(lambda: not screen.says("Photos (2)"))
    assert not office.replica.find(Attachment)


async def test_a_photo_is_on_the_customers_timeline_and_opens(office: Office) -> None:
    visit = begun(office)
    photo = pictures.Photo(jpeg(), pictures.JPEG, pictures.Taken())
    (kept,) = pictures.add_photos(office.replica, visit, [photo])
    async with opened(office.replica, f"/accounts/{office[0].id}") as screen:
        await screen.until_target(f"thumbnail-{kept.id}")
        await screen.tap(f"thumbnail-{kept.id}")
        await screen.until_target("picture")


async def test_a_signature_is_drawn_corrected_and_kept(office: Office) -> None:
    visit = begun(office)
    async with opened(office.replica, f"/visit/{visit.id}") as screen:
        await screen.tap("sign")
        await screen.until_target("pad")
        await draw(screen, (10, 10), (20, 30), (40, 20))
        await draw(screen, (60, 60), (70, 70))
        (canvas,) = screen.all(cv.Canvas)
        assert len(canvas.shapes) == 2
        await screen.tap("stroke-undo")
        await screen.type("Who signs (optional)", "Ada Byrne")
        await screen.tap("sign-save")
        await screen.until(lambda: screen.page.route == f"/visit/{visit.id}")
        assert screen.bar() == "Signature saved"
        await screen.until_says("Signature (1)")
    (signed,) = pictures.of_visit(office.replica, visit.id, "signature")
    assert signed.name == "Signature of Ada Byrne.svg"
    blob = office.replica.blob(signed.content)
    assert blob is not None
    assert blob.data.count(b"<path") == 1


async def test_an_empty_signature_cannot_be_saved_and_clear_begins_anew(office: Office) -> None:
    visit = begun(office)
    async with opened(office.replica, f"/visit/{visit.id}/sign") as screen:
        (save,) = screen.all(ft.FilledButton, within=screen.target("sign-save"))
        assert save.disabled
        await draw(screen, (10, 10), (20, 30))
        await screen.tap("stroke-clear")
        (save,) = screen.all(ft.FilledButton, within=screen.target("sign-save"))
        assert save.disabled


async def test_a_signature_by_the_contact_of_the_visit_carries_their_name(office: Office) -> None:
    person = fieldwork.About(office[0].id, office.contact.id)
    visit = visiting.check_in(office.replica, person)
    async with opened(office.replica, f"/visit/{visit.id}/sign") as screen:
        await draw(screen, (10, 10), (20, 30))
        await screen.tap("sign-save")
        await screen.until(lambda: screen.page.route == f"/visit/{visit.id}")
    (signed,) = pictures.of_visit(office.replica, visit.id, "signature")
    assert signed.name == "Signature of Ada Byrne.svg"
