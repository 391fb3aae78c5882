"""The entry point of the app, on every platform.

In the browser the server is wherever the app came from. Elsewhere `FIELDBOOK_SERVER` names it.

What has been imported by then stays for good. To go through all of it in search of garbage is what
Python does whenever much is read, 0.1 s at a time and five times that in a browser, so it is told.
"""

from __future__ import annotations

import gc
import os

import flet as ft

from client.app import start
from client.runtime import here


def main(page: ft.Page) -> None:
    gc.freeze()
    device = here()
    start(page, device, device.home, os.environ.get("FIELDBOOK_SERVER", device.server))


if __name__ == "__main__":
    ft.run(main)
