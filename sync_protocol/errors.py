"""Everything that can go wrong between the two ends, as one tree.

    SyncError
    ├── PeerError            the other side misbehaved or refused: typed, travels as a `Failure`
    │   ├── Malformed        not a message of this protocol
    │   ├── TooLarge         a message over its limit
    │   ├── VersionMismatch  the peer speaks another protocol
    │   ├── Gap              a push does not start at the next number of its device
    │   ├── ClonedDevice     a number came again with other bytes
    │   ├── Resnapshot       the cursor is not of this life of the store
    │   ├── WrongWorkspace   this server is not the one the replica belongs to
    │   ├── SignInRequired   no session, or it has ended
    │   ├── DeviceRevoked    an administrator revoked this device
    │   ├── WrongDevice      this session speaks for another device
    │   ├── DeviceTaken      the device id is in use by another user
    │   ├── EmailTaken       the e-mail address is another user's
    │   ├── Forbidden        this user may not do that
    │   ├── NotFound         there is nothing by that name
    │   ├── TooManyAttempts  rate limited
    │   └── ServerFailed     a bug or a fault on the server; the same request may work later
    ├── ProtocolBroken       what the other side answered makes no sense
    └── Unreachable          nobody answered

A bug of ours is none of these: it is whatever Python raised.
"""

from __future__ import annotations

from typing import ClassVar

import msgspec


class SyncError(Exception):
    """Base of all errors between the two ends."""


class Unreachable(SyncError):
    """The server did not answer."""


class ProtocolBroken(SyncError):
    """The server answered something it may not answer."""


class Failure(msgspec.Struct, frozen=True, omit_defaults=True):
    """A `PeerError` on the wire. `expected` is the next number after a gap.

    `wipe` says what becomes of a revoked device's replica: "" keeps it, "now" deletes it, "rescue"
    deletes it after what waits was handed in.
    """

    code: str
    message: str
    expected: int = 0
    wipe: str = ""


class PeerError(SyncError):
    """The other side misbehaved or refused; `code` names it on the wire."""

    code: ClassVar[str] = "peer"
    status: ClassVar[int] = 400

    def __init__(self, message: str, expected: int = 0, wipe: str = "") -> None:
        super().__init__(message)
        self.message = message
        self.expected = expected
        self.wipe = wipe

    def failure(self) -> Failure:
        return Failure(self.code, self.message, self.expected, self.wipe)


class Malformed(PeerError):
    code = "malformed"


class TooLarge(PeerError):
    code = "too_large"
    status = 413


class VersionMismatch(PeerError):
    code = "version"
    status = 426


class Gap(PeerError):
    """`expected` is the number the server waits for."""

    code = "gap"
    status = 409


class ClonedDevice(PeerError):
    code = "cloned_device"
    status = 409


class Resnapshot(PeerError):
    code = "resnapshot"
    status = 409


OTHER_SERVER = (
    "This is another company's server, or one that was set up anew. What is on this device belongs "
    "to yours, and stays here."
)


class WrongWorkspace(PeerError):
    code = "wrong_workspace"
    status = 409


class SignInRequired(PeerError):
    code = "sign_in_required"
    status = 401


class DeviceRevoked(PeerError):
    code = "device_revoked"
    status = 403


class WrongDevice(PeerError):
    """`expected` is the device the session speaks for."""

    code = "wrong_device"
    status = 409


class DeviceTaken(PeerError):
    """The device id is another user's: draw another one."""

    code = "device_taken"
    status = 409


class EmailTaken(PeerError):
    code = "email_taken"
    status = 409


class Forbidden(PeerError):
    code = "forbidden"
    status = 403


class NotFound(PeerError):
    code = "not_found"
    status = 404


class TooManyAttempts(PeerError):
    code = "too_many_attempts"
    status = 429


class ServerFailed(PeerError):
    code = "server"
    status = 500


_BY_CODE: dict[str, type[PeerError]] = {
    error.code: error
    for error in (
        Malformed,
        TooLarge,
        VersionMismatch,
        Gap,
        ClonedDevice,
        Resnapshot,
        WrongWorkspace,
        SignInRequired,
        DeviceRevoked,
        WrongDevice,
        DeviceTaken,
        EmailTaken,
        Forbidden,
        NotFound,
        TooManyAttempts,
        ServerFailed,
    )
}


def from_failure(failure: Failure) -> PeerError:
    """The error a `Failure` stands for; a code of a newer peer becomes a plain `PeerError`."""
    return _BY_CODE.get(failure.code, PeerError)(failure.message, failure.expected, failure.wipe)
