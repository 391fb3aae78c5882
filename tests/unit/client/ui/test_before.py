"""Before you go in: one card with what counts, and three facts to mend on the spot."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from client import fieldwork, mending
from sync_protocol.records import (
    Account,
    Case,
    Contact,
    Deal,
    Invoice,
    Line,
    Money,
    Need,
    Pipeline,
    SalesOrder,
    Stage,
    Task,
    entries,
)
from tests.unit.client.ui.harness import opened

if TYPE_CHECKING:
    from tests.unit.client.ui.office import Office

HOUR_MS = 3_600_000


def known(office: Office) -> Account:
    found = office.replica.get(Account, office[0].id)
    assert found is not None
    return found


def prepared(office: Office) -> str:
    """A customer with all that the card tells of, and a visit planned with them."""
    replica, day = office.replica, office.replica.moment.day()
    at = fieldwork.About(office[0].id)
    fieldwork.log(replica, "visit", at, fieldwork.outcomes(replica)[1].id, "Asked for samples")
    fieldwork.follow_up(replica, "Bring samples", day, at)
    pipeline = replica.create(Pipeline(name="Sales", stages={"a": Stage("Talks")}))
    replica.create(
        Deal(
            name="Summer list", pipeline_id=pipeline.id, stage_id="a", value=Money("1200", "EUR"),
            next_step="Call the chef", next_step_on=day - timedelta(1), account_id=office[0].id,
        )
    )  # fmt: skip
    replica.create(
        SalesOrder(
            at=office.now(), lines=entries(Line("Water")), account_id=office[0].id,
            invoice=Invoice("4711", day - timedelta(12)),
        )
    )  # fmt: skip
    replica.create(
        Case(title="Tap drips", opened_at=office.now() - 72 * HOUR_MS, account_id=office[0].id)
    )
    soon = day + timedelta(1)
    replica.update(office.contact, birthday=f"1980-{soon:%m-%d}")
    replica.update(office[0], needs=entries(Need("Ring at the back")))
    return fieldwork.plan(replica, at, office.now() + HOUR_MS).id


TOLD = (
    "Last visit today by Rita Berger: Interested",
    "Asked for samples",
    "Invoice 4711 is 12 days overdue",
    "Case open for 3 days: Tap drips",
    "Bring samples, due today",
    "Next step: Call the chef, was due yesterday",
    "Summer list, Talks, 1,200.00 EUR",
    "Ring at the back",
)


async def test_the_card_is_on_the_customers_page(admins_office: Office) -> None:
    prepared(admins_office)
    async with opened(admins_office.replica, f"/accounts/{admins_office[0].id}") as screen:
        await screen.until_target("before")
        words = screen.words(screen.target("before"))
        assert [text for text in TOLD if text not in words] == []
        assert any(text.startswith("Ada Byrne turns ") for text in words)


async def test_the_card_is_one_tap_from_today_and_on_the_visit(admins_office: Office) -> None:
    visit_id = prepared(admins_office)
    async with opened(admins_office.replica) as screen:
        await screen.until_target(f"planned-{visit_id}")
        await screen.tap(f"planned-{visit_id}")
        await screen.until_target("before")
        words = screen.words(screen.target("before"))
        assert [text for text in TOLD if text not in words] == []
        await screen.tap("check-in")
        await screen.until_says("Running since")
        assert set(TOLD) <= set(screen.words(screen.target("before")))
        assert screen.taps == 2


async def test_the_card_follows_what_is_done(admins_office: Office) -> None:
    prepared(admins_office)
    async with opened(admins_office.replica, f"/accounts/{admins_office[0].id}") as screen:
        await screen.until_says("Bring samples, due today")
        (task,) = admins_office.replica.find(Task)
        admins_office.replica.update(task, done_at=admins_office.now())
        await screen.until(lambda: not screen.says("Bring samples, due today"))


async def test_an_email_is_added_in_two_taps_and_taken_back(office: Office) -> None:
    async with opened(office.replica, f"/accounts/{office[0].id}") as screen:
        await screen.until_target("fix-email")
        await screen.tap("fix-email")
        await screen.type("E-mail address", "adler at home")
        await screen.tap("keep-email")
        await screen.until_says("Write an address like anna@example.com.")
        await screen.type("E-mail address", "post@adler.example")
        await screen.tap("keep-email")
        await screen.until(lambda: not screen.has("keep-email"))
        assert [e.address for e in known(office).emails.values()] == ["post@adler.example"]
        assert not screen.has("fix-email")
        assert screen.bar() == "E-mail added"
        await screen.undo()
        await screen.until_target("fix-email")
    assert not known(office).emails


async def test_during_a_visit_a_label_is_one_tap(office: Office) -> None:
    replica = office.replica
    replica.update(office.contact, phones={}, emails={})
    account = mending.put_phone(replica, known(office), "+49 89 21800")
    mending.put_email(replica, account, "post@adler.example")
    visit = fieldwork.plan(replica, fieldwork.About(office[0].id), office.now())
    async with opened(replica, f"/visit/{visit.id}") as screen:
        await screen.until_target("mending")
        label = mending.labels(replica)[0]
        await screen.tap(f"fix-label-{label.id}")
        await screen.until(lambda: replica.worn(office[0].id))
        await screen.until(lambda: not screen.has(f"fix-label-{label.id}"))


async def test_ask_later_puts_the_customer_off_and_undo_asks_again(office: Office) -> None:
    async with opened(office.replica, f"/accounts/{office[0].id}") as screen:
        await screen.until_target("ask-later")
        await screen.tap("ask-later")
        await screen.until(lambda: not screen.has("mending"))
        assert screen.bar() == "Brauerei Adler is asked about another time"
        await screen.undo()
        await screen.until_target("mending")
    assert office.replica.count(Contact) == 1


async def test_an_orders_invoice_is_noted_on_its_page(office: Office) -> None:
    order = office.replica.create(
        SalesOrder(at=office.now(), lines=entries(Line("Water")), account_id=office[0].id)
    )
    async with opened(office.replica, f"/orders/{order.id}") as screen:
        await screen.until_target("invoice-number")
        await screen.type("Number of the invoice", "4711")
        await screen.tap("due-14")
        due = office.replica.moment.day() + timedelta(14)
        noted = Invoice("4711", due)
        await screen.until(lambda: office.replica.find(SalesOrder)[0].invoice == noted)
