"""A quote between real replicas over a real server: what was sent is what everybody opens."""

from __future__ import annotations

from datetime import date
from pathlib import Path

from client import paperwork
from client.replica import Replica
from client.ui.views.paper.quotes import make_paper, paper_of, read_quote, send_with_copy
from sync_protocol.records import Account, Line, Quote, entries
from sync_protocol.rules import quotes
from tests.integration.server.running import EMAIL, PASSWORD, running, set_up

DAY = date(2026, 11, 28)


async def signed_in(path: Path, address: str) -> Replica:
    replica = await Replica.open(str(path), server=address)
    await replica.sign_in(EMAIL, PASSWORD)
    await replica.sync()
    return replica


def drafted(replica: Replica) -> Quote:
    shop = replica.create(Account(name="Bakery"))
    draft = paperwork.quote_customer(replica, DAY, shop.id)
    return replica.update(draft, lines=entries(Line("Water", "24", "7.49", tax="19")))


async def test_a_quote_sent_with_no_signal_opens_unchanged_on_another_device(
    tmp_path: Path,
) -> None:
    with running(set_up(tmp_path)) as address:
        phone = await signed_in(tmp_path / "phone.db", address)
        office = await signed_in(tmp_path / "office.db", address)
        async with phone, office:
            draft = drafted(phone)
            told = read_quote(phone, draft.id)
            assert told is not None
            pdf = make_paper(told)
            send_with_copy(phone, draft, pdf)
            await phone.sync()
            await office.sync()
            seen = read_quote(office, draft.id)
            assert seen is not None
            assert seen.quote == phone.get(Quote, draft.id)
            assert await paper_of(office, seen) == pdf


async def test_of_a_sending_and_an_edit_made_apart_the_paper_is_never_a_mixture(
    tmp_path: Path,
) -> None:
    with running(set_up(tmp_path)) as address:
        phone = await signed_in(tmp_path / "phone.db", address)
        office = await signed_in(tmp_path / "office.db", address)
        async with phone, office:
            draft = drafted(phone)
            await phone.sync()
            await office.sync()
            paperwork.send(phone, draft)
            office.update(draft, terms="Net 14")
            await office.sync()
            await phone.sync()
            await office.sync()
            (ours, theirs) = (x.get(Quote, draft.id) for x in (phone, office))
            assert ours == theirs
            assert ours is not None
            if phone.problems():  # the edit was the later one: nothing was sent
                assert phone.problems()[0].rejection.message == quotes.MIXED
                assert (ours.status, ours.sent_at, ours.terms) == ("draft", None, "Net 14")
            else:  # the sending was the later one: it won whole
                assert (ours.status, ours.terms) == ("sent", "")
