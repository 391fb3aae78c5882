"""The list of what needs attention."""

from __future__ import annotations

from typing import TYPE_CHECKING

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


async def test_old_facts_are_confirmed_on_the_spot(office: Office) -> None:
    office.time_ms += 400 * DAY_MS
    async with opened(office.replica, "/attention") as screen:
        await screen.until_says("Not verified for long (4)")
        await screen.tap("issue-stale")
        await screen.until_target(f"right-{office[0].id}")
        await screen.tap(f"right-{office[0].id}")
        await screen.until_says("Not verified for long (3)")
