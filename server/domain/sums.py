"""What a changeset does to the digests of the scopes it touches."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING

from sync_protocol import digest
from sync_protocol.records import rows

if TYPE_CHECKING:
    from collections.abc import Iterable

    from server.domain.drafts import Draft


def moved(drafts: Iterable[Draft]) -> dict[str, int]:
    """By scope: what was there is subtracted, what is there now added."""
    deltas: dict[str, int] = defaultdict(int)
    for draft in drafts:
        if draft.was is not None and draft.before is not None:
            deltas[draft.was] -= digest.record(rows.normal(draft.before))
        deltas[draft.scope] += digest.record(rows.normal(draft.state))
    return deltas
