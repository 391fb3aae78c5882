"""The tables of docs/wire.md, made from the declarations: `make tables`.

One table per message, a line per field, between two marks in the page. A test compares them.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any, get_type_hints

import msgspec

from sync_protocol import changes, clock, errors, messages, session
from tests.unit.docs.declared import Part, default_of, type_of, words_of

PART = Part(Path(__file__).parents[3] / "docs" / "wire.md", "messages", "wire_tables")
SECTIONS = {
    "Parts": (clock.Stamp, messages.Cursor, changes.Change, changes.Changeset, changes.State),
    "Opening a round": (messages.Hello, messages.Welcome),
    "Handing in": (
        messages.Push,
        messages.Verdicts,
        messages.Applied,
        messages.Superseded,
        messages.Rejected,
    ),
    "Reading the log": (messages.Pull, messages.Page, messages.Entry),
    "Loading": (messages.Snapshot, messages.States),
    "Making sure": (messages.Audit, messages.Sums),
    "Being oneself": (
        messages.Rekey,
        messages.Rekeyed,
        messages.Farewell,
        messages.Done,
    ),
    "The past": (
        messages.HistoryOf,
        messages.Writes,
        messages.Write,
        messages.Conflicts,
        messages.ConflictPage,
        messages.Conflict,
    ),
    "Errors": (errors.Failure,),
    "Sessions (JSON)": (
        session.SignIn,
        session.Session,
        session.ChangePassword,
        session.Member,
        session.DeviceInfo,
        session.DeviceCommand,
        session.CalendarFeed,
    ),
}


def tables() -> str:
    """All sections as Markdown."""
    return "\n".join(
        f"### {title}\n\n" + "\n".join(_table(struct) for struct in structs)
        for title, structs in SECTIONS.items()
    )


def _table(struct: Any) -> str:
    hints = get_type_hints(struct, include_extras=True)
    words = words_of(struct)
    lines = [f"**{struct.__name__}**{_form(struct)}" + (f": {words}" if words else ""), ""]
    if hints:
        lines += ["| field | type | default |", "| --- | --- | --- |"]
    lines += [
        f"| `{name}` | {type_of(hints[name], {changes.Whole: 'whole'})} | {default} |"
        for name, default in _fields(struct)
    ]
    return "\n".join([*lines, ""])


def _form(struct: Any) -> str:
    if not issubclass(struct, msgspec.Struct):
        return ", an array"
    tag = struct.__struct_config__.tag
    return f', tagged `type: "{tag}"`' if tag else ""


def _fields(struct: Any) -> list[tuple[str, str]]:
    if not issubclass(struct, msgspec.Struct):
        return [(name, "") for name in struct._fields]
    return [(info.name, default_of(info)) for info in msgspec.structs.fields(struct)]


if __name__ == "__main__":
    PART.write(tables())
