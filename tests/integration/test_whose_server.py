"""A device meets a server that is not its company's: it says so, and keeps what it holds."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest

from client.replica import Replica
from sync_protocol.errors import SignInRequired, WrongWorkspace
from sync_protocol.records import Contact
from tests.integration.server.process import ServerProcess
from tests.integration.server.running import EMAIL, PASSWORD, set_up


@pytest.fixture
def servers(tmp_path: Path) -> Iterator[tuple[ServerProcess, ServerProcess]]:
    """Of two companies whose administrators have the same address and password."""
    with ExitStack() as stack:
        made = []
        for name in ("acme", "other"):
            folder = tmp_path / name
            folder.mkdir()
            process = ServerProcess(set_up(folder))
            process.start()
            stack.callback(process.kill)
            made.append(process)
        yield made[0], made[1]


def set_up_anew(folder: Path) -> None:
    for file in folder.glob("server.db*"):
        file.unlink()
    set_up(folder)


async def at_work(path: Path, server: str) -> None:
    """A device of Ada's that has synced, and on which something waits."""
    async with await Replica.open(str(path), server=server) as replica:
        await replica.sign_in(EMAIL, PASSWORD)
        await replica.sync()
        replica.create(Contact(name="Written in the field"))


async def is_refused(replica: Replica) -> None:
    with pytest.raises(SignInRequired):
        await replica.sync()
    with pytest.raises(WrongWorkspace, match="another company's server, or one that was set up"):
        await replica.sign_in(EMAIL, PASSWORD)
    assert [contact.name for contact in replica.find(Contact)] == ["Written in the field"]
    assert len(replica.pending()) == 1


async def test_another_companys_server_is_told_as_such_and_the_data_stays(
    servers: tuple[ServerProcess, ServerProcess], tmp_path: Path
) -> None:
    ours, other = servers
    path = tmp_path / "ada.db"
    await at_work(path, ours.url)
    async with await Replica.open(str(path), server=other.url) as replica:
        await is_refused(replica)
    async with await Replica.open(str(tmp_path / "other.db"), server=other.url) as another:
        await another.sign_in(EMAIL, PASSWORD)
        assert len(await another.devices()) == 1  # ours was not registered there
    async with await Replica.open(str(path), server=ours.url) as replica:
        await replica.sync()
        assert (replica.pending(), replica.problems()) == ([], [])


async def test_a_server_set_up_anew_at_the_same_address_is_told_as_such_and_the_data_stays(
    tmp_path: Path,
) -> None:
    process, path = ServerProcess(set_up(tmp_path)), tmp_path / "ada.db"
    process.start()
    try:
        await at_work(path, process.url)
        process.kill()
        set_up_anew(tmp_path)
        process.start()
        async with await Replica.open(str(path), server=process.url) as replica:
            await is_refused(replica)
            with pytest.raises(WrongWorkspace):  # nor is it the password of who has none there yet
                await replica.sign_in("rita@acme.example", PASSWORD)
    finally:
        process.kill()
