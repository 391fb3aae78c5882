"""How fast lists are filtered, sorted and searched at 50,000 contacts: `make bench`."""

from __future__ import annotations

import asyncio
import tempfile
from pathlib import Path

from client.replica import Replica
from sync_protocol.records import Condition, Contact, Filter
from tests.benchmarks.replica import index, load, median, say

FILTERS = {
    "name contains": Condition("name", "contains", ("uber",)),
    "phones.number starts": Condition("phones.number", "starts", ("0171 500",)),
    "source is not": Condition("source", "is_not", ("fair",)),
    "last activity older": Condition("last_activity", "older", ("90",)),
}
ORDERS = ("name", "phones.number", "-last_activity")


def main() -> None:
    with tempfile.TemporaryDirectory() as folder:
        asyncio.run(run(Path(folder)))


async def run(folder: Path) -> None:
    async with await Replica.open(str(folder / "replica.db")) as replica:
        load(replica)
        index(replica)
        lists(replica)


def lists(replica: Replica) -> None:
    for name, condition in FILTERS.items():
        wanted = Filter(conditions=(condition,))
        found = replica.count(Contact, filter=wanted)
        took = median(lambda _place, wanted=wanted: replica.ids(Contact, filter=wanted), 5)
        say(f"filter: {name}", took, f"{found:,} found")
    for order in ORDERS:
        took = median(lambda _place, order=order: replica.ids(Contact, order_by=order), 5)
        say(f"sort by {order}", took)


if __name__ == "__main__":
    main()
