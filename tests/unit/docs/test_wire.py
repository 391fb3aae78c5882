"""docs/wire.md says what the code does: its messages, its errors, its routes."""

from __future__ import annotations

import re

from server.routes import blobs, calendar, session, sync
from server.settings import Settings
from sync_protocol import errors, messages
from tests.unit.docs.wire_tables import PART, SECTIONS, tables

TEXT = PART.page.read_text()


def test_the_tables_of_messages_are_those_of_the_declarations() -> None:
    """If this fails: `make tables`, and look at the difference."""
    assert PART.read() == tables().strip()


def test_every_message_is_in_the_tables() -> None:
    shown = {struct for structs in SECTIONS.values() for struct in structs}
    declared = {
        value
        for value in vars(messages).values()
        if isinstance(value, type) and value.__module__ == messages.__name__
    }
    assert declared <= shown


def test_every_error_is_explained_with_its_status() -> None:
    explained = dict(re.findall(r"^\| `(\w+)` \| (\d{3}) \|", TEXT, flags=re.MULTILINE))
    typed = {error.code: str(error.status) for error in errors.PeerError.__subclasses__()}
    assert explained == typed


def test_every_route_of_sync_is_named() -> None:
    named = set(re.findall(r"^\| `(/api/sync/\w+)`", TEXT, flags=re.MULTILINE))
    assert named == {f"/api{path}" for handler in sync.HANDLERS for path in handler.paths}


def test_every_route_beside_sync_is_named() -> None:
    handlers = [*session.handlers(Settings()), *calendar.HANDLERS, *blobs.HANDLERS]
    named = set(re.findall(r"^\| `\w+ /api(/[\w/{}-]+)", TEXT, flags=re.MULTILINE))
    bare = {re.sub(r"{(\w+):?\w*}", "{}", path) for handler in handlers for path in handler.paths}
    assert bare == {re.sub(r"{\w+}", "{}", path) for path in named} - {"/sync/live"}
    (feed,) = calendar.feed(Settings()).paths
    assert f"`GET {feed.partition('{')[0]}{{secret}}.ics`" in TEXT
