"""Serves a bundle as `headers.json` asks, and a few answers for the transport's cases.

A process of its own, so that a test can kill it and see what works without it:
`python static_server.py <bundle> [<folder laid over it>]` prints its address and serves.
"""

from __future__ import annotations

import json
import sys
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

ENCODINGS = (("br", "br"), ("gzip", "gz"))
PIECES = 5
PIECE_PAUSE_S = 0.2


class Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    folders: tuple[Path, ...] = ()
    sent = 0  # bytes of all answers' bodies, as they went over the line

    def read_facts(self) -> dict[str, Any]:
        """Read anew each time: a test may deploy a new bundle while we serve."""
        return json.loads((self.folders[0] / "headers.json").read_text("utf-8"))

    def do_GET(self) -> None:
        self.answer()

    def do_POST(self) -> None:
        self.answer()

    def answer(self) -> None:
        path = urlsplit(self.path).path
        body = self.rfile.read(int(self.headers.get("content-length") or 0))
        if path == "/api/echo":
            kept = {"x-echo": self.headers.get("x-ask", ""), "x-method": self.command}
            self.send(200, body, kept)
        elif path.startswith("/api/status/"):
            self.send(int(path.rpartition("/")[2]), b"told", {})
        elif path == "/api/sent":
            self.send(200, str(Handler.sent).encode(), {})
        elif path == "/api/slow":
            time.sleep(3)
            self.send(200, b"late", {})
        elif path == "/api/pieces":
            self.send_pieces()
        else:
            self.send_file(path)

    def send(self, status: int, body: bytes, headers: dict[str, str]) -> None:
        self.send_response(status)
        for name, value in headers.items():
            self.send_header(name, value)
        self.send_header("content-length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)
        Handler.sent += len(body)

    def send_pieces(self) -> None:
        self.send_response(200)
        self.send_header("content-type", "application/octet-stream")
        self.send_header("transfer-encoding", "chunked")
        self.end_headers()
        for number in range(PIECES):
            piece = f"piece {number};".encode()
            self.wfile.write(f"{len(piece):x}\r\n".encode() + piece + b"\r\n")
            self.wfile.flush()
            time.sleep(PIECE_PAUSE_S)
        self.wfile.write(b"0\r\n\r\n")

    def send_file(self, path: str) -> None:
        facts = self.read_facts()
        known = facts["files"]
        wanted = "text/html" in self.headers.get("accept", "")
        extra = [folder / path[1:] for folder in self.folders[1:]]
        found = next((file for file in extra if file.is_file()), None)
        if found is None and path not in known:
            path = facts["navigation"] if wanted else ""
        if found is None and not path:
            self.send(404, b"", {})
            return
        plain = found or self.folders[0] / path[1:]
        headers = facts["headers"] | self.describe(known.get(path), plain)
        if self.headers.get("if-none-match") == headers["etag"]:
            self.send(304, b"", headers)
            return
        file, encoding = self.encoded(plain)
        self.send(200, file.read_bytes(), headers | encoding)

    def describe(self, described: dict[str, str] | None, file: Path) -> dict[str, str]:
        if described:
            return {"content-type": described["content-type"], "etag": f'"{described["etag"]}"'}
        types = {".html": "text/html", ".js": "text/javascript", ".py": "text/x-python"}
        kind = types.get(file.suffix, "application/octet-stream")
        return {"content-type": kind, "etag": f'"{file.stat().st_mtime_ns}"'}

    def encoded(self, file: Path) -> tuple[Path, dict[str, str]]:
        accepted = self.headers.get("accept-encoding", "")
        for encoding, suffix in ENCODINGS:
            twin = file.with_name(f"{file.name}.{suffix}")
            if encoding in accepted and twin.exists():
                return twin, {"content-encoding": encoding, "vary": "accept-encoding"}
        return file, {}

    def log_message(self, *_: Any) -> None:
        """Quiet."""


def main(bundle: str, *overlays: str, port: int = 0) -> None:
    Handler.folders = tuple(Path(folder) for folder in (bundle, *overlays))
    server = ThreadingHTTPServer(("127.0.0.1", port), Handler)
    sys.stdout.write(f"http://127.0.0.1:{server.server_port}\n")
    sys.stdout.flush()
    server.serve_forever()


if __name__ == "__main__":
    if "--port" in sys.argv:
        at = sys.argv.index("--port")
        main(*sys.argv[1:at], port=int(sys.argv[at + 1]))
    else:
        main(*sys.argv[1:])
