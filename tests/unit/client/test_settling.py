"""What the server answered is settled together, and comes out as if it were one by one."""

from __future__ import annotations

import asyncio
from pathlib import Path
from random import Random
from typing import TYPE_CHECKING, Any

import pytest
from sqlalchemy import text

from client.replica import Replica
from client.store import outbox, tables
from sync_protocol.messages import Applied, Rejected, Verdict
from sync_protocol.records import Account

if TYPE_CHECKING:
    from tests.unit.client.conftest import Clock

LATER_MS = 1_760_000_100_000
KEPT = ("account", *(table.name for table in tables.metadata.sorted_tables))


def answers(count: int) -> list[Verdict]:
    """Nearly all taken as they were sent; an edit is refused now and then, or restamped."""
    found: list[Verdict] = []
    for number in range(1, count + 1):
        if number > 6 and number % 5 == 0:
            found.append(Rejected(number, "invalid", "No."))
        elif number % 7 == 0:
            found.append(Applied(number, number, time=(LATER_MS << 20) + number * 2 + 1))
        else:
            found.append(Applied(number, number, scopes=("territory:t",)))
    return found


def edited(folder: Path, clock: Clock, name: str) -> Replica:
    """A replica with accounts of which each was made, and renamed twice."""
    path = str(folder / name)
    replica = asyncio.run(Replica.open(path, now=clock, random=Random(1).randbytes))
    made = [replica.create(Account(name=f"Bakery {place}")) for place in range(6)]
    for turn in range(2):
        for account in made:
            replica.update(account, name=f"Café {turn}", about=f"Since {turn}")
    return replica


def content(replica: Replica) -> dict[str, list[Any]]:
    """All that is kept of records and what was sent."""
    return {
        name: sorted(map(str, replica._connection.execute(text(f'SELECT * FROM "{name}"'))))
        for name in KEPT
    }


def test_answers_taken_together_come_out_as_one_by_one(tmp_path: Path, clock: Clock) -> None:
    together, apart = (edited(tmp_path, clock, name) for name in ("together.db", "apart.db"))
    told = answers(18)
    outbox.settle(together._database, tuple(told), clock())
    for verdict in told:
        outbox.settle(apart._database, (verdict,), clock())
    assert content(together) == content(apart)
    assert together.kept_digest() == together.digest() == apart.kept_digest()
    for replica in (together, apart):
        asyncio.run(replica.close())


@pytest.mark.parametrize("count", [1, 12])
def test_however_many_are_taken_little_is_asked(replica: Replica, clock: Clock, count: int) -> None:
    for place in range(count):
        replica.create(Account(name=f"Bakery {place}"))
    asked: list[str] = []
    driver: Any = replica._connection.connection.dbapi_connection
    driver.set_trace_callback(asked.append)
    told = tuple(Applied(number + 1, number + 1) for number in range(count))
    outbox.settle(replica._database, told, clock())
    driver.set_trace_callback(None)
    of_records = [one for one in asked if one.startswith("SELECT") and "changeset" not in one]
    assert len(of_records) <= 5
    assert replica.pending() == []
