"""The platform seam. `here` is the only question about the platform in the whole client."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from client.runtime.protocol import Device


def here() -> Device:
    """The runtime of the place this program runs in."""
    if sys.platform == "emscripten":
        from client.runtime.browser import BrowserRuntime  # noqa: PLC0415 - exists only there

        return BrowserRuntime()
    from client.runtime.native import NativeRuntime  # noqa: PLC0415 - not in the browser's bundle

    return NativeRuntime()
