"""What people wait for, asked as the screens ask it: each answer with the times it took.

Only what the app itself is made of is imported here, so that the same questions can be asked in a
browser. A floor is plain SQLite reading the same rows from the same file.
"""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, Any, NamedTuple

from client import suggesting, timeline
from client.suggesting import Learned
from client.ui.views import today
from client.ui.views.deals import reading as deals
from client.ui.views.lists.reading import Asked
from client.ui.views.records import finding
from client.ui.views.records import reading as pages
from client.ui.views.records.book import ACCOUNTS
from client.ui.views.search import read_lines
from client.ui.views.suggestions.deciding import STEP
from sync_protocol.records import (
    Account,
    Condition,
    Contact,
    Filter,
    Label,
    LabelModel,
    Phone,
    Weight,
    entries,
)
from sync_protocol.rules.features import EDITION

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from client.replica import Replica

TYPED = (
    "anna huber", "gasthof kro", "0171 23", "münchen", "hubre", "schmitd thomas", "lieferung",
    "zzzz",
)  # fmt: skip
PHONED = Filter(conditions=(Condition("phones.number", "starts", ("0171 23",)),))
SORTS = ("name", "-last_visit", "-last_activity", "phones.number", "account_id")
WINDOW, PART = 40, 50
PARTS = 40
TIMES = 5
"""How often the same is asked."""


class Answer(NamedTuple):
    """Seconds of each asking, and of the floor where there is one."""

    what: str
    seconds: list[float]
    floor: float | None = None

    def at(self, share: float) -> float:
        """The time below which such a share of all lie, in ms."""
        ordered = sorted(self.seconds)
        return 1000 * ordered[min(len(ordered) - 1, int(len(ordered) * share))]


def answers(
    replica: Replica,
    largest: str,
    modest: str,
    label: str,
    *,
    clock: Callable[[], float] = time.process_time,
) -> Iterator[Answer]:
    """Everything, a line at a time."""
    asking = _Asking(replica, clock)
    yield from asking.searches()
    yield from asking.lists(label)
    yield from asking.timelines(largest, modest)
    yield from asking.days()
    yield from asking.suggestions(label)
    yield from asking.typing(largest)
    yield from asking.writes(modest)


