"""Which records a table shows, and the words in its cells.

Only the ids of a whole table are read; cells are read some dozens of rows at a time as they come
near the screen, with one query per record type they need and not one per row.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

from client import money, record_types
from client.store.filtering import LASTS
from client.ui.views.lists import facets
from client.ui.views.lists.facets import LABELS
from sync_protocol.records import Condition, Filter, kinds
from sync_protocol.rules.conditions import plain, values_at

if TYPE_CHECKING:
    from collections.abc import Sequence

    from client.replica import Replica
    from client.replica.labels import Worn
    from client.ui.views.lists.facets import Facet
    from sync_protocol.records import Record

OVERDUE = Filter(conditions=(Condition("overdue", "is", ("yes",)),))
AMOUNT = ".amount"


class Asked(NamedTuple):
    """What a table shows: of which record type, which of them, which columns, in which order."""

    of: str
    filter: Filter = Filter()
    columns: tuple[str, ...] = ()
    sort: str = "name"


class Cells(NamedTuple):
    """One row of a table: its words, column by column, and its labels."""

    id: str
    texts: tuple[str, ...]
    labels: tuple[Worn, ...]


def read_ids(replica: Replica, asked: Asked) -> tuple[str, ...]:
    shown = record_types.named(asked.of)
    return tuple(
        replica.ids(shown.struct, filter=asked.filter, order_by=asked.sort, where=shown.where)
    )


def read_cells(
    replica: Replica, of: str, columns: Sequence[Facet], ids: Sequence[str]
) -> dict[str, Cells]:
    """The rows of some ids, by id."""
    kind, wanted = record_types.named(of).kind, tuple(ids)
    records = replica.find(kind.struct, id=wanted)
    derived = _derived(replica, of, columns, wanted)
    names = _names(replica, columns, records)
    labels = replica.worn_by(wanted) if any(c.path == LABELS for c in columns) else {}
    now_ms, settings = replica.now(), replica.settings
    found = {}
    for record in records:
        fields = plain(record) | derived.get(record.id, {})
        texts = []
        for column in columns:
            if column.path.endswith(AMOUNT):
                texts.append(_money(replica, record, column.path))
                continue
            values = values_at(kind, column.path, fields)
            said = (names.get(str(v)) or facets.words(column, v, now_ms, settings) for v in values)
            texts.append(", ".join(dict.fromkeys(said)))
        found[record.id] = Cells(record.id, tuple(texts), tuple(labels.get(record.id, ())))
    return found


def _money(replica: Replica, record: Record, path: str) -> str:
    """An amount with its currency, without which it says nothing."""
    held = getattr(record, path.removesuffix(AMOUNT))
    return money.shown(held.amount, held.currency, replica.settings.locale) if held else ""


def _names(replica: Replica, columns: Sequence[Facet], records: Sequence[Any]) -> dict[str, str]:
    """What the records are called that these refer to, where they are not in a list of choices."""
    found: dict[str, str] = {}
    for column in columns:
        if column.of is not None and not column.choices:
            ids = tuple({getattr(x, column.path, "") for x in records} - {""})
            found |= {x.id: x.name for x in replica.find(column.of, id=ids)} if ids else {}
    return found


def _derived(
    replica: Replica, of: str, columns: Sequence[Facet], ids: tuple[str, ...]
) -> dict[str, dict[str, Any]]:
    """What is in no record, for those of the columns that show such things."""
    shown = {column.path for column in columns}
    found: dict[str, dict[str, Any]] = {i: {} for i in ids}
    for name in LASTS.keys() & shown:
        for record_id, at in replica.lasts(name, of, ids).items():
            found[record_id][name] = at
    if of in ("account", "contact") and "overdue" in shown:
        late = set(replica.ids(kinds()[of].struct, id=ids, filter=OVERDUE))
        for record_id in ids:
            found[record_id]["overdue"] = record_id in late
    return found
