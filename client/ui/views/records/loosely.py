"""Values as they were typed: of their types as far as they go, whatever the types demand beyond.

A form can show more than its record may hold: an e-mail without its end, a number that is none, a
name that is too long. So what was typed comes back as it was, to be put right.
"""

from __future__ import annotations

from datetime import date
from typing import Any, get_args, get_origin, get_type_hints

import msgspec

from sync_protocol.records import Money, bare_type

TYPED_AS_TEXT = (int, float, date, Money)
"""What is typed into a field of text, and is read when it is saved."""


def as_typed(hint: Any, value: Any) -> Any:
    """`value`, of plain types, as one of `hint`, whatever the hint demands beyond its type."""
    try:
        return msgspec.convert(value, hint)
    except msgspec.ValidationError:
        return _loosely(bare_type(hint), value)


def _loosely(hint: Any, value: Any) -> Any:
    """A part at a time; what fits nowhere stays as it is."""
    if isinstance(hint, type) and issubclass(hint, msgspec.Struct) and isinstance(value, dict):
        hints = get_type_hints(hint, include_extras=True)
        known = {name: as_typed(hints[name], v) for name, v in value.items() if name in hints}
        needed = {field.name for field in msgspec.structs.fields(hint) if field.required}
        return hint(**known) if needed <= known.keys() else value
    parts = get_args(hint)
    if get_origin(hint) is dict and isinstance(value, dict):
        return {name: as_typed(parts[1], item) for name, item in value.items()}
    if get_origin(hint) is tuple and isinstance(value, list):
        return tuple(as_typed(parts[0], item) for item in value)
    return value


def can_show(hint: Any, value: Any) -> bool:
    """Whether the field of a form for `hint` can show a value that `as_typed` gave."""
    bare = bare_type(hint)
    if bare is str:
        return isinstance(value, str)
    if bare in TYPED_AS_TEXT and isinstance(value, str | int | float):
        return True
    if isinstance(bare, type) and isinstance(value, msgspec.Struct):
        hints = get_type_hints(bare, include_extras=True)
        return isinstance(value, bare) and all(
            can_show(hints[name], getattr(value, name)) for name in value.__struct_fields__
        )
    try:
        msgspec.convert(value, hint)
    except msgspec.ValidationError:
        return False
    return True
