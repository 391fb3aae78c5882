from __future__ import annotations

import codecs

import pytest

from client.interchange import decoding
from client.interchange.sources import UnreadableFile

TEXT = "Straße;Ort\r\nKöln;Łódź\r\n"


@pytest.mark.parametrize(
    "data",
    [
        TEXT.encode(),
        codecs.BOM_UTF8 + TEXT.encode(),
        TEXT.encode("utf-16"),
        codecs.BOM_UTF16_BE + TEXT.encode("utf-16-be"),
        TEXT.encode("utf-16-le"),
        TEXT.encode("utf-16-be"),
        TEXT.encode("utf-32"),
    ],
)
def test_unicode_is_read_with_and_without_a_mark(data: bytes) -> None:
    assert decoding.decode(data) == TEXT


def test_what_is_no_utf_8_is_read_as_windows_1252() -> None:
    assert decoding.decode("Straße «Müller» €".encode("cp1252")) == "Straße «Müller» €"


def test_plain_ascii_and_an_empty_file_are_text() -> None:
    assert decoding.decode(b"a,b") == "a,b"
    assert decoding.decode(b"") == ""


@pytest.mark.parametrize(
    ("data", "sentence"),
    [
        (b"PK\x03\x04 and so on", "This is an Excel or zip file"),
        (b"%PDF-1.7", "This is a PDF"),
        (b"\xff\xd8\xff\xe0", "This is a picture"),
        (b"SQLite format 3\0", "This is a database"),
        (bytes(range(256)) * 4, "This is not a text file"),
        (b"\x01\x02\x03\x04\x05" * 50, "This is not a text file"),
        ("Größe".encode()[:-1] + "ß".encode()[:1], "seems to be cut off"),
        ("Größe".encode("utf-16")[:-1], "seems to be cut off"),
        (b"a,b\nM\xc3\xbcnchen,K\xc3\xb6ln\n\xff,1\n", "damaged, first in line 3"),
        (b"a\x81\x8d\x8f", "could not be recognised"),
        (
            codecs.BOM_UTF16_LE + b"a\0b\0" + b"\x00\xd8\x00\xd8" + b"c\0" * 4,
            "UTF-16-LE, but is not",
        ),
        (b"a" * ((50 << 20) + 1), "50 MB is the most"),
    ],
)
def test_a_file_that_cannot_be_read_says_why_in_a_sentence(data: bytes, sentence: str) -> None:
    with pytest.raises(UnreadableFile, match=sentence) as told:
        decoding.decode(data)
    assert str(told.value).endswith(".")


def test_zero_characters_are_left_out() -> None:
    assert decoding.decode(codecs.BOM_UTF8 + b"a" * 100 + b"\0b") == "a" * 100 + "b"
