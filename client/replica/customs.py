"""Values of custom fields against their definitions, as both are known on this device.

Asked when a person writes. The server does not ask (see `sync_protocol.rules.custom`), and neither
do undo and restoring: what once was may be again.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from client.errors import Invalid
from sync_protocol.records import CustomField
from sync_protocol.rules import custom

if TYPE_CHECKING:
    from client.replica.reading import Reading
    from sync_protocol.changes import Change
    from sync_protocol.records import Kind

FIELD = "custom"


def check(replica: Reading, kind: Kind, change: Change) -> None:
    """Raises `Invalid`, naming the cell, for a value that does not fit its field."""
    for cell, packed in change.cells.items():
        name, _dot, entry = cell.partition(".")
        definition = replica.get(CustomField, entry) if name == FIELD else None
        if definition is None or definition.deleted:
            continue
        value = kind.fields[name].decoder.decode(packed)
        if value is not None and (wrong := custom.problem(definition, value)):
            raise Invalid(cell, wrong)
