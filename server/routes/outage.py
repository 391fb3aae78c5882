"""When the shared database cannot be reached: 503, without a word of ours.

It is no fault of the request, so it is not told as one: a device takes this answer for nobody being
there, keeps what it has and comes back. (SQLite's errors of this name are faults of the file.)
"""

from __future__ import annotations

from typing import Any

import structlog
from litestar import Request, Response
from sqlalchemy.exc import OperationalError
from sqlalchemy.exc import TimeoutError as PoolEmpty

from server.routes.edge import path_to_tell
from server.store.store import Store

log = structlog.get_logger()


def handlers(store: Store) -> dict[type[Exception], Any]:
    """Exception handlers for what a shared store's absence raises."""
    return {} if store.is_sqlite else {OperationalError: _answer, PoolEmpty: _answer}


def _answer(request: Request[Any, Any, Any], error: Exception) -> Response[bytes]:
    log.error("database unavailable", path=path_to_tell(request), reason=str(error))
    return Response(b"", status_code=503, headers={"retry-after": "1"}, media_type="text/plain")
