from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.postgres import Postgres
from tests.simulation.sites import Here, OverHttp, Site
from tests.simulation.world import World

PLACES = {
    "everywhere": ("sqlite", "http_sqlite", "http_postgresql"),
    "both_stores": ("sqlite", "postgresql"),
}
"""Where the tests of modules with these marks play; the others in this process, on SQLite."""


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    if "site" in metafunc.fixturenames:
        marks = (mark for mark in PLACES if metafunc.definition.get_closest_marker(mark))
        metafunc.parametrize("site", PLACES.get(next(marks, ""), ("sqlite",)), indirect=True)


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
def postgresql(postgres: Postgres) -> Iterator[Here]:
    with postgres.database() as url:
        yield Here(url)


@pytest.fixture
def site(request: pytest.FixtureRequest) -> Site:
    if request.param == "sqlite":
        return Here()
    found: Site = request.getfixturevalue(request.param)
    return found


@pytest.fixture
def world(tmp_path: Path, site: Site) -> Iterator[World]:
    made = World(tmp_path, site=site)
    yield made
    made.close()
