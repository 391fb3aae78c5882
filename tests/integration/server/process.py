"""A real server in a process of its own, to be killed and started again."""

from __future__ import annotations

import contextlib
import socket
import subprocess
import sys
import time

import httpx

from server.settings import Settings

STARTS_WITHIN_S = 120


def free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        return int(listener.getsockname()[1])


class ServerProcess:
    """`fieldbook-server serve` on an address it keeps through kills."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self.port = free_port()
        self.url = f"http://127.0.0.1:{self.port}"
        self._process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        options = {
            "--port": str(self.port),
            "--database-url": self._settings.database_url,
            "--web": str(self._settings.web),
        }
        if self._settings.tiles:
            options["--tiles"] = self._settings.tiles
        arguments = [part for option in options.items() for part in option]
        arguments += ["--keep-tiles"] if self._settings.keep_tiles else []
        program = [sys.executable, "-c", "from server.cli import main; main()", "serve"]
        self._process = subprocess.Popen([*program, *arguments], stdout=subprocess.DEVNULL)
        end = time.monotonic() + STARTS_WITHIN_S
        while time.monotonic() < end:
            with contextlib.suppress(httpx.HTTPError):
                if httpx.get(f"{self.url}/health").is_success:
                    return
            time.sleep(0.1)
        raise AssertionError("the server did not start")

    @property
    def pid(self) -> int:
        assert self._process is not None
        return self._process.pid

    def kill(self) -> None:
        if self._process is not None:
            self._process.kill()
            self._process.wait()
            self._process = None
