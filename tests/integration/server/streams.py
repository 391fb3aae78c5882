"""A live stream as it is heard, and something to be heard on it."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from queue import Queue

from sync_protocol import clock, codec
from sync_protocol.changes import Changeset
from sync_protocol.messages import Hello, Push, Welcome
from sync_protocol.records import Label
from tests.integration.server.office import create
from tests.integration.server.running import Browser

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
