from __future__ import annotations

from typing import TYPE_CHECKING

from client.replica import Replica

if TYPE_CHECKING:
    from pathlib import Path


async def test_a_preference_outlives_the_app_and_is_not_sent(tmp_path: Path) -> None:
    path = str(tmp_path / "replica.db")
    async with await Replica.open(path) as replica:
        assert replica.preference("theme") == ""
        replica.prefer("theme", "dark")
        assert replica.pending() == []
    async with await Replica.open(path) as replica:
        assert replica.preference("theme") == "dark"
