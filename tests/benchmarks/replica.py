"""How fast the replica is, beside the floor of plain sqlite3: `make bench`.

Absolute times belong to the machine; the ratios are what to compare before and after a change.
"""

from __future__ import annotations

import asyncio
import sqlite3
import statistics
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from random import Random

from client.replica import Replica
from client.store import incoming
from client.store.states import Placed
from sync_protocol.changes import State
from sync_protocol.clock import Stamp, at
from sync_protocol.records import Account, Address, Contact, Phone, cells, entries, kind_of

CONTACTS = 50_000
ACCOUNTS = 5_000
SEARCHES = ("an", "anna", "huber kron", "0171 55", "09261/62", "zz")
TOWNS = ("Kronach", "Bamberg", "Nürnberg", "Erlangen", "Coburg", "Hof")
FIRST = ("Anna", "Ben", "Clara", "David", "Eva", "Franz", "Greta", "Hans")
LAST = ("Huber", "Schmidt", "Wagner", "Bauer", "Koch", "Wolf", "Vogel", "Maier")


def main() -> None:
    with tempfile.TemporaryDirectory() as folder:
        asyncio.run(run(Path(folder)))


async def run(folder: Path) -> None:
    async with await Replica.open(str(folder / "replica.db")) as replica:
        load(replica)
        index(replica)
        ours = median(lambda place: replica.create(Contact(name=f"New {place}")), 100)
        floor = plain_inserts(folder / "floor.db")
        say("one write, durable", ours, f"{ours / floor:.1f} x a plain insert in its own commit")
        everything = median(lambda _place: replica.ids(Contact, order_by="name"), 5)
        say(f"ids of {CONTACTS:,} contacts by name", everything)
        for text in SEARCHES:
            found = replica.count(Contact, text=text)
            took = median(
                lambda _place, text=text: replica.find(
                    Contact, text=text, order_by="name", limit=50
                ),
                20,
            )
            say(f"search {text!r}", took, f"{found:,} found, 50 shown")
        took = once(replica.digest)
        say("digest of everything", took)


def load(replica: Replica) -> None:
    """As a first snapshot would bring them."""
    random = Random(1)
    accounts = [state(replica, account(random, place), place) for place in range(ACCOUNTS)]
    contacts = [
        state(replica, contact(random, place, accounts[place % ACCOUNTS].id), place)
        for place in range(CONTACTS)
    ]
    pages = [
        [Placed(state, 1) for state in page]
        for page in (*chunks(accounts, 500), *chunks(contacts, 500))
    ]
    took = once(lambda: [incoming.take_states(replica._database, page, None) for page in pages])
    each = took / (ACCOUNTS + CONTACTS)
    say(f"load {ACCOUNTS + CONTACTS:,} states", took, f"{each * 1e6:.0f} µs each")


def index(replica: Replica) -> None:
    def work() -> None:
        while replica.index_some():
            pass

    took = once(work)
    say("index them", took, f"{took / (ACCOUNTS + CONTACTS) * 1e6:.0f} µs each")


def account(random: Random, place: int) -> Account:
    name = f"{random.choice(('Gasthof', 'Hotel', 'Café'))} {random.choice(LAST)} {place}"
    return Account(name=name, addresses=entries(Address(town=random.choice(TOWNS))))


def contact(random: Random, place: int, account_id: str) -> Contact:
    name = f"{random.choice(FIRST)} {random.choice(LAST)}"
    return Contact(name=name, account_id=account_id, phones=entries(Phone(f"0171 5{place:06}")))


def state(replica: Replica, record: Account | Contact, place: int) -> State:
    stamp = Stamp(at(1_700_000_000_000 + place), 1)
    return State(kind_of(record).name, replica.new_id(), stamp, cells.of_new(record))


def chunks(states: list[State], size: int) -> list[list[State]]:
    return [states[start : start + size] for start in range(0, len(states), size)]


def plain_inserts(path: Path) -> float:
    connection = sqlite3.connect(path, isolation_level=None)
    for pragma in ("locking_mode = exclusive", "journal_mode = wal", "synchronous = full"):
        connection.execute(f"PRAGMA {pragma}")
    connection.execute("CREATE TABLE contact (id TEXT PRIMARY KEY, name TEXT)")
    insert = "INSERT INTO contact VALUES (?, ?)"
    took = median(lambda place: connection.execute(insert, (str(place), f"New {place}")), 100)
    connection.close()
    return took


def median(work: Callable[[int], object], times: int) -> float:
    """Seconds of the middle run."""
    return statistics.median(once(lambda place=place: work(place)) for place in range(times))


def once(work: Callable[[], object]) -> float:
    began = time.perf_counter()
    work()
    return time.perf_counter() - began


def say(what: str, seconds: float, more: str = "") -> None:
    sys.stdout.write(f"{what:32} {seconds * 1000:10.2f} ms   {more}\n")


if __name__ == "__main__":
    main()
