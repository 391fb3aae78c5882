"""How SQLite finds what a replica asks for: paths that must be flat are tested by their plans."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable

    from client.replica import Replica


def plans(replica: Replica, work: Callable[[], object]) -> list[str]:
    """The steps of the plans of every query that `work` makes, as SQLite explains them."""
    driver: Any = replica._connection.connection.dbapi_connection
    asked: list[str] = []
    driver.set_trace_callback(asked.append)
    try:
        work()
    finally:
        driver.set_trace_callback(None)
    queries = dict.fromkeys(text for text in asked if text.startswith(("SELECT", "WITH")))
    return [step[3] for query in queries for step in driver.execute(f"EXPLAIN QUERY PLAN {query}")]
