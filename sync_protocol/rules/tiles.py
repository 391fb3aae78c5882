"""Where map tiles may come from: one host, named in full, reached over TLS.

The administrator's setting says which tiles the app asks for, the server's which host a page may
ask at all; both are read by this. Names of several hosts (`{s}`) are refused, because a page may
talk to exactly the host that its server names.
"""

from __future__ import annotations

from urllib.parse import urlsplit

EXAMPLE = "https://tiles.example/{z}/{x}/{y}.png"
_PLACES = ("{z}", "{x}", "{y}")
_HERE = ("localhost", "127.0.0.1")
"""Of this machine itself, for trying; browsers trust it without TLS."""


def problem(template: str) -> str:
    """What is wrong with a tile address, in a sentence; empty if it is fine, or none."""
    if not template:
        return ""
    parts = urlsplit(template)
    host = parts.hostname or ""
    if any(place not in template for place in _PLACES) or not host:
        return f"Write an address like {EXAMPLE}."
    if any(sign in parts.netloc for sign in "{}*@ ;,'\"") or not host.isascii():
        return "Name one host in full, without {s}."
    if parts.scheme != "https" and not (parts.scheme == "http" and host in _HERE):
        return "Tiles must come over https://."
    return ""


def origin(template: str) -> str:
    """The host that a page has to be allowed for these tiles; empty for none."""
    parts = urlsplit(template)
    return f"{parts.scheme}://{parts.netloc}" if template and not problem(template) else ""
