"""Whether the server works, for whoever watches it."""

from __future__ import annotations

from importlib.metadata import version

from litestar import get

from server.routes.services import Serving


@get("/health", sync_to_thread=True)
def health(services: Serving) -> dict[str, str]:
    """Answers 200 if the database can be read."""
    services.workspaces.listed()
    return {"status": "ok", "version": version("fieldbook")}
