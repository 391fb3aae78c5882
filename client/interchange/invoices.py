"""Open items from the books: a table of invoices, each of which is told of before a visit.

Fieldbook does no bookkeeping. A line names a customer, an invoice and the day it is due; it
becomes an order of that customer with its invoice and, if the table says so, its total, or goes to
the order that carries the invoice already. The same table again changes nothing, a newer one only
what it says otherwise; what it would do is told before anything is written. Customers are found by
their exact name; who is not, or is there twice, is said so.
"""

from __future__ import annotations

import re
from collections import Counter
from datetime import date
from functools import partial
from typing import TYPE_CHECKING, Literal, NamedTuple

from client import money, planner
from client.interchange import files, values
from client.interchange.problems import Problem
from sync_protocol import ids
from sync_protocol.records import Account, Invoice, Money, SalesOrder

if TYPE_CHECKING:
    from collections.abc import Callable, Generator, Iterable, Iterator, Sequence

    from client.interchange.sources import Source
    from client.replica import Replica

    Became = Literal["made", "changed", "same"]
    Steps = Generator[float, None, "Done"]
    _Brought = dict[tuple[str, str], Invoice]

KIND = "invoice"
"""What a row of such a table is called where others are accounts or contacts."""
HEADINGS = {
    "customer": "customer; customer name; account; account name; company; name; kunde; firma",
    "number": "invoice; invoice number; invoice no; number; document; rechnung; rechnungsnummer;"
    " belegnummer; beleg",
    "due": "due; due date; due on; fällig; fällig am; fälligkeit; fälligkeitsdatum",
    "total": "total; amount; open amount; open; betrag; offen; summe; brutto",
    "currency": "currency; währung",
    "paid": "paid; settled; status; bezahlt; beglichen",
}
PAID = frozenset({"yes", "y", "true", "1", "x", "paid", "settled", "ja", "bezahlt", "beglichen"})
AT_ONCE = 50
"""Lines in a changeset; a browser draws between two of them."""
LONGEST = 200
_WORDS = {word: field for field, text in HEADINGS.items() for word in text.split("; ")}
_PLAIN = re.compile(r"[\W_]+")


class Item(NamedTuple):
    """One line, as far as it could be read."""

    line: int
    customer: str
    number: str
    due: date | None
    total: Money | None
    paid: bool


class Done(NamedTuple):
    """What was written as the act `key`, and what could not be, line by line.

    Looked at beforehand there is no key yet; `same` are those that are here as the table says.
    """

    key: str
    made: int
    changed: int
    problems: tuple[Problem, ...]
    same: int = 0


def read(
    data: bytes, filename: str, region: str, currency: str
) -> tuple[list[Item], list[Problem]]:
    """The lines of a table, and what is wrong with others. Raises `UnreadableFile`."""
    return items_of(files.read(data, filename), region, currency)


def looks_like(source: Source) -> bool:
    """Whether a table says of itself that its lines are open items."""
    return source.format == "csv" and {"customer", "number", "due"} <= set(meanings(source))


def meanings(source: Source) -> dict[str, str]:
    """The headings that were understood, by what they mean; of two the first counts."""
    found: dict[str, str] = {}
    for column in source.columns:
        if meant := _meaning(column.heading):
            found.setdefault(meant, column.heading)
    return found


def items_of(source: Source, region: str, currency: str) -> tuple[list[Item], list[Problem]]:
    """The lines, and what is wrong with those that could not be read."""
    found, problems = [], []
    for line, facts in _lines(source):
        due, total = _day(facts.get("due", ""), region), _money(facts, currency)
        if not facts.get("customer") or not facts.get("number"):
            problems.append(Problem(line, "", "A customer and an invoice's number are needed."))
        elif facts.get("due") and due is None:
            problems.append(Problem(line, "", f"{facts['due']} is no date that could be read."))
        else:
            paid = facts.get("paid", "").casefold() in PAID
            number = facts["number"][:LONGEST]
            found.append(Item(line, facts["customer"], number, due, total, paid))
    return found, problems


def take(replica: Replica, items: Sequence[Item]) -> Done:
    """Write the lines as one act, which one undo takes back. Raises `NotAllowed`."""
    return _through(taking(replica, items))


def look(replica: Replica, items: Sequence[Item]) -> Done:
    """What `take` would do; nothing is written."""
    return _through(looking(replica, items))


