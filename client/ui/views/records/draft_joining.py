"""Two drafts of one record become one, and nothing that was typed into either is lost.

What can stand in no field beside what stands there is set `aside`: the form tells it as text.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import msgspec

from client import customising, record_types
from client.meanwhile import laid_over
from client.merging import unknown_to
from client.ui import naming
from client.ui.views.records.draft import NEW_VALUES, WORDS
from sync_protocol.records import cells

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from client.replica import Replica
    from client.ui.views.records.draft import Draft

LONG = ("about",)
STAYS = ("name", "territory_id")
"""Which record it is, and where it belongs."""
_EMPTY: tuple[Any, ...] = (None, "", (), {})


def lay_over(replica: Replica, draft: Draft, typed: Draft) -> None:
    """Lay an unfinished edit over the draft that mends a refused one of the same record.

    Where both have a value the unfinished one stands, and the refused one is set aside.
    """
    refused = draft.now
    draft.now = msgspec.structs.replace(
        refused,
        **{
            name: laid_over(getattr(typed.before, name), getattr(typed.now, name), value)
            for name, value in msgspec.structs.asdict(refused).items()
        },
    )
    for name in WORDS:
        setattr(draft, name, getattr(typed, name))
    draft.aside |= typed.aside
    if draft.mends is not None:
        change, over = draft.mends.change, cells.changed(refused, draft.now)
        given_way = {cell: packed for cell, packed in change.cells.items() if cell in over}
        only = msgspec.structs.replace(change, cells=given_way)
        for what, text in naming.values_of(replica, only):
            draft.set_aside(what, text)


def take_in(replica: Replica, draft: Draft, typed: Draft) -> list[str]:
    """Take what was typed for a new record into the draft of the one that was here already.

    An empty field takes it, lists are joined, a long text gets it at its end. Any other value gives
    way to what was typed and stays in the history: the answer names those fields. Which record it
    is and where it belongs stays, and what was typed of that is set aside.
    """
    changes, gave_way = typed.changes(), list[str]()
    new = msgspec.structs.replace(typed.before, **changes)
    for name, value in msgspec.structs.asdict(new).items():
        held = getattr(draft.now, name)
        if value in _EMPTY or value == held:
            continue
        if name in NEW_VALUES:
            for entry in unknown_to(replica, held, value):
                draft.put_entry(name, replica.new_entry(), entry)
        elif isinstance(value, dict):
            gave_way += _take_entries(replica, draft, name, value)
        elif held in _EMPTY:
            draft.set(name, value)
        elif name in LONG:
            draft.set(name, _both(held, value))
        elif name in STAYS:
            _stay(replica, draft, name, value if name in changes else held)
        elif name in changes:
            draft.set(name, value)
            gave_way.append(naming.title_of(name))
    return gave_way + _take_account(draft, typed)


def _take_entries(
    replica: Replica, draft: Draft, name: str, typed: Mapping[str, Any]
) -> Iterable[str]:
    """Entries that go by what they are about: custom values, channels."""
    own = customising.fields_of(replica, record_types.name_of(draft.before))
    long = {field.id for field in own if field.type == "long_text"}
    held = getattr(draft.now, name)
    for entry, value in typed.items():
        there = held.get(entry)
        if there in _EMPTY or there == value:
            draft.put_entry(name, entry, value)
        elif entry in long and isinstance(there, str):
            draft.put_entry(name, entry, _both(there, value))
        else:
            draft.put_entry(name, entry, value)
            yield naming.title_of_cell(replica, f"{name}.{entry}")


def _take_account(draft: Draft, typed: Draft) -> list[str]:
    """An account that is yet to be made, or is still looked for."""
    text, has_account = typed.account_text.strip(), bool(getattr(draft.now, "account_id", ""))
    if typed.new_account:
        draft.new_account, draft.new_territory = typed.new_account, typed.new_territory
        return [naming.title_of("account_id")] if has_account else []
    if text and has_account:
        draft.set_aside(naming.title_of("account_id"), text)
    elif text:
        draft.account_text = text
    return []


def _stay(replica: Replica, draft: Draft, name: str, value: str) -> None:
    held = getattr(draft.now, name)
    if value.casefold() not in held.casefold():
        draft.set_aside(naming.title_of(name), naming.words(replica, name, value))


def _both(held: str, typed: str) -> str:
    return held if typed in held else f"{held}\n{typed}"
