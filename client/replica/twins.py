"""Who may be the same customer: looked up while somebody types, and found in the background."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, TypeGuard

from client import duplicates
from client.duplicates import sketch
from client.phones import normaliser
from client.replica.labels import Labels
from client.store import likenesses, queries
from sync_protocol.records import kind_of, kinds

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from sqlalchemy import Connection

    from client.store.database import Changed
    from client.store.likenesses import Twins
    from sync_protocol.records import Kind, Record

_COMPARED = 10
"""Records compared at a step: some 4 ms each in a browser, where nothing may stall for 50."""


class Likes(Labels):
    """The keys of likeness are filled with the search index; see `client.duplicates`."""

    def __init__(self, *given: Any, **options: Any) -> None:
        super().__init__(*given, **options)
        self._eye = duplicates.Eye(self)
        self.on_change(self._looked_at_changes)

    def index_some(self) -> bool:
        """Bring the indexes a step forward, then the pairs; False when all is complete."""
        if super().index_some():
            return True
        with self._database.transaction(durable=False) as connection:
            return self._compare_some(connection)

    def similar(self, record: Record, **options: Any) -> list[duplicates.Match]:
        """Who on this device may be the same customer as `record`, typed or stored.

        See `client.duplicates.similar` for the options. What was written a moment ago counts.
        """
        if self._open is not None:
            return duplicates.similar(duplicates.Eye(self), record, **options)
        with self._database.transaction(durable=False) as connection:
            list(self._index(connection, map(kind_of, sketch.KINDS.values())))
        return duplicates.similar(self._eye, record, **options)

    def sharing(self, kind: str, keys: Iterable[str]) -> list[list[int]]:
        """For each key the rows of the records that share it: what `similar` looks at."""
        return likenesses.sharing(self._connection, kind, keys)

    def in_rows(self, kind: str, rows: Sequence[int]) -> dict[int, Record]:
        """The records that `sharing` led to, by row, without what is deleted or merged."""
        return queries.by_rows(self._connection, kinds()[kind], rows)

    def twins(self) -> list[Twins]:
        """Pairs of records here that are likely one and that nobody here has decided on."""
        return likenesses.listed(self._connection)

    def dismiss_twins(self, kind: str, one: str, two: str) -> None:
        """These two are not one: they are proposed on this device no more."""
        with self._database.transaction() as connection:
            likenesses.dismiss(connection, kind, one, two)
            self._database.touch(likenesses.NOTICED, one)

    def ask_about_twins(self, kind: str, one: str, two: str) -> None:
        """Take `dismiss_twins` back."""
        with self._database.transaction() as connection:
            likenesses.ask_again(connection, kind, one, two)
            self._database.touch(likenesses.NOTICED, one)

    def _indexed(self, connection: Connection, kind: Kind, row: int, record: Record) -> None:
        if kind.name in sketch.KINDS:
            drawn = sketch.draw(record, normaliser(self.settings.region))
            likenesses.put(connection, kind.name, row, record.id, sketch.keys(drawn))

    def _compare_some(self, connection: Connection) -> bool:
        """Compare a few records with their likes; False when none is left."""
        some = likenesses.due(connection, _COMPARED)
        for kind, record_id in some:
            record = self.get(sketch.KINDS[kind], record_id)
            pairs = duplicates.likely_twins(self._eye, record) if _stands(record) else []
            if likenesses.compared(connection, kind, record_id, pairs):
                self._database.touch(likenesses.NOTICED, record_id)
        if not some:
            self._eye.forget()
        return bool(some)

    def _looked_at_changes(self, changed: Changed) -> None:
        if changed.keys() != {likenesses.NOTICED}:
            self._eye.forget()


def _stands(record: Record | None) -> TypeGuard[Record]:
    return record is not None and not record.deleted and not getattr(record, "merged_into", "")
