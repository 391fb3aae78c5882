"""The one interface between the two halves of sync.

The client's HTTP proxy and the server's service both have it; sync code cannot tell which it
holds, and tests join two real ends with a link of their own.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from sync_protocol import messages as m


class Exchange(Protocol):
    """Each method raises the `SyncError` that fits when it cannot answer."""

    async def hello(self, request: m.Hello) -> m.Welcome: ...

    async def push(self, request: m.Push) -> m.Verdicts:
        """Exactly once in effect: the same numbers get the same verdicts again."""
        ...

    async def pull(self, request: m.Pull) -> m.Page: ...

    async def snapshot(self, request: m.Snapshot) -> m.States: ...

    async def audit(self, request: m.Audit) -> m.Sums: ...

    async def rekey(self, request: m.Rekey) -> m.Rekeyed:
        """From then on this exchange speaks for the new device."""
        ...

    async def history(self, request: m.HistoryOf) -> m.Writes: ...

    async def conflicts(self, request: m.Conflicts) -> m.ConflictPage: ...

    async def farewell(self, request: m.Farewell) -> m.Done: ...
