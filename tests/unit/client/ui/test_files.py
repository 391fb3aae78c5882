"""Files on records: added with no signal, listed with their state, looked at, removed."""

from __future__ import annotations

from types import SimpleNamespace
from typing import TYPE_CHECKING, Any

import flet as ft
import pytest

from client.ui.views.files.reading import media_type_of, read_files, size
from sync_protocol.blobs import MAX_BLOB
from sync_protocol.records import Account, Attachment
from tests.unit.client.test_pdfs import a_pdf, locked
from tests.unit.client.ui.harness import opened

if TYPE_CHECKING:
    from client.replica import Replica
    from tests.unit.client.ui.harness import Screen
    from tests.unit.client.ui.office import Office

PIXEL = bytes.fromhex(
    "89504e470d0a1a0a0000000d4948445200000001000000010806000000 1f15c4890000000d4944415478da63"
    "6460f85f0f0002870180eb47ba920000000049454e44ae426082"
)


async def pick(screen: Screen, *files: tuple[str, bytes]) -> None:
    """What the browser hands over after a person has chosen."""
    (button,) = screen.all(ft.OutlinedButton, within=screen.target("add-file"))
    action: Any = button.action
    picked = [
        {"id": place, "name": name, "size": len(data), "bytes": data}
        for place, (name, data) in enumerate(files)
    ]
    await screen.event(action._service, "result", {"files": picked})


def a_file(replica: Replica, office: Office, name: str = "Menu.pdf") -> Attachment:
    return replica.attach(office[0], b"%PDF the menu", name, media_type_of(name))


async def test_a_file_is_added_with_no_signal_and_waits(office: Office) -> None:
    replica = office.replica
    async with opened(replica, f"/accounts/{office[0].id}") as screen:
        await screen.until_target("add-file")
        await pick(screen, ("Menu.pdf", b"%PDF the menu"), ("Shelf.png", PIXEL))
        await screen.until_says("13 bytes, waiting to be sent")
        assert screen.says("Files (2)")
        await screen.undo()
        await screen.until(lambda: not screen.says("Files (2)"))
    assert replica.find(Attachment) == []


async def test_a_file_that_is_too_large_is_said_to_be(office: Office) -> None:
    async with opened(office.replica, f"/accounts/{office[0].id}") as screen:
        await screen.until_target("add-file")
        await pick(screen, ("Film.mp4", bytes(MAX_BLOB + 1)))
        await screen.until(lambda: "A file may hold" in screen.bar())
    assert office.replica.find(Attachment) == []


async def test_a_picture_is_shown_and_can_be_removed_and_taken_back(office: Office) -> None:
    replica = office.replica
    photo = replica.attach(office[0], PIXEL, "Shelf.png", "image/png")
    async with opened(replica, f"/accounts/{office[0].id}") as screen:
        await screen.until_target(f"file-{photo.id}")
        await screen.tap(f"file-{photo.id}")
        await screen.until_target("picture")
        (image,) = screen.all(ft.Image)
        assert image.src == PIXEL
        await screen.tap("remove-file")
        await screen.until(lambda: screen.page.route == f"/accounts/{office[0].id}")
        assert not screen.has(f"file-{photo.id}")
        await screen.undo()
        await screen.until_target(f"file-{photo.id}")


def page_shown(screen: Screen) -> bytes:
    (image,) = screen.all(ft.Image)
    assert isinstance(image.src, bytes)
    assert image.src.startswith(b"\x89PNG")
    return image.src


async def press_key(screen: Screen, key: str) -> None:
    event = SimpleNamespace(key=key, ctrl=False, shift=False, alt=False, meta=False)
    handler = screen.page.on_keyboard_event
    assert handler is not None
    handler(event)  # type: ignore[arg-type, call-arg]
    await screen.settle()


async def test_a_pdf_is_paged_through_with_no_signal(office: Office) -> None:
    replica = office.replica
    contract = replica.attach(office[0], a_pdf(pages=3), "Contract.pdf", "application/pdf")
    async with opened(replica, f"/files/{contract.id}") as screen:
        await screen.until_says("Page 1 of 3")
        first = page_shown(screen)
        await screen.tap("page-after")
        await screen.until_says("Page 2 of 3")
        await screen.until(lambda: page_shown(screen) != first)
        await press_key(screen, "Arrow Right")
        await screen.until_says("Page 3 of 3")
        await press_key(screen, "Arrow Right")
        assert screen.says("Page 3 of 3")
        await press_key(screen, "Arrow Left")
        await screen.until_says("Page 2 of 3")
        await screen.tap("page-before")
        await screen.until(lambda: page_shown(screen) == first)
        assert screen.has("open-file")


