"""One person's card: out as a file or a QR code for another phone's camera, in from either.

A QR code that a camera reads from a screen is a small one, so only what a phone book keeps goes
into it: names, company, title, ways to reach, one address; the file holds everything.
"""

from __future__ import annotations

import io
from itertools import islice
from typing import TYPE_CHECKING, Any, NamedTuple, TypeVar

import msgspec

from client.interchange import export_vcard, files, planning
from client.interchange.sources import UnreadableFile
from sync_protocol.records import Account, Contact

if TYPE_CHECKING:
    from collections.abc import Mapping

    from client.interchange.sources import Photo

FILE = "card.vcf"
MEDIA_TYPE = "text/vcard"
PHONES, EMAILS, ADDRESSES = 3, 2, 1
NAMES = ("name", "given_name", "family_name", "title")
ROOM = 700
"""Bytes that a code on a screen may hold and still be read at once."""
SCALE, QUIET = 8, 4
"""Pixels of a code's square, and squares of the white edge that readers need."""
_V = TypeVar("_V")


class Someone(NamedTuple):
    """A card that was read: a contact to be, the name of their company, their picture.

    `remarks` say what of it could not be read.
    """

    contact: Contact
    organisation: str
    photo: Photo | None = None
    remarks: tuple[str, ...] = ()


def text_of(record: Account | Contact, organisation: str = "") -> str:
    """The whole card of a customer, as another phone or mail program reads it."""
    account_id = getattr(record, "account_id", "")
    return "".join(export_vcard.vcards([record], {}, {account_id: organisation}))


def short_text(record: Account | Contact, organisation: str = "") -> str:
    """What goes into a code; as much of it as there is room for."""
    phones, emails = _first(record.phones, PHONES), _first(record.emails, EMAILS)
    placed = _first(record.addresses, ADDRESSES)
    full = {"addresses": {k: msgspec.structs.replace(v, position=None) for k, v in placed.items()}}
    plain = _bare(record, phones=phones, emails=emails)
    for more in ({**full, "website": record.website}, full, {}):
        text = text_of(msgspec.structs.replace(plain, **more), organisation)
        if len(text.encode()) <= ROOM:
            return text
    return text_of(_bare(record, phones=_first(phones, 1), emails={}), "")


def code(text: str) -> bytes:
    """A text as the picture of a QR code, black on white whatever the theme."""
    import segno  # noqa: PLC0415 - only who shows a code needs it

    picture = io.BytesIO()
    segno.make_qr(text, error="m").save(picture, kind="png", scale=SCALE, border=QUIET)
    return picture.getvalue()


def read(text: str, region: str) -> Someone | None:
    """The first person of some cards, as a code or a file holds them; None if there is none."""
    try:
        source = files.read(text.encode(), FILE)
    except UnreadableFile:
        return None
    for row in planning.plan(source, of="contact", region=region).rows():
        if row.contact is not None:
            named = row.account.name if row.account else ""
            remarks = tuple(x.message for x in row.problems if not x.heading)
            return Someone(row.contact, named, row.photo, remarks)
    return None


def _bare(record: Account | Contact, **ways: Any) -> Account | Contact:
    if isinstance(record, Account):
        return Account(name=record.name, **ways)
    names: dict[str, Any] = {name: getattr(record, name) for name in NAMES}
    return Contact(account_id=record.account_id, **names, **ways)


def _first(entries: Mapping[str, _V], count: int) -> dict[str, _V]:
    return dict(islice(entries.items(), count))
