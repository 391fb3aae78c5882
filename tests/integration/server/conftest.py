"""A real server on a real file."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.integration.server.office import Office, open_office


@pytest.fixture
def office(tmp_path: Path) -> Iterator[Office]:
    opened = open_office(f"sqlite:///{tmp_path / 'server.db'}")
    yield opened
    opened.store.close()
