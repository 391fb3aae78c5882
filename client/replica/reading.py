"""What is here, and what became of it: records, lists, labels, histories."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, TypeVar

import msgspec

from client.errors import UnknownLabel
from client.phones import normaliser
from client.replica.base import Base
from client.store import (
    filtering,
    history,
    lookup,
    outcomes,
    queries,
    search,
    states,
    tables,
    timeline,
)
from client.store.queries import Query
from client.zones import zone
from sync_protocol import clock
from sync_protocol.messages import ConflictPage, Conflicts, HistoryOf
from sync_protocol.records import (
    SETTINGS_ID,
    Cadence,
    Label,
    Record,
    Settings,
    Territory,
    User,
    kind_of,
    kinds,
)
from sync_protocol.rules import cadence, permissions, scopes
from sync_protocol.rules.conditions import Moment

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from sqlalchemy import Connection

    from client.store.history import Written
    from client.store.lookup import Hit
    from client.store.outcomes import Part, Tally
    from client.store.timeline import Happening
    from sync_protocol.records import Kind


R = TypeVar("R", bound=Record)


class Reading(Base):
    """Every read is local and immediate, but for what only the server keeps."""

    def get(self, struct: type[R], record_id: str) -> R | None:
        return queries.get(self._connection, struct, record_id)

    def as_it_is(self, record: R) -> R:
        """A record as it is by now; as it is handed over, where it is not here any more."""
        return self.get(type(record), record.id) or record

    def find(self, struct: type[R], query: Query | None = None, **options: Any) -> list[R]:
        """Records that are not deleted; see `Query` for the options, further names are fields.

        `find(Contact, text="ada", labels_any=["Customer"], order_by="name", limit=50)`.
        Labels are given by name or id. `filter` takes a `Filter`, `order_by` also a path or what is
        derived: `find(Account, filter=segment.filter, order_by="-last_activity")`.
        """
        return queries.find(self._connection, struct, query or self.query(**options))

    def count(self, struct: type[Record], query: Query | None = None, **options: Any) -> int:
        return queries.count(self._connection, struct, query or self.query(**options))

    def ids(self, struct: type[Record], query: Query | None = None, **options: Any) -> list[str]:
        """The ids of what `find` gives, in the same order."""
        return queries.ids(self._connection, struct, query or self.query(**options))

    def look_up(self, typed: str, of: Sequence[str], limit: int = 5) -> list[Hit]:
        """The best hits for what was typed, over several record types, `limit` of each."""
        return lookup.look_up(self._connection, typed, of, limit, self.now())

    def latest(
        self, struct: type[Record], field: str, by: str = "account_id", **where: Any
    ) -> dict[str, Any]:
        """The greatest `field` for each value of the reference `by`: last visits, say."""
        return queries.latest(self._connection, struct, field, by, where)

    def lasts(self, name: str, kind: str, ids: Sequence[str]) -> dict[str, int]:
        """`last_activity`, `last_visit` or `last_order` of records of a kind that have one."""
        last, by = filtering.LASTS[name], filtering.BY[kind]
        where: dict[str, Any] = {by: tuple(ids), "status": last.status}
        where |= {"kind": last.kind} if last.kind else {}
        return queries.latest(self._connection, kinds()[last.of].struct, "at", by, where)

    def tally(self, struct: type[Record], by: str, **where: Any) -> dict[str, int]:
        """How many records there are for each value of `by`, a composite one as JSON: uses, say."""
        return queries.tally(self._connection, struct, by, where)

    def outcome_tallies(self, part: Part) -> Sequence[Tally]:
        """How many activities of each kind went how, for whom, until now."""
        return outcomes.tallies(self._connection, self.now() + 1, part)

    def outcome_ids(self, part: Part) -> list[str]:
        """Those activities, the newest first."""
        return outcomes.ids(self._connection, self.now() + 1, part)

    def query(self, **options: Any) -> Query:
        """A `Query` from keyword options, label names looked up. Raises `UnknownLabel`."""
        own = {name: options.pop(name) for name in Query.__struct_fields__ if name in options}
        for name in ("labels_any", "labels_all", "labels_none"):
            own[name] = tuple(map(self._label_id, own.get(name, ())))
        own.setdefault("now", self.moment)
        asked = Query(**own | {"where": {**own.get("where", {}), **options}})
        if not _asks_who_is_overdue(asked):
            return asked
        return msgspec.structs.replace(asked, cadences=tuple(self.cadences()))

    def cadences(self) -> list[Cadence]:
        """How often which accounts are to be visited, the shortest first."""
        return cadence.shortest_first(self.find(Cadence))

    def beneath(self, record: Record) -> list[tuple[str, str]]:
        """(kind, id) of everything that names this record as a parent, deleted or not."""
        return queries.beneath(self._connection, kind_of(record), record.id)

    def happenings(
        self, kind: str, record_id: str, types: Sequence[str] = (), *, limit: int, offset: int = 0
    ) -> list[Happening]:
        """What happened to a record and all that belongs to it, the latest first."""
        return timeline.page(self._connection, kind, record_id, types, limit=limit, offset=offset)

    def count_happenings(self, kind: str, record_id: str) -> dict[str, int]:
        """How many happenings there are of each type."""
        return timeline.counts(self._connection, kind, record_id)

    def history(self, record: Record) -> list[Written]:
        """What was written to a record, the newest first; lost values are marked."""
        return history.of(self._connection, kind_of(record).name, record.id)

    def made_ms(self, record: Record) -> int:
        """When a record was made, in milliseconds; 0 if that is not known here."""
        state = states.read(self._connection, kind_of(record).name, record.id)
        return 0 if state is None else clock.millis(state.base.time)

    async def full_history(self, record: Record) -> list[Written]:
        """All that the server keeps of a record's past, with what is not yet there; online."""
        kind = kind_of(record).name
        answer = await self._party().history(HistoryOf(self.device, kind, record.id))
        return history.joined(self.history(record), kind, record.id, answer.writes)

    async def conflicts(self, before: int = 0) -> ConflictPage:
        """Who overwrote whom in what this user may see, a page at a time; needs the network."""
        return await self._party().conflicts(Conflicts(self.device, before))

    @property
    def user(self) -> User | None:
        return self.get(User, self.user_id) if self.user_id else None

    @property
    def settings(self) -> Settings:
        return self.get(Settings, SETTINGS_ID) or Settings(name="Fieldbook")

    @property
    def moment(self) -> Moment:
        """Now, in the workspace's time zone: what filters go by."""
        return Moment(self.now(), zone(self.settings.time_zone))

    @property
    def actor(self) -> permissions.Actor | None:
        """The user with the scopes they hold, for `permissions.may`; None before the first load."""
        user = self.user
        if user is None:
            return None
        held = scopes.scopes_of(user, self.find(Territory), self.find(User))
        return permissions.Actor(user.id, user.role, frozenset(held))

    def index_some(self) -> bool:
        """Bring the search index a step forward; False when it is complete."""
        if self._open is not None:
            return True
        with self._database.transaction(durable=False) as connection:
            return any(self._index(connection, _searchable()))

    def _index(self, connection: Connection, some: Iterable[Kind]) -> Iterator[int]:
        """How many records of each kind could be indexed, a kind at a time."""
        wanting = search.wanting(connection, some)
        if not wanting:
            return
        normalise = normaliser(self.settings.region)
        fields = search.definitions(connection)
        for kind in wanting:
            yield search.index_some(connection, kind, normalise, fields, self._indexed)

    def _indexed(self, connection: Connection, kind: Kind, row: int, record: Record) -> None:
        """A record has been indexed: whatever else is derived from it is made now."""

    def _fields(self, kind: str, record_id: str) -> tuple[Kind, dict[str, Any]] | None:
        return states.fields(self._connection, kind, record_id)

    def label_named(self, name: str) -> Label:
        """A label by name, case ignored; among equal names the one created first."""
        found = [x for x in self.find(Label) if x.name.casefold() == name.strip().casefold()]
        if not found:
            raise UnknownLabel(f"There is no label called {name!r}.")
        return min(found, key=lambda label: label.id)

    def _label_id(self, name_or_id: str) -> str:
        known = self.get(Label, name_or_id)
        return known.id if known else self.label_named(name_or_id).id


def _searchable() -> list[Any]:
    return tables.searchable()


def _asks_who_is_overdue(query: Query) -> bool:
    by = (query.order_by.removeprefix("-"), *(x.field for x in query.filter.conditions))
    return "overdue" in by
