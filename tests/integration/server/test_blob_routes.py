"""Files over HTTP: chunks in, ranges out, and headers that keep a browser from running them."""

from __future__ import annotations

import httpx
import msgspec
import pytest

from sync_protocol import ids
from sync_protocol.blobs import MAX_BLOB, MAX_CHUNK, MAX_PIECE, Received, content_hash
from sync_protocol.changes import Changeset
from sync_protocol.messages import Push, Verdicts
from sync_protocol.records import Account, Attachment, Contact
from sync_protocol.session import Session
from tests.integration.server.office import create
from tests.integration.server.running import Browser, failure

PNG = b"\x89PNG\r\n\x1a\n" + bytes(range(256)) * 5_000
PAGE = b"<html><script>alert(1)</script></html>"
NOW = 1_760_000_000_000


@pytest.fixture
def session(browser: Browser) -> Session:
    return browser.sign_in()


def send(browser: Browser, data: bytes) -> Received:
    path = f"/api/uploads/{content_hash(data)}"
    answer = msgspec.json.decode(browser.get(path).content, type=Received)
    while not answer.done:
        chunk = data[answer.offset : answer.offset + MAX_CHUNK]
        place = {"size": len(data), "offset": answer.offset}
        response = browser.put(path, params=place, content=chunk)
        response.raise_for_status()
        answer = msgspec.json.decode(response.content, type=Received)
    return answer


def attach(browser: Browser, session: Session, data: bytes) -> str:
    """The address of a file on a new account of the signed-in user."""
    account = Account(id=ids.new(NOW, bytes(10)), name="Bakery", owner_id=session.user)
    attachment = Attachment(
        id=ids.new(NOW + 1, bytes(10)),
        record_kind="account",
        record_id=account.id,
        name="Shelf.png",
        media_type="image/png",
        size=len(data),
        content=content_hash(data),
    )
    changes = create(account), create(attachment)
    changeset = Changeset(session.device, 1, time=NOW << 20, seen=0, changes=changes)
    response = browser.sync("push", Push(session.device, (changeset,)))
    (verdict,) = msgspec.msgpack.decode(response.content, type=Verdicts).verdicts
    assert verdict.number == 1
    return f"/api/blobs/attachment/{attachment.id}/content"


def test_a_picture_goes_in_by_chunks_and_comes_out_whole(
    browser: Browser, session: Session
) -> None:
    assert send(browser, PNG).done
    response = browser.get(attach(browser, session, PNG))
    assert (response.status_code, response.content) == (200, PNG)
    assert response.headers["content-type"] == "image/png"
    assert response.headers["content-length"] == str(len(PNG))


def test_a_range_is_answered_by_its_beginning(browser: Browser, session: Session) -> None:
    send(browser, PNG)
    address = attach(browser, session, PNG)
    for asked, start, end in (
        ("bytes=0-", 0, MAX_PIECE),
        ("bytes=1000-1999", 1_000, 2_000),
        (f"bytes={MAX_PIECE}-", MAX_PIECE, len(PNG)),
    ):
        response = browser.get(address, headers={"range": asked})
        assert response.status_code == 206
        assert response.content == PNG[start:end]
        assert response.headers["content-range"] == f"bytes {start}-{end - 1}/{len(PNG)}"
    for asked in ("bytes=-5", "bytes=5-4", "bytes=1-2,4-5", "lines=1-"):
        assert failure(browser.get(address, headers={"range": asked})).code == "malformed"
    past = browser.get(address, headers={"range": f"bytes={len(PNG)}-"})
    assert failure(past).code == "not_found"


def test_a_page_that_calls_itself_a_picture_is_only_ever_saved(
    browser: Browser, session: Session
) -> None:
    send(browser, PAGE)
    response = browser.get(attach(browser, session, PAGE))
    assert response.headers["content-type"] == "application/octet-stream"
    assert response.headers["content-disposition"] == "attachment"
    assert response.headers["x-content-type-options"] == "nosniff"
    assert response.headers["content-security-policy"] == "default-src 'none'; sandbox"
    assert response.headers["cache-control"] == "no-store"


def test_what_does_not_fit_is_refused(browser: Browser, session: Session) -> None:
    path = f"/api/uploads/{content_hash(PNG)}"
    big = browser.put(path, params={"size": MAX_BLOB, "offset": 0}, content=bytes(MAX_CHUNK + 1))
    assert failure(big).code == "too_large"
    too_big = browser.put(path, params={"size": MAX_BLOB + 1, "offset": 0}, content=b"x")
    assert failure(too_big).code == "too_large"
    for place in ({"size": 1, "offset": -1}, {"size": 5}, {"size": "big", "offset": 0}):
        assert failure(browser.put(path, params=place, content=b"x")).code == "malformed"
    assert failure(browser.get("/api/uploads/short")).code == "malformed"
    assert failure(browser.get("/api/blobs/contact/unknown/photo")).code == "not_found"


def test_an_upload_can_be_cancelled(browser: Browser, session: Session) -> None:
    path = f"/api/uploads/{content_hash(PNG)}"
    browser.put(path, params={"size": len(PNG), "offset": 0}, content=PNG[:MAX_CHUNK])
    assert browser.get(path).json() == {"offset": MAX_CHUNK, "done": False}
    assert browser.delete(path).status_code == 204
    assert browser.get(path).json() == {"offset": 0, "done": False}


def test_nobody_sends_or_fetches_without_a_session(address: str) -> None:
    with Browser(address) as stranger:
        path = f"/api/uploads/{content_hash(PNG)}"
        for response in (
            stranger.get(path),
            stranger.delete(path),
            stranger.put(path, params={"size": 1, "offset": 0}, content=b"x"),
            stranger.get("/api/blobs/contact/unknown/photo"),
        ):
            assert failure(response).code == "sign_in_required"
    assert httpx.get(f"{address}/api/blobs/contact/unknown/photo").status_code == 400


def test_a_record_without_a_file_has_none(browser: Browser, session: Session) -> None:
    contact = Contact(id=ids.new(NOW, bytes(10)), name="Eva", owner_id=session.user)
    changeset = Changeset(session.device, 1, time=NOW << 20, seen=0, changes=(create(contact),))
    browser.sync("push", Push(session.device, (changeset,)))
    assert failure(browser.get(f"/api/blobs/contact/{contact.id}/photo")).code == "not_found"
