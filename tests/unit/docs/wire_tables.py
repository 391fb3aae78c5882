"""The tables of docs/wire.md, made from the declarations: `python -m tests.unit.docs.wire_tables`.

One table per message, a line per field, between two marks in the page. A test compares them.
"""

from __future__ import annotations

import re
from pathlib import Path
from types import UnionType
from typing import Annotated, Any, Literal, Union, get_args, get_origin, get_type_hints

import msgspec

from sync_protocol import changes, clock, errors, messages, session

PAGE = Path(__file__).parents[3] / "docs" / "wire.md"
BEGIN, END = "<!-- messages: made by tests/unit/docs/wire_tables.py -->", "<!-- end of messages -->"
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


def in_page(text: str) -> str:
    """What the page holds between its marks."""
    return text.partition(BEGIN)[2].partition(END)[0].strip()


def _table(struct: Any) -> str:
    hints = get_type_hints(struct, include_extras=True)
    lines = [f"**{struct.__name__}**{_form(struct)}", ""]
    if hints:
        lines += ["| field | type | default |", "| --- | --- | --- |"]
    lines += [
        f"| `{name}` | {_type(hints[name])} | {default} |" for name, default in _fields(struct)
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
    return [(info.name, _default(info)) for info in msgspec.structs.fields(struct)]


def _default(info: msgspec.structs.FieldInfo) -> str:
    if info.required:
        return ""
    if info.default_factory is not msgspec.NODEFAULT:
        return f"`{info.default_factory()!r}`"
    return f"`{info.default!r}`"


def _type(hint: Any) -> str:
    return f"`{_named(hint).replace(' | ', ' or ')}`"


def _named(hint: Any) -> str:
    origin, inner = get_origin(hint), get_args(hint)
    if hint == changes.Whole:
        return "whole"
    if origin is Annotated:
        return _named(inner[0]) + _bounds(list(inner[1:]))
    if origin is Literal:
        return " | ".join(map(repr, inner))
    if origin in (Union, UnionType):
        return " | ".join(map(_named, inner))
    if inner:
        return f"{origin.__name__}[{', '.join(map(_named, inner))}]"
    return {type(None): "nil", Ellipsis: "..."}.get(hint, str(getattr(hint, "__name__", hint)))


def _bounds(notes: list[Any]) -> str:
    found = [
        f"{sign} {limit}"
        for note in notes
        if isinstance(note, msgspec.Meta)
        for sign, limit in (
            (">=", note.ge),
            ("<=", note.le),
            ("<", note.lt),
            ("length >=", note.min_length),
            ("length <=", note.max_length),
        )
        if limit is not None
    ]
    return f" ({', '.join(found)})" if found else ""


if __name__ == "__main__":
    page = PAGE.read_text()
    made = f"{BEGIN}\n\n{tables()}\n{END}"
    PAGE.write_text(
        re.sub(re.escape(BEGIN) + ".*" + re.escape(END), lambda _: made, page, flags=re.DOTALL)
    )
