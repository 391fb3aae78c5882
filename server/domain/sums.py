"""What a changeset does to the digests of the scopes it touches."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING

from sync_protocol import digest

if TYPE_CHECKING:
    from collections.abc import Iterable

    from server.domain.drafts import Draft


def moved(drafts: Iterable[Draft]) -> dict[str, int]:
    """By scope: what was there is subtracted, what is there now added.

    All states are in their normal form, and much of what moves is as it was.
    """
    deltas: dict[str, int] = defaultdict(int)
    for draft in drafts:
        before = 0 if draft.before is None else digest.record(draft.before)
        if draft.was is not None:
            deltas[draft.was] -= before
        is_as_it_was = draft.state is draft.before
        deltas[draft.scope] += before if is_as_it_was else digest.record(draft.state)
    return deltas
