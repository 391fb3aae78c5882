"""What the client makes of answers that are none of ours."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest

from client.runtime.protocol import Response
from client.sync.http import HttpExchange
from sync_protocol.errors import ProtocolBroken
from sync_protocol.session import SignIn


class Portal:
    """A hotel's network: whatever is asked, the answer is its sign-in page."""

    async def request(self, *_asked: Any, **_options: Any) -> Response:
        return Response(200, {"content-type": "text/html"}, b"<html>Welcome to our hotel")


def test_the_page_of_a_hotel_s_network_is_no_answer() -> None:
    exchange = HttpExchange(Portal())  # type: ignore[arg-type]
    asked = (
        exchange.sign_in(SignIn("rita@acme.example", "secret", 1)),
        exchange.devices(),
        exchange.members(),
        exchange.received("00"),
    )
    for question in asked:
        with pytest.raises(ProtocolBroken):
            asyncio.run(question)  # type: ignore[arg-type]
