"""Signing in: the few messages outside of sync, JSON on the wire."""

from __future__ import annotations

from typing import Annotated, Literal

import msgspec

DEVICE_BITS = 32
CLIENT_HEADER = "x-fieldbook-client"
"""Every request carries it: a page of another origin cannot, so a cookie alone proves nothing."""

Email = Annotated[str, msgspec.Meta(min_length=3, max_length=200)]
Line = Annotated[str, msgspec.Meta(max_length=100, pattern=r"^[^\x00]*$")]
"""Text that every store can keep."""
Password = Annotated[str, msgspec.Meta(max_length=200)]
MIN_PASSWORD = 10
NewPassword = Annotated[str, msgspec.Meta(min_length=MIN_PASSWORD, max_length=200)]
DeviceId = Annotated[int, msgspec.Meta(ge=1, lt=1 << DEVICE_BITS)]


class SignIn(msgspec.Struct, frozen=True):
    """`device` is the id the replica drew; `cookie` asks for a cookie instead of a bearer token.

    `workspace` is the one that the replica's data is from, as far as it has any.
    """

    email: Email
    password: Password
    device: DeviceId
    device_name: Line = ""
    app: Line = ""
    cookie: bool = False
    workspace: Line = ""


class Session(msgspec.Struct, frozen=True):
    """`token` is empty where a cookie holds it."""

    workspace: str
    workspace_name: str
    user: str
    email: str
    device: int
    token: str = ""


class ChangePassword(msgspec.Struct, frozen=True):
    old: Password
    new: NewPassword


DeviceAction = Literal["lock", "unlock", "wipe", "rescue", "resync"]
"""Rescue: hand in what waits, then wipe."""


class DeviceInfo(msgspec.Struct, frozen=True):
    """A device as administrators see it. `lag` counts the changesets it had not read when seen."""

    device: int
    user: str
    name: str
    app: str
    created_ms: int
    seen_ms: int
    lag: int
    locked: bool
    signed_in: bool
    wipe: str = ""
    wiped_ms: int | None = None
    diverged_ms: int | None = None


class DeviceCommand(msgspec.Struct, frozen=True):
    action: DeviceAction


class Member(msgspec.Struct, frozen=True):
    """A user's sign-in as an administrator sees it. `password` is sent, never answered."""

    user: str
    email: Email
    active: bool = True
    password: NewPassword | None = None


class CalendarFeed(msgspec.Struct, frozen=True):
    """Where a calendar fetches one's visits: `/calendar/<secret>.ics`.

    `secret` is answered once, when it is made; `created_ms` is None while there is no feed.
    """

    created_ms: int | None = None
    secret: str = ""
