"""A record created twice: what the second create displaces is kept, and its author told."""

from __future__ import annotations

from dataclasses import dataclass

import msgspec
import pytest

from sync_protocol.messages import Applied, Conflicts, HistoryOf
from sync_protocol.records import Account, Label, Labelling, labelling_id
from tests.integration.server.office import Client, Office, create, update, value


@dataclass
class Pair:
    """Two reps of one territory, who do not know of each other's work."""

    office: Office
    rita: Client
    ben: Client
    territory: str

    def make(self, client: Client, record_id: str, **facts: object) -> Applied:
        values = {"id": record_id, "territory_id": self.territory} | facts
        verdict = client.push(create(Account(**values)))  # type: ignore[arg-type]
        assert isinstance(verdict, Applied)
        return verdict

    def past(self, record_id: str) -> dict[tuple[str, object], tuple[str, bool]]:
        """(author, lost) of each (cell, value) that was ever written, but for the ids."""
        request = HistoryOf(self.rita.session.device, "account", record_id)
        writes = self.office.exchange.history(self.rita.session, request).writes
        return {
            (write.cell, msgspec.msgpack.decode(write.value)): (write.user, write.lost)
            for write in writes
            if write.cell not in ("", "territory_id")
        }


@pytest.fixture
def pair(office: Office) -> Pair:
    rita, ben = office.user(), office.user()
    territory = office.territory(rita, ben)
    return Pair(office, office.client(rita), office.client(ben), territory.id)


def told(client: Client) -> list[tuple[str, str]]:
    """(cells, by whom) of each notice about something overwritten."""
    notices = [state for state in client.states() if state.kind == "notice"]
    return [(value(state, "cells"), value(state, "by_id")) for state in notices]


def test_what_a_later_create_displaces_is_in_the_history_and_its_author_told(pair: Pair) -> None:
    shop, rita, ben = pair.office.id(), pair.rita.session.user, pair.ben.session.user
    pair.make(
        pair.rita, shop, name="Bakery", about="Closed on Mondays", website="https://b.example"
    )
    pair.rita.push(update("account", shop, source="Fair"))
    seen = pair.rita.head.sequence
    pair.ben.push(update("account", shop, website="https://c.example"), seen=seen)
    verdict = pair.make(pair.ben, shop, name="Baker's")
    assert verdict.superseded == ()
    assert pair.past(shop) == {
        ("name", "Bakery"): (rita, True),
        ("about", "Closed on Mondays"): (rita, True),
        ("source", "Fair"): (rita, True),
        ("website", "https://b.example"): (rita, False),
        ("website", "https://c.example"): (ben, False),
        ("name", "Baker's"): (ben, False),
    }
    assert sorted(told(pair.rita)) == [("about name", ben), ("source", ben)]
    assert told(pair.ben) == []


def test_the_office_finds_what_a_second_create_displaced_among_the_conflicts(pair: Pair) -> None:
    olga, shop = pair.office.client(pair.office.user("office")), pair.office.id()
    pair.make(pair.rita, shop, name="Bakery", about="Closed on Mondays")
    pair.make(pair.rita, shop, name="Bakery", about="Closed on Tuesdays")
    verdict = pair.make(pair.ben, shop, name="Baker's")
    request = Conflicts(olga.session.device)
    found = pair.office.exchange.conflicts(olga.session, request).conflicts
    assert [
        (conflict.lost.cell, msgspec.msgpack.decode(conflict.lost.value), conflict.lost.sequence)
        for conflict in found
    ] == [("about", "Closed on Tuesdays", verdict.sequence), ("name", "Bakery", verdict.sequence)]
    assert {conflict.lost.user for conflict in found} == {pair.rita.session.user}
    assert [conflict.won and conflict.won.user for conflict in found] == [pair.ben.session.user] * 2


