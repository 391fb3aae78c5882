"""How SQLite finds what a replica asks for: paths that must be flat are tested by their plans."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable

    from client.replica import Replica

_ANY = re.compile(r'SELECT 1 FROM "\w+" LIMIT 1')


def plans(replica: Replica, work: Callable[[], object]) -> list[str]:
    """The steps of the plans of every query that `work` makes, as SQLite explains them.

    Whether there is anything in a table at all is seen in its first row, and left out.
    """
    driver: Any = replica._connection.connection.dbapi_connection
    asked: list[str] = []
    driver.set_trace_callback(asked.append)
    try:
        work()
    finally:
        driver.set_trace_callback(None)
    asked = [text for text in asked if text.startswith("SELECT") and not _ANY.fullmatch(text)]
    return [
        step[3]
        for query in dict.fromkeys(asked)
        for step in driver.execute(f"EXPLAIN QUERY PLAN {query}")
    ]
