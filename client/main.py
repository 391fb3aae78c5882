"""The entry point and composition root: the one place that picks a runtime."""

from __future__ import annotations

import sys
from pathlib import Path

import flet as ft

from client.app import Counter, screen

if sys.platform == "emscripten":
    from client.runtime.browser import BrowserRuntime as PlatformRuntime

    REPLICA = "/replica/replica.db"
else:
    from client.runtime.native import NativeRuntime as PlatformRuntime

    REPLICA = str(Path.home() / ".local" / "share" / "fieldbook" / "replica.db")


async def main(page: ft.Page) -> None:
    page.title = "Fieldbook"
    runtime = PlatformRuntime()
    await runtime.prepare(REPLICA)
    page.render_views(screen(Counter(runtime, REPLICA)))


if __name__ == "__main__":
    ft.run(main)
