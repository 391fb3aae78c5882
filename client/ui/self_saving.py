"""Fields that save by themselves what is typed, in records to which others write as well.

A field in which nobody is typing shows what arrives. One that is being typed in keeps what was
typed, and what is saved of it says that its author had seen no more than it showed: so whoever
wrote meanwhile is told, and finds their text in the history.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

import flet as ft

from client.errors import Invalid, ReplicaError
from client.ui.hooks import use_app, use_autosave, use_box, use_live, use_stable

if TYPE_CHECKING:
    from collections.abc import Callable

    from client.replica import Replica
    from sync_protocol.records import Record


class Saving(NamedTuple):
    """What a field begins with at each `turn`, which is its key, and what it has to call.

    `hear` saves when typing pauses or the view is left, `save` at once. `said` is the sentence to
    show beneath; `focus` are the options by which a text field tells that it is being typed in.
    """

    first: Any
    turn: int
    hear: Callable[[Any], None]
    save: Callable[[Any], None]
    said: str
    focus: dict[str, Any]


class _Field:
    """What the record `said` when it was last looked at, and what the field's author has seen."""

    def __init__(self, said: Any, seen: int) -> None:
        self.first = self.said = said
        self.seen = seen
        self.turn = 0
        self.waits = False
        self.focused = False

    def follow(self, says: Any, seen: int) -> None:
        if says != self.said:
            if self.waits or self.focused:
                return
            self.first = self.said = says
            self.turn += 1
        self.seen = seen


def use_saving(
    read: Callable[[Replica], Any],
    write: Callable[[Any], None],
    *types: type[Record],
    needed: str = "",
    done: str = "",
) -> Saving:
    """A field over a value that `read` gives and `write` saves, in records of `types`.

    `needed` is said where `write` finds the value itself `Invalid`, as an empty title is; `done`
    when it is saved.
    """
    app = use_app()
    use_live(read, *types)
    says = read(app.replica)  # not as it was rendered last: this field may have written since
    field = use_box(_Field(says, app.replica.seen)).current
    field.follow(says, app.replica.seen)
    said, say = ft.use_state("")
    _version, set_version = ft.use_state(0)

    def save(value: Any) -> None:
        field.waits = True
        try:
            with app.replica.having_seen(field.seen):
                write(value)
        except Invalid as problem:
            say(needed or str(problem))
        except ReplicaError as problem:
            say(str(problem))
        else:
            field.waits, field.said = False, read(app.replica)
            say(done)

    later = use_autosave(save)

    def hear(value: Any) -> None:
        field.waits = True
        later(value)

    def blur(_event: object) -> None:
        field.focused = False
        set_version(lambda old: old + 1)

    focus = {
        "on_focus": use_stable(lambda _event: setattr(field, "focused", True)),
        "on_blur": use_stable(blur),
    }
    return Saving(field.first, field.turn, use_stable(hear), use_stable(save), said, focus)
