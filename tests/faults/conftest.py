from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.faults.place import Place, served

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path


@pytest.fixture
def place(tmp_path: Path, database_url: str) -> Iterator[Place]:
    """A real server process, on each of the two stores."""
    with served(tmp_path, database_url) as made:
        yield made
