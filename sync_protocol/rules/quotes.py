"""What may still change of a quote once it was sent: its status, and where it is filed.

What is on the paper stays for ever; a new revision is a new quote. Where it hangs and who looks
after it may follow a merge of customers or a handover, because the paper does not name them: the
addressee was copied. A sent quote is not deleted either. Two things make that hold when people
work apart: an edit that comes after the sending is refused whole, and a sending is refused if
somebody's edit, unknown to the sender, got in before it, so that what is kept is what was sent.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sync_protocol.changes import DELETED, NIL
from sync_protocol.records.describe import ENTRY
from sync_protocol.rules.validity import Problem

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping

    from sync_protocol.changes import Change, RawCells

KIND = "quote"
SENT = "sent_at"
STATUS = "status"
PAPER = (
    "number", "revision", "revises_id", SENT, "valid_until", "currency", "lines", "addressee",
    "terms",
)  # fmt: skip
"""The fields that say what is on the paper."""
_TRUE = b"\xc3"
_DRAFT = b"\xa5draft"

CHANGED = "A sent quote stays as it was sent. Make a new revision instead."
KEPT = "A sent quote is kept. It can be declined, but not deleted."
NO_WAY_BACK = "A quote that was sent cannot be a draft again. Make a new revision instead."
MIXED = "Somebody changed this quote before it was sent. Look at it once more, then send it again."


def fixed(change: Change, before: Mapping[str, Any] | None) -> Problem | None:
    """Why a change may not be made to a quote whose fields were `before`; None if it may."""
    if change.kind != KIND or before is None or before.get(SENT) is None:
        return None
    if change.create:  # it writes every cell, those it does not name too
        return Problem(SENT, CHANGED)
    for cell, value in change.cells.items():
        field = cell.partition(ENTRY)[0]
        if field in PAPER:
            return Problem(field, CHANGED)
        if cell == DELETED and bytes(value) == _TRUE:
            return Problem(cell, KEPT)
        if cell == STATUS and bytes(value) == _DRAFT:
            return Problem(cell, NO_WAY_BACK)
    return None


def mixed(kind: str, cells: RawCells, won: Collection[str]) -> Problem | None:
    """Why a quote may not be sent as it is now: a cell on its paper is not of the sending.

    `cells` are the quote's after the change, `won` those that the change wrote.
    """
    if kind != KIND or SENT not in won or bytes(cells[SENT]) == NIL:
        return None
    for cell, value in cells.items():
        field = cell.partition(ENTRY)[0]
        if field in PAPER and cell not in won and bytes(value) != NIL:
            return Problem(field, MIXED)
    return None
