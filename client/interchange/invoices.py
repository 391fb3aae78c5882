"""Open items from the books: a table of invoices, each of which is told of before a visit.

Fieldbook does no bookkeeping. A line names a customer, an invoice and the day it is due; it
becomes an order of that customer with its invoice and, if the table says so, its total, or goes to
the order that carries the invoice already. The same table again changes nothing, a newer one only
what it says otherwise. Customers are found by their exact name; who is not, or is there twice, is
said so.
"""

from __future__ import annotations

import re
from datetime import date
from typing import TYPE_CHECKING, NamedTuple

from client import money, planner
from client.interchange import files, values
from client.interchange.planning import Problem
from sync_protocol import ids
from sync_protocol.records import Account, Invoice, Money, SalesOrder

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from client.interchange.sources import Source
    from client.replica import Replica

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
AT_ONCE = 200
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
    """What was written as the act `key`, and what could not be, line by line."""

    key: str
    made: int
    changed: int
    problems: tuple[Problem, ...]


def read(
    data: bytes, filename: str, region: str, currency: str
) -> tuple[list[Item], list[Problem]]:
    """The lines of a table, and what is wrong with others. Raises `UnreadableFile`."""
    source = files.read(data, filename)
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
    accounts, key = _by_name(replica.find(Account)), replica.new_id()
    made = changed = 0
    problems: list[Problem] = []
    for start in range(0, len(items), AT_ONCE):
        with replica.changeset("Import invoices", action=key):
            for item in items[start : start + AT_ONCE]:
                named = accounts.get(item.customer.casefold(), [])
                if len(named) != 1:
                    problems.append(Problem(item.line, "", _nobody(item.customer, len(named))))
                    continue
                new, other = _write(replica, named[0], item)
                made, changed = made + new, changed + other
    return Done(key, made, changed, tuple(problems))


def _write(replica: Replica, account_id: str, item: Item) -> tuple[bool, bool]:
    """Whether an order was made, and whether one was changed."""
    bill = Invoice(item.number, item.due, item.paid)
    held = _held(replica, account_id, item.number)
    if held is None:
        at = planner.moment(replica, item.due, 0) if item.due else replica.now()
        replica.create(
            SalesOrder(
                id=ids.derived("invoice", account_id, item.number), at=min(at, replica.now()),
                status="delivered", total=item.total, invoice=bill, account_id=account_id,
            )
        )  # fmt: skip
        return True, False
    if held.deleted:
        replica.restore(held)
    if held.invoice != bill:
        replica.update(held, invoice=bill)
    return held.deleted, held.invoice != bill and not held.deleted


def _held(replica: Replica, account_id: str, number: str) -> SalesOrder | None:
    """The order that carries this invoice, be it one that was undone or deleted."""
    for order in replica.find(SalesOrder, account_id=account_id):
        if order.invoice is not None and order.invoice.number == number:
            return order
    return replica.get(SalesOrder, ids.derived("invoice", account_id, number))


def _lines(source: Source) -> Iterator[tuple[int, dict[str, str]]]:
    """The cells of each line by what they mean; of two columns the first counts."""
    meanings = [_WORDS.get(_PLAIN.sub(" ", column.heading.casefold()).strip(), "")
                for column in source.columns]  # fmt: skip
    for row in source.rows():
        facts: dict[str, str] = {}
        for cell in row.cells:
            facts.setdefault(meanings[cell.column], cell.value.strip())
        yield row.line, facts


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
