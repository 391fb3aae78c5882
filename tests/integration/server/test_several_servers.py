"""Several servers on one PostgreSQL: what one of them does, the streams of all hear at once."""

from __future__ import annotations

import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from structlog.testing import capture_logs

from server import admin
from server.app import create_domain
from server.serving import listen
from server.settings import Settings
from sync_protocol.messages import Hello
from tests.integration.server.running import PASSWORD, Browser, running, set_up
from tests.integration.server.streams import ENDED, listening, push
from tests.postgres import Postgres


@pytest.fixture
def settings(postgres: Postgres, tmp_path: Path) -> Iterator[Settings]:
    with postgres.database() as url:
        yield set_up(tmp_path, database_url=url)


@pytest.fixture
def addresses(settings: Settings) -> Iterator[tuple[str, str]]:
    with running(settings) as one, running(settings) as other:
        yield one, other


def end_connections(postgres: Postgres, settings: Settings, where: str = "true") -> int:
    """End the database's connections as a restart of it would; how many there were."""
    name = settings.database_url.partition("?")[0].rpartition("/")[2]
    ended = postgres.run(
        "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
        f" WHERE datname = '{name}' AND {where}"
    )
    return len(ended)


def test_what_one_server_accepts_rings_at_the_other_within_a_second(
    addresses: tuple[str, str],
) -> None:
    with Browser(addresses[0]) as here:
        token = here.sign_in(device=7).token
        with listening(addresses[1], token) as lines:
            assert lines.get(timeout=5) == "data: 1"
            for number in (1, 2, 3):
                sequence = push(here, number)
                rung = time.monotonic()
                assert lines.get(timeout=5) == f"data: {sequence}"
                assert time.monotonic() - rung < 1


def test_a_session_that_ends_at_one_server_ends_its_stream_at_the_other(
    addresses: tuple[str, str],
) -> None:
    with Browser(addresses[0]) as here:
        token = here.sign_in().token
        with listening(addresses[1], token) as lines:
            assert lines.get(timeout=5) == "data: 1"
            here.post("/api/sign-out")
            assert lines.get(timeout=1) == ENDED


def test_a_revocation_is_heard_also_in_the_midst_of_other_news(
    addresses: tuple[str, str],
) -> None:
    with Browser(addresses[0]) as here, Browser(addresses[1]) as there:
        here.sign_in(device=7)
        with listening(addresses[1], there.sign_in(device=8).token) as lines:
            assert lines.get(timeout=5) == "data: 1"
            for number in range(1, 4):
                push(here, number)
            there.post("/api/sign-out")
            for number in range(4, 8):
                push(here, number)
            told = time.monotonic()
            while lines.get(timeout=1) != ENDED:
                assert time.monotonic() - told < 1


def test_streams_ring_again_after_the_database_dropped_every_connection(
    postgres: Postgres, settings: Settings, addresses: tuple[str, str]
) -> None:
    with Browser(addresses[0]) as here:
        token = here.sign_in(device=7).token
        with listening(addresses[1], token) as lines:
            assert lines.get(timeout=5) == "data: 1"
            assert end_connections(postgres, settings) >= 4
            for number in (1, 2):
                sequence = push(here, number)
                while lines.get(timeout=5) != f"data: {sequence}":
                    pass


def test_what_was_said_while_nobody_listened_is_made_up_for(
    postgres: Postgres, settings: Settings, addresses: tuple[str, str]
) -> None:
    silent = create_domain(settings)
    with (
        Browser(addresses[1]) as there,
        listening(addresses[1], there.sign_in().token) as lines,
    ):
        assert lines.get(timeout=5) == "data: 1"
        admin.add_user(silent, "Rea", "rep", email="rea@acme.example", password=PASSWORD)
        silent.store.close()
        end_connections(postgres, settings, "application_name = 'fieldbook news'")
        assert lines.get(timeout=5) == "data: 2"


def test_a_database_that_cannot_be_reached_is_no_fault_of_the_request(
    postgres: Postgres, settings: Settings, addresses: tuple[str, str]
) -> None:
    name = settings.database_url.partition("?")[0].rpartition("/")[2]
    with Browser(addresses[0]) as here:
        here.sign_in()
        postgres.run(f"ALTER DATABASE {name} ALLOW_CONNECTIONS false")
        end_connections(postgres, settings)
        gone = here.sync("hello", Hello(7))
        assert (gone.status_code, gone.content) == (503, b"")
        with capture_logs() as told:
            assert here.get("/calendar/a-secret.ics").status_code == 503
        assert [entry["path"] for entry in told] == ["/calendar/..."]
        postgres.run(f"ALTER DATABASE {name} ALLOW_CONNECTIONS true")
        assert here.sync("hello", Hello(7)).status_code == 200


def test_a_port_is_shared_only_by_those_who_are_told_to() -> None:
    first, address = listen(Settings(port=0, share_port=True))
    port = int(address.rpartition(":")[2])
    with first:
        second, _ = listen(Settings(port=port, share_port=True))
        with second, pytest.raises(OSError, match="in use"):
            listen(Settings(port=port))
