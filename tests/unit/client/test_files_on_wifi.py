"""Photos wait for Wi-Fi where somebody said so, and for nothing else."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from client.replica import Replica
from client.runtime.native import NativeRuntime
from sync_protocol.blobs import Received
from sync_protocol.records import Account

if TYPE_CHECKING:
    from collections.abc import AsyncIterator
    from pathlib import Path


class Line(NativeRuntime):
    """A device that knows what it is on."""

    metered: bool | None = True

    async def is_metered(self) -> bool | None:
        return self.metered


class Shelf:
    """Another end that takes every file."""

    def __init__(self) -> None:
        self.taken: list[str] = []

    async def received(self, content: str) -> Received:
        return Received(offset=0, done=content in self.taken)

    async def send(self, content: str, size: int, offset: int, data: bytes) -> Received:
        self.taken.append(content)
        return Received(offset=offset + len(data), done=offset + len(data) == size)

    async def cancel(self, content: str) -> None:
        """Nothing was begun."""


class Phone:
    def __init__(self, replica: Replica, line: Line, shelf: Shelf) -> None:
        self.replica, self.line, self.shelf = replica, line, shelf

    async def sent(self, **how: bool) -> int:
        """How many files the other end has after a try."""
        await self.replica._send_files(**how)
        return len(self.shelf.taken)


@pytest.fixture
async def phone(tmp_path: Path) -> AsyncIterator[Phone]:
    line, shelf = Line(), Shelf()
    path = str(tmp_path / "replica.db")
    replica = await Replica.open(path, runtime=line, files=shelf)
    shop = replica.create(Account(name="Shop"))
    replica.attach(shop, b"a picture", "shelf.jpg", "image/jpeg")
    replica._database.connection.exec_driver_sql("DELETE FROM changeset")
    yield Phone(replica, line, shelf)
    await replica.close()


async def test_off_by_default_files_go_on_any_network(phone: Phone) -> None:
    assert not phone.replica.wifi_only
    assert await phone.sent() == 1


async def test_on_mobile_data_files_wait_and_go_as_soon_as_it_is_not(phone: Phone) -> None:
    phone.replica.wifi_only = True
    assert await phone.sent() == 0
    assert [upload.name for upload in phone.replica.uploads()] == ["shelf.jpg"]
    assert not phone.replica.has_more_to_send
    phone.line.metered = False
    assert await phone.sent() == 1
    assert phone.replica.uploads() == []


async def test_a_device_that_does_not_say_keeps_nothing_back(phone: Phone) -> None:
    phone.replica.wifi_only, phone.line.metered = True, None
    assert await phone.sent() == 1


async def test_before_a_device_is_wiped_files_go_at_any_cost(phone: Phone) -> None:
    phone.replica.wifi_only = True
    assert await phone.sent(leaving=True) == 1


async def test_the_answer_of_the_apps_framework_is_the_native_devices(tmp_path: Path) -> None:
    device = NativeRuntime()
    assert await device.is_metered() is None

    async def on_mobile_data() -> bool:
        return True

    device.ask_line_by(on_mobile_data)
    assert await device.is_metered() is True
