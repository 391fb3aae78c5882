"""A real server process whose clock a test turns.

`python -m tests.simulation.clocked DATABASE_URL CLOCK PORT`; the clock is a file of eight bytes
that both processes map: milliseconds since 1970 UTC.
"""

from __future__ import annotations

import mmap
import socket
import sys
from pathlib import Path

from server.app import create_app
from server.serving import Server
from server.settings import Settings
from tests.integration.server.office import START

SIZE = 8


class FileClock:
    """As `office.Clock`, shared by processes."""

    def __init__(self, path: Path) -> None:
        with path.open("r+b") as file:
            self._memory = mmap.mmap(file.fileno(), SIZE)

    @classmethod
    def make(cls, path: Path) -> FileClock:
        path.write_bytes(START.to_bytes(SIZE, "big"))
        return cls(path)

    @property
    def now_ms(self) -> int:
        return int.from_bytes(self._memory[:SIZE], "big")

    @now_ms.setter
    def now_ms(self, value: int) -> None:
        self._memory[:SIZE] = value.to_bytes(SIZE, "big")

    def __call__(self) -> int:
        return self.now_ms


def main(database_url: str, clock: str, port: str) -> None:
    listener = socket.create_server(("127.0.0.1", int(port)))
    settings = Settings(database_url=database_url, session_days=3_650)
    Server(create_app(settings, now=FileClock(Path(clock)))).run([listener])


if __name__ == "__main__":
    main(*sys.argv[1:])
