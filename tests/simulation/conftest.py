from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.postgres import Postgres
from tests.simulation.sites import Here, OverHttp, Site
from tests.simulation.world import World

EVERYWHERE = ("sqlite", "http_sqlite", "http_postgresql")
"""Where the tests of modules marked `everywhere` play; the others in this process, on SQLite."""


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    if "site" in metafunc.fixturenames:
        marked = metafunc.definition.get_closest_marker("everywhere")
        metafunc.parametrize("site", EVERYWHERE if marked else ("sqlite",), indirect=True)


@pytest.fixture(scope="session")
def http_sqlite(tmp_path_factory: pytest.TempPathFactory) -> Iterator[OverHttp]:
    folder = tmp_path_factory.mktemp("http")
    site = OverHttp(folder, f"sqlite:///{folder / 'server.db'}")
    yield site
    site.close()


@pytest.fixture(scope="session")
def http_postgresql(
    postgres: Postgres, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[OverHttp]:
    with postgres.database() as url:
        site = OverHttp(tmp_path_factory.mktemp("http"), url)
        yield site
        site.close()


@pytest.fixture
def site(request: pytest.FixtureRequest) -> Site:
    if request.param == "sqlite":
        return Here()
    found: OverHttp = request.getfixturevalue(request.param)
    return found


@pytest.fixture
def world(tmp_path: Path, site: Site) -> Iterator[World]:
    made = World(tmp_path, site=site)
    yield made
    made.close()
