"""Records of a company's own types in the same lists and tables as accounts and contacts."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import flet as ft
import pytest

from sync_protocol.records import CustomField, CustomObject, ObjectType, Option, Segment, entries
from tests.unit.client.ui.harness import OFFICE, PHONE, opened
from tests.unit.client.ui.test_tables import chosen, pick, press, rows, titles

if TYPE_CHECKING:
    from tests.unit.client.ui.harness import Screen
    from tests.unit.client.ui.office import Office

TABLET = (900.0, 1180.0)


class Coolers(NamedTuple):
    type: ObjectType
    litres: CustomField
    door: CustomField
    made: list[CustomObject]

    @property
    def route(self) -> str:
        return f"/objects/{self.type.id}"

    def ids(self, *places: int) -> list[str]:
        return [self.made[place].id for place in places]


@pytest.fixture
def coolers(admins_office: Office) -> Coolers:
    """Three coolers, and a contract that is none of theirs."""
    make = admins_office.replica.create
    own = make(ObjectType(name="Cooler", plural="Coolers", icon="machine"))
    litres = make(CustomField(name="Litres", of=own.id, type="number", place=1))
    options = entries(Option("Glass"), Option("Steel", 1))
    door = make(CustomField(name="Door", of=own.id, type="choice", options=options, place=2))
    facts = (("KX-1", "90", "1", 0), ("KX-2", "700", "2", 0), ("KX-3", "", "2", 2))
    made = [
        make(CustomObject(
            name=name, type_id=own.id, account_id=admins_office[shop].id,
            custom={door.id: how} | ({litres.id: size} if size else {}),
        ))
        for name, size, how, shop in facts
    ]  # fmt: skip
    contract = make(ObjectType(name="Contract"))
    make(CustomObject(name="Beer until 2028", type_id=contract.id))
    while admins_office.replica.index_some():
        pass
    return Coolers(own, litres, door, made)


async def condition(screen: Screen, path: str, typed: tuple[str, str] | str) -> None:
    """Ask for a value: typed into the field of that name, or one of the choices tapped."""
    await screen.tap("filter")
    await screen.tap("add-condition")
    await screen.tap(f"field-{path}")
    if isinstance(typed, str):
        await screen.tap(f"value-{typed}")
    else:
        await screen.type(*typed)
    await screen.tap("condition-add")
    await screen.tap("sheet-done")


async def test_the_office_sees_an_own_type_in_a_table_with_its_fields(
    admins_office: Office, coolers: Coolers
) -> None:
    async with opened(admins_office.replica, coolers.route, OFFICE) as screen:
        await screen.until_says("3 in all")
        assert rows(screen) == coolers.ids(0, 1, 2)
        shown = [f"custom.{coolers.litres.id}", f"custom.{coolers.door.id}"]
        assert titles(screen)[:4] == ["name", "account_id", *shown]
        words = screen.words(screen.target(f"row-{coolers.made[1].id}"))
        assert words[:4] == ["KX-2", "Brauerei Adler", "700", "Steel"]


async def test_numbers_and_amounts_of_own_fields_are_told_as_on_a_page(
    admins_office: Office, coolers: Coolers
) -> None:
    replica = admins_office.replica
    price = replica.create(CustomField(name="Price", of=coolers.type.id, type="money", place=3))
    values = {coolers.litres.id: "1200", price.id: "12345.5 EUR"}
    replica.update(coolers.made[0], custom=values)
    async with opened(replica, coolers.route, OFFICE) as screen:
        await screen.until_says("3 in all")
        words = screen.words(screen.target(f"row-{coolers.made[0].id}"))
        assert {"1,200", "12,345.50 EUR"} <= set(words)


async def test_own_fields_sort_by_their_values_and_can_be_left_out(
    admins_office: Office, coolers: Coolers
) -> None:
    path = f"custom.{coolers.litres.id}"
    async with opened(admins_office.replica, coolers.route, OFFICE) as screen:
        await screen.until_says("3 in all")
        await screen.tap(f"sort-{path}")
        await screen.until(lambda: rows(screen) == coolers.ids(0, 1, 2))
        await screen.tap(f"sort-{path}")
        await screen.until(lambda: rows(screen) == coolers.ids(1, 0, 2))
        await screen.tap("sort-name")
        await pick(screen, "columns", "Litres")
        await screen.until(lambda: path not in titles(screen))


@pytest.mark.parametrize("size", [PHONE, TABLET, OFFICE], ids=["phone", "tablet", "office"])
async def test_an_own_type_is_filtered_by_its_fields_and_kept_as_a_segment(
    admins_office: Office, coolers: Coolers, size: tuple[float, float]
) -> None:
    replica = admins_office.replica
    async with opened(replica, coolers.route, size) as screen:
        await screen.until_says("3 in all")
        await condition(screen, f"custom.{coolers.door.id}", "2")
        await screen.until_says("2 found")
        assert rows(screen) == coolers.ids(1, 2)
        await pick(screen, "segments", "Save as a segment")
        await screen.type("Name", "Steel ones")
        await screen.tap("segment-save")
        await screen.until(lambda: replica.count(Segment, of=coolers.type.id) == 1)
        await pick(screen, "segments", "Everything")
        await screen.until_says("3 in all")
        await pick(screen, "segments", "Steel ones")
        await screen.until_says("2 found")


async def test_own_records_are_labelled_edited_and_deleted_many_at_once(
    admins_office: Office, coolers: Coolers
) -> None:
    replica, struct = admins_office.replica, CustomObject
    async with opened(replica, coolers.route, OFFICE) as screen:
        await screen.until_says("3 in all")
        await press(screen, "A", ctrl=True)
        assert len(chosen(screen)) == 3
        await screen.tap("bulk-label")
        await screen.tap("bulk-label-Prospect")
        await screen.until(lambda: "Prospect put on 3 Coolers" in screen.bar())
        assert replica.count(struct, labels_all=["Prospect"]) == 3
        await screen.tap("sheet-done")
        await screen.tap("bulk-edit")
        await screen.tap(f"bulk-field-custom.{coolers.door.id}")
        await screen.tap("bulk-value-1")
        await screen.until(lambda: "Door set for 3 Coolers" in screen.bar())
        assert {x.custom[coolers.door.id] for x in replica.find(struct, type_id=coolers.type.id)} \
            == {"1"}  # fmt: skip
        await screen.undo()
        await screen.until(lambda: replica.get(struct, coolers.made[1].id) == coolers.made[1])
        await screen.tap("bulk-delete")
        await screen.tap("answer-yes")
        await screen.until_says("No Coolers yet")
        await screen.undo()
        await screen.until_says("3 in all")
        assert replica.count(struct) == 4


async def test_a_phone_shows_own_records_in_rows_with_what_their_columns_say(
    admins_office: Office, coolers: Coolers
) -> None:
    admins_office.replica.label(coolers.made[0], "Prospect")
    async with opened(admins_office.replica, coolers.route) as screen:
        await screen.until_says("3 in all")
        words = screen.words(screen.target(f"row-{coolers.made[0].id}"))
        assert "Brauerei Adler \u00b7 Litres 90 \u00b7 Glass" in words
        assert "Prospect" in words
        await pick(screen, "sort", "Litres, highest first")
        await screen.until(lambda: rows(screen) == coolers.ids(1, 0, 2))
        await screen.type("Name, account, label, note", "post")
        await screen.until(lambda: rows(screen) == coolers.ids(2))
        await screen.type("Name, account, label, note", "nobody")
        await screen.until_says('Nothing found for "nobody"')
        (back,) = screen.all(ft.IconButton, tooltip="Back")
        await screen.tap(back)
        await screen.until(lambda: screen.page.route == "/more")


async def test_an_own_record_opens_beside_its_list_and_is_labelled_on_its_page(
    admins_office: Office, coolers: Coolers
) -> None:
    replica = admins_office.replica
    async with opened(replica, coolers.route, OFFICE) as screen:
        await screen.until_says("3 in all")
        await screen.go(f"{coolers.route}/{coolers.made[0].id}")
        await screen.until_target("edit")
        assert rows(screen) == coolers.ids(0, 1, 2)
        await screen.tap("labels")
        await screen.tap("label-Prospect")
        await screen.until(lambda: replica.worn(coolers.made[0].id))
        (back,) = screen.all(ft.IconButton, tooltip="Back")
        await screen.tap(back)
        await screen.until(lambda: titles(screen))


async def test_what_the_whole_workspace_shares_is_listed_without_labels(
    admins_office: Office,
) -> None:
    async with opened(admins_office.replica, "/competitors", OFFICE) as screen:
        await screen.until_says("No competitors yet")
        await screen.tap("filter")
        await screen.until_target("add-condition")
        assert not screen.has("filter-mode")


async def test_a_type_without_records_says_what_it_is_for(admins_office: Office) -> None:
    own = admins_office.replica.create(ObjectType(name="SIM card", about="In our card terminals."))
    for size in (PHONE, OFFICE):
        async with opened(admins_office.replica, f"/objects/{own.id}", size) as screen:
            await screen.until_says("In our card terminals.")
            await screen.press("New SIM card")
            await screen.until(lambda: screen.page.route == f"/objects/{own.id}/new")
