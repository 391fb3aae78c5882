"""Messages as apps have sent them, kept as bytes: `python -m tests.unit.sync_protocol.golden NAME`.

Each release adds one file and never changes an older one: a phone that was in a drawer for a year
still speaks like that. A file maps a message's name to its bytes and to what was meant by them.
"""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

import msgspec
from msgspec import Raw

from sync_protocol import codec, messages
from sync_protocol.changes import Change, Changeset, State
from sync_protocol.clock import Stamp
from sync_protocol.errors import Failure

FOLDER = Path(__file__).parents[2] / "fixtures" / "wire"
TYPES: dict[str, Any] = {
    **{name: value for name, value in vars(messages).items() if isinstance(value, type)},
    "Failure": Failure,
}


class Golden(msgspec.Struct, frozen=True):
    """`type` names the message, `body` is hex, `meant` what it reads as, in plain values."""

    type: str
    body: str
    meant: Any


def samples() -> dict[str, Any]:
    """One message of each type, every field with something in it."""
    cursor, stamp = messages.Cursor("e1", 7, 99), Stamp(1_760_000_000_000 << 20, 4_000_000_001)
    cells = {"name": Raw(b"\xa3Ada"), "phones.1": Raw(b"\x81\xa6number\xa212")}
    change = Change("contact", "c1", cells, create=True)
    changeset = Changeset(stamp.device, 3, stamp.time, 7, (change,), "Add contact", "a1")
    state = State("contact", "c1", stamp, cells, {"name": Stamp(stamp.time + 1, 5)})
    lost = messages.Superseded("contact", "c1", "name", stamp.time, 5, "u2")
    applied = messages.Applied(3, 8, stamp.time + 1, (lost,), ("territory:t1",))
    rejected = messages.Rejected(4, "invalid", "Name is needed.", "contact", "c1", "name")
    entry = messages.Entry(
        sequence=8,
        device=5,
        number=3,
        user="u2",
        time=stamp.time,
        seen=7,
        name="Move",
        action="a1",
        changes=(change,),
        enter=(state,),
        leave=(("contact", "c2"),),
        within=(1, 0),
        removed=True,
    )
    write = messages.Write("name", Raw(b"\xa3Ada"), stamp.time, 5, "u2", 8, lost=True, name="Edit")
    every = [
        messages.Hello(5, "w1", 1, "app 1", cursor, "5c0pe5", 12, 1),
        messages.Welcome("w1", "u1", 1_760_000_000_000, cursor, ("workspace",), 3, resync=1),
        messages.Push(stamp.device, (changeset, Changeset(5, 4, 1, 0, withdraws="c0ffee")), "e1"),
        messages.Verdicts((applied, rejected)),
        messages.Pull(5, cursor, ("workspace", "user:u1"), 100, 3),
        messages.Page(cursor, (entry,), more=True, missing=("territory:t1",)),
        messages.Snapshot(5, ("workspace",), "token", 500, (1, 255)),
        messages.States(cursor, (state,), "token", 2, ("territory:t1",), (1,)),
        messages.Audit(5, ("workspace",)),
        messages.Sums(cursor, (1, 2), ("territory:t1",)),
        messages.Rekey(5, 6, 3),
        messages.Rekeyed(6, "token"),
        messages.HistoryOf(5, "contact", "c1"),
        messages.Writes((write,), more=True),
        messages.Conflicts(5, 9, 50),
        messages.ConflictPage((messages.Conflict("contact", "c1", "Ada", write, write),), 8),
        messages.Farewell(5),
        messages.Done(),
        Failure("gap", "Changeset 3 is missing.", 3, "rescue"),
    ]
    return {type(message).__name__: message for message in every}


def golden(message: Any) -> Golden:
    body = codec.encode(message)
    return Golden(type(message).__name__, body.hex(), plain(message))


def plain(message: Any) -> Any:
    """A message as values that JSON holds."""
    return msgspec.json.decode(
        msgspec.json.encode(msgspec.to_builtins(message, enc_hook=_raw, builtin_types=(bytes,)))
    )


def _raw(value: Any) -> Any:
    return {"raw": bytes(value).hex()}


if __name__ == "__main__":
    target = FOLDER / f"{sys.argv[1]}.json"
    assert not target.exists(), "what was released stays as it is"
    made = {name: golden(message) for name, message in samples().items()}
    target.write_bytes(msgspec.json.format(msgspec.json.encode(made), indent=1) + b"\n")
