"""Who overwrote whom, as the server tells it: nothing is left out, and nobody named in vain."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import pytest

from server.domain import past
from sync_protocol.messages import Conflict, Conflicts, HistoryOf
from sync_protocol.records import Account
from tests.integration.server.office import Client, Office, update


@dataclass
class Shops:
    """Six shops of a territory that two reps share, who do not know of each other's work."""

    office: Office
    rita: Client
    ben: Client
    olga: Client
    shops: list[str]

    def pages(self) -> Iterator[tuple[Conflict, ...]]:
        before = 0
        while True:
            request = Conflicts(self.olga.session.device, before)
            page = self.office.exchange.conflicts(self.olga.session, request)
            yield page.conflicts
            before = page.before
            if not before:
                return

    def lose(self, shops: list[str], text: str) -> None:
        """Rita writes all of these at once, and loses all of it to what Ben wrote after her."""
        late = self.rita.changeset(*[update("account", shop, about=text) for shop in shops])
        self.ben.push(*[update("account", shop, about=f"Not {text}") for shop in shops])
        self.rita.send(late)


@pytest.fixture
def shops(office: Office) -> Shops:
    rita, ben = office.user(), office.user()
    territory = office.territory(rita, ben)
    made = [Account(id=office.id(), name="Shop", territory_id=territory.id) for _ in range(6)]
    office.add(*made)
    olga = office.client(office.user("office"))
    found = [account.id for account in made]
    return Shops(office, office.client(rita), office.client(ben), olga, found)


def test_what_one_changeset_lost_is_told_whole_though_a_page_ends_within_it(
    shops: Shops, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(past, "_SCANNED", 3)
    shops.lose(shops.shops[:1], "One")
    shops.lose(shops.shops, "Many")
    shops.lose(shops.shops[:2], "Two")
    told = [[conflict.id for conflict in page] for page in shops.pages()]
    assert [len(page) for page in told if page] == [8, 1]
    assert sorted(told[0]) == sorted([*shops.shops, *shops.shops[:2]])


def test_pages_of_long_values_end_before_they_are_too_long_to_send(
    shops: Shops, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(past, "PAGE_BYTES", 1_000)
    for number in range(4):
        shops.lose(shops.shops[:1], f"{number}" * 400)
    assert [len(page) for page in shops.pages()] == [2, 2]
    request = HistoryOf(shops.rita.session.device, "account", shops.shops[0])
    writes = shops.office.exchange.history(shops.rita.session, request)
    assert writes.more
    assert len(writes.writes) == 3


def test_who_stands_in_the_place_of_a_lost_value_is_named_where_the_server_carried_it_over(
    shops: Shops,
) -> None:
    winner, merged = shops.shops[:2]
    shops.lose([winner], "Open on Mondays")
    shops.ben.push(update("account", merged, merged_into=winner))
    shops.ben.push(update("account", merged, about="Ben's"))
    ((conflict,),) = shops.pages()
    assert (conflict.id, conflict.lost.user) == (winner, shops.rita.session.user)
    assert conflict.won is not None
    assert conflict.won.user == shops.ben.session.user
