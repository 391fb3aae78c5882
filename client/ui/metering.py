"""Whether the device is on mobile data, as Flet's own service says: for packaged apps.

A browser is asked by its runtime instead. A device that is on Wi-Fi and mobile data at once uses
the Wi-Fi.
"""

from __future__ import annotations

import asyncio
import logging

import flet as ft

log = logging.getLogger(__name__)
ANSWERED_WITHIN_S = 3.0
FREE = {ft.ConnectivityType.WIFI, ft.ConnectivityType.ETHERNET}
MOBILE_PLATFORMS = (ft.PagePlatform.ANDROID, ft.PagePlatform.IOS)


async def ask(page: ft.Page) -> bool | None:
    """None where nobody can say: on desktops, in browsers, and where the answer does not come."""
    if page.web or page.platform not in MOBILE_PLATFORMS:
        return None
    try:
        async with asyncio.timeout(ANSWERED_WITHIN_S):
            kinds = set(await _service(page).get_connectivity())
    except Exception as error:  # noqa: BLE001 - a device has many ways of not knowing its network
        log.info("no word of the network: %s", error)
        return None
    return None if not kinds else ft.ConnectivityType.MOBILE in kinds and not kinds & FREE


def _service(page: ft.Page) -> ft.Connectivity:
    """The page's one service of that kind."""
    found = next((x for x in page.services if isinstance(x, ft.Connectivity)), None)
    return found or ft.Connectivity()
