"""A new install: what it begins with, and that two devices come to hold one and the same."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from client.replica import Replica
from sync_protocol.records import Account, Contact, Label, Outcome
from tests.integration.server.process import ServerProcess
from tests.integration.server.running import EMAIL, PASSWORD, set_up


@pytest.fixture
def server(tmp_path: Path) -> Iterator[ServerProcess]:
    process = ServerProcess(set_up(tmp_path))
    process.start()
    yield process
    process.kill()


async def device(folder: Path, name: str, server: ServerProcess) -> Replica:
    replica = await Replica.open(str(folder / f"{name}.db"), server=server.url, random=os.urandom)
    await replica.sign_in(EMAIL, PASSWORD)
    await replica.sync()
    return replica


async def test_a_new_install_begins_with_labels_and_outcomes(
    server: ServerProcess, tmp_path: Path
) -> None:
    async with await device(tmp_path, "phone", server) as phone:
        labels = {label.name for label in phone.find(Label)}
        outcomes = [outcome.name for outcome in phone.find(Outcome, order_by="place")]
    assert labels == {"Prospect", "Customer", "Partner"}
    assert outcomes[:2] == ["Order", "Interested"]


async def test_the_phone_and_the_office_hold_the_same_after_sync(
    server: ServerProcess, tmp_path: Path
) -> None:
    async with (
        await device(tmp_path, "phone", server) as phone,
        await device(tmp_path, "office", server) as office,
    ):
        adler = phone.create(Account(name="Café Adler"))
        phone.create(Contact(name="Ada Adler", account_id=adler.id))
        phone.label(adler, "Prospect")
        await phone.sync()
        await office.sync()
        office.update(adler, industry="Café")
        phone.update(adler, website="https://adler.example")
        for replica in (office, phone, office):
            await replica.sync()
        scope = f"user:{phone.user_id}"
        assert phone.digest(scope) == office.digest(scope) != 0
        assert phone.digest("workspace") == office.digest("workspace")
        assert phone.find(Account) == office.find(Account)
        assert phone.find(Contact) == office.find(Contact)
