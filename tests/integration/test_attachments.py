"""Files between real replicas over a real server: folder and S3 storage alike look like this."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from pathlib import Path

import pytest

from client.replica import Replica
from client.sync.loop import SyncLoop
from server.settings import Settings
from sync_protocol.blobs import MAX_PIECE
from sync_protocol.errors import Unreachable
from sync_protocol.records import Account, Attachment
from tests.integration.server.process import ServerProcess
from tests.integration.server.running import EMAIL, PASSWORD, running, set_up

PHOTO = bytes(range(256)) * 6_000  # six chunks, two pieces


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    return set_up(tmp_path)


async def signed_in(path: Path, address: str) -> Replica:
    replica = await Replica.open(str(path), server=address)
    await replica.sign_in(EMAIL, PASSWORD)
    await replica.sync()
    return replica


async def seen(replica: Replica, is_so: Callable[[], bool]) -> None:
    """Wait for a change after which `is_so`."""
    now = asyncio.Event()
    stop = replica.on_change(lambda _changed: now.set() if is_so() else None)
    async with asyncio.timeout(20):
        await now.wait()
    stop()


async def test_a_photo_travels_from_one_device_to_another(
    settings: Settings, tmp_path: Path
) -> None:
    assert len(PHOTO) > MAX_PIECE
    with running(settings) as address:
        phone = await signed_in(tmp_path / "phone.db", address)
        tablet = await signed_in(tmp_path / "tablet.db", address)
        async with phone, tablet:
            shop = phone.create(Account(name="Bakery"))
            phone.attach(shop, PHOTO, "Shelf.jpg", "image/jpeg", taken_at=phone.now())
            await phone.sync()
            await tablet.sync()
            (attachment,) = tablet.find(Attachment, record_id=shop.id)
            assert await tablet.attachment_data(attachment) == PHOTO
            assert phone.uploads() == []
    stored = [path for path in (tmp_path / "server.blobs").rglob("*") if path.is_file()]
    assert [path.name for path in stored] == [attachment.content]


async def test_without_a_network_a_file_is_here_or_it_is_not(
    settings: Settings, tmp_path: Path
) -> None:
    with running(settings) as address:
        phone = await signed_in(tmp_path / "phone.db", address)
        tablet = await signed_in(tmp_path / "tablet.db", address)
        shop = phone.create(Account(name="Bakery"))
        phone.attach(shop, PHOTO, "Shelf.jpg", "image/jpeg")
        await phone.sync()
        await tablet.sync()
    async with phone, tablet:
        (attachment,) = tablet.find(Attachment)
        assert await tablet.attachment_data(attachment) is None
        assert await phone.attachment_data(attachment) == PHOTO


async def test_an_upload_survives_the_kill_of_the_server_and_of_the_app(
    settings: Settings, tmp_path: Path
) -> None:
    server = ServerProcess(settings)
    server.start()
    try:
        phone = await signed_in(tmp_path / "phone.db", server.url)
        shop = phone.create(Account(name="Bakery"))
        phone.attach(shop, PHOTO * 8, "Film.mp4", "video/mp4")
        sending = asyncio.create_task(phone.sync())
        await seen(phone, lambda: any(upload.sent for upload in phone.uploads()))
        server.kill()
        with pytest.raises(Unreachable):
            await sending
        await phone.close()
        server.start()
        phone = await Replica.open(str(tmp_path / "phone.db"), server=server.url)
        (waiting,) = phone.uploads()
        assert waiting.sent > 0
        await phone.sync()
        assert phone.uploads() == []
        tablet = await signed_in(tmp_path / "tablet.db", server.url)
        async with phone, tablet:
            assert await tablet.attachment_data(tablet.find(Attachment)[0]) == PHOTO * 8
    finally:
        server.kill()


async def test_the_loop_sends_files_by_itself(settings: Settings, tmp_path: Path) -> None:
    with running(settings) as address:
        phone = await signed_in(tmp_path / "phone.db", address)
        loop = SyncLoop(phone)
        loop.start()
        shop = phone.create(Account(name="Bakery"))
        phone.attach(shop, PHOTO, "Shelf.jpg", "image/jpeg")
        await seen(phone, lambda: not phone.uploads())
        await loop.stop()
        await phone.close()
