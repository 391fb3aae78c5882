"""The office's tables: columns, keys, choosing rows, changing many at once."""

from __future__ import annotations

from types import SimpleNamespace
from typing import TYPE_CHECKING

import flet as ft
import pytest

from client.ui import keyboard
from sync_protocol.records import Account, Activity, Address, Contact, Label, Segment, entries
from tests.unit.client.ui.harness import OFFICE, PHONE, opened

if TYPE_CHECKING:
    from tests.unit.client.ui.harness import Screen
    from tests.unit.client.ui.office import Office

DAY_MS = 86_400_000


def rows(screen: Screen) -> list[str]:
    return [x.removeprefix("row-") for x in screen.identifiers() if x.startswith("row-")]


def titles(screen: Screen) -> list[str]:
    prefix = "sort-"
    return [x.removeprefix(prefix) for x in screen.identifiers() if x.startswith(prefix)]


def chosen(screen: Screen) -> list[str]:
    ticks = screen.all(ft.Semantics, checked=True)
    return [str(x.identifier).removeprefix("tick-") for x in ticks]


async def press(screen: Screen, key: str, *, ctrl: bool = False, shift: bool = False) -> None:
    """A key of the page, as Flet tells of it."""
    event = SimpleNamespace(key=key, ctrl=ctrl, shift=shift, alt=False, meta=False)
    handler = screen.page.on_keyboard_event
    assert handler is not None
    handler(event)  # type: ignore[arg-type, call-arg]
    await screen.settle()


async def pick(screen: Screen, menu: str, text: str) -> None:
    """Choose an item of a menu, once it is there."""

    def item() -> ft.PopupMenuItem | None:
        items = screen.all(ft.PopupMenuItem, within=screen.target(menu))
        return next((x for x in items if text in screen.words(x)), None)

    await screen.event(await screen.until(item), "click")


async def test_the_office_sees_accounts_in_a_table(office: Office) -> None:
    replica = office.replica
    replica.update(office[0], addresses=entries(Address(town="Kronach")))
    replica.label(office[0], "Prospect")
    at = replica.now() - DAY_MS
    replica.create(Activity(kind="call", at=at, account_id=office[0].id))
    async with opened(replica, "/accounts", OFFICE) as screen:
        await screen.until_says("3 in all")
        assert rows(screen) == [x.id for x in office.accounts]
        words = screen.words(screen.target(f"row-{office[0].id}"))
        assert words[:4] == ["Brauerei Adler", "Kronach", "Prospect", "Yesterday"]
        assert "South" in words


async def test_rows_tell_what_has_changed_elsewhere_though_they_stay_where_they_are(
    office: Office,
) -> None:
    replica = office.replica
    ada = replica.create(Contact(name="Ada", account_id=office[0].id))
    async with opened(replica, "/contacts", OFFICE) as screen:
        row = await screen.until_target(f"row-{ada.id}")
        assert "Brauerei Adler" in screen.words(row)
        replica.update(office[0], name="Gasthof Adler")
        await screen.until_says("Gasthof Adler")
        replica.update(ada, title="Buyer")
        await screen.until_says("Buyer")


async def test_a_table_in_the_order_of_its_accounts_follows_their_names(office: Office) -> None:
    replica = office.replica
    karl = replica.create(Contact(name="Karl", account_id=office[2].id))
    async with opened(replica, "/contacts", OFFICE) as screen:
        await screen.until_says("2 in all")
        await screen.tap("sort-account_id")
        await screen.until(lambda: rows(screen)[-1] == karl.id)
        replica.update(office[0], name="Zum Adler")
        await screen.until(lambda: rows(screen)[0] == karl.id)


async def test_a_title_sorts_by_its_column_and_again_the_other_way(office: Office) -> None:
    for place, shop in enumerate(office.accounts):
        at = office.replica.now() - place * DAY_MS
        office.replica.create(Activity(kind="visit", at=at, account_id=shop.id))
    async with opened(office.replica, "/accounts", OFFICE) as screen:
        await screen.until_says("3 in all")
        await screen.tap("sort-last_activity")
        await screen.until(lambda: rows(screen) == [office[2].id, office[1].id, office[0].id])
        await screen.tap("sort-last_activity")
        await screen.until(lambda: rows(screen) == [x.id for x in office.accounts])


async def test_columns_are_chosen_and_stay_when_a_record_was_open(office: Office) -> None:
    async with opened(office.replica, "/accounts", OFFICE) as screen:
        await screen.until_says("3 in all")
        assert "industry" not in titles(screen)
        await pick(screen, "columns", "Industry")
        await pick(screen, "columns", "Territory")
        await screen.go(f"/accounts/{office[0].id}")
        await screen.go("/accounts")
        await screen.until(lambda: "industry" in titles(screen))
        assert "territory_id" not in titles(screen)


