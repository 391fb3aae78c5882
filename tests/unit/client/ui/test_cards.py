"""A card on the screen for another phone, and one read into the form of a new contact."""

from __future__ import annotations

import base64
from typing import TYPE_CHECKING, Any

import flet as ft

from client.interchange import one_card
from sync_protocol.records import Account, Contact, Email, Phone, entries
from tests.unit.client.ui.harness import Host, opened

if TYPE_CHECKING:
    from tests.unit.client.ui.harness import Screen
    from tests.unit.client.ui.office import Office


class Camera(Host):
    """A device before whose camera somebody holds a code."""

    def __init__(self, says: str | None) -> None:
        self.says = says

    async def scan(self) -> str | None:
        return self.says


def eve(organisation: str = "Brauerei Adler") -> str:
    contact = Contact(
        name="Eve Moser", given_name="Eve", family_name="Moser", title="Buyer",
        phones=entries(Phone("+49 9261 62801", "work")), emails=entries(Email("eve@adler.example")),
        account_id="a",
    )  # fmt: skip
    return one_card.short_text(contact, organisation)


async def picked(screen: Screen, data: bytes) -> None:
    """A file chosen after a tap on From a vCard."""
    buttons = screen.all(ft.OutlinedButton, within=screen.target("pick-card"))
    action: Any = buttons[0].action
    files = [{"id": 1, "name": "eve.vcf", "size": len(data), "bytes": data}]
    await screen.event(action._service, "result", {"files": files})


async def test_a_card_is_shown_as_a_code_from_the_menu_of_the_page(office: Office) -> None:
    office.replica.update(office.contact, phones=entries(Phone("+49 9261 62800")))
    async with opened(office.replica, f"/contacts/{office.contact.id}") as screen:
        await screen.press("Card and QR code")
        await screen.until_target("qr-code")
        (image,) = screen.all(ft.Image, within=screen.target("qr-code"))
        assert isinstance(image.src, bytes)
        assert screen.says("Brauerei Adler")
        screen.session.apply_page_patch({"platform": "linux"})
        await screen.tap("save-card")
        await screen.until(lambda: screen.bar() == "Ada Byrne.vcf made")
    async with opened(office.replica, f"/accounts/{office[0].id}/card") as screen:
        await screen.until_target("qr-code")
    async with opened(office.replica, "/contacts/nobody/card") as screen:
        await screen.until_says("This contact is not on this device")


async def test_a_scanned_card_fills_the_form_and_its_account_is_found(office: Office) -> None:
    async with opened(office.replica, "/contacts/new", host=Camera(eve())) as screen:
        await screen.until_target("scan-card")
        await screen.tap("scan-card")
        await screen.until_says("eve@adler.example")
        assert screen.bar() == "Read: Eve Moser. Look it over, then save."
        assert not office.replica.find(Contact, name="Eve Moser")
        await screen.tap("save")
        await screen.until(lambda: office.replica.find(Contact, name="Eve Moser"))
    (made,) = office.replica.find(Contact, name="Eve Moser")
    assert (made.title, made.account_id) == ("Buyer", office[0].id)
    assert [phone.number for phone in made.phones.values()] == ["+49 9261 62801"]


async def test_a_card_comes_from_a_file_as_well(office: Office) -> None:
    async with opened(office.replica, "/contacts/new") as screen:
        await screen.until_target("pick-card")
        await picked(screen, eve().encode())
        await screen.until_says("eve@adler.example")


class Blind(Host):
    """A device that reads no pictures."""

    async def shrunk(self, picture: bytes, longest: int) -> bytes | None:
        del picture, longest
        return None


PICTURE = b"\x89PNG\r\n\x1a\n" + bytes(40)
"""Begins like one; the harness' device takes it as small enough."""


def with_picture(picture: bytes = PICTURE) -> bytes:
    photo = f"PHOTO;ENCODING=b;TYPE=PNG:{base64.b64encode(picture).decode()}"
    return eve().replace("END:VCARD", f"{photo}\r\nEND:VCARD").encode()


async def test_the_picture_of_a_card_becomes_the_contacts_and_shows_on_their_page(
    office: Office,
) -> None:
    async with opened(office.replica, "/contacts/new") as screen:
        await screen.until_target("pick-card")
        await picked(screen, with_picture())
        await screen.until_target("without-picture")
        await screen.tap("save")
        await screen.until(lambda: office.replica.find(Contact, name="Eve Moser"))
        (made,) = office.replica.find(Contact, name="Eve Moser")
        await screen.until_target(f"portrait-{made.id}")
        (image,) = screen.all(ft.Image, within=screen.target(f"portrait-{made.id}"))
        assert image.src == PICTURE
        await screen.go(f"/contacts/{made.id}/edit")
        await screen.until_target("without-picture")
        await screen.tap("without-picture")
        await screen.tap("save")
        await screen.until(lambda: not office.replica.find(Contact, name="Eve Moser")[0].photo)
        await screen.undo()
        assert office.replica.find(Contact, name="Eve Moser")[0].photo == made.photo


async def test_a_picture_that_cannot_be_read_is_left_out_with_a_word(office: Office) -> None:
    for host, data, told in (
        (Blind(), with_picture(), "The picture could not be read and was left out."),
        (Host(), with_picture(b"no picture"), "The photo is no picture, or over 5 MB"),
    ):
        async with opened(office.replica, "/contacts/new", host=host) as screen:
            await screen.until_target("pick-card")
            await picked(screen, data)
            await screen.until(lambda told=told: told in screen.bar())
            assert screen.says("eve@adler.example")
            assert not screen.has("without-picture")


async def test_a_card_of_somebody_who_is_here_already_warns(office: Office) -> None:
    office.replica.create(
        Contact(
            name="Eve Moser", emails=entries(Email("eve@adler.example")), account_id=office[0].id
        )
    )
    while office.replica.index_some():
        pass
    async with opened(office.replica, "/contacts/new", host=Camera(eve())) as screen:
        await screen.until_target("scan-card")
        await screen.tap("scan-card")
        await screen.until_target("likes-warning")


async def test_what_was_typed_stays_and_an_unknown_company_is_to_be_chosen(office: Office) -> None:
    async with opened(office.replica, "/contacts/new", host=Camera(eve("Nobody Ltd"))) as screen:
        await screen.until_target("scan-card")
        await screen.type("Name", "Eve M.")
        await screen.tap("scan-card")
        await screen.until_says("eve@adler.example")
        assert screen.says("Eve M.")
        assert screen.says("Nobody Ltd")
    assert office.replica.count(Account) == 3


async def test_an_account_that_was_typed_already_stays_when_a_card_is_read(office: Office) -> None:
    async with opened(office.replica, "/contacts/new", host=Camera(eve())) as screen:
        await screen.type("Account", "Brauerei zum goldenen")
        await screen.tap("scan-card")
        await screen.until_says("eve@adler.example")
        assert screen.all(ft.TextField, label="Account")[0].value == "Brauerei zum goldenen"


async def test_other_codes_and_devices_without_a_scanner_are_told_of(office: Office) -> None:
    for says, told in (
        ("4006381333931", "There is no contact in it."),
        (None, "cannot read codes"),
    ):
        async with opened(office.replica, "/contacts/new", host=Camera(says)) as screen:
            await screen.until_target("scan-card")
            await screen.tap("scan-card")
            await screen.until(lambda told=told: told in screen.bar())