def test_what_an_earlier_create_loses_when_it_comes_late_is_kept_too(pair: Pair) -> None:
    shop, rita, ben = pair.office.id(), pair.rita.session.user, pair.ben.session.user
    first = pair.rita.changeset(
        create(Account(id=shop, name="Bakery", about="Mondays", territory_id=pair.territory))
    )
    pair.make(pair.ben, shop, name="Baker's", website="https://b.example")
    (verdict,) = pair.rita.send(first)
    assert isinstance(verdict, Applied)
    assert {lost.cell for lost in verdict.superseded} == {"name", "about"}
    assert pair.past(shop) == {
        ("name", "Bakery"): (rita, True),
        ("about", "Mondays"): (rita, True),
        ("name", "Baker's"): (ben, False),
        ("website", "https://b.example"): (ben, False),
    }
    assert told(pair.rita) == [("about name", ben)]


def test_what_one_displaces_oneself_is_kept_without_a_word(pair: Pair) -> None:
    shop, rita = pair.office.id(), pair.rita.session.user
    pair.make(pair.rita, shop, name="Bakery", about="Mondays")
    pair.make(pair.rita, shop, name="Bakery")
    assert pair.past(shop) == {
        ("name", "Bakery"): (rita, False),
        ("about", "Mondays"): (rita, False),
    }
    assert told(pair.rita) == []


def test_what_came_with_a_second_create_is_told_where_it_is_overwritten_unseen(
    pair: Pair,
) -> None:
    shop, rita, ben = pair.office.id(), pair.rita.session.user, pair.ben.session.user
    pair.make(pair.rita, shop, name="Bakery", about="Mondays")
    seen = pair.rita.head.sequence
    pair.make(pair.ben, shop, name="Bakery", about="Tuesdays")
    new = {"about": "Wednesdays", "website": "https://b.example"}
    pair.rita.push(update("account", shop, **new), seen=seen)
    assert told(pair.ben) == [("about", rita)]
    assert pair.past(shop)["about", "Tuesdays"] == (ben, True)
    pair.make(pair.ben, shop, name="Baker's")
    pair.rita.push(update("account", shop, name="The bakery"), seen=pair.rita.head.sequence)
    assert told(pair.ben) == [("about", rita)]


def test_so_is_a_label_put_on_twice_and_taken_off_by_who_knew_of_one(pair: Pair) -> None:
    shop, label = pair.office.id(), pair.office.id()
    pair.make(pair.rita, shop, name="Bakery")
    pair.rita.push(create(Label(id=label, name="Vegan")))
    put_on = Labelling(
        id=labelling_id(label, shop), label_id=label, record_kind="account", record_id=shop
    )
    pair.rita.push(create(put_on))
    seen = pair.rita.head.sequence
    pair.ben.push(create(put_on))
    pair.rita.push(update("labelling", put_on.id, on=False), seen=seen)
    assert told(pair.ben) == [("on", pair.rita.session.user)]
    assert told(pair.rita) == []


def test_what_is_newer_than_a_late_create_is_nobody_s_loss(pair: Pair) -> None:
    shop = pair.office.id()
    late = pair.ben.changeset(create(Account(id=shop, name="Bakery", territory_id=pair.territory)))
    pair.make(pair.rita, shop, name="Bakery", about="Mondays")
    (verdict,) = pair.ben.send(late)
    assert isinstance(verdict, Applied)
    assert verdict.superseded == ()
    assert told(pair.rita) == told(pair.ben) == []
    (state,) = [state for state in pair.rita.states() if state.id == shop]
    assert value(state, "about") == "Mondays"


def test_a_label_put_on_twice_is_nobody_s_loss(pair: Pair) -> None:
    shop, label = pair.office.id(), pair.office.id()
    pair.make(pair.rita, shop, name="Bakery")
    pair.rita.push(create(Label(id=label, name="Vegan")))
    facts = {"label_id": label, "record_kind": "account", "record_id": shop}
    for client in (pair.rita, pair.ben):
        put_on = Labelling(id=labelling_id(label, shop), **facts)  # type: ignore[arg-type]
        assert isinstance(client.push(create(put_on)), Applied)
    assert told(pair.rita) == told(pair.ben) == []
