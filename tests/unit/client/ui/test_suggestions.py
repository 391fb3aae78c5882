from __future__ import annotations

from typing import TYPE_CHECKING

import flet as ft
import pytest

from client import suggesting
from client.store import meta
from client.suggesting import Reason
from client.ui.views.suggestions import words
from sync_protocol.records import (
    SUGGESTED,
    Account,
    Label,
    Labelling,
    LabelModel,
    Outcome,
    Weight,
    labelmodel_id,
)
from sync_protocol.rules.features import EDITION
from tests.unit.client.ui.harness import OFFICE, opened
from tests.unit.client.ui.office import accept_all, open_office

if TYPE_CHECKING:
    from pathlib import Path

    from tests.unit.client.ui.office import Office


def learned(office: Office) -> Label:
    """The server's model: whoever is a hotel or in Lecce may want events."""
    replica = office.replica
    user = replica.user_id
    with replica._database.transaction() as connection:
        meta.write(connection, "user", "")  # what is written now is nobody's, as the server's is
    label = replica.create(Label(name="Events", colour="#6a1b9a"))
    replica.create(
        LabelModel(
            id=labelmodel_id(label.id, "account"), label_id=label.id, bias=-1.0, threshold=0.7,
            weights=(Weight("industry=hotel", 3.0),), precision=0.88, tested=50, recall=0.75,
            carried=60, learned_from=400, learned_at=office.time_ms, edition=EDITION,
        )
    )  # fmt: skip
    with replica._database.transaction() as connection:
        meta.write(connection, "user", user)
    with replica.changeset("Hotels"):
        for account in office.accounts[1:]:
            replica.update(account, industry="Hotel")
    accept_all(replica)
    return label


async def test_a_suggestion_says_why_and_is_put_on_with_one_tap_and_undo(office: Office) -> None:
    learned(office)
    replica, hotel = office.replica, office[2]
    async with opened(replica, f"/accounts/{hotel.id}") as screen:
        await screen.until_target("suggested-Events")
        await screen.tap("suggested-Events")
        await screen.until_says("Often on Hotel customers.")
        assert screen.says("88% of 50 such suggestions were right on customers kept back")
        assert replica.find(Labelling) == []
        await screen.tap("put-on")
        await screen.until(lambda: not screen.has("suggested-Events"))
        assert screen.bar() == "Events added"
        assert [(x.name, x.origin) for x in replica.worn(hotel.id)] == [("Events", SUGGESTED)]
        await screen.undo()
        await screen.until_target("suggested-Events")
        assert replica.labels_of(hotel.id) == []


async def test_one_turned_down_goes_and_comes_back_only_by_undo(office: Office) -> None:
    learned(office)
    async with opened(office.replica, f"/accounts/{office[2].id}") as screen:
        await screen.until_target("suggested-Events")
        await screen.tap("suggested-Events")
        await screen.until_target("turn-down")
        await screen.tap("turn-down")
        await screen.until(lambda: not screen.has("suggested-Events"))
        assert screen.bar() == "Events is not suggested here again"
        await screen.undo()
        await screen.until_target("suggested-Events")


async def test_where_nothing_is_suggested_there_is_no_chip(office: Office) -> None:
    learned(office)
    async with opened(office.replica, f"/accounts/{office[0].id}") as screen:
        await screen.until_says("Brauerei Adler")
        assert not screen.has("suggested-Events")
        await screen.go(f"/contacts/{office.contact.id}")
        await screen.until_says("Ada Byrne")
        assert not screen.has("suggested-Events")


async def test_the_list_tells_what_was_learned_and_leads_to_those_it_may_fit(
    office: Office,
) -> None:
    learned(office)
    replica = office.replica
    async with opened(replica, "/suggestions") as screen:
        await screen.until_says("Suggested for 2 customers")
        assert screen.says("Learned just now from 400 customers, 60 of them with the label")
        assert not screen.has("switch-Events")
        await screen.tap("open-Events")
        await screen.until_says("Café Müller")
        await screen.tap(f"turn-down-{office[1].id}")
        await screen.until(lambda: not screen.says("Café Müller"))
        await screen.tap(f"put-on-{office[2].id}")
        await screen.until_says("Nothing to decide")
        assert [x.name for x in replica.labels_of(office[2].id)] == ["Events"]
        await screen.go("/suggestions")
        await screen.until_says("Suggested for none of your customers now.")


