"""What an import writes into a replica."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from client.interchange import exporter, importer
from client.interchange.files import read
from client.interchange.planning import plan
from sync_protocol.records import Account

if TYPE_CHECKING:
    from client.interchange.exporter import Format
    from client.replica import Replica

BRANCHES = """Company,Parent account
Crown North,Crown
Crown,
Lone,Nobody
Ouroboros,Ouroboros
"""


async def imported(replica: Replica, data: bytes, filename: str) -> importer.Done:
    return await importer.write(replica, plan(read(data, filename), of="account"))


def parents(replica: Replica) -> dict[str, str]:
    names = {account.id: account.name for account in replica.find(Account)}
    return {x.name: names.get(x.parent_id, "") for x in replica.find(Account)}


async def test_an_account_comes_beneath_its_parent_wherever_that_stands(replica: Replica) -> None:
    done = await imported(replica, BRANCHES.encode(), "x.csv")
    assert parents(replica) == {"Crown North": "Crown", "Crown": "", "Lone": "", "Ouroboros": ""}
    assert [(told.line, told.message) for told in done.problems] == [
        (4, "There is no account called 'Nobody'."),
        (5, "This would put the record beneath or into itself."),
    ]
    replica.undo(done.key)
    assert parents(replica) == {}


@pytest.mark.parametrize("form", ["csv", "vcard"])
async def test_parents_are_read_back_from_an_export(replica: Replica, form: Format) -> None:
    done = await imported(replica, BRANCHES.encode(), "x.csv")
    before = parents(replica)
    file = await exporter.export(replica, "account", form)
    replica.undo(done.key)
    await imported(replica, file.data, file.filename)
    assert parents(replica) == before
