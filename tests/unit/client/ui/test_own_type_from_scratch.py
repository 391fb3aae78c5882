"""A record type of a company's own, made and used by what its administrator taps, nothing else."""

from __future__ import annotations

import csv
from typing import TYPE_CHECKING

import flet as ft

from sync_protocol.records import CustomField, CustomObject, ObjectType
from tests.unit.client.ui.harness import OFFICE, opened
from tests.unit.client.ui.test_import_export import pick
from tests.unit.client.ui.test_own_tables import condition
from tests.unit.client.ui.test_tables import rows, titles

if TYPE_CHECKING:
    from tests.unit.client.ui.harness import Screen
    from tests.unit.client.ui.office import Office


async def define(screen: Screen) -> None:
    """From More: the type, then two fields of its."""
    await screen.tap("more-types")
    await screen.until_target("add")
    await screen.tap("add")
    await screen.until_says("New record type")
    await screen.type("Name of one: Contract", "Machine")
    await screen.type("Name of many: Contracts", "Machines")
    await screen.tap("icon-machine")
    await screen.tap("save")
    await screen.until_says("0 records")
    await screen.press("Machines")
    await screen.until_target("type-fields")
    await screen.tap("type-fields")
    for name, kind in (("Serial number", "text"), ("Litres", "number")):
        await screen.until_target("add")
        await screen.tap("add")
        await screen.until_target(f"type-{kind}")
        await screen.type("Name", name)
        await screen.tap(f"type-{kind}")
        await screen.tap("save")
        await screen.until_says(name)


async def fill(screen: Screen, name: str, serial: str, litres: str) -> None:
    """One record from the list's own button."""
    await screen.until_target("new-record")
    await screen.tap("new-record")
    await screen.until_says("New Machine")
    await screen.type("Name", name)
    await screen.type("Serial number", serial)
    await screen.type("Litres", litres)
    await screen.tap("save")
    await screen.until_target("edit")


async def test_a_type_is_made_filled_shown_filtered_and_carried_away_and_back_by_tapping(
    admins_office: Office,
) -> None:
    replica = admins_office.replica
    async with opened(replica, "/more", OFFICE) as screen:
        await define(screen)
        (machine,) = replica.find(ObjectType)
        serial, litres = replica.find(CustomField, order_by="place")
        assert (machine.plural, serial.name, litres.type) == ("Machines", "Serial number", "number")
        await screen.go("/more")
        await screen.tap(f"more-customobject-{machine.id}")
        await screen.until_says("No Machines yet")
        for facts in (("KX-1", "A 17", "90"), ("KX-2", "B 4", "1,200")):
            await fill(screen, *facts)
            await screen.go(f"/objects/{machine.id}")
        await screen.until_says("2 in all")
        assert {f"custom.{serial.id}", f"custom.{litres.id}"} <= set(titles(screen))
        (small, large) = replica.find(CustomObject, order_by="name")
        assert "1,200" in screen.words(screen.target(f"row-{large.id}"))
        await condition(screen, f"custom.{serial.id}", ("Serial number", "B"))
        await screen.until(lambda: rows(screen) == [large.id])
        await screen.go("/more")
        await screen.tap("more-export")
        screen.session.apply_page_patch({"platform": "linux"})
        await screen.tap(f"export-what-{machine.id}")
        await screen.until_says("Save 2 Machines")
        await screen.tap("export-save")
        await screen.until(lambda: screen.bar() == "machines.csv made, 2 records")
        (sent,) = screen.client.given
        await screen.go("/import")
        changed = sent.decode("utf-8-sig").replace("A 17", "C 9")
        assert [row["Custom: Litres"] for row in csv.DictReader(changed.splitlines())] == [
            "90", "1200",
        ]  # fmt: skip
        await pick(screen, ("machines.csv", changed.encode()))
        await screen.until_says("2 rows: 2 already here")
        await screen.tap("import-start")
        await screen.until_says("2 brought up to date")
        now = replica.get(CustomObject, small.id)
        assert now is not None
        assert now.custom[serial.id] == "C 9"
        await screen.tap("import-undo")
        await screen.until_target("pick-file")
        assert replica.get(CustomObject, small.id) == small
        assert not screen.all(ft.ProgressBar)
