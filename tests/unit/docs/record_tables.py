"""The tables of docs/records.md, from the declarations: `make tables`.

One section per record type, a line per field, and the values that fields are made of. A test
compares them with the page.
"""

from __future__ import annotations

from pathlib import Path
from types import UnionType
from typing import TYPE_CHECKING, Annotated, Any, Union, get_args, get_origin, get_type_hints

import msgspec

from sync_protocol.records import ROLES, Kind, Record, base, kinds, parts
from sync_protocol.rules.permissions import Action, Actor, may
from sync_protocol.rules.scopes import WORKSPACE
from tests.unit.docs.declared import Part, default_of, type_of, words_of, words_of_fields

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

NAMES = {
    hint: name
    for module in (base, parts)
    for name, hint in vars(module).items()
    if get_origin(hint) in (Annotated, Union, UnionType)
}
"""What short types are called; they stand in a table of their own."""
PART = Part(Path(__file__).parents[3] / "docs" / "records.md", "record types", "record_tables")


def tables() -> str:
    """All record types, and then the values they are made of, as Markdown."""
    made = ["## Words of the tables\n\n" + _words()]
    made += ["## Types\n"]
    made += [_section(kind) for kind in kinds().values()]
    made.append("## Values\n\nEach is one cell, or one entry of a field: a map of its fields.\n")
    made += [f"### {struct.__name__}\n\n{_about(struct)}" for struct in _values()]
    return "\n".join(made)


def _words() -> str:
    rows = [f"| `{name}` | {type_of(hint)} |" for hint, name in NAMES.items()]
    return "\n".join(["| word | means |", "| --- | --- |", *rows, ""])


def _section(kind: Kind) -> str:
    facts = [_place(kind)]
    if kind.unique:
        facts.append(f"No two that live share {_code(kind.unique)}.")
    if kind.trees:
        facts.append(f"{_code(kind.trees)} may not lead back to it.")
    return f"### `{kind.name}`\n\n{_about(kind.struct, facts)}"


def _place(kind: Kind) -> str:
    if kind.shared:
        made, changed = _roles(kind, "create"), _roles(kind, "update")
        return f"The workspace's. Made by: {made}. Changed by: {changed}."
    if kind.parents:
        nearest = ", the nearest first" if len(kind.parents) > 1 else ""
        return f"Beneath {_code(kind.parents)}{nearest}."
    return "Its owner's."


def _roles(kind: Kind, action: Action) -> str:
    scopes = frozenset({WORKSPACE})
    allowed = [role for role in ROLES if may(Actor("one", role, scopes), action, kind, WORKSPACE)]
    return "all" if len(allowed) == len(ROLES) else ", ".join(allowed) or "the server"


def _about(struct: type[msgspec.Struct], facts: Iterable[str] = ()) -> str:
    hints = get_type_hints(struct, include_extras=True)
    words = words_of_fields(struct)
    lines = ["| field | type | default | |", "| --- | --- | --- | --- |"]
    for info in msgspec.structs.fields(struct):
        name = info.name
        if name not in Record.__struct_fields__:
            type_, default, said = (
                _type(hints[name]),
                default_of(info, _as_it_travels),
                words.get(name, ""),
            )
            lines.append(f"| `{name}` | {type_} | {default} | {said} |")
    paragraphs = [words_of(struct), " ".join(facts), "\n".join(lines)]
    return "\n\n".join(filter(None, paragraphs)) + "\n"


def _type(hint: Any) -> str:
    if get_origin(hint) is dict:
        return f"entries: {type_of(get_args(hint)[1], NAMES)}"
    return type_of(hint, NAMES)


def _as_it_travels(value: Any) -> str:
    """As JSON; no entries are no cell."""
    return "" if value == {} else msgspec.json.encode(value).decode()


def _values() -> Iterator[type[msgspec.Struct]]:
    """The structs that fields are made of, in the order in which they are met."""
    met: dict[type[msgspec.Struct], None] = {}
    ahead = [field.type for kind in kinds().values() for field in kind.fields.values()]
    while ahead:
        hint = ahead.pop(0)
        ahead += get_args(hint)
        if isinstance(hint, type) and issubclass(hint, msgspec.Struct) and hint not in met:
            met[hint] = None
            ahead += get_type_hints(hint, include_extras=True).values()
    yield from met


def _code(names: Iterable[str]) -> str:
    return ", ".join(f"`{name}`" for name in names)


if __name__ == "__main__":
    PART.write(tables())
