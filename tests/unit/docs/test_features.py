"""docs/features.md: a row for every capability, with tests and a picture that exist."""

from __future__ import annotations

import re

import pytest

from tests.unit.docs.test_sync import ROOT, defined, named

TEXT = (ROOT / "docs" / "features.md").read_text()
ROWS = {
    identifier: (test, picture)
    for identifier, test, picture in re.findall(
        r"^\| ([A-Z]\d+) \| [^|]+ \| ([^|]+) \| ([^|]+) \|$", TEXT, flags=re.MULTILINE
    )
}

DONE = {
    *(f"L{number}" for number in (*range(1, 12), 14, 15)),
    *(f"C{number}" for number in (*range(1, 12), 13, 14, 15, 16, 18, 19)),
    *(f"D{number}" for number in (3, 4)),
    *(f"O{number}" for number in (*range(1, 10), 14)),
    *(f"A{number}" for number in (*range(1, 7), 8, 9)),
    *(f"Q{number}" for number in (1, 2, 3, 4, 7)),
    *(f"I{number}" for number in (1, 2, 4)),
    *(f"S{number}" for number in (1, 3)),
    *(f"P{number}" for number in (1, 3, 6)),
}


def test_whatever_is_done_has_its_row() -> None:
    assert set(ROWS) == DONE


def test_every_picture_is_in_a_document() -> None:
    told = "".join(page.read_text() for page in (ROOT / "README.md", *(ROOT / "docs").glob("*.md")))
    for picture in (ROOT / "docs" / "images").iterdir():
        assert f"images/{picture.name}" in told


@pytest.mark.parametrize("identifier", ROWS)
def test_a_capability_names_tests_that_exist(identifier: str) -> None:
    references = named(ROWS[identifier][0])
    assert references
    for reference in references:
        path, _, name = reference.partition("::")
        assert name in defined(ROOT / path)


@pytest.mark.parametrize("identifier", ROWS)
def test_a_capability_shows_a_picture_that_exists(identifier: str) -> None:
    (picture,) = re.findall(r"\[[^\]]+\]\(([^)]+)\)", ROWS[identifier][1])
    assert (ROOT / "docs" / picture).exists()
