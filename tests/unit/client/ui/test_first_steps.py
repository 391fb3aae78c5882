"""The first steps: from an empty book to a first logged visit, and the sample data."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from client import fieldwork, first_day, samples
from client.ui.views.first_steps import DONE
from sync_protocol.records import Account, Contact, Outcome, Territory, User
from tests.unit.client.ui.harness import opened
from tests.unit.client.ui.office import OUTCOMES, accept_all

if TYPE_CHECKING:
    from tests.unit.client.ui.office import Office


def emptied(office: Office) -> Office:
    for struct in (Contact, Account):
        for record in office.replica.find(struct):
            office.replica.delete(record)
    accept_all(office.replica)
    return office


@pytest.fixture
def new_rep(office: Office) -> Office:
    """A rep whose book is empty."""
    return emptied(office)


@pytest.fixture
def new_admin(admins_office: Office) -> Office:
    """The administrator of a company that has nothing yet."""
    for territory in emptied(admins_office).replica.find(Territory):
        admins_office.replica.delete(territory)
    return admins_office


async def test_who_has_customers_is_not_led(office: Office) -> None:
    async with opened(office.replica) as screen:
        assert not screen.says("Your first visit")


async def test_an_empty_book_leads_step_by_step_to_a_logged_visit(new_rep: Office) -> None:
    replica = new_rep.replica
    async with opened(replica) as screen:
        await screen.until_says("0 of 3 done")
        assert screen.has("add-customer")
        assert not screen.has("plan-first")
        replica.create(Account(name="Gasthof Bär"))
        await screen.until_says("1 of 3 done")
        await screen.tap("plan-first")
        await screen.until_says("Plan a visit")
        await screen.tap("plan-save")
        await screen.go("/")
        await screen.until_says("2 of 3 done")
        await screen.tap("log-first")
        await screen.until(lambda: screen.page.route.startswith("/visit/"))
        await screen.tap("visit-outcome-0")
        await screen.go("/")
        await screen.until_says(DONE)
        await screen.tap("first-done")
        await screen.until(lambda: not screen.says(DONE))
    async with opened(replica) as screen:
        assert not screen.says(DONE)


async def test_a_visit_can_be_started_at_once(new_rep: Office) -> None:
    new_rep.replica.create(Account(name="Gasthof Bär"))
    first_day.begin(new_rep.replica)
    async with opened(new_rep.replica) as screen:
        await screen.tap("start-first")
        await screen.until_says("Running since")
        await screen.go("/")
        await screen.until_says("2 of 3 done")


async def test_steps_put_away_stay_away_and_are_found_under_more(new_rep: Office) -> None:
    async with opened(new_rep.replica) as screen:
        await screen.tap("put-away")
        await screen.until_says("Nothing planned for today")
        await screen.go("/more")
        await screen.tap("more-first-steps")
        await screen.until_says("0 of 3 done")
        await screen.tap("show-on-today")
        await screen.until(lambda: screen.page.route == "/")
        await screen.until_says("0 of 3 done")


async def test_the_steps_go_on_after_a_restart(new_rep: Office) -> None:
    async with opened(new_rep.replica) as screen:
        await screen.until_says("0 of 3 done")
        new_rep.replica.create(Account(name="Gasthof Bär"))
    async with opened(new_rep.replica) as screen:
        await screen.until_says("1 of 3 done")


async def test_samples_are_loaded_with_a_tap_and_the_next_step_is_open(new_rep: Office) -> None:
    async with opened(new_rep.replica) as screen:
        await screen.tap("use-samples")
        assert screen.bar() == "Sample data loaded"
        await screen.until_says("2 of 3 done")
        await screen.until_says(f"Café Luna {samples.MARK}")
        await screen.undo()
        await screen.until_says("0 of 3 done")


async def test_samples_are_removed_with_a_tap_and_come_back_with_undo(new_rep: Office) -> None:
    replica = new_rep.replica
    samples.load(replica)
    async with opened(replica, "/first-steps") as screen:
        await screen.tap("remove-samples")
        assert screen.bar() == "Sample data removed."
        await screen.until_target("use-samples")
        await screen.undo()
        await screen.until_target("remove-samples")
        assert samples.are_here(replica)


async def test_what_stays_of_the_samples_is_named(new_rep: Office) -> None:
    replica = new_rep.replica
    samples.load(replica)
    replica.update(replica.find(Account, order_by="name")[0], name="Café Mond")
    async with opened(replica, "/first-steps") as screen:
        await screen.tap("remove-samples")
        expected = "Sample data removed. Café Mond stays, because it was changed."
        assert screen.bar() == expected


async def test_after_the_first_visit_the_samples_can_go(new_rep: Office) -> None:
    replica = new_rep.replica
    first_day.begin(replica)
    samples.load(replica)
    (planned,) = fieldwork.planned_visits(replica, 0, 1 << 60)
    fieldwork.finish(replica, planned, replica.find(Outcome, name=OUTCOMES[0])[0].id)
    async with opened(replica) as screen:
        await screen.until_says(DONE)
        await screen.tap("remove-samples")
        await screen.until_says("Nothing planned for today")
        assert not samples.are_here(replica)


async def test_an_administrator_of_a_new_company_is_led_to_set_it_up(new_admin: Office) -> None:
    replica = new_admin.replica
    async with opened(replica) as screen:
        await screen.until_says("Set up your company")
        await screen.until_says("0 of 3 done")
        await screen.tap("open-packs")
        await screen.until_says("Starter packs")
        await screen.tap("load-drinks")
        replica.create(Territory(name="South"))
        replica.create(User(name="Rita"))
        await screen.go("/")
        await screen.until_says("3 of 3 done")
        assert screen.has("add-customer")


async def test_nobody_else_is_asked_to_set_up_the_company(new_rep: Office) -> None:
    async with opened(new_rep.replica) as screen:
        await screen.until_says("Your first visit")
        assert not screen.says("Set up your company")
