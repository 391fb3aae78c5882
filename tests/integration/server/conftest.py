"""A real server on a real database."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.integration.server.office import Office, open_office
from tests.integration.server.running import Browser, running, set_up


@pytest.fixture
def office(database_url: str) -> Iterator[Office]:
    opened = open_office(database_url)
    yield opened
    opened.store.close()


@pytest.fixture
def address(tmp_path: Path, database_url: str) -> Iterator[str]:
    with running(set_up(tmp_path, database_url=database_url)) as found:
        yield found


@pytest.fixture
def browser(address: str) -> Iterator[Browser]:
    with Browser(address) as opened:
        yield opened
