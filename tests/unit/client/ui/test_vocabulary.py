"""The team's words: everybody may coin some of them, the office keeps them in order."""

from __future__ import annotations

from typing import TYPE_CHECKING

import flet as ft

from client import fieldwork
from client.ui import theme
from client.ui.views.vocabulary import read_words
from client.wordbook import LABELS, OUTCOMES, REASONS
from sync_protocol.records import Activity, Closing, Deal, Label, Outcome, Reason
from tests.unit.client.ui.harness import opened
from tests.unit.client.ui.office import OUTCOMES as NAMES

if TYPE_CHECKING:
    from tests.unit.client.ui.office import Office


async def test_a_rep_creates_a_label_with_a_colour(office: Office) -> None:
    async with opened(office.replica, "/labels") as screen:
        await screen.tap("add")
        await screen.until_target("save")
        await screen.type("Name", "Beer garden")
        await screen.tap("colour-3")
        await screen.tap("save")
        await screen.until_says("Beer garden")
        await screen.until(lambda: screen.page.route == "/labels")
    label = office.replica.label_named("beer garden")
    assert label.colour == theme.PALETTE[3]


async def test_a_label_without_a_name_is_asked_for_one(office: Office) -> None:
    async with opened(office.replica, "/labels/new") as screen:
        await screen.tap("save")
        await screen.until_says("Name is needed.")


async def test_a_name_that_is_taken_is_refused_beside_the_field(office: Office) -> None:
    async with opened(office.replica, "/labels/new") as screen:
        await screen.type("Name", "prospect ")
        await screen.tap("save")
        await screen.until_says("There is already a label called prospect.")
    assert office.replica.count(Label) == 1


async def test_a_rep_may_not_rename_a_label(office: Office) -> None:
    label = office.replica.label_named("Prospect")
    async with opened(office.replica, f"/labels/{label.id}") as screen:
        assert screen.says("Only to look at")


async def test_a_rename_shows_wherever_the_label_is(admins_office: Office) -> None:
    replica = admins_office.replica
    replica.label(admins_office[0], "Prospect")
    label = replica.label_named("Prospect")
    async with opened(replica, f"/labels/{label.id}") as screen:
        await screen.type("Name", "Customer to be")
        await screen.tap("save")
        await screen.until(lambda: screen.page.route == "/labels")
        await screen.until_says("on 1 record")
    assert [x.name for x in replica.labels_of(admins_office[0].id)] == ["Customer to be"]


async def test_an_archived_label_stays_where_it_is_and_can_come_back(
    admins_office: Office,
) -> None:
    replica = admins_office.replica
    label = replica.label_named("Prospect")
    async with opened(replica, f"/labels/{label.id}") as screen:
        await screen.tap("archive")
        await screen.until_says("Archived (1)")
        await screen.undo()
        await screen.until(lambda: not screen.says("Archived (1)"))


async def test_labels_of_the_same_name_are_flagged(office: Office) -> None:
    office.replica.create(Label(name="PROSPECT"))
    assert [item.twice for item in read_words(office.replica, LABELS).shown] == [True, True]


async def test_outcomes_are_counted_and_can_be_put_in_order(admins_office: Office) -> None:
    replica = admins_office.replica
    first = fieldwork.outcomes(replica)[0]
    fieldwork.log(replica, "visit", fieldwork.About(admins_office[0].id), first.id)
    shown = read_words(replica, OUTCOMES).shown
    assert [(item.word.name, item.uses) for item in shown] == [
        (NAMES[0], 1), (NAMES[1], 0), (NAMES[2], 0),
    ]  # fmt: skip
    async with opened(replica, "/outcomes") as screen:
        await screen.tap(screen.all(ft.IconButton, tooltip="Later")[0])
    assert [x.name for x in fieldwork.outcomes(replica)] == [NAMES[1], NAMES[0], NAMES[2]]


