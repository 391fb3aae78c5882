"""What the handlers call."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

from litestar.channels import ChannelsPlugin
from litestar.channels.subscriber import Subscriber
from litestar.di import NamedDependency

from server.domain.access import Session
from server.domain.exchange import Exchange
from server.domain.sign_in import SignIns
from server.domain.workspaces import Workspaces
from server.settings import Settings


@dataclass
class Services:
    """`ring` wakes a workspace's live streams; `revocations` counts ended sessions."""

    settings: Settings
    exchange: Exchange
    workspaces: Workspaces
    sign_ins: SignIns
    channels: ChannelsPlugin
    ring: Callable[[str, int], None]
    revocations: int = 0
    streams: set[Subscriber] = field(default_factory=set)
    closing: bool = False

    def revoked(self, workspace: str) -> None:
        """Have every open stream of the workspace look whether its session still stands."""
        self.revocations += 1
        self.ring(workspace, self.workspaces.sequence(workspace))

    def close(self) -> None:
        """End all open streams, so that the server can stop at once."""
        self.closing = True
        for stream in self.streams:
            stream.put_nowait(None)


Serving = NamedDependency[Services]
SignedIn = NamedDependency[Session]