async def test_a_stroke_turns_the_page_and_moves_it_once_it_is_nearer(office: Office) -> None:
    replica = office.replica
    contract = replica.attach(office[0], a_pdf(pages=2), "Contract.pdf", "application/pdf")
    async with opened(replica, f"/files/{contract.id}") as screen:
        await screen.until_target("pdf-page")

        async def stroke(across: float, down: float = 0.0) -> None:
            (viewer,) = screen.all(ft.InteractiveViewer)
            velocity = ft.Offset(across, down)
            await screen.event(viewer, "interaction_end", {"pc": 0, "v": velocity})

        await stroke(-900)
        await screen.until_says("Page 2 of 2")
        await stroke(900, 2_000)
        assert screen.says("Page 2 of 2")
        await stroke(900)
        await screen.until_says("Page 1 of 2")


@pytest.mark.parametrize(
    ("data", "said"),
    [(b"%PDF the menu", "It is damaged"), (locked(), "It is protected by a password")],
    ids=["damaged", "locked"],
)
async def test_a_pdf_that_cannot_be_drawn_says_why_and_opens_outside(
    office: Office, data: bytes, said: str
) -> None:
    menu = office.replica.attach(office[0], data, "Menu.pdf", "application/pdf")
    async with opened(office.replica, f"/files/{menu.id}") as screen:
        await screen.until_says(said)
        assert screen.says("It opens outside Fieldbook.")
        assert screen.has("open-file")


async def test_a_file_that_is_elsewhere_says_so_and_can_be_tried_again(office: Office) -> None:
    replica = office.replica
    elsewhere = replica.create(
        Attachment(
            record_kind="account", record_id=office[0].id, name="Contract.pdf",
            media_type="application/pdf", size=41_000, content="0" * 64,
        )
    )  # fmt: skip
    async with opened(replica, f"/accounts/{office[0].id}") as screen:
        await screen.until_says("41 kB, opens with a connection")
        await screen.tap(f"file-{elsewhere.id}")
        await screen.until_target("file-away")
        assert screen.says("This file is not on this device")
        assert not screen.has("open-file")
        await screen.press("Try again")
        await screen.until_target("file-away")


async def test_any_record_with_a_page_has_files(office: Office) -> None:
    a_file(office.replica, office)
    contact = f"/contacts/{office.contact.id}"
    async with opened(office.replica, contact) as screen:
        await screen.until_target("add-photo")


def test_the_state_follows_the_upload(office: Office) -> None:
    replica = office.replica
    file = a_file(replica, office)
    (line,) = read_files(replica, office[0].id)
    assert (line.state, line.name, line.picture) == ("waiting", "Menu.pdf", False)
    replica.delete(replica.get(Account, office[0].id) or office[0])
    assert read_files(replica, office[0].id) == []
    assert replica.has_file(file.content)


def test_sizes_and_types_are_what_people_call_them() -> None:
    assert [size(x) for x in (1, 999, 41_400, 3_230_000)] == [
        "1 byte", "999 bytes", "41 kB", "3.2 MB",
    ]  # fmt: skip
    assert media_type_of("Menu.PDF") == "application/pdf"
    assert media_type_of("unknown.zzz") == "application/octet-stream"


async def test_pictures_are_seen_in_the_list_and_other_files_by_their_sign(office: Office) -> None:
    replica = office.replica
    shelf = replica.attach(office[0], PIXEL, "Shelf.png", "image/png")
    menu = a_file(replica, office)
    async with opened(replica, f"/accounts/{office[0].id}") as screen:
        await screen.until_target(f"thumbnail-{shelf.id}")
        row = screen.target(f"file-{shelf.id}")
        await screen.until(lambda: screen.all(ft.Image, within=row))
        assert not screen.all(ft.Image, within=screen.target(f"file-{menu.id}"))
        assert not screen.has(f"thumbnail-{menu.id}")
