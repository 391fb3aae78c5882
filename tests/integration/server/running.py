"""A real server on a free port, in a thread of this process."""

from __future__ import annotations

import socket
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import httpx
import msgspec

from server import admin
from server.app import create_app, create_domain
from server.domain.workspaces import Company
from server.serving import Server
from server.settings import Settings
from server.store import schema
from sync_protocol import codec
from sync_protocol.errors import Failure
from sync_protocol.session import CLIENT_HEADER, Session, SignIn

EMAIL = "ada@acme.example"
PASSWORD = "correct horse battery"
MSGPACK = {"content-type": "application/msgpack"}


def set_up(folder: Path, **facts: Any) -> Settings:
    """A database with a workspace and its administrator, and settings for a quick test."""
    settings = Settings(
        **(
            {
                "database_url": f"sqlite:///{folder / 'server.db'}",
                "web": folder / "web",
                "sign_ins_per_minute": 1_000,
            }
            | facts
        )
    )
    domain = create_domain(settings)
    schema.upgrade(domain.store)
    admin.set_up(domain, Company("Acme"), "Ada", email=EMAIL, password=PASSWORD)
    domain.store.close()
    return settings


@contextmanager
def running(settings: Settings, **injected: Any) -> Iterator[str]:
    """Serves until the block ends; yields the address."""
    listener = socket.create_server(("127.0.0.1", 0))
    server = Server(create_app(settings, **injected))
    thread = threading.Thread(target=server.run, args=([listener],))
    thread.start()
    while not server.started and thread.is_alive():
        time.sleep(0.01)
    try:
        yield f"http://127.0.0.1:{listener.getsockname()[1]}"
    finally:
        server.should_exit = True
        thread.join(10)
        listener.close()
    assert not thread.is_alive()


class Browser(httpx.Client):
    """An HTTP client that carries the required header and speaks both encodings."""

    def __init__(self, address: str) -> None:
        super().__init__(base_url=address, headers={CLIENT_HEADER: "1"})

    def sign_in(self, email: str = EMAIL, password: str = PASSWORD, **facts: Any) -> Session:
        request = SignIn(**({"email": email, "password": password, "device": 7} | facts))
        response = self.post("/api/sign-in", json=msgspec.to_builtins(request))
        response.raise_for_status()
        session = msgspec.json.decode(response.content, type=Session)
        if session.token:
            self.headers["authorization"] = f"Bearer {session.token}"
        return session

    def sync(self, method: str, request: Any) -> httpx.Response:
        return self.post(f"/api/sync/{method}", content=codec.encode(request), headers=MSGPACK)


def failure(response: httpx.Response) -> Failure:
    """The typed error in an answer."""
    packed = response.headers["content-type"] == "application/msgpack"
    decode = msgspec.msgpack.decode if packed else msgspec.json.decode
    return decode(response.content, type=Failure)