async def test_all_are_put_on_at_once_and_taken_back_at_once(office: Office) -> None:
    label = learned(office)
    replica = office.replica
    async with opened(replica, f"/suggestions/{label.id}") as screen:
        await screen.until_says("Put it on all 2")
        await screen.tap("put-on-all")
        await screen.until_says("Nothing to decide")
        assert screen.bar() == "Events added to 2 customers"
        await screen.undo()
        await screen.until_says("Put it on all 2")
        assert replica.count(Labelling, on=True) == 0


async def test_the_office_switches_suggestions_of_a_label_off(tmp_path: Path) -> None:
    office = await open_office(tmp_path, role="office")
    label = learned(office)
    async with office.replica as replica, opened(replica, "/suggestions", OFFICE) as screen:
        await screen.until_target("switch-Events")
        (switch,) = screen.all(ft.Switch, within=screen.target("switch-Events"))
        await screen.event(switch, "change", "false")
        await screen.until_says("Switched off: it is suggested to nobody.")
        assert screen.bar() == "Events is no longer suggested"
        await screen.go(f"/suggestions/{label.id}")
        await screen.until_says("The office has switched suggestions of this label off.")
        await screen.go(f"/labels/{label.id}")
        await screen.until_says("Switched off.")
        await screen.tap("suggested")
        await screen.until_says("The office has switched suggestions of this label off.")
        await screen.go(f"/accounts/{office[2].id}")
        await screen.until_says("Hotel Post")
        assert not screen.has("suggested-Events")


async def test_before_anything_is_learned_the_list_says_what_it_takes(office: Office) -> None:
    async with opened(office.replica, "/suggestions") as screen:
        await screen.until_says("Nothing learned yet")
        await screen.go("/suggestions/unknown")
        await screen.until_says("Nothing was learned of this label")


@pytest.mark.parametrize(
    ("path", "value", "said"),
    [
        ("visits", "0", "with no visits in a year"),
        ("visits", "3-5", "with 3 to 5 visits in a year"),
        ("people", "250+", "with 250 people or more working there"),
        ("last_visit", "none", "not visited for a year"),
        ("last_visit", "0-29", "visited within 30 days"),
        ("last_visit", "60-89", "not visited for 60 days"),
        ("last_order", "180+", "with no order for 180 days"),
        ("kind", "household", "that are households"),
        ("source", "fair", "that came from \u201cFair\u201d"),
        ("outcome", "gone", "whose last visit ended with \u201c?\u201d"),
    ],
)
async def test_every_reason_is_said_in_words(
    office: Office, path: str, value: str, said: str
) -> None:
    text = "Fair" if path == "source" else value
    assert words.clause(office.replica, Reason(path, value, text)) == said


async def test_an_outcome_is_said_by_its_name(office: Office) -> None:
    outcome = office.replica.find(Outcome)[0]
    said = words.clause(office.replica, Reason("outcome", outcome.id, outcome.id))
    assert said == f"whose last visit ended with \u201c{outcome.name}\u201d"


async def test_reasons_make_one_sentence(office: Office) -> None:
    learned(office)
    (hotel,) = office.replica.find(Account, id=office[2].id)
    (one,) = suggesting.for_account(office.replica, hotel)

    def said(*reasons: tuple[str, str]) -> str:
        made = tuple(Reason(path, value.casefold(), value) for path, value in reasons)
        return words.why(office.replica, one._replace(reasons=made))

    assert said(("industry", "Restaurant"), ("last_visit", "60-89"), ("town", "Lecce")) == (
        "Often on Restaurant customers in Lecce not visited for 60 days."
    )
    assert said(("word", "Organic"), ("word", "Products"), ("orders", "0")) == (
        "Often on customers with no orders in a year and whose notes say "
        "\u201corganic\u201d and \u201cproducts\u201d."
    )
    assert said(("town", "Lecce")) == "Often on customers in Lecce."
    assert said() == "What is known of this customer, all in all, speaks for it."


async def test_the_history_tells_what_was_decided(office: Office) -> None:
    label = learned(office)
    replica, hotel = office.replica, office[2]

    async def told() -> list[str]:
        async with opened(replica, f"/accounts/{hotel.id}/history") as screen:
            await screen.until_says("Label Events")
            return [x for x in screen.words() if x.startswith("Label Events")]

    suggesting.turn_down(replica, label, hotel.id)
    assert await told() == ["Label Events turned down"]
    replica.undo()
    assert await told() == ["Label Events not decided any more", "Label Events turned down"]
    suggesting.turn_down(replica, label, hotel.id)
    suggesting.put_on(replica, label, hotel.id)
    replica.unlabel(hotel, "Events")
    assert await told() == [
        "Label Events removed", "Label Events added", "Label Events turned down",
        "Label Events not decided any more", "Label Events turned down",
    ]  # fmt: skip
