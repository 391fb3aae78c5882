"""The server keeps a quote as it was sent, whatever comes from other devices before and after."""

from __future__ import annotations

from sync_protocol.changes import Change
from sync_protocol.messages import Applied, Rejected
from sync_protocol.records import Line, Quote, entries
from sync_protocol.records.cells import of_fields, raw
from sync_protocol.rules import quotes
from tests.integration.server.office import Client, Office, create, update, value


def a_draft(office: Office, client: Client) -> Quote:
    quote = Quote(id=office.id(), number="Q-1", lines=entries(Line("Water", "24", "7.49")),
                  owner_id=client.session.user)  # fmt: skip
    assert isinstance(client.push(create(quote)), Applied)
    return quote


def sending(quote: Quote) -> Change:
    cells = of_fields(quote, quotes.PAPER) | {"sent_at": raw(1), "status": raw("sent")}
    return Change("quote", quote.id, cells)


def test_what_comes_after_the_sending_is_refused_but_for_the_status(office: Office) -> None:
    client = office.client(office.user())
    quote = a_draft(office, client)
    assert isinstance(client.push(sending(quote)), Applied)
    line = {"lines.1": {"name": "Water", "quantity": "1"}}
    for cells in ({"terms": "Net 14"}, line, {"lines.1": None}, {"sent_at": None}):
        refused = client.push(update("quote", quote.id, **cells))
        assert isinstance(refused, Rejected)
        assert (refused.code, refused.message) == ("invalid", quotes.CHANGED)
    deleted = client.push(update("quote", quote.id, deleted=True))
    assert isinstance(deleted, Rejected)
    assert isinstance(client.push(update("quote", quote.id, status="accepted")), Applied)
    (state,) = [x for x in client.states() if x.kind == "quote"]
    assert (value(state, "status"), value(state, "lines.1")["quantity"]) == ("accepted", "24")


def test_a_sent_quote_is_not_made_anew(office: Office) -> None:
    client = office.client(office.user())
    quote = a_draft(office, client)
    assert isinstance(client.push(sending(quote)), Applied)
    before = client.states()
    again = Change("quote", quote.id, {"owner_id": raw(quote.owner_id)}, create=True)
    for verdict in (client.push(again), client.push(create(quote))):
        assert isinstance(verdict, Rejected)
        assert (verdict.code, verdict.message) == ("invalid", quotes.CHANGED)
    assert client.states() == before


def test_an_edit_made_before_the_sending_that_comes_after_it_is_refused(office: Office) -> None:
    user = office.user()
    first, second = office.client(user), office.client(user)
    quote = a_draft(office, first)
    early = second.changeset(update("quote", quote.id, terms="Net 14"))
    assert isinstance(first.push(sending(quote)), Applied)
    (verdict,) = second.send(early)
    assert isinstance(verdict, Rejected)


def test_a_sending_that_somebody_has_overtaken_is_refused_and_can_be_made_again(
    office: Office,
) -> None:
    user = office.user()
    first, second = office.client(user), office.client(user)
    quote = a_draft(office, first)
    sent = first.changeset(sending(quote))
    new_line = update("quote", quote.id, **{"lines.2": {"name": "Juice"}})
    assert isinstance(second.push(new_line), Applied)
    (verdict,) = first.send(sent)
    assert isinstance(verdict, Rejected)
    assert (verdict.message, verdict.field) == (quotes.MIXED, "lines")
    seen = Quote(id=quote.id, number="Q-1",
                 lines=quote.lines | {"2": Line("Juice")})  # fmt: skip
    assert isinstance(first.push(sending(seen)), Applied)


def test_a_quote_may_be_made_and_sent_at_once(office: Office) -> None:
    client = office.client(office.user())
    quote = Quote(id=office.id(), number="Q-1", status="sent", sent_at=1, terms="Net 14",
                  owner_id=client.session.user)  # fmt: skip
    assert isinstance(client.push(create(quote)), Applied)
