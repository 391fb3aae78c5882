"""A start as the app's: imports it, opens a replica, reads Today, and nothing else."""

from __future__ import annotations

import asyncio
import sys

from client import app  # noqa: F401 - what the app imports is what it waits for
from client.replica import Replica
from client.ui.views import today


async def main(path: str, now_ms: int) -> None:
    async with await Replica.open(path, now=lambda: now_ms) as replica:
        today.read_day(replica)


if __name__ == "__main__":
    asyncio.run(main(sys.argv[1], int(sys.argv[2])))