class _Asking:
    def __init__(self, replica: Replica, clock: Callable[[], float]) -> None:
        self._replica = replica
        self._clock = clock

    def searches(self) -> Iterator[Answer]:
        typed = [text[:end] for text in TYPED for end in range(1, len(text) + 1)]
        floor = self._floor(
            "SELECT id, name FROM contact WHERE row IN (SELECT rowid FROM contact_search WHERE"
            """ contact_search MATCH '"an"*') LIMIT 2000"""
        )
        yield self._each("search everything, each letter", typed, self._search, floor)
        yield self._each("search in the contacts, each letter", typed, self._narrow)

    def lists(self, label: str) -> Iterator[Answer]:
        floor = self._floor("SELECT id FROM contact ORDER BY name")
        for sort in SORTS:
            yield self._again(
                f"contacts by {sort}, first page", lambda sort=sort: self._list(sort), floor
            )
            floor = None
        ids = self._replica.ids(Contact, order_by="name")
        found = finding.find_list(self._replica, Asked("contact"))
        starts = range(0, len(ids) - WINDOW, len(ids) // 200)
        yield self._each(
            "contacts, one page further", starts,
            lambda start: finding.read_lines(
                self._replica, Asked("contact"), found, ids[start : start + WINDOW]
            ),
            self._floor("SELECT * FROM contact WHERE row BETWEEN 20000 AND 20040"),
        )  # fmt: skip
        yield self._again(
            "contacts with a label, 0171 23...",
            lambda: self._list("name", Filter(labels_any=(label,), conditions=PHONED.conditions)),
        )
        yield self._again(
            "contacts with 0171 23...",
            lambda: self._list("name", PHONED),
            self._floor("SELECT id FROM contact WHERE phones LIKE '%\"0171 23%' ORDER BY name"),
        )
        yield self._again("contacts with a label", lambda: self._list("name", labelled(label)))

    def timelines(self, largest: str, modest: str) -> Iterator[Answer]:
        page = (
            "SELECT id FROM activity WHERE account_id = '{}' AND status = 'done'"
            " ORDER BY at DESC LIMIT 50"
        )
        for name, record_id, offsets in (
            ("5,000 entries", largest, (0, 1000, 4900)),
            ("40 entries", modest, (0,)),
        ):
            for offset in offsets:
                yield self._again(
                    f"timeline of {name}, from {offset:,}",
                    lambda record_id=record_id, offset=offset: timeline.read(
                        self._replica, "account", record_id, limit=PART, offset=offset
                    ),
                    self._floor(page.format(record_id)),
                )
            yield self._again(
                f"page of an account with {name}",
                lambda record_id=record_id: pages.read_page(self._replica, ACCOUNTS, record_id),
            )

    def days(self) -> Iterator[Answer]:
        yield self._again(
            "board of 5,000 deals, sums of each column",
            lambda: deals.read_board(self._replica, deals.Asked()),
            self._floor("SELECT * FROM deal WHERE closing IS NULL"),
        )
        yield self._again(
            "Today",
            lambda: today.read_day(self._replica),
            self._floor(
                "SELECT account_id, max(at) FROM activity WHERE kind = 'visit' AND status = 'done'"
                " GROUP BY account_id"
            ),
        )

    def suggestions(self, label: str) -> Iterator[Answer]:
        """A part of the look through all customers, which rests after each."""
        known = self._replica.get(Label, label)
        assert known is not None
        model = LabelModel(label_id=label, weights=(Weight("visits=3-5", 1.0),), edition=EDITION)
        parts = suggesting.survey(self._replica, [Learned(known, model)], STEP)
        took = []
        for _part in range(PARTS):
            began = self._clock()
            next(parts)
            took.append(self._clock() - began)
        yield Answer(f"suggestions for {STEP} customers", took)

    def typing(self, largest: str) -> Iterator[Answer]:
        names = [text[:end] for text in ("Anna Huber", "Thomas Schmid") for end in range(1, 14)]
        mobile = entries(Phone("0171 2345678"))
        yield self._each(
            "duplicates of a new contact, each letter",
            list(dict.fromkeys(names)),
            lambda name: self._replica.similar(
                Contact(name=name, phones=mobile, account_id=largest)
            ),
        )

    def writes(self, modest: str) -> Iterator[Answer]:
        account = self._replica.get(Account, modest)
        assert account is not None

        def write(place: int) -> None:
            self._replica.update(account, about=f"Written {place}")

        yield self._each("one local write, durable", range(50), write)

    def _search(self, text: str) -> None:
        read_lines(self._replica, text)

    def _narrow(self, text: str) -> None:
        self._list("name", Filter(text=text))

    def _list(self, sort: str, wanted: Filter = Filter()) -> None:  # noqa: B008 - frozen
        """As the list of contacts does: all ids, and the rows of the first page."""
        asked = Asked("contact", wanted, (), sort)
        found = finding.find_list(self._replica, asked)
        finding.read_lines(self._replica, asked, found, found.ids[:WINDOW])

    def _again(self, what: str, work: Callable[[], object], floor: float | None = None) -> Answer:
        work()
        return Answer(what, [self._once(work) for _ in range(TIMES)], floor)

    def _each(
        self, what: str, some: Any, work: Callable[[Any], object], floor: float | None = None
    ) -> Answer:
        return Answer(what, [self._once(lambda one=one: work(one)) for one in some], floor)

    def _floor(self, query: str) -> float:
        driver: Any = self._replica._connection.connection.dbapi_connection
        return min(self._once(lambda: driver.execute(query).fetchall()) for _ in range(TIMES))

    def _once(self, work: Callable[[], object]) -> float:
        began = self._clock()
        work()
        return self._clock() - began


def labelled(label: str) -> Filter:
    return Filter(labels_any=(label,))
