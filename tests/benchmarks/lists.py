"""How fast lists are filtered, sorted and searched at 50,000 contacts: `make bench`."""

from __future__ import annotations

import asyncio
import tempfile
from pathlib import Path

from client.phones import normaliser
from client.replica import Replica
from client.store import search, tables
from sync_protocol.records import Condition, Contact, Filter
from tests.benchmarks.replica import load, median, once, say

FILTERS = {
    "name contains": Condition("name", "contains", ("uber",)),
    "phones.number starts": Condition("phones.number", "starts", ("0171 500",)),
    "source is not": Condition("source", "is_not", ("fair",)),
    "last activity older": Condition("last_activity", "older", ("90",)),
}
TYPED = ("anna huber", "gasthof kronach", "0171 500", "hubre", "zzzz", "schmitd ana")
KINDS = ("account", "contact", "lead", "deal", "quote", "activity", "task", "product")
ORDERS = ("name", "phones.number", "-last_activity")


def main() -> None:
    with tempfile.TemporaryDirectory() as folder:
        asyncio.run(run(Path(folder)))


async def run(folder: Path) -> None:
    async with await Replica.open(str(folder / "replica.db")) as replica:
        load(replica)
        index(replica)
        lists(replica)
        searching(replica)


def index(replica: Replica) -> None:
    """Only what searching needs."""
    for kind in tables.searchable():
        with replica._database.transaction(durable=False) as connection:
            while search.index_some(connection, kind, normaliser("DE"), {}, lambda *_heard: None):
                pass


def lists(replica: Replica) -> None:
    for name, condition in FILTERS.items():
        wanted = Filter(conditions=(condition,))
        found = replica.count(Contact, filter=wanted)
        took = median(lambda _place, wanted=wanted: replica.ids(Contact, filter=wanted), 5)
        say(f"filter: {name}", took, f"{found:,} found")
    for order in ORDERS:
        took = median(lambda _place, order=order: replica.ids(Contact, order_by=order), 5)
        say(f"sort by {order}", took)


def searching(replica: Replica) -> None:
    """As one types, letter by letter; what nobody is called, and what is misspelt, included."""
    typed = [text[:end] for text in TYPED for end in range(2, len(text) + 1)]
    took = sorted(once(lambda text=text: replica.look_up(text, KINDS)) for text in typed)
    say("search everything, median", took[len(took) // 2], f"{len(typed)} times")
    say("search everything, p95", took[len(took) * 95 // 100])


if __name__ == "__main__":
    main()
