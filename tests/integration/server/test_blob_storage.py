"""The same promises over a folder, memory and an S3."""

from __future__ import annotations

import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

import httpx
import pytest

from server.store.blob_storage import BlobStorage, Upload, beside

WORKSPACE, CONTENT = "w", "c" * 64
STARTS_WITHIN_S = 30
UPLOAD = Upload(WORKSPACE, 7, CONTENT)


@pytest.fixture(scope="module")
def s3() -> Iterator[str]:
    """A bucket in an S3 of our own: its endpoint."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port = listener.getsockname()[1]
    program = [sys.executable, "-m", "moto.server", "-p", str(port)]
    process = subprocess.Popen(program, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    endpoint = f"http://127.0.0.1:{port}"
    end = time.monotonic() + STARTS_WITHIN_S
    while time.monotonic() < end:
        with suppress(httpx.HTTPError):
            if httpx.put(f"{endpoint}/bucket").is_success:
                break
        time.sleep(0.1)
    yield endpoint
    process.kill()
    process.wait()


@pytest.fixture(params=["folder", "memory", "s3"])
def storage(
    request: pytest.FixtureRequest, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> BlobStorage:
    if request.param == "folder":
        return BlobStorage(f"file://{tmp_path}/some%20files")
    if request.param == "memory":
        return BlobStorage("memory:///")
    monkeypatch.setenv("AWS_ENDPOINT", request.getfixturevalue("s3"))
    monkeypatch.setenv("AWS_ALLOW_HTTP", "true")
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "key")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "secret")
    return BlobStorage(f"s3://bucket/{tmp_path.name}")


def test_a_file_comes_back_whole_and_in_pieces(storage: BlobStorage) -> None:
    data = b"".join(bytes([number]) * 1_000_000 for number in range(7))
    storage.put(WORKSPACE, CONTENT, data)
    assert storage.read(WORKSPACE, CONTENT, 0, 1 << 30) == data
    assert storage.read(WORKSPACE, CONTENT, 999_999, 2) == b"\0\1"
    assert [tuple(found) for found in storage.listed(WORKSPACE)] == [(CONTENT, 7_000_000)]
    assert list(storage.listed("another")) == []


def test_writing_and_deleting_again_changes_nothing(storage: BlobStorage) -> None:
    for _ in range(2):
        storage.put(WORKSPACE, CONTENT, b"photo")
    assert len(list(storage.listed(WORKSPACE))) == 1
    for _ in range(2):
        storage.drop(WORKSPACE, CONTENT)
        storage.drop_parts(UPLOAD)
    assert list(storage.listed(WORKSPACE)) == []
    with pytest.raises(FileNotFoundError):
        storage.read(WORKSPACE, CONTENT, 0, 1)


def test_chunks_are_read_in_the_order_of_their_offsets(storage: BlobStorage) -> None:
    storage.put_part(UPLOAD, 1_000_000, b"c")
    storage.put_part(UPLOAD, 0, b"x")
    storage.put_part(UPLOAD, 20_000, b"b")
    storage.put_part(UPLOAD, 0, b"a")
    assert storage.joined(UPLOAD) == b"abc"
    other = UPLOAD._replace(content="d" * 64)
    storage.put_part(other, 0, b"other")
    assert storage.uploads(WORKSPACE) == {UPLOAD, other}
    storage.drop_parts(UPLOAD)
    assert storage.uploads(WORKSPACE) == {other}
    assert storage.joined(UPLOAD) == b""


def test_a_folder_is_made_when_first_written_to_and_keeps_nothing_empty(tmp_path: Path) -> None:
    storage = BlobStorage(str(tmp_path / "files"))
    assert not (tmp_path / "files").exists()
    storage.put_part(UPLOAD, 0, b"a")
    storage.drop_parts(UPLOAD)
    assert list((tmp_path / "files").rglob("*")) == []


@pytest.mark.parametrize(
    ("database_url", "url"),
    [
        ("sqlite:///data/fieldbook.db", "data/fieldbook.blobs"),
        ("sqlite://", "memory:///"),
        ("postgresql+psycopg://server/fieldbook", "data/blobs"),
    ],
)
def test_files_lie_beside_the_database_unless_something_else_is_said(
    database_url: str, url: str
) -> None:
    assert beside(database_url) == url
