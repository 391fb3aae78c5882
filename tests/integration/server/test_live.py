from __future__ import annotations

import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from queue import Empty, Queue

import pytest

from sync_protocol import clock, codec
from sync_protocol.changes import Changeset
from sync_protocol.errors import Failure
from sync_protocol.messages import Hello, Push, Welcome
from sync_protocol.records import Label
from tests.integration.server.office import create
from tests.integration.server.running import Browser, failure, running, set_up

ENDED = "ended"


@contextmanager
def listening(address: str, token: str) -> Iterator[Queue[str]]:
    """The lines of a live stream as they arrive, and `ENDED` when it does."""
    lines: Queue[str] = Queue()
    opened = threading.Event()

    def listen() -> None:
        with Browser(address) as browser:
            browser.headers["authorization"] = f"Bearer {token}"
            with browser.stream("GET", "/api/sync/live", timeout=20) as stream:
                opened.set()
                for line in filter(None, stream.iter_lines()):
                    lines.put(line)
        lines.put(ENDED)

    thread = threading.Thread(target=listen)
    thread.start()
    assert opened.wait(5)
    try:
        yield lines
    finally:
        with Browser(address) as browser:
            browser.headers["authorization"] = f"Bearer {token}"
            browser.post("/api/sign-out")
        thread.join(10)
    assert not thread.is_alive()


def push(browser: Browser, number: int) -> int:
    """Make a label; the new sequence."""
    now_ms = codec.decode(browser.sync("hello", Hello(7)).content, Welcome).now_ms
    label = Label(id=f"label-{number}", name=f"Label {number}")
    changeset = Changeset(7, number, clock.at(now_ms), 0, (create(label),))
    assert browser.sync("push", Push(7, (changeset,))).status_code == 200
    return codec.decode(browser.sync("hello", Hello(7)).content, Welcome).head.sequence


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
