"""From any record to those that belong to it, and back."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sync_protocol.records import Activity, Deal, Pipeline, Stage, Task
from tests.unit.client.ui.harness import opened

if TYPE_CHECKING:
    from tests.unit.client.ui.office import Office


async def test_whatever_belongs_together_is_reached_from_every_side(
    admins_office: Office,
) -> None:
    office, replica = admins_office, admins_office.replica
    adler, ada = office[0], office.contact
    sales = replica.create(Pipeline(name="Sales", stages={"a": Stage("Talk", 1)}))
    places = {"account_id": adler.id, "contact_id": ada.id}
    deals = [
        replica.create(Deal(name=name, pipeline_id=sales.id, stage_id="a", **places))
        for name in ("Taps", "Glasses")
    ]
    places["deal_id"] = deals[0].id
    calls = [
        replica.create(Activity(kind="call", status="done", at=office.now(), note=note, **places))
        for note in ("Asked for taps", "Sent a price")
    ]
    task = replica.create(Task(title="Order taps", **places))

    async with opened(replica, f"/accounts/{adler.id}") as screen:
        await screen.until_says("Asked for taps")
        assert screen.has(f"person-{ada.id}")
        assert all(screen.has(f"deal-{deal.id}") for deal in deals)
        assert screen.says("Sent a price")
        assert screen.says(task.title)
        await screen.tap(f"person-{ada.id}")
        await screen.until(lambda: screen.page.route == f"/contacts/{ada.id}")
        await screen.until_says("Asked for taps")
        assert screen.has("account-link")
        assert screen.says(task.title)
        await screen.tap(f"deal-{deals[0].id}")
        await screen.until_target("to-account")
        await screen.until_says("Sent a price")
        assert screen.has("to-contact")
        await screen.go(f"/activities/{calls[0].id}")
        await screen.until_says("Ada Byrne")
        assert screen.says(adler.name)


async def test_an_activity_leads_to_its_deal_and_the_deal_back_to_it(office: Office) -> None:
    replica = office.replica
    deal = replica.create(Deal(name="Taps", pipeline_id="p", stage_id="s", account_id=office[0].id))
    call = replica.create(
        Activity(kind="call", at=replica.now(), account_id=office[0].id, deal_id=deal.id)
    )
    async with opened(replica, f"/activities/{call.id}") as screen:
        await screen.tap("deal")
        assert screen.page.route == f"/deals/{deal.id}"
        await screen.until(lambda: [x for x in screen.identifiers() if call.id in x])
        await screen.tap(next(x for x in screen.identifiers() if call.id in x))
        assert screen.page.route == f"/activities/{call.id}"
