"""Taking back what this device did, and doing it again."""

from __future__ import annotations

from typing import TYPE_CHECKING

from client.errors import Invalid, NotAllowed
from client.replica.writing import Writing
from client.store import undo
from sync_protocol import codec
from sync_protocol.changes import Change

if TYPE_CHECKING:
    from client.store.states import Key
    from client.store.undo import Act, Action, Undone


class Undoing(Writing):
    """An act is named by its key: see `client.store.undo`."""

    def undo(self, key: str = "") -> Undone | None:
        """Take back an act of this device, the last one if none is named.

        Only what nobody has written since goes back; what could not is in the answer. None if there
        was nothing to undo.
        """
        action = undo.named(self._connection, key) if key else undo.last(self._connection)
        if action is None or action.undone:
            return None
        return self._take_back(action, f"Undo: {action.name}", undoes=True)

    def redo(self, key: str) -> Undone | None:
        """Do an act again that was taken back, by its key; None if that cannot be."""
        taken = undo.undo_of(self._connection, key)
        if taken is None:
            return None
        name = taken.name.removeprefix("Undo: ")
        return self._take_back(taken, f"Redo: {name}", undoes=False)

    def acts(self, limit: int = 100) -> list[Act]:
        """What was done on this device, the latest first: what `undo` and `redo` take by key."""
        return undo.acts(self._connection, limit)

    def touched(self, key: str) -> list[Key]:
        """The records that an act wrote, by its key, as far as that is remembered."""
        return undo.touched(self._connection, key)

    def _take_back(self, action: Action, name: str, *, undoes: bool) -> Undone:
        written = undo.writes(self._connection, action)
        back, kept = undo.plan(self._connection, written)
        changes = {key: Change(*key, values) for key, values in back.items()}
        allowed = {key: change for key, change in changes.items() if self._is_allowed(change)}
        parts = list(codec.parts(allowed.values()))
        shared = self.new_id() if len(parts) > 1 else ""
        with self._database.transaction() as connection:
            for part in parts:
                with self._writing(name, shared, undoes=undoes, takes_back=action.key):
                    for change in part:
                        self._add(change)
            undo.mark_undone(connection, action)
        for key in (key for key in back if key not in allowed):
            kept += tuple(undo.Kept(*key, cell) for cell in back[key])
        return undo.Undone(action.name, len(allowed), kept)

    def can_undo(self) -> str | None:
        """The name of what `undo` would take back."""
        action = undo.last(self._connection)
        return None if action is None else action.name

    def last_act(self) -> str:
        """The key of the act that `undo` would take back; empty if there is none."""
        action = undo.last(self._connection)
        return "" if action is None else action.key

    def _is_allowed(self, change: Change) -> bool:
        try:
            self._check(change, create=False)
        except (Invalid, NotAllowed):
            return False
        return True
