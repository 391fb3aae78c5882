"""docs/features.md: every capability that has a number names tests and a picture that exist."""

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


def test_there_are_rows() -> None:
    assert len(ROWS) > 40


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
