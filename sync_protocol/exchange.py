"""The one interface between the two halves of sync.

The client's HTTP proxy and the server's service both have it; sync code cannot tell which it
holds, and tests join two real ends with a link of their own.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from sync_protocol.messages import (
        Hello,
        Page,
        Pull,
        Push,
        Snapshot,
        States,
        Verdicts,
        Welcome,
    )


class Exchange(Protocol):
    """Each method raises the `SyncError` that fits when it cannot answer."""

    async def hello(self, request: Hello) -> Welcome: ...

    async def push(self, request: Push) -> Verdicts:
        """Exactly once in effect: the same numbers get the same verdicts again."""
        ...

    async def pull(self, request: Pull) -> Page: ...

    async def snapshot(self, request: Snapshot) -> States: ...
