"""From a record, typed or stored, to those on this device that may be the same customer.

In the background every record is compared with some ten others, and most are among the ten of many:
so what an `Eye` has seen of a record is kept, and who cannot be alike enough whatever their names
are is told from the rest alone, since names take longest to compare.
"""

from __future__ import annotations

from collections import Counter
from functools import cached_property
from typing import TYPE_CHECKING, Any, NamedTuple

from client.duplicates.likeness import LIKELY, PERHAPS, PHONES_SAY, compare, most
from client.duplicates.sketch import OTHERS, draw, keys
from client.phones import normaliser
from client.store.likenesses import COMMON, Twins
from sync_protocol.records import Account, Lead, kind_of

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence

    from client.duplicates.likeness import Likeness
    from client.duplicates.sketch import Sketch
    from client.replica.twins import Likes
    from sync_protocol.records import Record

COMPARED = 40
"""So many of those who share a key are compared, first who shares the rarest."""
KEPT = 5_000
"""So many records that were seen are remembered at a time, some 5 KB each."""


class Match(NamedTuple):
    """A record that may be the one in hand, and why in words: `same phone, similar name`."""

    kind: str
    record: Any
    points: int
    reasons: tuple[str, ...]

    @property
    def why(self) -> str:
        return ", ".join(self.reasons)


class Seen:
    """A stored record as it is compared; its phones, which take longest to read, when asked for."""

    def __init__(self, eye: Eye, record: Any) -> None:
        self.record = record
        self.sketch = eye.sketch(record, phones=False)
        self._eye = eye

    @cached_property
    def whole(self) -> Sketch:
        return self._eye.sketch(self.record)


class Eye:
    """Draws sketches, and keeps those of stored records until it is told to `forget`.

    Whoever holds one lets it forget whenever a record has changed.
    """

    def __init__(self, replica: Likes) -> None:
        self._replica = replica
        self.forget()

    def forget(self) -> None:
        self._normalise: Callable[[str, str], str | None] | None = None
        self._names: dict[str, str] = {}
        self._seen: dict[tuple[str, int], Seen | None] = {}

    def sketch(self, record: Any, *, phones: bool = True) -> Sketch:
        if phones and self._normalise is None:
            self._normalise = normaliser(self._replica.settings.region)
        company = self._company(getattr(record, "account_id", ""))
        return draw(record, self._normalise if phones else None, company)

    def candidates(self, mine: Sketch, kind: str, least: int) -> Iterator[Seen]:
        """Who shares a key, weighed by how few share it.

        What too many share leads to nobody; but who types no more than that is told of some.
        """
        found = self._replica.sharing(kind, keys(mine))
        rare = [rows for rows in found if len(rows) <= COMMON]
        shares: Counter[int] = Counter()
        for rows in rare if rare or least >= LIKELY else found:
            for row in rows:
                shares[row] += 1000 // len(rows)
        best = sorted(shares, key=lambda row: (-shares[row], row))[: COMPARED + 1]
        self._look_at(kind, best)
        return filter(None, [self._seen[kind, row] for row in best])

    def _look_at(self, kind: str, rows: Sequence[int]) -> None:
        """Read those that were not seen yet."""
        if len(self._seen) > KEPT:
            self._seen.clear()
        if new := [row for row in rows if (kind, row) not in self._seen]:
            found = self._replica.in_rows(kind, new)
            for row in new:
                record = found.get(row)
                self._seen[kind, row] = None if record is None else Seen(self, record)

    def _company(self, account_id: str) -> str:
        if account_id and account_id not in self._names:
            account = self._replica.get(Account, account_id)
            self._names[account_id] = account.name if account else ""
        return self._names.get(account_id, "")


def similar(
    eye: Eye,
    record: Record,
    *,
    least: int = PERHAPS,
    limit: int = 5,
    among: Iterable[str] = (),
) -> list[Match]:
    """The likeliest first; never the record itself, nor what is deleted, merged or converted.

    Compared with records of the kinds `among`, by default those it may be a duplicate of.
    """
    kind = kind_of(record).name
    mine = eye.sketch(record)
    if not (mine.names or mine.phones or mine.emails):
        return []
    found = [
        match
        for other in among or OTHERS[kind]
        for match in _among(eye, mine, other, least)
        if match.points >= least
    ]
    return sorted(found, key=lambda match: (-match.points, match.record.id))[:limit]


def likely_twins(eye: Eye, record: Record) -> list[Twins]:
    """The pairs a stored record is in with others of its own kind."""
    kind = kind_of(record).name
    return [
        Twins(
            kind,
            min(record.id, match.record.id),
            max(record.id, match.record.id),
            match.points,
            match.why,
        )
        for match in similar(eye, record, least=LIKELY, limit=COMPARED, among=(kind,))
    ]


def _among(eye: Eye, mine: Sketch, kind: str, least: int) -> Iterator[Match]:
    for seen in eye.candidates(mine, kind, least):
        other = seen.record
        if other.id == mine.id or (isinstance(other, Lead) and other.converted):
            continue
        if (found := _likeness(mine, seen, least)) is not None:
            yield Match(kind, other, *found)


def _likeness(mine: Sketch, seen: Seen, least: int) -> Likeness | None:
    """None if they are too little alike for certain; phones are only read if they may decide."""
    phones = PHONES_SAY if mine.phones else 0
    if most(mine, seen.sketch) + phones < least:
        return None
    found = compare(mine, seen.sketch)
    if not phones or found.points + phones < least:
        return found
    return compare(mine, seen.whole)
