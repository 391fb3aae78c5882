"""Declarations as Markdown: what the pages' made tables have in common."""

from __future__ import annotations

import ast
import inspect
import re
import textwrap
from types import MappingProxyType, UnionType
from typing import TYPE_CHECKING, Annotated, Any, Literal, NamedTuple, Union, get_args, get_origin

import msgspec

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from pathlib import Path


PIPE = r"\|"


class Part(NamedTuple):
    """A stretch of a page, between two marks, that a module of this folder makes."""

    page: Path
    name: str
    module: str

    @property
    def begin(self) -> str:
        return f"<!-- {self.name}: made by tests/unit/docs/{self.module}.py -->"

    @property
    def end(self) -> str:
        return f"<!-- end of {self.name} -->"

    def read(self) -> str:
        """What the page holds there."""
        return self.page.read_text().partition(self.begin)[2].partition(self.end)[0].strip()

    def write(self, made: str) -> None:
        between = re.escape(self.begin) + ".*" + re.escape(self.end)
        whole = f"{self.begin}\n\n{made}\n{self.end}"
        text = self.page.read_text()
        self.page.write_text(re.sub(between, lambda _: whole, text, flags=re.DOTALL))


def default_of(info: msgspec.structs.FieldInfo, spelled: Callable[[Any], str] = repr) -> str:
    """A field's default as code, empty if it must be named, or is spelled as nothing."""
    if info.required:
        return ""
    value = info.default if info.default_factory is msgspec.NODEFAULT else info.default_factory()
    words = spelled(value).replace("|", PIPE)
    return f"`{words}`" if words else ""


def type_of(hint: Any, names: Mapping[Any, str] = MappingProxyType({})) -> str:
    """A type in words, bounds included, as code; `names` are those that are told elsewhere.

    There is no bar in it that a table could take for its own.
    """
    return f"`{_named(hint, names).replace('|', PIPE)}`"


def words_of(struct: type) -> str:
    """What a class says of itself, in one line; empty where it says nothing of its own."""
    if not struct.__dict__.get("__doc__"):
        return ""
    return _one_line(struct.__doc__ or "")


def words_of_fields(struct: type) -> dict[str, str]:
    """What stands beneath a field in its class."""
    (declared,) = ast.parse(textwrap.dedent(inspect.getsource(struct))).body
    assert isinstance(declared, ast.ClassDef)
    found = {}
    for field, below in zip(declared.body, declared.body[1:], strict=False):
        if isinstance(field, ast.AnnAssign) and isinstance(below, ast.Expr):
            name, words = field.target, below.value
            assert isinstance(name, ast.Name)
            assert isinstance(words, ast.Constant)
            found[name.id] = _one_line(str(words.value))
    return found


def _one_line(words: str) -> str:
    return " ".join(words.split()).replace("|", PIPE)


def _named(hint: Any, names: Mapping[Any, str]) -> str:
    origin, inner = get_origin(hint), get_args(hint)
    if hint in names:
        return names[hint]
    if origin is Annotated:
        return _named(inner[0], names) + _bounds(list(inner[1:]))
    if origin is Literal:
        return " or ".join(map(repr, inner))
    if origin in (Union, UnionType):
        return " or ".join(_named(one, names) for one in inner)
    if inner:
        return f"{origin.__name__}[{', '.join(_named(one, names) for one in inner)}]"
    return {type(None): "nil", Ellipsis: "..."}.get(hint, str(getattr(hint, "__name__", hint)))


def _bounds(notes: list[Any]) -> str:
    found = [
        f"{sign} {limit}"
        for note in notes
        if isinstance(note, msgspec.Meta)
        for sign, limit in (
            (">=", note.ge),
            (">", note.gt),
            ("<=", note.le),
            ("<", note.lt),
            ("length >=", note.min_length),
            ("length <=", note.max_length),
            ("like", note.pattern),
        )
        if limit is not None
    ]
    return f" ({', '.join(found)})" if found else ""
