from __future__ import annotations

from typing import TYPE_CHECKING

from client.replica import Replica
from sync_protocol.records import Account, Activity

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


async def test_a_tally_counts_records_by_a_field_and_leaves_deleted_ones_out(
    tmp_path: Path,
) -> None:
    async with await Replica.open(str(tmp_path / "replica.db")) as replica:
        adler, post = (replica.create(Account(name=name)) for name in ("Adler", "Post"))
        for account in (adler, adler, post):
            replica.create(Activity(kind="call", at=1, account_id=account.id))
        replica.delete(replica.create(Activity(kind="call", at=1, account_id=post.id)))
        assert replica.tally(Activity, "account_id", kind="call") == {adler.id: 2, post.id: 1}


async def test_after_the_session_has_ended_there_is_none(tmp_path: Path) -> None:
    async with await Replica.open(str(tmp_path / "replica.db")) as replica:
        replica.end_session()
        assert replica.session is None
