"""What a rep is told before going in."""

from __future__ import annotations

from datetime import date, timedelta
from typing import TYPE_CHECKING

import pytest

from client import fieldwork, going_in, paperwork
from sync_protocol.records import (
    Activity,
    Closing,
    Contact,
    Deal,
    Invoice,
    Line,
    Money,
    OutcomeGiven,
    Pipeline,
    SalesOrder,
    Stage,
    Task,
    entries,
)
from tests.unit.client.ui.office import open_office

if TYPE_CHECKING:
    from collections.abc import AsyncIterator
    from pathlib import Path

    from client.going_in import GoingIn
    from client.replica import Replica
    from tests.unit.client.ui.office import Office

DAY_MS = 86_400_000


@pytest.fixture
async def office(tmp_path: Path) -> AsyncIterator[Office]:
    office = await open_office(tmp_path, role="admin")
    yield office
    await office.replica.close()


def told(office: Office) -> GoingIn:
    return going_in.read(office.replica, fieldwork.About(office[0].id))


def today(office: Office) -> date:
    return office.replica.moment.day()


def an_order(replica: Replica, account_id: str, **facts: object) -> SalesOrder:
    return replica.create(
        SalesOrder(at=replica.now(), lines=entries(Line("Water")), account_id=account_id, **facts)
    )


async def test_a_customer_nobody_knows_anything_of_has_nothing_to_tell(office: Office) -> None:
    assert told(office) == going_in.GoingIn()
    assert going_in.read(office.replica, fieldwork.About()) == going_in.GoingIn()


async def test_the_last_visit_is_the_last_that_took_place(office: Office) -> None:
    replica = office.replica
    outcome = fieldwork.outcomes(replica)[1]
    for days, note in ((20, "Long ago"), (3, "Wants beer")):
        replica.create(
            Activity(
                kind="visit", at=office.now() - days * DAY_MS, account_id=office[0].id, note=note,
                outcome=OutcomeGiven(outcome.id), owner_id=replica.user_id,
            )
        )  # fmt: skip
    fieldwork.plan(replica, fieldwork.About(office[0].id), office.now())
    last = told(office).last
    assert last == going_in.LastVisit(
        office.now() - 3 * DAY_MS, "Rita Berger", "Interested", "Wants beer"
    )


async def test_promises_are_open_tasks_what_is_due_first_in_front(office: Office) -> None:
    replica, day = office.replica, today(office)
    for title, due in (("Someday", None), ("Later", day + timedelta(3)), ("Late", day)):
        replica.create(Task(title=title, due=due, account_id=office[0].id))
    replica.create(Task(title="Done", done_at=office.now(), account_id=office[0].id))
    replica.create(Task(title="Elsewhere", account_id=office[1].id))
    assert [task.title for task in told(office).promised] == ["Late", "Later", "Someday"]


async def test_open_deals_come_with_their_stage(office: Office) -> None:
    replica = office.replica
    stages = {"a": Stage("Talks", 0, 20), "b": Stage("Offer", 1, 80)}
    pipeline = replica.create(Pipeline(name="Sales", stages=stages))
    for name, stage, closing in (
        ("Small", "a", None), ("Great", "b", None), ("Gone", "b", Closing(won=True, at=1)),
    ):  # fmt: skip
        replica.create(
            Deal(
                name=name, pipeline_id=pipeline.id, stage_id=stage, value=Money("100", "EUR"),
                account_id=office[0].id, closing=closing,
            )
        )  # fmt: skip
    found = [(deal.name, stage.name if stage else "") for deal, stage in told(office).deals]
    assert found == [("Great", "Offer"), ("Small", "Talks")]


async def test_invoices_that_should_have_been_paid_the_longest_overdue_first(
    office: Office,
) -> None:
    replica, day = office.replica, today(office)
    bills = {
        "4711": Invoice("4711", day - timedelta(12)), "1": Invoice("1", day - timedelta(40)),
        "paid": Invoice("paid", day - timedelta(5), paid=True), "due": Invoice("due", day),
    }  # fmt: skip
    for bill in bills.values():
        an_order(replica, office[0].id, invoice=bill)
    an_order(replica, office[0].id, invoice=bills["1"], status="cancelled")
    an_order(replica, office[0].id, number="O-9", invoice=Invoice(due=day - timedelta(1)))
    assert told(office).unpaid == (("1", 40), ("4711", 12), ("O-9", 1))


async def test_an_invoice_is_one_cell_that_says_nothing_when_it_is_emptied(office: Office) -> None:
    replica = office.replica
    order = paperwork.bill(replica, an_order(replica, office[0].id), number="4711")
    order = paperwork.bill(replica, order, paid=True)
    assert order.invoice == Invoice("4711", paid=True)
    order = paperwork.bill(replica, order, number="", paid=False)
    assert order.invoice is None
    assert paperwork.bill(replica, order, number="") is order


async def test_birthdays_of_the_customers_people_that_are_soon(office: Office) -> None:
    replica, day = office.replica, today(office)
    soon, far = day + timedelta(4), day + timedelta(60)
    replica.update(office.contact, birthday=f"1980-{soon:%m-%d}")
    replica.create(Contact(name="Far", birthday=f"--{far:%m-%d}", account_id=office[0].id))
    assert told(office).birthdays == (("Ada Byrne", soon, soon.year - 1980),)
    alone = replica.create(Contact(name="Alone", birthday=f"--{soon:%m-%d}"))
    (of_one,) = going_in.read(replica, fieldwork.About(contact_id=alone.id)).birthdays
    assert of_one == ("Alone", soon, None)
