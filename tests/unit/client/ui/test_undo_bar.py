"""Undo in a bar takes back the act that the bar tells of, and nothing else."""

from __future__ import annotations

from types import SimpleNamespace
from typing import TYPE_CHECKING

import flet as ft
import pytest

from client import bulk, cases, fieldwork
from client.ui import taps
from sync_protocol.records import (
    Account,
    Activity,
    Case,
    Condition,
    Filter,
    Label,
    LabelRule,
    VisitForm,
)
from tests.unit.client.ui.harness import OFFICE, Screen, opened

if TYPE_CHECKING:
    from client.replica import Replica
    from tests.unit.client.ui.office import Office

NOTE = "They talked for an hour"


def a_visit(office: Office) -> Activity:
    return fieldwork.log(office.replica, "visit", fieldwork.About(office[0].id), note=NOTE)


def a_rule(replica: Replica) -> LabelRule:
    """It fits every account."""
    label = replica.create(Label(name="Known"))
    named = Filter(conditions=(Condition("name", "filled"),))
    rule = LabelRule(name="Who is known", label_id=label.id, filter=named, active=True, stays=True)
    return replica.create(rule)


def is_there(replica: Replica, record: Activity) -> bool:
    found = replica.get(Activity, record.id)
    return found is not None and not found.deleted


def undo_is_offered(screen: Screen) -> bool:
    bars = [bar for bar in screen.all(ft.SnackBar) if bar.open]
    return bool(bars and bars[-1].action)


async def choose_all(screen: Screen) -> None:
    handler = screen.page.on_keyboard_event
    assert handler is not None
    handler(SimpleNamespace(key="A", ctrl=True, shift=False, alt=False, meta=False))  # type: ignore[arg-type, call-arg]
    await screen.settle()


async def test_where_nothing_was_written_the_bar_says_so_and_offers_no_undo(
    office: Office,
) -> None:
    visit = a_visit(office)
    async with opened(office.replica, f"/contacts/{office.contact.id}/edit") as screen:
        await screen.tap("save")
        assert screen.bar() == "Nothing was changed."
        assert not undo_is_offered(screen)
        assert not screen.page.route.endswith("/edit")
    assert is_there(office.replica, visit)


async def test_undo_after_a_double_tap_on_save_takes_back_what_was_saved(
    admins_office: Office,
) -> None:
    replica = admins_office.replica
    form = replica.create(VisitForm(name="Checklist"))
    acts = len(replica.acts())
    async with opened(replica, f"/admin/forms/{form.id}") as screen:
        await screen.type("Name", "Tasting")
        await screen.tap_twice("save")
        assert len(replica.acts()) == acts + 1
        assert screen.bar() == "Form saved"
        await screen.undo()
    assert [held.name for held in replica.find(VisitForm)] == ["Checklist"]


async def test_undo_after_a_double_tap_on_a_choice_takes_it_back(office: Office) -> None:
    replica = office.replica
    cases.open_for(replica, "Tap drips", fieldwork.About(office[0].id))
    (case,) = replica.find(Case)
    async with opened(replica, f"/cases/{case.id}") as screen:
        await screen.until_target("priority-high")
        await screen.tap_twice("priority-high")
        assert screen.bar() == "Priority changed"
        await screen.undo()
    assert [held.priority for held in replica.find(Case)] == ["normal"]


@pytest.mark.parametrize("second", ["low", "normal"], ids=["another", "back as it was"])
async def test_of_two_choices_tapped_at_once_the_second_stands_and_is_undone_alone(
    office: Office, second: str
) -> None:
    replica = office.replica
    cases.open_for(replica, "Tap drips", fieldwork.About(office[0].id))
    (case,) = replica.find(Case)
    async with opened(replica, f"/cases/{case.id}") as screen:
        await screen.until_target("priority-high")
        await screen.tap_at_once("priority-high", f"priority-{second}")
        assert [held.priority for held in replica.find(Case)] == [second]
        await screen.undo()
    assert [held.priority for held in replica.find(Case)] == ["high"]