async def test_a_new_outcome_comes_last(admins_office: Office) -> None:
    replica = admins_office.replica
    async with opened(replica, "/outcomes/new") as screen:
        await screen.type("Name", "Moved")
        await screen.tap("save")
        await screen.until(lambda: replica.count(Outcome) == 4)
    assert fieldwork.outcomes(replica)[-1].name == "Moved"


def deal(office: Office, **fields: object) -> Deal:
    return office.replica.create(Deal(name="Taps", pipeline_id="p", stage_id="s", **fields))


async def test_reasons_stand_by_what_they_are_for_with_their_uses(
    admins_office: Office,
) -> None:
    for of in ("won", "lost"):
        reason = admins_office.replica.create(Reason(name="Price", of=of))
        deal(admins_office, closing=Closing(won=of == "won", at=1, reason_id=reason.id))
    words = read_words(admins_office.replica, REASONS)
    assert sorted((item.word.of, item.uses, item.twice) for item in words.shown) == [
        ("lost", 1, False), ("won", 1, False),
    ]  # fmt: skip
    async with opened(admins_office.replica, "/reasons") as screen:
        await screen.until_says("Deals won")
        assert "on 1 deal" in screen.words()
        assert screen.says("None yet.")


async def test_a_reason_is_added_where_it_belongs(admins_office: Office) -> None:
    replica = admins_office.replica
    replica.create(Reason(name="Price", of="won"))
    async with opened(replica, "/reasons") as screen:
        await screen.tap("add-lost")
        await screen.until_target("save")
        await screen.type("Name", "Price")
        await screen.tap("save")
        await screen.until(lambda: replica.count(Reason) == 2)
    assert [(x.of, x.place) for x in replica.find(Reason, order_by="place")] == [
        ("won", 0), ("lost", 1),
    ]  # fmt: skip
    async with opened(replica, "/reasons/new?of=lost") as screen:
        await screen.type("Name", "price")
        await screen.tap("save")
        await screen.until_says("There is already a reason called price.")


async def test_reasons_are_put_in_order_within_their_group(admins_office: Office) -> None:
    replica = admins_office.replica
    for place, (of, name) in enumerate([("lost", "Price"), ("won", "Trust"), ("lost", "Time")]):
        replica.create(Reason(name=name, of=of, place=place))
    async with opened(replica, "/reasons") as screen:
        await screen.until_says("Time")
        later = [x for x in screen.all(ft.IconButton, tooltip="Later") if not x.disabled]
        await screen.tap(later[-1])
        await screen.until(
            lambda: (
                [x.name for x in replica.find(Reason, of="lost", order_by="place")]
                == ["Time", "Price"]
            )
        )


async def test_two_labels_become_one_after_a_question_with_counts(admins_office: Office) -> None:
    replica = admins_office.replica
    replica.label(admins_office[0], "Prospect")
    other = replica.create(Label(name="Hopeful"))
    replica.put_label(admins_office[1], other.id)
    async with opened(replica, f"/labels/{other.id}") as screen:
        await screen.tap("merge-label")
        await screen.tap(f"merge-into-{replica.label_named('Prospect').id}")
        await screen.until_says("Hopeful is on 1 record, Prospect on 1, both on 0.")
        assert screen.says("Afterwards Prospect is on 2")
        await screen.tap("answer-yes")
        await screen.until(lambda: screen.page.route == "/labels")
        await screen.until(lambda: not replica.find(Label, name="Hopeful"))
        await screen.undo()
        await screen.until(lambda: replica.find(Label, name="Hopeful"))


async def test_a_visit_is_labelled_on_its_page(office: Office) -> None:
    replica = office.replica
    visit = replica.create(Activity(kind="visit", at=replica.now(), account_id=office[0].id))
    async with opened(replica, f"/activities/{visit.id}") as screen:
        await screen.tap("labels")
        await screen.tap("label-Prospect")
        await screen.until(lambda: replica.labels_of(visit.id))
        assert replica.ids(Activity, labels_all=["Prospect"]) == [visit.id]
