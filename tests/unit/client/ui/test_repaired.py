"""What a person reads after their damaged file was made anew."""

from __future__ import annotations

from typing import TYPE_CHECKING

from client.replica import Replica
from sync_protocol.records import Contact
from tests.unit.client.ui.harness import opened

if TYPE_CHECKING:
    from pathlib import Path


async def test_a_repaired_replica_says_what_became_of_it_until_it_was_read(tmp_path: Path) -> None:
    path = tmp_path / "replica.db"
    async with await Replica.open(str(path)) as replica:
        replica.create(Contact(name="Ada"))
    path.write_bytes(b"not a header" + path.read_bytes()[12:])
    async with await Replica.open(str(path)) as replica, opened(replica) as screen:
        await screen.until_says("Your data was repaired")
        assert screen.says("1 unsent change was saved.")
        await screen.press("Go on")
        await screen.until(lambda: not screen.says("Your data was repaired"))
