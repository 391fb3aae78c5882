"""Fields that no two live records may share: who holds a value, and who is flagged.

Offline nobody can know that a value is taken, so both records live on. The holder is the one that
was created first, by stamp and then by id; the others name the field in their `clash`.
"""

from __future__ import annotations

import unicodedata
from typing import TYPE_CHECKING, Any, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterable

    from sync_protocol.clock import Stamp

CLASH = "clash"
"""The field in which the server names what another record holds."""


class Claim(NamedTuple):
    """A live record and the value it claims."""

    created: Stamp
    id: str
    value: Any


def folded(value: Any) -> Any:
    """The form in which two values are the same: case and the width of letters do not count."""
    if not isinstance(value, str):
        return value
    return unicodedata.normalize("NFKC", value).strip().casefold()


def holders(claims: Iterable[Claim]) -> set[str]:
    """The ids of the records that hold what they claim."""
    first: dict[Any, Claim] = {}
    for claim in claims:
        holder = first.setdefault(folded(claim.value), claim)
        if claim[:2] < holder[:2]:
            first[folded(claim.value)] = claim
    return {claim.id for claim in first.values()}
