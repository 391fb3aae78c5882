"""Runs the web application in uvicorn: one process, no access log, a quick stop.

On PostgreSQL several such processes may share a port; the kernel spreads the connections over them.
"""

from __future__ import annotations

import gc
import socket
import sys
from typing import TYPE_CHECKING

import structlog
import uvicorn

from server.app import create_app

if TYPE_CHECKING:
    from litestar import Litestar

    from server.settings import Settings

STOP_S = 5
KEEP_ALIVE_S = 75
"""Longer than clients and proxies keep an idle line: none is closed just as it is used again."""


class Server(uvicorn.Server):
    """Ends the open live streams first, so that stopping does not wait for them."""

    def __init__(self, app: Litestar) -> None:
        config = uvicorn.Config(
            app,
            log_level="warning",
            access_log=False,
            timeout_graceful_shutdown=STOP_S,
            timeout_keep_alive=KEEP_ALIVE_S,
        )
        super().__init__(config)
        self._close_streams = app.state.close_streams

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        self._close_streams()
        await super().shutdown(sockets)


def listen(settings: Settings) -> tuple[socket.socket, str]:
    """Take the port before anything else; the socket and the address to open."""
    address = (settings.host, settings.port)
    listener = socket.create_server(address, reuse_port=settings.share_port)
    return listener, f"http://{settings.host}:{listener.getsockname()[1]}"


def run(settings: Settings, listener: socket.socket) -> None:
    """Serve until told to stop."""
    structlog.configure(
        processors=[
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            structlog.processors.JSONRenderer(),
        ],
        logger_factory=structlog.PrintLoggerFactory(sys.stderr),
    )
    server = Server(create_app(settings))
    gc.freeze()  # what was imported stays: not to be gone through for garbage again and again
    server.run([listener])
