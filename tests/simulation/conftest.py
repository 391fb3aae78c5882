from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest

from tests.simulation.sites import Here, OverHttp, Site
from tests.simulation.world import World

EVERYWHERE = ("sqlite", "http-sqlite", "http-postgresql")
"""Where the tests of modules marked `everywhere` play; the others in this process, on SQLite."""


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    if "site" in metafunc.fixturenames:
        marked = metafunc.definition.get_closest_marker("everywhere")
        metafunc.parametrize("site", EVERYWHERE if marked else ("sqlite",), indirect=True)


@pytest.fixture(scope="session")
def http_sites(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[dict[str, OverHttp]]:
    """Server processes by name, started when first asked for."""
    with ExitStack() as stack:
        yield _Starting(request, tmp_path_factory, stack)
        stack.close()


class _Starting(dict[str, OverHttp]):
    def __init__(
        self,
        request: pytest.FixtureRequest,
        folders: pytest.TempPathFactory,
        stack: ExitStack,
    ) -> None:
        super().__init__()
        self._request, self._folders, self._stack = request, folders, stack

    def __missing__(self, name: str) -> OverHttp:
        folder = self._folders.mktemp(name)
        url = f"sqlite:///{folder / 'server.db'}"
        if name == "http-postgresql":
            postgres = self._request.getfixturevalue("postgres")
            url = self._stack.enter_context(postgres.database())
        site = self[name] = OverHttp(folder, url)
        self._stack.callback(site.close)
        return site


@pytest.fixture
def site(request: pytest.FixtureRequest, http_sites: dict[str, OverHttp]) -> Site:
    return Here() if request.param == "sqlite" else http_sites[request.param]


@pytest.fixture
def world(tmp_path: Path, site: Site) -> Iterator[World]:
    made = World(tmp_path, site=site)
    yield made
    made.close()