async def test_arrows_enter_and_escape_lead_through_the_table(office: Office) -> None:
    async with opened(office.replica, "/accounts", OFFICE) as screen:
        await screen.until_says("3 in all")
        await press(screen, "Arrow Down")
        await press(screen, "Arrow Down", shift=True)
        assert chosen(screen) == [office[0].id, office[1].id]
        await screen.until_says("2 chosen")
        await press(screen, "Escape")
        assert chosen(screen) == []
        await press(screen, " ")
        assert chosen(screen) == [office[1].id]
        await press(screen, "Enter")
        await screen.until(lambda: screen.page.route == f"/accounts/{office[1].id}")


async def test_ctrl_a_chooses_all_and_again_none(office: Office) -> None:
    async with opened(office.replica, "/accounts", OFFICE) as screen:
        await screen.until_says("3 in all")
        await press(screen, "A", ctrl=True)
        assert len(chosen(screen)) == 3
        await press(screen, "A", ctrl=True)
        assert chosen(screen) == []


async def test_keys_are_not_the_tables_while_one_types(office: Office) -> None:
    async with opened(office.replica, "/accounts", OFFICE) as screen:
        await screen.until_says("3 in all")
        (field,) = screen.all(ft.TextField, hint_text="Search in this table")
        await screen.event(field, "focus")
        await press(screen, "A", ctrl=True)
        assert chosen(screen) == []
        await screen.event(field, "blur")
        await press(screen, "A", ctrl=True)
        assert len(chosen(screen)) == 3


async def test_keys_are_not_the_tables_while_a_sheet_is_up_over_a_field_left_after_it(
    office: Office,
) -> None:
    async with opened(office.replica, "/accounts", OFFICE) as screen:
        await screen.until_says("3 in all")
        (field,) = screen.all(ft.TextField, hint_text="Search in this table")
        await screen.event(field, "focus")
        await screen.tap("filter")
        await screen.until_target("sheet-done")
        await screen.event(field, "blur")
        await press(screen, "A", ctrl=True)
        await screen.tap("sheet-done")
        assert chosen(screen) == []
        await press(screen, "A", ctrl=True)
        assert len(chosen(screen)) == 3


async def test_keys_are_not_the_tables_while_a_segment_gets_its_name(office: Office) -> None:
    async with opened(office.replica, "/accounts", OFFICE) as screen:
        await screen.until_says("3 in all")
        await pick(screen, "segments", "Save as a segment")
        await press(screen, "A", ctrl=True)
        assert chosen(screen) == []
        await screen.type("Name", "Hot")
        await screen.tap("segment-save")
        await press(screen, "A", ctrl=True)
        assert len(chosen(screen)) == 3


async def test_a_label_is_put_on_many_and_taken_back_at_once(office: Office) -> None:
    async with opened(office.replica, "/accounts", OFFICE) as screen:
        await screen.until_says("3 in all")
        await press(screen, "A", ctrl=True)
        await screen.tap("bulk-label")
        await screen.until_says("on 0 of 3")
        await screen.tap("bulk-label-Prospect")
        await screen.until(lambda: "Prospect put on 3 accounts" in screen.bar())
        await screen.until_says("on 3 of 3")
        assert office.replica.count(Account, labels_all=["Prospect"]) == 3
        await screen.undo()
        await screen.until(lambda: not office.replica.count(Account, labels_all=["Prospect"]))


async def test_a_field_is_set_in_many_with_one_undo(office: Office) -> None:
    async with opened(office.replica, "/accounts", OFFICE) as screen:
        await screen.until_says("3 in all")
        await press(screen, "A", ctrl=True)
        await screen.tap("bulk-edit")
        await screen.tap("bulk-field-industry")
        await screen.type("Industry", "Gastronomy")
        await screen.tap("bulk-save")
        await screen.until(lambda: "Industry set for 3 accounts" in screen.bar())
        assert office.replica.count(Account, industry="Gastronomy") == 3
        await screen.undo()
        await screen.until(lambda: not office.replica.count(Account, industry="Gastronomy"))


async def test_a_wrong_value_is_said_beside_the_field_and_changes_nothing(office: Office) -> None:
    async with opened(office.replica, "/accounts", OFFICE) as screen:
        await screen.until_says("3 in all")
        await press(screen, "A", ctrl=True)
        await screen.tap("bulk-edit")
        await screen.tap("bulk-field-employees")
        await screen.type("Employees", "many")
        await screen.tap("bulk-save")
        await screen.until_says("Give a number.")
        assert office.replica.can_undo() == "The office"


async def test_chosen_rows_are_deleted_after_a_question(office: Office) -> None:
    async with opened(office.replica, "/accounts", OFFICE) as screen:
        await screen.until_says("3 in all")
        await press(screen, "Arrow Down")
        await press(screen, " ")
        await screen.tap("bulk-delete")
        await screen.until_says("Delete 1 account?")
        await screen.tap("answer-yes")
        await screen.until_says("2 in all")
        assert chosen(screen) == []


