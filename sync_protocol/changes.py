"""Changes, changesets and record states: the nouns of the engine.

Values stay raw msgpack here. msgspec would silently drop a field it does not know, and the engine
must carry what newer peers write; so nothing is decoded until a record type asks for it.

A *cell* is the smallest thing that wins or loses as a whole. It is named by its field, or by
`field.entry` for one entry of a field that several people may add to (phones, e-mails, addresses);
a removed entry is a cell whose value is nil.
"""

from __future__ import annotations

from typing import Annotated

import msgspec

from sync_protocol.clock import Stamp

MAX_CHANGES = 500
"""Changes in one changeset."""
MAX_CHANGESET_BYTES = 1 << 20
MAX_NAME = 500
"""Characters of a changeset's name."""
MAX_ACTION = 100
"""Characters of an action's id."""

NIL = b"\xc0"
DELETED = "deleted"
"""The cell every record has; other edits never revive a record, writing false to this one does."""

RawCells = dict[str, msgspec.Raw]
MAX_WHOLE = (1 << 63) - 1
Whole = Annotated[int, msgspec.Meta(ge=0, le=MAX_WHOLE)]
"""A number that every column on both sides can hold."""
PLAIN = r"^[^\x00]*$"
Plain = Annotated[str, msgspec.Meta(pattern=PLAIN)]
"""Text that every store can keep, and can be asked for."""


class Change(msgspec.Struct, frozen=True, omit_defaults=True):
    """Create or update of one record. A create writes every cell: unnamed ones, their default."""

    kind: str
    id: str
    cells: RawCells
    create: bool = False


class Changeset(msgspec.Struct, frozen=True, omit_defaults=True):
    """One user action, accepted or rejected whole. (device, number) names it for ever.

    `time` is the one stamp time of all its changes; `seen` the last server sequence its author had
    applied, or had when they began to type; `action` is shared by the changesets of one large act;
    `name` is shown in history. An empty changeset is a withdrawn number; `withdraws` names what had
    it (`digest.changeset`), so that what a clone sent under that number is not taken for it.
    """

    device: Whole
    number: Whole
    time: Whole
    seen: Whole
    changes: tuple[Change, ...] = ()
    name: str = ""
    action: str = ""
    withdraws: str = ""

    @property
    def stamp(self) -> Stamp:
        return Stamp(self.time, self.device)


class State(msgspec.Struct, frozen=True, omit_defaults=True):
    """All that is known of one record: every cell's value and stamp.

    `base` stamps the create; `stamps` names only the cells written later. A cell that is in
    neither map has its default value, written at `base`.
    """

    kind: str
    id: str
    base: Stamp
    cells: RawCells
    stamps: dict[str, Stamp] = {}

    def stamp_of(self, cell: str) -> Stamp:
        return self.stamps.get(cell, self.base)
