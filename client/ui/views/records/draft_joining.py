"""Two drafts of one record become one, and nothing that was typed into either is lost.

What can stand in no field beside what stands there is set `aside`: the form tells it as text.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec

from client.ui import naming
from client.ui.meanwhile import laid_over
from client.ui.views.records.draft import WORDS
from sync_protocol.records import cells

if TYPE_CHECKING:
    from client.replica import Replica
    from client.ui.views.records.draft import Draft


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