async def test_a_label_that_all_of_many_carry_already_is_not_taken_back(office: Office) -> None:
    replica = office.replica
    label = replica.label_named("Prospect")
    async with opened(replica, "/accounts", OFFICE) as screen:
        await screen.until_says("3 in all")
        await choose_all(screen)
        await screen.tap("bulk-label")
        await screen.until_target("bulk-label-Prospect")
        put = screen._pressable("bulk-label-Prospect")
        list(bulk.put_label(replica, Account, [x.id for x in office.accounts], label))
        visit = a_visit(office)
        await screen.tap(put)  # before the sheet has heard that all carry it
        await screen.until(lambda: screen.bar() == "Nothing was changed.")
        assert not undo_is_offered(screen)
    assert is_there(replica, visit)


async def test_undo_of_a_bulk_act_leaves_what_was_done_since(office: Office) -> None:
    replica = office.replica
    async with opened(replica, "/accounts", OFFICE) as screen:
        await screen.until_says("3 in all")
        await choose_all(screen)
        await screen.tap("bulk-label")
        await screen.until_target("bulk-label-Prospect")
        await screen.tap("bulk-label-Prospect")
        await screen.until(lambda: "Prospect put on 3 accounts" in screen.bar())
        visit = a_visit(office)
        await screen.undo()
        await screen.until(lambda: not replica.count(Account, labels_all=["Prospect"]))
    assert is_there(replica, visit)


async def test_a_bulk_act_that_is_tapped_again_at_once_keeps_its_undo(office: Office) -> None:
    replica = office.replica
    async with opened(replica, "/accounts", OFFICE) as screen:
        await screen.until_says("3 in all")
        await choose_all(screen)
        await screen.tap("bulk-label")
        await screen.until_target("bulk-label-Prospect")
        put = screen._pressable("bulk-label-Prospect")
        await screen.tap(put)
        await screen.until(lambda: "Prospect put on 3 accounts" in screen.bar())
        await screen.tap(put)
        assert "Prospect put on 3 accounts" in screen.bar()
        await screen.undo()
        await screen.until(lambda: not replica.count(Account, labels_all=["Prospect"]))


async def test_undo_of_a_label_merge_leaves_what_was_done_since(admins_office: Office) -> None:
    replica = admins_office.replica
    other = replica.create(Label(name="Hopeful"))
    async with opened(replica, f"/labels/{other.id}") as screen:
        await screen.tap("merge-label")
        await screen.tap(f"merge-into-{replica.label_named('Prospect').id}")
        await screen.until_target("answer-yes")
        await screen.tap("answer-yes")
        await screen.until(lambda: screen.page.route == "/labels")
        visit = a_visit(admins_office)
        await screen.undo()
        await screen.until(lambda: replica.find(Label, name="Hopeful"))
    assert is_there(replica, visit)


async def test_undo_of_a_rules_run_leaves_what_was_done_since(
    admins_office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    replica = admins_office.replica
    rule = a_rule(replica)
    async with opened(replica, f"/rules/{rule.id}") as screen:
        await screen.tap("run")
        await screen.until(lambda: screen.bar() == "3 accounts labelled")
        visit = a_visit(admins_office)
        await screen.undo()
        await screen.until(lambda: not replica.count(Account, labels_all=["Known"]))
        assert is_there(replica, visit)
        await screen.tap("run")
        await screen.until(lambda: screen.bar() == "3 accounts labelled")
        monkeypatch.setattr(taps, "DOUBLE_S", 0.0)  # the next tap comes later
        await screen.tap("run")
        await screen.until(lambda: screen.bar() == "All that fit carry the label already")
        assert not undo_is_offered(screen)


async def test_a_run_taken_back_from_its_line_offers_no_undo_of_something_else(
    admins_office: Office,
) -> None:
    replica = admins_office.replica
    visit = a_visit(admins_office)
    rule = a_rule(replica)
    async with opened(replica, f"/rules/{rule.id}") as screen:
        await screen.tap("run")
        await screen.until_says("3 records labelled")
        await screen.tap(f"undo-{replica.last_act()}")
        await screen.until(lambda: screen.bar() == "Run taken back")
        assert not undo_is_offered(screen)
    assert is_there(replica, visit)
