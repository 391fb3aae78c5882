from __future__ import annotations

import pytest

from sync_protocol.blobs import MAX_BLOB, MAX_CHUNK, MAX_PIECE, content_hash, is_hash
from sync_protocol.changes import Change
from sync_protocol.records import Attachment, Contact, blob_fields, kind_of, kinds
from sync_protocol.records.cells import of_new, raw
from sync_protocol.rules import validity

KNOWN = "0e5751c026e543b2e8ab2eb06099daa1d1e5df47778f7787faab45cdf12fe3a8"
"""BLAKE2b-256 of nothing, as any other implementation gives it."""


def test_a_file_is_named_by_the_same_hash_everywhere() -> None:
    assert content_hash(b"") == KNOWN
    assert content_hash(b"photo") != content_hash(b"photo ")


@pytest.mark.parametrize(
    ("content", "fits"),
    [
        (KNOWN, True),
        ("", False),
        (KNOWN.upper(), False),
        (KNOWN[1:], False),
        (KNOWN + "0", False),
        (KNOWN + "\n", False),
        ("g" * 64, False),
    ],
)
def test_only_a_hash_is_a_hash(content: str, fits: bool) -> None:
    assert is_hash(content) is fits


def test_the_fields_that_name_files_are_told_by_their_type() -> None:
    assert {name: blob_fields(kind) for name, kind in kinds().items() if blob_fields(kind)} == {
        "contact": ("photo",),
        "attachment": ("content",),
    }


@pytest.mark.parametrize(
    ("field", "value", "fits"),
    [
        ("content", KNOWN, True),
        ("content", "", False),
        ("content", "../secret", False),
        ("size", 1, True),
        ("size", MAX_BLOB, True),
        ("size", 0, False),
        ("size", MAX_BLOB + 1, False),
        ("media_type", "image/svg+xml", True),
        ("media_type", "text/plain; charset=utf-8", False),
        ("media_type", "picture", False),
    ],
)
def test_an_attachment_names_a_file_that_can_be(field: str, value: object, fits: bool) -> None:
    attachment = Attachment(
        id="a",
        record_kind="account",
        record_id="b",
        name="Shelf.jpg",
        media_type="image/jpeg",
        size=5,
        content=KNOWN,
    )
    cells = of_new(attachment) | {field: raw(value)}
    problem = validity.check(kind_of(attachment), Change("attachment", "a", cells, create=True))
    assert (problem is None) is fits
    assert problem is None or problem.field == field


@pytest.mark.parametrize(("photo", "fits"), [("", True), (KNOWN, True), ("hash", False)])
def test_a_contact_has_a_picture_or_none(photo: str, fits: bool) -> None:
    change = Change("contact", "a", {"photo": raw(photo)})
    assert (validity.check(kind_of(Contact), change) is None) is fits


def test_a_chunk_fits_a_piece_and_a_piece_a_file() -> None:
    assert MAX_CHUNK < MAX_PIECE < MAX_BLOB
