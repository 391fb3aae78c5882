"""From a record, typed or stored, to those on this device that may be the same customer."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, Any, NamedTuple

from client.duplicates.likeness import LIKELY, PERHAPS, PHONES_SAY, compare
from client.duplicates.sketch import OTHERS, draw, keys
from client.phones import normaliser
from client.store.likenesses import COMMON, Twins
from sync_protocol.records import Account, Lead, kind_of

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from client.duplicates.likeness import Likeness
    from client.duplicates.sketch import Sketch
    from client.replica.twins import Likes
    from sync_protocol.records import Record

COMPARED = 40
"""So many of those who share a key are compared, first who shares the rarest."""


class Match(NamedTuple):
    """A record that may be the one in hand, and why in words: `same phone, similar name`."""

    kind: str
    record: Any
    points: int
    reasons: tuple[str, ...]

    @property
    def why(self) -> str:
        return ", ".join(self.reasons)


def similar(
    replica: Likes,
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
    eye = _Eye(replica)
    mine = eye.sketch(record)
    if not (mine.names or mine.phones or mine.emails):
        return []
    found = [
        match
        for other in among or OTHERS[kind]
        for match in _among(replica, eye, mine, other, least)
        if match.points >= least
    ]
    return sorted(found, key=lambda match: (-match.points, match.record.id))[:limit]


def likely_twins(replica: Likes, record: Record) -> list[Twins]:
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
        for match in similar(replica, record, least=LIKELY, limit=COMPARED, among=(kind,))
    ]


def _among(replica: Likes, eye: _Eye, mine: Sketch, kind: str, least: int) -> list[Match]:
    return [
        Match(kind, record, *_likeness(eye, mine, record, least))
        for record in _candidates(replica, mine, kind, least)
        if record.id != mine.id and not (isinstance(record, Lead) and record.converted)
    ]


def _likeness(eye: _Eye, mine: Sketch, record: Any, least: int) -> Likeness:
    """Phones, which take longest to read, are only read where they can make the difference."""
    found = compare(mine, eye.sketch(record, phones=False))
    if not mine.phones or found.points + PHONES_SAY < least:
        return found
    return compare(mine, eye.sketch(record))


def _candidates(replica: Likes, mine: Sketch, kind: str, least: int) -> list[Any]:
    """Who shares a key, weighed by how few share it.

    What too many share leads to nobody; but who types no more than that is told of some.
    """
    found = replica.sharing(kind, keys(mine))
    rare = [rows for rows in found if len(rows) <= COMMON]
    shares: Counter[int] = Counter()
    for rows in rare if rare or least >= LIKELY else found:
        for row in rows:
            shares[row] += 1000 // len(rows)
    best = sorted(shares, key=lambda row: (-shares[row], row))[: COMPARED + 1]
    return replica.in_rows(kind, best) if best else []


class _Eye:
    """Draws sketches, and remembers the names of accounts on the way."""

    def __init__(self, replica: Likes) -> None:
        self._replica = replica
        self._normalise: Callable[[str, str], str | None] = normaliser(replica.settings.region)
        self._names: dict[str, str] = {}

    def sketch(self, record: Any, *, phones: bool = True) -> Sketch:
        company = self._company(getattr(record, "account_id", ""))
        return draw(record, self._normalise if phones else None, company)

    def _company(self, account_id: str) -> str:
        if account_id and account_id not in self._names:
            account = self._replica.get(Account, account_id)
            self._names[account_id] = account.name if account else ""
        return self._names.get(account_id, "")
