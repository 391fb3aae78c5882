"""What earlier apps have sent stays readable, and means what it meant."""

from __future__ import annotations

import msgspec
import pytest

from sync_protocol import codec, messages
from tests.unit.sync_protocol.golden import FOLDER, TYPES, Golden, plain, samples

KEPT = {
    f"{path.stem}-{name}": golden
    for path in sorted(FOLDER.glob("*.json"))
    for name, golden in msgspec.json.decode(path.read_bytes(), type=dict[str, Golden]).items()
}


@pytest.mark.parametrize("name", KEPT)
def test_an_old_message_is_read_as_it_was_meant(name: str) -> None:
    kept = KEPT[name]
    message = codec.decode(bytes.fromhex(kept.body), TYPES[kept.type])
    read = plain(message)
    assert {field: read[field] for field in kept.meant} == kept.meant


def test_every_message_of_the_protocol_has_been_kept_once() -> None:
    kept = {golden.type for golden in KEPT.values()}
    requests_and_answers = set(samples())
    assert requests_and_answers <= kept
    declared = {
        name
        for name, value in vars(messages).items()
        if isinstance(value, type) and value.__module__ == messages.__name__
    }
    parts = {"Cursor", "Superseded", "Applied", "Rejected", "Entry", "Write", "Conflict"}
    assert declared - parts <= kept
