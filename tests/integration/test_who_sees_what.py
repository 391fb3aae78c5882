"""What is on a device, read with plain sqlite3, is what the server's own rows say it may hold.

The oracle is written in SQL over the server's file and shares no code with either end: accounts by
territory, what hangs beneath them by joins, and what has no account by its owner.
"""

from __future__ import annotations

import asyncio
import os
import sqlite3
from pathlib import Path

import pytest

from client.replica import Replica
from server.demo import people

ACCOUNTS = "SELECT id FROM account WHERE territory_id IN ({territories})"
BENEATH = {
    "account": ACCOUNTS,
    "contact": f"SELECT id FROM contact WHERE account_id IN ({ACCOUNTS})",
    "activity": f"SELECT id FROM activity WHERE account_id IN ({ACCOUNTS})",
    "task": f"SELECT id FROM task WHERE account_id IN ({ACCOUNTS})",
    "labelling": f"""
        SELECT id FROM labelling WHERE record_id IN ({ACCOUNTS})
        OR record_id IN (SELECT id FROM contact WHERE account_id IN ({ACCOUNTS}))
    """,
}
EVERYBODYS = ("user", "team", "territory", "label", "outcome", "settings")
TERRITORIES = {
    "rep": """
        SELECT t.id FROM territory t, json_each(t.reps) r
        WHERE r.key = :user AND r.value
    """,
    "manager": """
        SELECT t.id FROM territory t JOIN "user" u ON u.team_id = t.team_id WHERE u.id = :user
    """,
    "office": "SELECT id FROM territory",
    "admin": "SELECT id FROM territory",
}


@pytest.mark.parametrize("person", people.PEOPLE, ids=lambda person: person.email.split("@")[0])
def test_a_device_holds_exactly_what_its_user_may_see(
    demo: tuple[str, Path], person: people.Person, tmp_path: Path
) -> None:
    address, database = demo
    replica = tmp_path / "replica.db"
    user = asyncio.run(load(str(replica), address, person))
    held, oracle = sqlite3.connect(replica), sqlite3.connect(database)
    territories = TERRITORIES[person.role]
    for table, query in BENEATH.items():
        wanted = oracle.execute(query.format(territories=territories), {"user": user})
        assert ids(held, table) == {row[0] for row in wanted}, table
    for table in EVERYBODYS:
        wanted = oracle.execute(f'SELECT id FROM "{table}"')
        assert ids(held, table) == {row[0] for row in wanted}, table
    everything = len(ids(oracle, "account"))
    seen = len(ids(held, "account"))
    assert 0 < seen < everything or (seen == everything and person.role in ("office", "admin"))
    held.close()
    oracle.close()


async def load(path: str, address: str, person: people.Person) -> str:
    """Fill a replica for a person; returns the user's id."""
    async with await Replica.open(path, server=address, random=os.urandom) as replica:
        await replica.sign_in(person.email, people.PASSWORD)
        await replica.sync()
        return replica.user_id


def ids(connection: sqlite3.Connection, table: str) -> set[str]:
    return {row[0] for row in connection.execute(f'SELECT id FROM "{table}"')}
