"""Record ids: UUIDv7 from injected time and randomness, so that a run can be reproduced.

Source: RFC 9562, section 5.7 (version 7) and 5.8 (version 8, for derived ids).
"""

from __future__ import annotations

from hashlib import blake2b
from uuid import UUID

RANDOM_BYTES = 10
_VERSION = 0xF000_0000_0000_0000_0000
_VARIANT = 0xC000_0000_0000_0000


def new(now_ms: int, random: bytes) -> str:
    """A time-ordered id from the millisecond and `RANDOM_BYTES` random bytes."""
    value = (now_ms & (1 << 48) - 1) << 80 | int.from_bytes(random[:RANDOM_BYTES], "big")
    return _format(value, 7)


def derived(*parts: str) -> str:
    """The one id that these parts always give, on every device."""
    digest = blake2b("\0".join(parts).encode(), digest_size=16).digest()
    return _format(int.from_bytes(digest, "big"), 8)


def entry(now_ms: int, random: bytes) -> str:
    """The id of an entry within a record: entries stay in the order in which they were added.

    The millisecond and two random bytes, which are enough among a handful.
    """
    return f"{now_ms & (1 << 48) - 1:012x}{random[:2].hex()}"


def _format(value: int, version: int) -> str:
    value = value & ~_VERSION | version << 76
    value = value & ~_VARIANT | 0x8000_0000_0000_0000
    return str(UUID(int=value))
