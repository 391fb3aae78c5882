"""What the property tests of the engine draw from: few names and stamps, so that they collide."""

from __future__ import annotations

from typing import Any

import msgspec
from hypothesis import strategies as st
from msgspec import Raw

from sync_protocol import merge
from sync_protocol.changes import NIL, Change, State
from sync_protocol.clock import Stamp

CELLS = ("name", "about", "phones.1", "phones.2", "deleted", "newer", "newer.9")


def raw(value: Any) -> Raw:
    return Raw(msgspec.msgpack.encode(value))


def stamps() -> st.SearchStrategy[Stamp]:
    return st.builds(Stamp, st.integers(1, 6), st.integers(1, 3))


def values() -> st.SearchStrategy[Raw]:
    plain = st.sampled_from(["", "a", "b", 0, 1, False, True, {"number": "1"}])
    return st.one_of(st.just(Raw(NIL)), plain.map(raw))


def changes(cells: tuple[str, ...] = CELLS) -> st.SearchStrategy[Change]:
    return st.builds(
        Change,
        st.just("account"),
        st.just("a"),
        st.dictionaries(st.sampled_from(cells), values(), max_size=4),
        st.booleans(),
    )


def steps() -> st.SearchStrategy[list[tuple[Change, Stamp]]]:
    """Stamped changes of one record; equal stamps with other bytes are a cloned device's."""
    return st.lists(st.tuples(changes(), stamps()), max_size=8)


def fold(steps: list[tuple[Change, Stamp]], start: State | None = None) -> State:
    state = start or merge.blank("account", "a")
    for change, stamp in steps:
        state = merge.apply(state, change, stamp).state
    return state


def states() -> st.SearchStrategy[State]:
    return steps().map(fold)


def msgpack_values() -> st.SearchStrategy[Any]:
    """Whatever a newer version might put into a cell."""
    leaf = st.one_of(
        st.none(),
        st.booleans(),
        st.integers(-(1 << 63), (1 << 64) - 1),
        st.floats(),
        st.text(max_size=8),
        st.binary(max_size=8),
    )
    keys = st.one_of(st.text(max_size=4), st.integers(-2, 300))
    return st.recursive(
        leaf,
        lambda inner: st.one_of(
            st.lists(inner, max_size=3), st.dictionaries(keys, inner, max_size=3)
        ),
        max_leaves=6,
    )
