"""A device has one owner: what was written on it waits for them, whoever else tries to sign in."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from client.errors import WrongUser
from client.replica import Replica
from sync_protocol.records import Contact, User
from sync_protocol.session import Member
from tests.integration.server.process import ServerProcess
from tests.integration.server.running import EMAIL, PASSWORD, set_up

BEN = "ben@acme.example"


@pytest.fixture
def server(tmp_path: Path) -> Iterator[ServerProcess]:
    process = ServerProcess(set_up(tmp_path))
    process.start()
    yield process
    process.kill()


async def employ_ben(replica: Replica) -> User:
    await replica.sync()
    ben = replica.create(User(name="Ben"))
    await replica.sync()
    await replica.set_member(Member(ben.id, BEN, password=PASSWORD))
    return ben


async def test_a_colleague_who_signs_in_by_mistake_leaves_the_owners_work_alone(
    server: ServerProcess, tmp_path: Path
) -> None:
    async with await Replica.open(str(tmp_path / "ada.db"), server=server.url) as replica:
        await replica.sign_in(EMAIL, PASSWORD)
        await employ_ben(replica)
        replica.create(Contact(name="Written in the field"))
        device = replica.device
        await replica.sign_out()
        with pytest.raises(WrongUser):
            await replica.sign_in(BEN, PASSWORD)
        assert replica.device == device
        await replica.sign_in(EMAIL, PASSWORD)
        await replica.sync()
        assert (replica.pending(), replica.problems()) == ([], [])


async def test_what_was_written_before_the_first_sign_in_is_sent_under_a_new_device_id(
    server: ServerProcess, tmp_path: Path
) -> None:
    async with await Replica.open(str(tmp_path / "ada.db"), server=server.url) as ada:
        await ada.sign_in(EMAIL, PASSWORD)
        ben = await employ_ben(ada)
        drawn = [ada.device.to_bytes(4, "big")]

        def random(count: int) -> bytes:
            return drawn.pop() if drawn and count == 4 else ada._runtime.random(count)

        path = str(tmp_path / "ben.db")
        async with await Replica.open(path, server=server.url, random=random) as replica:
            made = replica.create(Contact(name="Written before"))
            replica.update(made, title="Buyer")
            await replica.sign_in(BEN, PASSWORD)
            assert replica.device != ada.device
            await replica.sync()
            assert (replica.pending(), replica.problems()) == ([], [])
            assert replica.find(Contact, owner_id=ben.id)[0].title == "Buyer"
            assert {written.user for written in replica.history(made)} == {ben.id}
            assert replica.undo() is not None
            assert replica.find(Contact)[0].title == ""
            await ada.sync()
            await replica.sync()
            await ada.sync()
            assert ada.digest(f"user:{ben.id}") == replica.digest(f"user:{ben.id}")
