"""The entry point of the app, on every platform.

In the browser the server is wherever the app came from. Elsewhere `FIELDBOOK_SERVER` names it.
"""

from __future__ import annotations

import os

import flet as ft

from client.app import start
from client.runtime import here


def main(page: ft.Page) -> None:
    device = here()
    start(page, device, device.home, os.environ.get("FIELDBOOK_SERVER", device.server))


if __name__ == "__main__":
    ft.run(main)
