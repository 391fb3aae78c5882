from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from server import admin
from server.app import create_domain, now_ms
from server.settings import Settings
from server.store import schema
from tests.integration.server.running import running


@pytest.fixture(scope="session")
def demo(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[str, Path]]:
    """The demo's company behind a real server: its address and its database."""
    database = tmp_path_factory.mktemp("demo") / "demo.db"
    settings = Settings(database_url=f"sqlite:///{database}", sign_ins_per_minute=1_000)
    domain = create_domain(settings)
    schema.upgrade(domain.store)
    admin.demo(domain, now_ms())
    domain.store.close()
    with running(settings) as address:
        yield address, database
