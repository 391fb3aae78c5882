"""A device's state as a short text for whoever helps: facts about the machinery, nothing else.

It is put together from counts, codes, times and versions alone, so no customer's data is in it. The
one free text are error messages; what they quote, and what looks like an address or a number to
call, is taken out.
"""

from __future__ import annotations

import re
from collections import Counter
from datetime import UTC, datetime
from typing import TYPE_CHECKING

import msgspec

from client import APP
from sync_protocol.records import kinds
from sync_protocol.version import PROTOCOL

if TYPE_CHECKING:
    from collections.abc import Iterator

    from client.replica import Replica
    from client.runtime.protocol import StorageUse
    from client.store.problems import Problem

MEGABYTE = 1_000_000
LEFT_OUT = "[...]"
_PRIVATE = (
    r"\"[^\"]*\"",
    r"(?<!\w)'.*?'(?!\w)",
    r"“[^”]*”|„[^“”]*[“”]|«[^»]*»|`[^`]*`",
    r"\S+@\S+",
    r"\w+://\S+",
    r"\+?\d[\d\s/().-]{3,}\d",
)
_private = re.compile("|".join(_PRIVATE))


class Surroundings(msgspec.Struct, frozen=True):
    """What the replica does not know: the platform in words, the room, and how sync stands."""

    platform: str = ""
    storage: StorageUse | None = None
    phase: str = ""
    trouble: str = ""


def report(replica: Replica, around: Surroundings) -> str:
    """The text, one fact a line."""
    return "\n".join(f"{name}: {fact}" for name, fact in _facts(replica, around) if fact)


def without_values(message: str) -> str:
    """An error message without what it quotes, and without addresses and long numbers."""
    return _private.sub(LEFT_OUT, message)


def _facts(replica: Replica, around: Surroundings) -> Iterator[tuple[str, str]]:
    status = replica.status()
    yield "made", _moment(replica.now())
    yield "app", f"{APP}, protocol {PROTOCOL}, schema {_schema(replica)}"
    yield "platform", around.platform
    yield "device", f"{replica.device:08x}"
    yield "signed in", _yes(status.signed_in)
    yield "sync", around.phase
    yield "last sync", "never" if status.synced_ms is None else _moment(status.synced_ms)
    yield "trouble", without_values(around.trouble)
    yield "clock offset", f"{status.offset_ms / 1000:.1f} s"
    yield "digest agrees with the rows", _yes(replica.kept_digest() == replica.digest())
    yield "everything loaded", _yes(replica.loaded)
    yield "waiting", _tally(Counter(x.changes[0].kind for x in replica.pending() if x.changes))
    yield from _of_problems(replica.problems())
    yield "discarded", str(len(replica.discarded()))
    yield "records", _tally(Counter({k.name: replica.count(k.struct) for k in kinds().values()}))
    yield "storage", _storage(around.storage)


def _of_problems(problems: list[Problem]) -> Iterator[tuple[str, str]]:
    yield "problems", _tally(Counter(problem.rejection.code for problem in problems))
    yield "held with them", str(sum(len(problem.held) for problem in problems))
    for problem in problems:
        why = problem.rejection
        where = ".".join(filter(None, (why.kind, why.field)))
        yield (
            f"problem {problem.changeset.number}",
            (f"{why.code} {where} - {without_values(why.message)}"),
        )


def _schema(replica: Replica) -> int:
    connection = replica._database.connection  # noqa: SLF001 - nobody else asks for it
    return int(connection.exec_driver_sql("PRAGMA user_version").scalar_one())


def _moment(at_ms: int) -> str:
    return f"{datetime.fromtimestamp(at_ms / 1000, UTC):%Y-%m-%d %H:%M} UTC"


def _tally(counts: Counter[str]) -> str:
    return ", ".join(f"{name} {count}" for name, count in sorted(counts.items())) or "none"


def _yes(fact: bool) -> str:
    return "yes" if fact else "no"


def _storage(use: StorageUse | None) -> str:
    if use is None:
        return "not known"
    kept = "kept" if use.persistent else "not promised to be kept"
    return f"{use.used / MEGABYTE:.1f} of {use.quota / MEGABYTE:.0f} MB, {kept}"
