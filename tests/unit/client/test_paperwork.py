"""Quotes and orders without a screen."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

import pytest

from client import paperwork
from client.errors import Invalid
from sync_protocol.records import (
    Account,
    Address,
    Contact,
    Deal,
    Line,
    Money,
    Quote,
    SalesOrder,
    entries,
)
from sync_protocol.rules import quotes

if TYPE_CHECKING:
    from client.replica import Replica

TODAY = date(2026, 11, 28)
LINES = entries(Line("Sparkling water", "24", "7.49"), Line("Apple juice", "6", "10.99"))


def a_quote(replica: Replica) -> Quote:
    address = Address(street="Am Markt 1", postal_code="96047", town="Bamberg")
    account = replica.create(Account(name="Café Müller", addresses=entries(address)))
    contact = replica.create(Contact(name="Ada Byrne", account_id=account.id))
    deal = replica.create(
        Deal(
            name="Terrace", pipeline_id="p", stage_id="s", value=Money("1", "CHF"), lines=LINES,
            account_id=account.id, contact_id=contact.id,
        )
    )  # fmt: skip
    return paperwork.quote_deal(replica, deal, TODAY)


def test_a_quote_takes_lines_addressee_and_currency_from_its_deal(replica: Replica) -> None:
    quote = a_quote(replica)
    assert (quote.lines, quote.currency, quote.status) == (LINES, "CHF", "draft")
    assert quote.addressee == "Café Müller\nAda Byrne\nAm Markt 1\n96047 Bamberg"
    assert quote.valid_until == date(2026, 12, 28)


def test_a_sent_quote_changes_no_more_on_this_device(replica: Replica) -> None:
    sent = paperwork.send(replica, a_quote(replica))
    assert (sent.status, sent.sent_at) == ("sent", replica.now())
    changes = ({"terms": "Net 14"}, {"lines": {}}, {"valid_until": None}, {"sent_at": None})
    for fields in changes:
        with pytest.raises(Invalid, match="stays as it was sent"):
            replica.update(sent, **fields)
    with pytest.raises(Invalid, match="kept"):
        replica.delete(sent)
    assert replica.get(Quote, sent.id) == sent


def test_undo_does_not_unsend(replica: Replica) -> None:
    sent = paperwork.send(replica, a_quote(replica))
    undone = replica.undo()
    assert undone is not None
    assert undone.kept
    assert replica.get(Quote, sent.id) == sent


def test_what_was_on_a_sent_quote_before_is_not_put_back(replica: Replica) -> None:
    quote = replica.update(a_quote(replica), terms="Net 14")
    sent = paperwork.send(replica, replica.update(quote, terms="Net 30"))
    earlier = next(x for x in replica.history(sent) if x.cell == "terms" and x.value == "Net 14")
    with pytest.raises(Invalid, match="stays as it was sent"):
        replica.restore_value(earlier)


def test_a_sending_writes_all_of_the_paper(replica: Replica) -> None:
    quote = a_quote(replica)
    paperwork.send(replica, quote)
    cells = replica.pending()[-1].changes[0].cells
    assert {cell.partition(".")[0] for cell in cells} == {*quotes.PAPER, "status"}
    assert "lines.1" in cells


def test_a_revision_is_a_new_draft_of_the_same_number_and_there_is_only_one(
    replica: Replica,
) -> None:
    sent = paperwork.send(replica, a_quote(replica))
    first = paperwork.revise(replica, sent, TODAY)
    assert (first.number, first.revision, first.revises_id) == (sent.number, 2, sent.id)
    assert (first.status, first.sent_at, first.lines) == ("draft", None, sent.lines)
    replica.delete(first)
    assert paperwork.revise(replica, sent, TODAY).id == first.id
    assert replica.get(Quote, sent.id) == sent


def test_an_accepted_quote_becomes_one_order(replica: Replica) -> None:
    sent = paperwork.send(replica, a_quote(replica))
    accepted = paperwork.answer(replica, sent, "accepted")
    order = paperwork.order_quote(replica, accepted)
    assert paperwork.order_quote(replica, accepted) == order
    assert (order.lines, order.currency, order.quote_id) == (sent.lines, "CHF", sent.id)
    assert replica.count(SalesOrder) == 1


def test_numbers_of_two_devices_never_meet_and_none_is_given_twice(replica: Replica) -> None:
    first = paperwork.next_number(replica, "Q")
    replica.delete(replica.create(Quote(number=first)))
    assert first == f"Q-{paperwork.device_code(replica.device)}-1"
    assert paperwork.next_number(replica, "Q").endswith("-2")
    assert paperwork.next_number(replica, "O").endswith("-1")
    codes = [paperwork.device_code(x) for x in (1, 31, 32, 33, 1 << 31, (1 << 32) - 1)]
    assert len(set(codes)) == len(codes)


def test_the_value_of_lines_is_what_they_cost_before_tax() -> None:
    lines = entries(Line("Water", "24", "7.49", discount="5", tax="19"))
    assert paperwork.value_of(lines, "EUR") == Money("170.77", "EUR")
