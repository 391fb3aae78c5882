"""What can be wrong with a request to the replica; every message is fit to be shown."""

from __future__ import annotations

from sync_protocol.errors import SyncError


class ReplicaError(Exception):
    """Base of the errors a caller of the replica can cause."""


class Invalid(ReplicaError):
    """A value breaks a rule; `field` is the one to show the message beside."""

    def __init__(self, field: str, message: str) -> None:
        super().__init__(message)
        self.field = field
        self.message = message


class NotAllowed(ReplicaError):
    """This user's role does not permit it."""


class UnknownLabel(ReplicaError):
    """No label has this name."""


class UnknownRecord(ReplicaError):
    """The record is not on this device."""


class NotSignedIn(ReplicaError):
    """This needs a session."""


class WrongUser(ReplicaError):
    """The replica belongs to another user."""


class Wiped(SyncError):
    """An administrator had this device's data deleted; the replica is gone."""


class DeletionsHeld(SyncError):
    """Sync would remove most of what is here; somebody should look before it does."""

    def __init__(self, count: int) -> None:
        super().__init__(f"Sync would remove {count} records, more than half of this device's.")
        self.count = count
