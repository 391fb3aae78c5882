"""Open items from the books, and what becomes of them."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

from hypothesis import given
from hypothesis import strategies as st

from client.interchange import files, invoices
from client.paperwork import bill
from sync_protocol.records import Account, Invoice, Money, SalesOrder

if TYPE_CHECKING:
    from client.replica import Replica

TABLE = b"""Customer;Invoice no.;Due date;Amount;Paid
Adler;4711;16.11.2026;1.234,50;
adler;4712;2026-12-01;;yes
Nobody;1;2026-12-01;;
Twice;2;2026-12-01;;
Adler;;2026-12-01;;
Adler;4713;soon;;
"""
NUMBERS = st.text(st.characters(categories=("L", "N")), min_size=1, max_size=20)


def read(data: bytes = TABLE) -> tuple[list[invoices.Item], list[invoices.Problem]]:
    return invoices.read(data, "open.csv", "DE", "EUR")


def company(replica: Replica) -> Account:
    for name in ("Twice", "Twice"):
        replica.create(Account(name=name))
    return replica.create(Account(name="Adler"))


def test_lines_become_orders_and_what_does_not_fit_is_said(replica: Replica) -> None:
    adler = company(replica)
    items, problems = read()
    done = invoices.take(replica, items)
    assert (done.made, done.changed) == (2, 0)
    assert [(p.line, p.message) for p in (*problems, *done.problems)] == [
        (6, "A customer and an invoice's number are needed."),
        (7, "soon is no date that could be read."),
        (4, "No customer is called Nobody."),
        (5, "Twice is there 2 times."),
    ]
    orders = {o.invoice.number: o for o in replica.find(SalesOrder) if o.invoice}
    assert orders["4711"].invoice == Invoice("4711", date(2026, 11, 16))
    assert orders["4711"].total == Money("1234.50", "EUR")
    assert orders["4712"].invoice == Invoice("4712", date(2026, 12, 1), paid=True)
    assert {order.account_id for order in orders.values()} == {adler.id}
    replica.undo()
    assert not replica.find(SalesOrder)
    assert invoices.take(replica, items)[1:3] == (2, 0)
    assert replica.count(SalesOrder) == 2


def test_the_same_table_changes_nothing_and_a_newer_one_only_what_it_says(
    replica: Replica,
) -> None:
    company(replica)
    items, _problems = read()
    invoices.take(replica, items)
    assert invoices.take(replica, items)[1:3] == (0, 0)
    paid = [item._replace(paid=True) for item in items]
    assert invoices.take(replica, paid)[1:3] == (0, 1)
    assert replica.count(SalesOrder) == 2


def test_what_a_table_would_do_is_what_it_does(replica: Replica) -> None:
    company(replica)
    items, _problems = read()
    twice = [*items, items[0], items[0]._replace(line=9, paid=True)]
    for lines in (items[:1], twice, twice):
        would = invoices.look(replica, lines)
        assert would.key == ""
        assert invoices.take(replica, lines)._replace(key="") == would
    replica.undo()
    assert invoices.look(replica, items)[1:3] == (0, 1)


def test_a_table_says_of_itself_that_it_is_of_open_items() -> None:
    source = files.read(TABLE, "open.csv")
    assert invoices.looks_like(source)
    assert invoices.meanings(source) == {
        "customer": "Customer", "number": "Invoice no.", "due": "Due date", "total": "Amount",
        "paid": "Paid",
    }  # fmt: skip
    assert not invoices.looks_like(files.read(b"Name;Phone\nAda;1\n", "people.csv"))


def test_an_import_that_is_stopped_has_written_whole_parts(replica: Replica) -> None:
    replica.create(Account(name="Adler"))
    items = [invoices.Item(n, "Adler", str(n), None, None, paid=False) for n in range(120)]
    steps = invoices.taking(replica, items, is_stopped=lambda: replica.count(SalesOrder) > 60)
    assert [*steps] == [50 / 120, 100 / 120]
    assert replica.count(SalesOrder) == 100
    replica.undo()
    assert replica.count(SalesOrder) == 0


def test_an_invoice_goes_to_the_order_that_carries_it(replica: Replica) -> None:
    adler = company(replica)
    order = replica.create(SalesOrder(at=replica.now(), number="O-1", account_id=adler.id))
    bill(replica, order, number="4711")
    invoices.take(replica, read()[0][:1])
    (held,) = replica.find(SalesOrder)
    assert (held.number, held.invoice) == ("O-1", Invoice("4711", date(2026, 11, 16)))


@given(number=NUMBERS, due=st.dates(date(1950, 1, 1), date(2100, 1, 1)), paid=st.booleans())
def test_what_a_table_says_is_what_is_read(number: str, due: date, paid: bool) -> None:
    line = f"Adler,{number},{due.isoformat()},{'paid' if paid else ''}"
    data = f"Customer,Invoice,Due,Status\n{line}\n".encode()
    (item,), problems = read(data)
    assert not problems
    assert (item.number, item.due, item.paid) == (number, due, paid)
