"""The list of what was done on this device."""

from __future__ import annotations

from typing import TYPE_CHECKING

from client import leading
from client.leading import Plan
from sync_protocol.records import Account, Contact, Lead, SalesOrder, Task
from tests.unit.client.ui.harness import opened

if TYPE_CHECKING:
    from tests.unit.client.ui.office import Office


async def test_any_act_is_taken_back_and_done_again(office: Office) -> None:
    replica = office.replica
    replica.update(office[0], industry="Gastronomy")
    key = replica.acts()[0].key
    replica.update(office[1], industry="Hotels")
    async with opened(replica, "/did") as screen:
        await screen.until_says("Today, 14:00, Brauerei Adler")
        await screen.tap(f"undo-{key}")
        await screen.until_says("Undone: Edit account, 1 record.")
        assert replica.count(Account, industry="Gastronomy") == 0
        await screen.tap(f"redo-{key}")
        await screen.until_says("Done again: Edit account, 1 record.")
        assert replica.count(Account, industry="Gastronomy") == 1


async def test_what_could_not_be_taken_back_is_named(office: Office) -> None:
    replica = office.replica
    shop = replica.update(office[0], industry="Gastronomy", source="Fair")
    key = replica.acts()[0].key
    replica.update(shop, industry="Hotels")
    async with opened(replica, "/did") as screen:
        await screen.tap(f"undo-{key}")
        await screen.until_says(
            "changed since or is not yours to change: Industry of Brauerei Adler."
        )


async def test_a_conversion_is_taken_back_and_done_again(office: Office) -> None:
    replica = office.replica
    lead = replica.create(Lead(name="Ada Berg", company="Berg"))
    replica.create(Task(title="Call", lead_id=lead.id))
    plan = Plan(new_account="Berg", territory_id=office[0].territory_id)
    leading.convert(replica, lead, plan)
    key = replica.acts()[0].key
    replica.update(office[1], industry="Hotels")
    async with opened(replica, "/did") as screen:
        await screen.tap(f"undo-{key}")
        await screen.until_says("Undone: Convert lead")
        assert [x.status for x in replica.find(Lead)] == ["new"]
        assert replica.count(Account, name="Berg") == replica.count(Contact, name="Ada Berg") == 0
        assert replica.count(Account, industry="Hotels") == 1
        await screen.tap(f"redo-{key}")
        await screen.until(lambda: replica.count(Lead, status="converted") == 1)
        assert replica.count(Account, name="Berg") == replica.count(Contact, name="Ada Berg") == 1


async def test_the_list_is_found_under_more(office: Office) -> None:
    async with opened(office.replica, "/more") as screen:
        await screen.tap("more-did")
        await screen.until_says("What you did")


async def test_an_act_is_told_in_words_not_in_the_names_of_record_types(office: Office) -> None:
    replica = office.replica
    replica.create(SalesOrder(number="O-1", at=replica.now(), account_id=office[0].id))
    async with opened(replica, "/did") as screen:
        await screen.until_says("Add sales order")
