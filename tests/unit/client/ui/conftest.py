from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.unit.client.ui.near_server import NearServer
from tests.unit.client.ui.office import Office, open_office

if TYPE_CHECKING:
    from collections.abc import AsyncIterator
    from pathlib import Path


@pytest.fixture
async def office(tmp_path: Path) -> AsyncIterator[Office]:
    """A rep's device."""
    office = await open_office(tmp_path)
    yield office
    await office.replica.close()


@pytest.fixture
async def admins_office(tmp_path: Path) -> AsyncIterator[Office]:
    office = await open_office(tmp_path, role="admin", server=NearServer())
    yield office
    await office.replica.close()
