"""The list of what needs attention."""

from __future__ import annotations

from typing import TYPE_CHECKING

import flet as ft

from client.facts import DAY_MS
from tests.unit.client.ui.harness import opened

if TYPE_CHECKING:
    from tests.unit.client.ui.office import Office


async def test_what_is_missing_is_counted_and_a_tap_leads_to_the_form(office: Office) -> None:
    async with opened(office.replica, "/attention") as screen:
        await screen.until_says("No phone and no e-mail (4)")
        assert screen.says("No address (3)")
        await screen.tap(f"mend-{office[0].id}")
        await screen.until_target("save")
        assert screen.all(ft.TextField)[0].label == "Phone"


async def test_a_page_says_what_is_missing_and_a_tap_leads_to_the_field(office: Office) -> None:
    replica = office.replica
    async with opened(replica, f"/accounts/{office[0].id}") as screen:
        await screen.until_says("There is no address.")
        await screen.tap("mend-address")
        await screen.until_target("save")
        street = screen.all(ft.TextField)[0]
        assert (street.label, street.autofocus) == ("Street", True)
        await screen.type("Town", "Kronach")
        await screen.tap("save")
        await screen.until(lambda: not screen.page.route.endswith("field=addresses"))
        await screen.until_target("fix-email")
        assert not screen.has("mend-address")


async def test_a_form_that_was_only_looked_at_has_nothing_to_save(office: Office) -> None:
    async with opened(office.replica, f"/accounts/{office[0].id}/edit?field=phones") as screen:
        await screen.until_target("save")
        (back,) = screen.all(ft.IconButton, tooltip="Back")
        await screen.tap(back)
        await screen.until(lambda: screen.page.route == f"/accounts/{office[0].id}")


async def test_old_facts_are_confirmed_on_the_spot(office: Office) -> None:
    office.time_ms += 400 * DAY_MS
    async with opened(office.replica, "/attention") as screen:
        await screen.until_says("Not verified for long (4)")
        await screen.tap("issue-stale")
        await screen.until_target(f"right-{office[0].id}")
        await screen.tap(f"right-{office[0].id}")
        await screen.until_says("Not verified for long (3)")
