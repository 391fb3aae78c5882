"""An administrator's custom fields: added, ordered, renamed, archived."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

import flet as ft
import pytest

from client.errors import Invalid
from client.ui.views.custom.field_form import finished
from sync_protocol.records import CustomField, Option
from tests.unit.client.ui.harness import opened

if TYPE_CHECKING:
    from tests.unit.client.ui.harness import Screen
    from tests.unit.client.ui.office import Office

LIST = "/admin/fields?of=account"


def there_are(screen: Screen, count: int) -> bool:
    return len(screen.all(ft.TextField, label="Choice")) == count


async def test_only_administrators_define_fields(office: Office) -> None:
    async with opened(office.replica, "/admin/fields/new?of=account") as screen:
        assert screen.says("Only administrators can change this.")


async def test_a_field_of_choices_is_made_and_offered_in_the_form_at_once(
    admins_office: Office,
) -> None:
    replica = admins_office.replica
    async with opened(replica, "/more") as screen:
        await screen.tap("more-fields")
        await screen.until_says("No fields of your own yet")
        await screen.tap("add")
        await screen.until_says("A field of accounts")
        await screen.type("Name", "Tap system")
        await screen.tap("type-choice")
        for place, name in enumerate(("Keg", "Tank")):
            await screen.tap("add-option")
            await screen.until(partial(there_are, screen, place + 1))
            await screen.type("Choice", name)
        await screen.tap(screen.all(ft.IconButton, tooltip="Earlier")[-1])
        await screen.tap("save")
        await screen.until_says("One choice")
        (made,) = replica.find(CustomField)
        assert (made.name, made.of, made.type, made.place) == ("Tap system", "account", "choice", 0)
        places = {option.name: option.place for option in made.options.values()}
        assert places == {"Tank": 0, "Keg": 1}
        await screen.go(f"/accounts/{admins_office[0].id}/edit")
        await screen.until_target(f"field-custom.{made.id}")
        assert screen.says("Tank")


async def test_what_is_wrong_with_a_field_is_said_beside_it(admins_office: Office) -> None:
    replica = admins_office.replica
    replica.create(CustomField(name="Seats", of="account"))
    async with opened(replica, "/admin/fields/new?of=account") as screen:
        await screen.type("Name", "seats")
        await screen.tap("save")
        await screen.until_says("There is already a field called seats.")
        await screen.type("Name", "Tap")
        await screen.tap("type-choices")
        await screen.tap("save")
        await screen.until_says("Add at least two choices.")
    assert replica.count(CustomField) == 1


async def test_fields_are_reordered_renamed_and_archived(admins_office: Office) -> None:
    replica = admins_office.replica
    first, second = (
        replica.create(CustomField(name=name, of="account", place=place, type="number"))
        for place, name in enumerate(("Seats", "Rooms"))
    )
    async with opened(replica, LIST) as screen:
        later = screen.all(
            ft.IconButton, tooltip="Later", within=screen.target(f"field-{first.id}")
        )
        await screen.tap(later[0])
        assert screen.bar() == "Order changed"
        found = replica.find(CustomField, order_by="place")
        assert [field.name for field in found] == ["Rooms", "Seats"]
        await screen.go(f"/admin/fields/{second.id}")
        await screen.until_target("save")
        assert not screen.has("type-choice")
        await screen.type("Name", "Guest rooms")
        await screen.tap("save")
        await screen.until_says("Guest rooms")
        await screen.go(f"/admin/fields/{second.id}")
        await screen.until_target("archive")
        await screen.tap("archive")
        await screen.until_says("Archived (1)")
        await screen.undo()
        await screen.until(lambda: not screen.says("Archived (1)"))


def test_options_in_use_are_archived_never_lost() -> None:
    held = {"1": Option("Keg"), "2": Option("Tank")}
    with pytest.raises(Invalid, match="needs a name"):
        finished({"1": Option(" "), "2": Option("Tank")}, held, "choice")
    with pytest.raises(Invalid, match="twice"):
        finished({**held, "3": Option("keg")}, held, "choice")
    with pytest.raises(Invalid, match="semicolon"):
        finished({**held, "3": Option("a; b")}, held, "choice")
    done = finished({"2": Option("Tank"), "1": Option("Keg "), "3": Option("")}, held, "choice")
    assert done == {"2": Option("Tank", 0), "1": Option("Keg", 1)}
