"""A client that is gone in the middle of its body is everyday life on a phone, and no error."""

from __future__ import annotations

import socket
import time
from urllib.parse import urlsplit

import pytest
from structlog.testing import capture_logs

from sync_protocol.session import CLIENT_HEADER
from tests.integration.server.running import Browser

pytestmark = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
PATIENCE_S = 10
EMPTY = "0" * 64


def send_half(address: str, method: str, path: str, headers: dict[str, str]) -> None:
    """Promise a thousand bytes, send three, and hang up."""
    parts = urlsplit(address)
    lines = [f"{method} {path} HTTP/1.1", f"host: {parts.netloc}", "content-length: 1000"]
    lines += [f"{name}: {value}" for name, value in headers.items()]
    with socket.create_connection((str(parts.hostname), parts.port or 80)) as connection:
        connection.sendall("\r\n".join([*lines, "", ""]).encode() + b"abc")


@pytest.mark.parametrize(
    ("method", "path", "kind"),
    [
        ("POST", "/api/sync/push", "application/msgpack"),
        ("PUT", f"/api/uploads/{EMPTY}?size=1000&offset=0", "application/octet-stream"),
        ("POST", "/api/password", "application/json"),
    ],
    ids=["a push", "a file", "a form"],
)
def test_a_client_gone_in_the_middle_of_its_body_is_noted_without_alarm(
    browser: Browser, address: str, method: str, path: str, kind: str
) -> None:
    browser.sign_in()
    headers = {
        CLIENT_HEADER: "1",
        "authorization": browser.headers["authorization"],
        "content-type": kind,
    }
    with capture_logs() as logged:
        send_half(address, method, path, headers)
        until = time.monotonic() + PATIENCE_S
        while not logged and time.monotonic() < until:
            time.sleep(0.02)
    (entry,) = logged
    assert entry["log_level"] == "info"
    assert entry["path"] == path.partition("?")[0]
    assert "traceback" not in entry
    assert browser.get("/health").status_code == 200
