"""Every kind of activity is logged in at most three taps, from the + and from a record's page."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from sync_protocol.records import Activity
from tests.unit.client.ui.harness import opened

if TYPE_CHECKING:
    from tests.unit.client.ui.office import Office

PLUS = 2
AT_ONCE = ("call", "email", "meeting", "demo", "chat")


def logged(office: Office) -> list[tuple[str, str, str]]:
    return [(x.kind, x.status, x.account_id) for x in office.replica.find(Activity)]


@pytest.mark.parametrize("kind", AT_ONCE)
async def test_from_the_plus_it_takes_three_taps(office: Office, kind: str) -> None:
    async with opened(office.replica) as screen:
        await screen.choose("bottom-bar", PLUS)
        await screen.tap(f"kind-{kind}")
        await screen.until_target(f"customer-{office[0].id}")
        await screen.tap(f"customer-{office[0].id}")
        assert logged(office) == [(kind, "done", office[0].id)]
        assert screen.taps <= 3
        await screen.until_target("outcome-0")


@pytest.mark.parametrize("kind", AT_ONCE[1:])
async def test_from_a_record_it_takes_two_taps(office: Office, kind: str) -> None:
    async with opened(office.replica, f"/accounts/{office[0].id}") as screen:
        await screen.choose("bottom-bar", PLUS)
        await screen.until_target(f"log-{kind}")
        await screen.tap(f"log-{kind}")
        assert logged(office) == [(kind, "done", office[0].id)]
        assert screen.taps <= 3


async def test_a_call_and_a_visit_are_logged_with_their_outcome_from_a_record(
    office: Office,
) -> None:
    for kind in ("visit", "call"):
        async with opened(office.replica, f"/accounts/{office[0].id}") as screen:
            await screen.choose("bottom-bar", PLUS)
            await screen.until_target(f"{kind}-outcome-0")
            await screen.tap(f"{kind}-outcome-0")
            assert screen.taps == 2
    assert {activity.kind for activity in office.replica.find(Activity)} == {"visit", "call"}
    assert all(activity.outcome for activity in office.replica.find(Activity))


async def test_a_note_saves_while_it_is_typed_after_three_taps(office: Office) -> None:
    async with opened(office.replica) as screen:
        await screen.choose("bottom-bar", PLUS)
        await screen.tap("kind-note")
        await screen.until_target(f"customer-{office[0].id}")
        await screen.tap(f"customer-{office[0].id}")
        await screen.until(lambda: screen.page.route.endswith("/note"))
        assert screen.taps == 3
        await screen.type("Note", "Wants beer")
        await screen.until(lambda: logged(office) == [("note", "done", office[0].id)])


async def test_a_note_written_after_logging_is_part_of_it(office: Office) -> None:
    async with opened(office.replica, f"/new/accounts/{office[0].id}") as screen:
        await screen.tap("log-meeting")
        await screen.until_target("logged")
        await screen.type("Note", "Met the new chef")
        await screen.until(lambda: office.replica.count(Activity, note="Met the new chef"))
        office.replica.undo()
        assert office.replica.count(Activity) == 0
