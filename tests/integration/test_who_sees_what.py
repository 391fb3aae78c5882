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
CONTACTS = f"SELECT id FROM contact WHERE account_id IN ({ACCOUNTS})"
LEADS = "SELECT id FROM lead WHERE territory_id IN ({territories})"
ON = f"(account_id IN ({ACCOUNTS}) OR (account_id = '' AND lead_id IN ({LEADS})))"
DEALS = f"SELECT id FROM deal WHERE account_id IN ({ACCOUNTS})"
ACTIVITIES = f"SELECT id FROM activity WHERE {ON}"
BENEATH = {
    "account": ACCOUNTS,
    "contact": CONTACTS,
    "lead": LEADS,
    "deal": DEALS,
    "quote": f"SELECT id FROM quote WHERE deal_id IN ({DEALS}) OR account_id IN ({ACCOUNTS})",
    "salesorder": f"SELECT id FROM salesorder WHERE account_id IN ({ACCOUNTS})",
    "activity": ACTIVITIES,
    "task": f"SELECT id FROM task WHERE {ON}",
    "labelling": f"""
        SELECT id FROM labelling WHERE record_id IN ({ACCOUNTS}) OR record_id IN ({CONTACTS})
        OR record_id IN ({LEADS}) OR record_id IN ({DEALS}) OR record_id IN ({ACTIVITIES})
    """,
}
EVERYBODYS = (
    "user", "team", "territory", "label", "outcome", "settings", "pipeline", "reason",
    "competitor", "product", "pricelist", "price", "customfield", "objecttype",
)  # fmt: skip
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
