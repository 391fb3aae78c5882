"""Addresses that leave the app: a call, a letter, the way to a customer."""

from __future__ import annotations

from typing import TYPE_CHECKING
from urllib.parse import quote, urlencode

import flet as ft

from client.phones import digits, e164

if TYPE_CHECKING:
    from sync_protocol.records import Address

_APPLE = (ft.PagePlatform.IOS, ft.PagePlatform.MACOS)


def call(number: str, region: str) -> str:
    """The number as a dialler wants it; as typed where it is no valid number."""
    plus = "+" if number.strip().startswith("+") else ""
    return f"tel:{e164(number, region) or plus + digits(number)}"


def message(number: str, region: str) -> str:
    """A text message to a number."""
    return f"sms:{call(number, region).removeprefix('tel:')}"


def mail(address: str) -> str:
    return f"mailto:{quote(address, safe='@.+-_')}"


def web(url: str) -> str:
    """A website as typed, with the scheme people leave out."""
    return url if url.startswith(("http://", "https://")) else f"https://{url}"


def navigate(address: Address, platform: ft.PagePlatform | None, *, in_browser: bool) -> str:
    """The route to an address, in the map app that the platform has."""
    place, position = one_line(address), address.position
    if platform is ft.PagePlatform.ANDROID and not in_browser:
        at = f"{position.lat},{position.lon}" if position else "0,0"
        return f"geo:{at}?{urlencode({'q': place or at})}"
    to = f"{position.lat},{position.lon}" if position else place
    if platform in _APPLE:
        return f"https://maps.apple.com/?{urlencode({'daddr': to})}"
    return f"https://www.google.com/maps/dir/?{urlencode({'api': 1, 'destination': to})}"


def one_line(address: Address) -> str:
    """Street, postal code and town, region, country."""
    town = " ".join(filter(None, (address.postal_code, address.town)))
    street = ", ".join(line.strip() for line in address.street.splitlines() if line.strip())
    return ", ".join(filter(None, (street, town, address.region, address.country)))