async def test_a_condition_narrows_the_table_and_its_chip_takes_it_out(office: Office) -> None:
    async with opened(office.replica, "/accounts", OFFICE) as screen:
        await screen.until_says("3 in all")
        await screen.tap("filter")
        await screen.tap("add-condition")
        await screen.tap("field-name")
        await screen.type("Name", "muller")
        await screen.tap("condition-add")
        await screen.until_says("1 found")
        assert rows(screen) == [office[1].id]
        await screen.tap("sheet-done")
        await screen.until_says("Name contains muller")
        chip = screen.all(ft.Chip, label="Name contains muller")[0]
        await screen.event(chip, "delete")
        await screen.until_says("3 in all")


@pytest.mark.parametrize("size", [PHONE, OFFICE], ids=["phone", "office"])
async def test_the_sheet_stays_as_it_is_when_the_first_thing_is_asked_for(
    office: Office, size: tuple[float, float]
) -> None:
    label = office.replica.label_named("Prospect")
    async with opened(office.replica, "/accounts", size) as screen:
        await screen.tap("filter")
        (modes,) = screen.all(ft.SegmentedButton, within=screen.target("filter-mode"))
        screen.session.apply_patch(modes._i, {"selected": ["none"]})
        await screen.event(modes, "change")
        await screen.tap(f"filter-{label.id}")
        await screen.until_says("Showing but not Prospect.")
        (modes,) = screen.all(ft.SegmentedButton, within=screen.target("filter-mode"))
        assert modes.selected == ["none"]


async def test_a_condition_that_makes_no_sense_says_why(office: Office) -> None:
    async with opened(office.replica, "/accounts", PHONE) as screen:
        await screen.tap("filter")
        await screen.tap("add-condition")
        await screen.tap("field-last_activity")
        await screen.type("Days", "soon")
        await screen.tap("condition-add")
        await screen.until_says("Give a number of days.")


async def test_a_choice_is_tapped(office: Office) -> None:
    office.replica.update(office[0], kind="household")
    async with opened(office.replica, "/accounts", PHONE) as screen:
        await screen.tap("filter")
        await screen.tap("add-condition")
        await screen.tap("field-kind")
        await screen.tap("value-household")
        await screen.tap("condition-add")
        await screen.until_says("1 found")
        assert rows(screen) == [office[0].id]


@pytest.mark.parametrize("size", [PHONE, OFFICE], ids=["phone", "office"])
async def test_a_filter_is_saved_as_a_segment_and_used_again(
    office: Office, size: tuple[float, float]
) -> None:
    replica = office.replica
    replica.label(office[2], "Prospect")
    label = replica.label_named("Prospect")
    async with opened(replica, "/accounts", size) as screen:
        await screen.until_says("3 in all")
        await screen.tap("filter")
        await screen.tap(f"filter-{label.id}")
        await screen.until_says("1 found")
        await screen.tap("sheet-done")
        await pick(screen, "segments", "Save as a segment")
        await screen.type("Name", "Hot")
        await screen.tap("segment-save")
        await screen.until(lambda: replica.find(Segment))
        await pick(screen, "segments", "Everything")
        await screen.until_says("3 in all")
        await pick(screen, "segments", "Hot")
        await screen.until_says("1 found")
        assert rows(screen) == [office[2].id]
        await pick(screen, "segments", "Delete")
        await screen.until(lambda: not replica.find(Segment))


@pytest.mark.parametrize("size", [PHONE, OFFICE], ids=["phone", "office"])
async def test_a_segment_that_was_just_saved_is_the_one_that_is_shown(
    office: Office, size: tuple[float, float]
) -> None:
    replica = office.replica
    async with opened(replica, "/accounts", size) as screen:
        await screen.until_says("3 in all" if size == OFFICE else "Brauerei Adler")
        await pick(screen, "segments", "Save as a segment")
        await screen.type("Name", "Hot")
        await screen.tap("segment-save")
        await pick(screen, "segments", "Delete")
        await screen.until(lambda: not replica.find(Segment))


async def test_a_table_of_nothing_says_what_to_do(office: Office) -> None:
    for shop in office.accounts:
        office.replica.delete(shop)
    async with opened(office.replica, "/accounts", OFFICE) as screen:
        await screen.until_says("No accounts yet")


def test_all_shortcuts_are_told_in_the_help() -> None:
    assert ("/", "Search in this table") in keyboard.SHORTCUTS


async def test_labels_are_not_offered_that_are_archived(office: Office) -> None:
    office.replica.create(Label(name="Old", archived=True))
    async with opened(office.replica, "/accounts", OFFICE) as screen:
        await screen.until_says("3 in all")
        await press(screen, "A", ctrl=True)
        await screen.tap("bulk-label")
        await screen.until_says("on 0 of 3")
        assert not screen.has("bulk-label-Old")
