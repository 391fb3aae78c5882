from __future__ import annotations

import threading
import time
from pathlib import Path
from queue import Empty, Queue

import pytest

from server import admin
from server.app import create_domain
from sync_protocol import clock, codec
from sync_protocol.changes import Changeset
from sync_protocol.errors import Failure
from sync_protocol.messages import Hello, Push, Welcome
from sync_protocol.records import Label
from tests.integration.server.office import create
from tests.integration.server.running import PASSWORD, Browser, failure, running, set_up
from tests.integration.server.streams import ENDED, listening, push


def test_the_stream_starts_with_the_head_and_rings_within_a_second(address: str) -> None:
    with Browser(address) as browser:
        token = browser.sign_in(device=7).token
        with listening(address, token) as lines:
            assert lines.get(timeout=5) == "data: 1"
            for number in (1, 2):
                sequence = push(browser, number)
                rung = time.monotonic()
                assert lines.get(timeout=5) == f"data: {sequence}"
                assert time.monotonic() - rung < 1


def test_many_changes_at_once_ring_few_times_and_end_at_the_newest(address: str) -> None:
    with Browser(address) as browser:
        token = browser.sign_in(device=7).token
        with listening(address, token) as lines:
            lines.get(timeout=5)
            now_ms = codec.decode(browser.sync("hello", Hello(7)).content, Welcome).now_ms
            changesets = tuple(
                Changeset(7, n, clock.at(now_ms) + n, 0, (create(Label(id=f"l{n}", name=f"L{n}")),))
                for n in range(1, 41)
            )
            browser.sync("push", Push(7, changesets))
            rings = [lines.get(timeout=5)]
            while rings[-1] != "data: 41":
                rings.append(lines.get(timeout=5))
            assert len(rings) < 40


def test_the_stream_ends_when_its_session_does(address: str) -> None:
    with Browser(address) as browser:
        token = browser.sign_in().token
        with listening(address, token) as lines:
            assert lines.get(timeout=5) == "data: 1"
            browser.post("/api/sign-out")
            assert lines.get(timeout=2) == ENDED


def test_a_quiet_stream_shows_that_it_lives(tmp_path: Path) -> None:
    settings = set_up(tmp_path, heartbeat_s=0.1)
    with (
        running(settings) as address,
        Browser(address) as browser,
        listening(address, browser.sign_in().token) as lines,
    ):
        assert [lines.get(timeout=2) for _ in range(3)] == ["data: 1"] + [": still here"] * 2


def test_what_nobody_told_is_seen_at_the_next_heartbeat(tmp_path: Path, database_url: str) -> None:
    settings = set_up(tmp_path, database_url=database_url, heartbeat_s=0.2)
    with (
        running(settings) as address,
        Browser(address) as browser,
        listening(address, browser.sign_in().token) as lines,
    ):
        assert lines.get(timeout=5) == "data: 1"
        silent = create_domain(settings)
        admin.add_user(silent, "Rea", "rep", email="rea@acme.example", password=PASSWORD)
        silent.store.close()
        while (line := lines.get(timeout=5)) != "data: 2":
            assert line == ": still here"


def test_open_streams_do_not_keep_the_server_from_stopping(tmp_path: Path) -> None:
    lines: Queue[str] = Queue()

    def listen(address: str, token: str) -> None:
        with Browser(address) as browser:
            browser.headers["authorization"] = f"Bearer {token}"
            with browser.stream("GET", "/api/sync/live", timeout=20) as stream:
                for line in filter(None, stream.iter_lines()):
                    lines.put(line)
        lines.put(ENDED)

    with running(set_up(tmp_path)) as address:
        with Browser(address) as browser:
            token = browser.sign_in().token
        thread = threading.Thread(target=listen, args=(address, token))
        thread.start()
        assert lines.get(timeout=5) == "data: 1"
        stopping = time.monotonic()
    assert time.monotonic() - stopping < 3
    thread.join(5)
    assert lines.get(timeout=1) == ENDED
    with pytest.raises(Empty):
        lines.get_nowait()


def test_without_a_session_there_is_no_stream(browser: Browser) -> None:
    answer = browser.get("/api/sync/live")
    assert answer.status_code == 401
    assert isinstance(failure(answer), Failure)