def taking(
    replica: Replica, items: Sequence[Item], *, is_stopped: Callable[[], bool] = lambda: False
) -> Steps:
    """The same in parts, between which others may have their turn; gives the share that is done."""
    key, count = replica.new_id(), _Count(replica)
    for start in range(0, len(items), AT_ONCE):
        if is_stopped():
            break
        with replica.changeset("Import invoices", action=key):
            for item in items[start : start + AT_ONCE]:
                count.add(item, partial(_write, replica))
        yield min(1.0, (start + AT_ONCE) / len(items))
    return count.done(key)


def looking(replica: Replica, items: Sequence[Item]) -> Steps:
    """`look` in parts."""
    count = _Count(replica)
    brought: _Brought = {}
    for place, item in enumerate(items, 1):
        count.add(item, partial(_foreseen, replica, brought))
        yield place / len(items)
    return count.done("")


def _through(steps: Steps) -> Done:
    while True:
        try:
            next(steps)
        except StopIteration as end:
            done: Done = end.value
            return done


class _Count:
    """What becomes of the lines, one after the other."""

    def __init__(self, replica: Replica) -> None:
        self._accounts = _by_name(replica.find(Account))
        self._became: Counter[Became] = Counter()
        self._problems: list[Problem] = []

    def add(self, item: Item, act: Callable[[str, Item], Became]) -> None:
        """One line more: whose it is, and what `act` says becomes of it."""
        named = self._accounts.get(item.customer.casefold(), [])
        if len(named) == 1:
            self._became[act(named[0], item)] += 1
        else:
            self._problems.append(Problem(item.line, "", _nobody(item.customer, len(named))))

    def done(self, key: str) -> Done:
        count = self._became
        return Done(key, count["made"], count["changed"], tuple(self._problems), count["same"])


def _bill(item: Item) -> Invoice:
    return Invoice(item.number, item.due, item.paid)


def _foreseen(replica: Replica, brought: _Brought, account_id: str, item: Item) -> Became:
    """What `_write` would say, after the lines above it."""
    bill, key = _bill(item), (account_id, item.number)
    held = None if key in brought else _held(replica, account_id, item.number)
    known = brought.get(key) or (held.invoice if held and not held.deleted else None)
    brought[key] = bill
    if known is None:
        return "made"
    return "same" if known == bill else "changed"


def _write(replica: Replica, account_id: str, item: Item) -> Became:
    """Make the order, bring it back, or change its invoice."""
    bill = _bill(item)
    held = _held(replica, account_id, item.number)
    if held is None:
        at = planner.moment(replica, item.due, 0) if item.due else replica.now()
        replica.create(
            SalesOrder(
                id=ids.derived("invoice", account_id, item.number), at=min(at, replica.now()),
                status="delivered", total=item.total, invoice=bill, account_id=account_id,
            )
        )  # fmt: skip
        return "made"
    if held.deleted:
        replica.restore(held)
    if held.invoice != bill:
        replica.update(held, invoice=bill)
    if held.deleted:
        return "made"
    return "same" if held.invoice == bill else "changed"


def _held(replica: Replica, account_id: str, number: str) -> SalesOrder | None:
    """The order that carries this invoice, be it one that was undone or deleted."""
    for order in replica.find(SalesOrder, account_id=account_id):
        if order.invoice is not None and order.invoice.number == number:
            return order
    return replica.get(SalesOrder, ids.derived("invoice", account_id, number))


def _lines(source: Source) -> Iterator[tuple[int, dict[str, str]]]:
    """The cells of each line by what they mean; of two columns the first counts."""
    meant = [_meaning(column.heading) for column in source.columns]
    for row in source.rows():
        facts: dict[str, str] = {}
        for cell in row.cells:
            facts.setdefault(meant[cell.column], cell.value.strip())
        yield row.line, facts


def _meaning(heading: str) -> str:
    return _WORDS.get(_PLAIN.sub(" ", heading.casefold()).strip(), "")


def _day(text: str, region: str) -> date | None:
    found = values.birthday(text, region) if text else None
    return date.fromisoformat(found) if found and not found.startswith("-") else None


def _money(facts: dict[str, str], currency: str) -> Money | None:
    named = facts.get("currency", "").upper()
    code = named if re.fullmatch("[A-Z]{3}", named) else currency
    amount = money.read(facts.get("total", ""), code).amount
    return Money(amount, code) if amount else None


def _by_name(accounts: Iterable[Account]) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for account in accounts:
        found.setdefault(account.name.casefold(), []).append(account.id)
    return found


def _nobody(name: str, count: int) -> str:
    return f"{name} is there {count} times." if count else f"No customer is called {name}."
