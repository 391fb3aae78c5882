"""Record types shown as they are declared, and those that a company defines itself."""

from __future__ import annotations

from typing import TYPE_CHECKING

import flet as ft
import pytest

from sync_protocol.records import Competitor, CustomField, CustomObject, ObjectType
from tests.unit.client.ui.harness import OFFICE, opened
from tests.unit.client.ui.office import accept_all, open_office

if TYPE_CHECKING:
    from collections.abc import AsyncIterator
    from pathlib import Path

    from tests.unit.client.ui.office import Office


@pytest.fixture
async def office(tmp_path: Path) -> AsyncIterator[Office]:
    office = await open_office(tmp_path, role="admin")
    yield office
    await office.replica.close()


def index(office: Office) -> None:
    while office.replica.index_some():
        pass


async def test_a_declared_type_has_a_list_a_form_a_page_search_and_a_history(
    office: Office,
) -> None:
    replica = office.replica
    async with opened(replica, "/more") as screen:
        await screen.tap("more-competitor")
        await screen.until_says("No competitors yet")
        await screen.tap("new-record")
        await screen.until_says("New competitor")
        await screen.tap("save")
        await screen.until(lambda: screen.all(ft.TextField, label="Name")[0].error)
        await screen.type("Name", "Other Brewery")
        await screen.type("About", "Cheaper, but slow")
        await screen.tap("save")
        assert screen.bar() == "Competitor saved"
        (made,) = replica.find(Competitor)
        assert screen.page.route == f"/competitors/{made.id}"
        assert screen.says("Cheaper, but slow")
        await screen.tap("edit")
        await screen.until_says("Edit competitor")
        await screen.type("About", "Dear and slow")
        await screen.tap("save")
        await screen.until_says("Dear and slow")
        await screen.go(f"/past/competitor/{made.id}")
        await screen.until_says("before: Cheaper, but slow")
        index(office)
        await screen.go("/competitors")
        await screen.type("Name", "dear")
        await screen.until_target(f"row-{made.id}")
        await screen.type("Name", "zzz")
        await screen.until_says("Nothing found")


async def test_a_company_defines_a_record_type_and_its_fields_and_uses_them(
    office: Office,
) -> None:
    replica = office.replica
    async with opened(replica, "/admin/types/new", OFFICE) as screen:
        await screen.type("Name of one: Contract", "Cooler")
        await screen.type("Name of many: Contracts", "Coolers")
        await screen.tap("icon-machine")
        await screen.tap("save")
        await screen.until_says("0 records")
        (cooler,) = replica.find(ObjectType)
        assert (cooler.name, cooler.plural, cooler.icon) == ("Cooler", "Coolers", "machine")
        litres = replica.create(CustomField(name="Litres", of=cooler.id, type="number"))
        await screen.go(f"/accounts/{office[0].id}")
        await screen.until_target(f"new-{cooler.id}")
        await screen.tap(f"new-{cooler.id}")
        await screen.until_says("New Cooler")
        assert screen.says("Brauerei Adler")
        await screen.type("Name", "KX-12")
        await screen.type("Litres", "1,200")
        await screen.tap("save")
        (made,) = replica.find(CustomObject)
        assert (made.type_id, made.account_id) == (cooler.id, office[0].id)
        assert made.custom == {litres.id: "1200"}
        assert screen.page.route == f"/objects/{cooler.id}/{made.id}"
        await screen.until_says("Brauerei Adler")
        await screen.tap("goes-account")
        await screen.until_target(f"own-{made.id}")
        await screen.go(f"/objects/{cooler.id}")
        await screen.until_target(f"row-{made.id}")
        await screen.go("/more")
        await screen.until_target(f"more-customobject-{cooler.id}")


async def test_a_draft_of_an_own_record_is_found_again(office: Office) -> None:
    replica = office.replica
    cooler = replica.create(ObjectType(name="Cooler"))
    replica.create(CustomField(name="Litres", of=cooler.id, type="number"))
    route = f"/objects/{cooler.id}/new"
    async with opened(replica, f"{route}?account={office[0].id}") as screen:
        await screen.type("Litres", "a lot")
        await screen.until(replica.drafts)
    async with opened(replica, route) as screen:
        assert screen.all(ft.TextField, label="Litres")[0].value == ""
    async with opened(replica, f"{route}?account={office[0].id}") as screen:
        assert screen.all(ft.TextField, label="Litres")[0].value == "a lot"
        await screen.type("Name", "KX-12")
        await screen.tap("save")
        await screen.until_says("Write a number like 1234.5.")


async def test_a_reference_is_found_by_typing_and_can_be_taken_back(office: Office) -> None:
    replica = office.replica
    cooler = replica.create(ObjectType(name="Cooler"))
    index(office)
    async with opened(replica, f"/objects/{cooler.id}/new") as screen:
        await screen.type("Name", "KX-12")
        await screen.type("Account", "post")
        await screen.until_target(f"pick-{office[2].id}")
        await screen.tap(f"pick-{office[2].id}")
        await screen.until_target("chosen-account_id")
        await screen.tap("save")
        (made,) = replica.find(CustomObject)
        assert made.account_id == office[2].id
        await screen.go(f"/objects/{cooler.id}/{made.id}/edit")
        await screen.until_target("chosen-account_id")
        await screen.tap("chosen-account_id")
        await screen.until(lambda: screen.all(ft.TextField, label="Account"))
        await screen.tap("save")
        await screen.until(lambda: replica.find(CustomObject, account_id=""))


async def test_a_page_with_nothing_but_a_name_says_how_to_go_on(office: Office) -> None:
    rival = office.replica.create(Competitor(name="Nordperle"))
    async with opened(office.replica, f"/competitors/{rival.id}") as screen:
        await screen.until_says("Only the name is known")
        await screen.press("Add what you know")
        await screen.until(lambda: screen.page.route == f"/competitors/{rival.id}/edit")


async def test_a_deleted_record_says_so_and_comes_back(office: Office) -> None:
    made = office.replica.create(Competitor(name="Other Brewery"))
    office.replica.delete(made)
    accept_all(office.replica)
    async with opened(office.replica, f"/competitors/{made.id}") as screen:
        assert screen.says("Other Brewery was deleted")
        await screen.press("Restore")
        await screen.until_target("edit")
        await screen.go("/competitors/unknown")
        await screen.until_says("This competitor is not visible to you")
        await screen.go("/objects/unknown")
        await screen.until_says("It is not here")


async def test_the_search_over_everything_finds_plain_records(office: Office) -> None:
    made = office.replica.create(Competitor(name="Other Brewery"))
    index(office)
    async with opened(office.replica, "/search") as screen:
        (field,) = screen.all(ft.TextField)
        await screen.type(str(field.hint_text or field.label), "other")
        await screen.until_says("Other Brewery")
        await screen.go(f"/competitors/{made.id}")
        await screen.until_target("edit")
