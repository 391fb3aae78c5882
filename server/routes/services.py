"""What the handlers call."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

from litestar.channels import ChannelsPlugin
from litestar.channels.subscriber import Subscriber
from litestar.di import NamedDependency

from server.domain.access import Session
from server.domain.blobs import Blobs
from server.domain.calendar_feed import CalendarFeeds
from server.domain.exchange import Exchange
from server.domain.fleet import Fleet
from server.domain.sign_in import SignIns
from server.domain.workspaces import Workspaces
from server.settings import Settings

LOOK = b"look"
"""News that name no sequence: ask the store how things stand, sessions included."""


class Listener(Subscriber):
    """One stream's place in the channels, where newer news push out older.

    `must_look` stays until the stream has looked, whatever was said after.
    """

    must_look = False

    def put_nowait(self, item: bytes | None) -> bool:
        self.must_look |= item == LOOK
        return super().put_nowait(item)


@dataclass
class Services:
    """`ring` tells a workspace's live streams something, in every process of the server."""

    settings: Settings
    exchange: Exchange
    workspaces: Workspaces
    sign_ins: SignIns
    fleet: Fleet
    blobs: Blobs
    calendars: CalendarFeeds
    channels: ChannelsPlugin
    ring: Callable[[str, bytes], None]
    streams: set[Subscriber] = field(default_factory=set)
    closing: bool = False

    def revoked(self, workspace: str) -> None:
        """Have every open stream of the workspace look whether its session still stands."""
        self.ring(workspace, LOOK)

    def close(self) -> None:
        """End all open streams, so that the server can stop at once."""
        self.closing = True
        for stream in self.streams:
            stream.put_nowait(None)


Serving = NamedDependency[Services]
SignedIn = NamedDependency[Session]
