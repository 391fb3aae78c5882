from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.faults.place import Place, place_on, served
from tests.integration.server.running import set_up

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from tests.faults.place import Host
    from tests.postgres import Postgres


@pytest.fixture(scope="session")
def patient_servers() -> Iterator[None]:
    """Every test signs in anew, from one address: the servers must not take that for guessing."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("FIELDBOOK_SIGN_INS_PER_MINUTE", "1000")
        yield


@pytest.fixture(scope="session")
def sqlite_host(tmp_path_factory: pytest.TempPathFactory, patient_servers: None) -> Iterator[Host]:
    folder = tmp_path_factory.mktemp("sqlite")
    with served(set_up(folder, database_url=f"sqlite:///{folder / 'server.db'}")) as host:
        yield host


@pytest.fixture(scope="session")
def postgresql_host(tmp_path_factory: pytest.TempPathFactory, postgres: Postgres) -> Iterator[Host]:
    folder = tmp_path_factory.mktemp("postgresql")
    with postgres.database() as url, served(set_up(folder, database_url=url)) as host:
        yield host


@pytest.fixture(params=["sqlite", "postgresql"])
def place(request: pytest.FixtureRequest, tmp_path: Path) -> Place:
    """A new company on a real server process, on each of the two stores."""
    return place_on(request.getfixturevalue(f"{request.param}_host"), tmp_path)


@pytest.fixture
def sqlite_place(sqlite_host: Host, tmp_path: Path) -> Place:
    """A new company where one store is enough, because what breaks is elsewhere."""
    return place_on(sqlite_host, tmp_path)


@pytest.fixture
def small_place(tmp_path: Path, patient_servers: None) -> Iterator[Place]:
    """A company alone on its store, whose files are as small as they can be."""
    with served(set_up(tmp_path, database_url=f"sqlite:///{tmp_path / 'server.db'}")) as host:
        yield place_on(host, tmp_path)
