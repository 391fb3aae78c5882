"""What a person sees of how activities went."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sync_protocol.records import Activity, Outcome, OutcomeGiven
from tests.unit.client.ui.harness import opened

if TYPE_CHECKING:
    from tests.unit.client.ui.office import Office

DAY_MS = 86_400_000


def log(office: Office, kind: str, outcome: str = "", days: int = 0) -> Activity:
    given = OutcomeGiven(office.replica.find(Outcome, name=outcome)[0].id) if outcome else None
    replica = office.replica
    return replica.create(
        Activity(kind=kind, at=replica.now() - days * DAY_MS, outcome=given,
                 account_id=office[0].id, owner_id=replica.user_id)
    )  # fmt: skip


async def test_how_it_went_stands_beside_how_much_was_done_and_leads_to_it(office: Office) -> None:
    for outcome in ("Order placed", "Interested", "Interested", ""):
        log(office, "visit", outcome)
    call = log(office, "call", "Not in", days=45)
    async with opened(office.replica, "/more") as screen:
        await screen.tap("more-results")
        await screen.until_says("Visits (4)")
        assert not screen.says("Calls")
        (interested,) = office.replica.find(Outcome, name="Interested")
        row = f"went-visit-{interested.id}"
        assert screen.words(screen.target(row)) == ["Interested", "2", "50 %"]
        assert screen.words(screen.target("went-visit-none")) == ["No outcome", "1", "25 %"]
        person = screen.words(screen.target(f"person-{office.replica.user_id}"))
        assert person == [
            "Rita Berger", "Interested 2, Order placed 1, No outcome 1", "4",
        ]  # fmt: skip
        await screen.tap(row)
        await screen.until_says("Visits: Interested (2)")
        await screen.go("/results")
        await screen.tap("period-90")
        await screen.until_says("Calls (1)")
        await screen.tap(f"went-call-{call.outcome.outcome_id if call.outcome else ''}")
        await screen.until_says("Calls: Not in (1)")
        await screen.tap(f"behind-{call.id}")
        assert screen.page.route == f"/activities/{call.id}"


async def test_a_time_in_which_nothing_was_done_says_so(office: Office) -> None:
    async with opened(office.replica, "/results") as screen:
        await screen.until_says("Nothing was done in this time")
        log(office, "call")
        await screen.until_says("Calls (1)")
