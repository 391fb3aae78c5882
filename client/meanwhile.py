"""What somebody typed, laid over what has come to a record while they typed.

A form goes on from its record as it is by now: what was not touched is as it has become, what was
touched is as it was typed. Maps go by their entries, whose order says nothing, and lists by their
items; all else is one value.
"""

from __future__ import annotations

from typing import Any, TypeVar

import msgspec

S = TypeVar("S", bound=msgspec.Struct)
_GONE = object()


def laid_over(before: Any, typed: Any, now: Any) -> Any:
    """A value that was `before` and is `typed` in a form, where the record's is `now` another."""
    if typed == before:
        return now
    if now == before:
        return typed
    if all(isinstance(value, dict) for value in (before, typed, now)):
        return _entries(before, typed, now)
    if all(isinstance(value, list | tuple) for value in (before, typed, now)):
        left = (x for x in typed if x in now or x not in before)
        come = (x for x in now if x not in before and x not in typed)
        return type(typed)([*left, *come])
    return typed


def _entries(before: dict[Any, Any], typed: dict[Any, Any], now: dict[Any, Any]) -> dict[Any, Any]:
    """In the order of the form; an entry that was touched is there though another took it out."""
    found = {
        key: laid_over(*(each.get(key, _GONE) for each in (before, typed, now)))
        for key in {**dict.fromkeys(laid_over([*before], [*typed], [*now])), **typed}
    }
    return {key: value for key, value in found.items() if value is not _GONE}


def gone_on_from(before: Any, laid: Any, now: Any) -> Any:
    """What a value that was `laid_over` goes on from; one typed over, from what its author saw.

    So typed back to that, it is what the record says.
    """
    return now if laid == now or isinstance(laid, dict | list | tuple) else before


def put_over(before: S, typed: S, now: S) -> S:
    """The same for what is written as one, part by part: a stage, a question."""
    parts = laid_over(*(msgspec.structs.asdict(each) for each in (before, typed, now)))
    return msgspec.structs.replace(now, **parts)
