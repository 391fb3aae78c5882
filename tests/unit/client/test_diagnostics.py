"""What is sent to whoever helps: enough to see what is wrong, and nothing about any customer."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import msgspec
import pytest

from client import diagnostics
from client.replica import Replica
from client.runtime.protocol import StorageUse
from client.store import outbox
from server.demo.territory import generate
from sync_protocol.messages import Rejected
from sync_protocol.records import Account, Activity, Contact, Record, Task

NOW = int(datetime(2026, 11, 25, 6, 30, tzinfo=UTC).timestamp()) * 1000
OF_EACH = 60
CHOSEN = {"kind", "status"}
"""Fields whose values are the program's own words."""


def test_nothing_of_the_demos_customers_is_in_it(replica: Replica) -> None:
    taken = demo_records()
    for start in range(0, len(taken), 200):
        with replica.changeset("Demo"):
            for record in taken[start : start + 200]:
                replica.create(record)
    refuse_with_their_own_words(replica)
    around = diagnostics.Surroundings(
        "android, app, Python 3.14",
        StorageUse(12_300_000, 10**9, persistent=True),
        "trouble",
        f"There is no label called {taken[0].id!r} for 'O'Neill & Söhne'.",
    )
    text = diagnostics.report(replica, around)
    told = set(secrets(taken))
    assert len(told) > 200
    assert [secret for secret in told if secret in text] == []
    assert "account 60, activity" in text
    assert "problems: invalid" in text
    assert "storage: 12.3 of 1000 MB, kept" in text


def test_a_replica_that_never_met_a_server_can_be_told_of(replica: Replica) -> None:
    text = diagnostics.report(replica, diagnostics.Surroundings())
    assert "last sync: never" in text
    assert "digest agrees with the rows: yes" in text
    assert "problems: none" in text
    assert "storage: not known" in text


@pytest.mark.parametrize(
    ("message", "left"),
    [
        ('Two people are called "Ada Byrne".', "Two people are called [...]."),
        ("There is no label called 'Müller's'.", "There is no label called [...]."),
        ("This device's line is the server's.", "This device's line is the server's."),
        ("ada@example.com is taken.", "[...] is taken."),
        ("Call +49 9261 62800 first.", "Call [...] first."),
        ("http://crm.example:8000/x did not answer.", "[...] did not answer."),
        ("The server answered 503.", "The server answered 503."),
    ],
)
def test_what_an_error_quotes_is_left_out(message: str, left: str) -> None:
    assert diagnostics.without_values(message) == left


def demo_records() -> list[Record]:
    """The first of each kind, as they are at the end of the demo's half a year."""
    latest = {step.record.id: step.record for step in generate(7, NOW).steps}
    by_kind: dict[type[Record], list[Record]] = {}
    for record in latest.values():
        by_kind.setdefault(type(record), []).append(record)
    return [record for found in by_kind.values() for record in found[:OF_EACH]]


def refuse_with_their_own_words(replica: Replica) -> None:
    """The server refuses the last that waits and quotes all that it refuses."""
    last = replica.pending()[-1]
    change = last.changes[0]
    words = [repr(msgspec.msgpack.decode(x)) for one in last.changes for x in one.cells.values()]
    message = f"These are taken: {', '.join(words)}."
    why = Rejected(last.number, "invalid", message, change.kind, change.id)
    outbox.settle(replica._database, (why,), replica.now())


def secrets(records: list[Record]) -> list[str]:
    """Every text in them that could tell of somebody."""
    found: list[str] = []
    for record in records:
        if isinstance(record, Account | Contact | Activity | Task):
            _collect(msgspec.to_builtins(record), found)
    return [text for text in found if len(text) > 3]


def _collect(value: Any, found: list[str]) -> None:
    if isinstance(value, str):
        found.append(value)
    elif isinstance(value, dict):
        for name, part in value.items():
            if name not in CHOSEN:
                _collect(part, found)
