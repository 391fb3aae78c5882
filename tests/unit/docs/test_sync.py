"""docs/sync.md names a test for every rule and every scenario, and every one of them exists."""

from __future__ import annotations

import ast
import re
from functools import cache
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[3]
TEXT = (ROOT / "docs" / "sync.md").read_text()
RULES = range(1, 19)
SCENARIOS = (
    *range(1, 7),
    *range(8, 16),
    17,
    18,
    21,
    22,
    24,
    26,
    29,
    *range(31, 36),
    38,
    39,
    41,
    42,
)


def rows(heading: str) -> dict[int, str]:
    section = TEXT.partition(f"## {heading}\n")[2].partition("\n## ")[0]
    found = re.findall(r"^\| (\d+) \| (.*) \|$", section, flags=re.MULTILINE)
    return {int(number): row for number, row in found}


def named(row: str) -> list[str]:
    return re.findall(r"`(tests/[\w/]+\.py::\w+)`", row)


@cache
def defined(path: Path) -> frozenset[str]:
    tree = ast.parse(path.read_text())
    return frozenset(
        node.name for node in tree.body if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
    )


@pytest.mark.parametrize(("heading", "numbers"), [("Rules", RULES), ("Scenarios", SCENARIOS)])
def test_every_one_has_a_test(heading: str, numbers: tuple[int, ...]) -> None:
    found = rows(heading)
    assert list(found) == list(numbers)
    assert all(named(row) for row in found.values())


@pytest.mark.parametrize("reference", sorted(set(named(TEXT))))
def test_every_named_test_exists(reference: str) -> None:
    path, _, name = reference.partition("::")
    assert name in defined(ROOT / path)
