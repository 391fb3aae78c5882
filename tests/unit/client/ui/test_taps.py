"""One tap, one act: a double tap makes one of everything, on every page that makes something."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, NamedTuple

import flet as ft
import pytest

from client import rounds
from client.ui import theme
from client.ui.component import component
from client.ui.taps import Taps
from client.ui.views.interchange.job import Job, Phase, Picked
from sync_protocol.records import (
    Account,
    Activity,
    Cadence,
    Case,
    Competitor,
    Condition,
    Contact,
    CustomField,
    Deal,
    Filter,
    Follow,
    Label,
    LabelRule,
    Lead,
    ObjectType,
    Option,
    Outcome,
    Pipeline,
    PriceList,
    Product,
    Purpose,
    Quote,
    Reason,
    Record,
    SalesOrder,
    Stage,
    Task,
    Team,
    Territory,
    User,
    VisitForm,
    VisitPlan,
)
from sync_protocol.records.fieldwork import Question
from tests.unit.client.ui.harness import OFFICE, PHONE, opened, shown
from tests.unit.client.ui.stock import stock

if TYPE_CHECKING:
    from collections.abc import Callable

    from client.replica import Replica
    from tests.unit.client.ui.office import Office


PANES = (900.0, 900.0)
"""So wide that a list stands beside what was opened from it."""


class Making(NamedTuple):
    """A page on which a tap makes a record, after something was typed."""

    struct: type[Record]
    route: str
    tap: str = "save"
    label: str = "Name"


class Form(NamedTuple):
    """A form, what is tapped in it, and whether all of that was saved."""

    route: str
    taps: list[str]
    saved: Callable[[], bool]


MAKING = [
    Making(Account, "/accounts/new"),
    Making(Contact, "/contacts/new"),
    Making(Lead, "/leads/new"),
    Making(Deal, "/deals/new"),
    Making(Competitor, "/competitors/new"),
    Making(Case, "/cases/new?account={accounts}", "open-case", "What is wrong"),
    Making(Task, "/new/task", "task-1", "What is to be done"),
    Making(Activity, "/new/accounts/{other}", "visit-outcome-0", ""),
    Making(Activity, "/plan/{accounts}", "plan-save", ""),
    Making(Quote, "/deals/{deals}", "new-quote", ""),
    Making(Label, "/labels/new"),
    Making(Outcome, "/outcomes/new"),
    Making(Reason, "/reasons/new"),
    Making(Cadence, "/cadences/new"),
    Making(Pipeline, "/admin/pipelines/new"),
    Making(Product, "/products/new"),
    Making(PriceList, "/pricelists/new"),
    Making(Team, "/admin/teams/new"),
    Making(Territory, "/admin/territories/new"),
    Making(CustomField, "/admin/fields/new?of=account"),
    Making(ObjectType, "/admin/types/new", label="Name of one: Contract"),
    Making(VisitForm, "/admin/forms/new"),
]


@pytest.mark.parametrize("making", MAKING, ids=[f"{x.struct.__name__} {x.route}" for x in MAKING])
async def test_a_double_tap_makes_one(admins_office: Office, making: Making) -> None:
    replica = admins_office.replica
    route = making.route.format(**stock(admins_office))
    before = replica.count(making.struct)
    async with opened(replica, route) as screen:
        await screen.until_target(making.tap)
        if making.label:
            await screen.type(making.label, "Zoe Quist")
        await screen.tap_twice(making.tap)
        await screen.until(lambda: screen.page.route != route)
    assert replica.count(making.struct) == before + 1


async def test_a_double_tap_places_one_order(admins_office: Office) -> None:
    replica = admins_office.replica
    made = stock(admins_office)
    while replica.index_some():
        pass
    async with opened(replica, f"/orders/new?account={made['accounts']}") as screen:
        await screen.type("Add a product: name, code or barcode", "Helles")
        await screen.until_target(f"offer-{made['products']}")
        await screen.tap(f"offer-{made['products']}")
        await screen.tap_twice("place-order")
        await screen.until(lambda: "new" not in screen.page.route)
    assert replica.count(SalesOrder) == 2


STAYING = [
    Making(Task, "/activities/{activities}/logged", "follow-up-1", ""),
    Making(Activity, "/activities/{activities}/logged", "next-visit-7", ""),
]


@pytest.mark.parametrize("making", STAYING, ids=["follow-up", "next visit"])
async def test_a_double_tap_makes_one_on_a_page_that_stays(
    admins_office: Office, making: Making
) -> None:
    replica = admins_office.replica
    made = stock(admins_office)
    visit = Activity(kind="visit", at=replica.now(), account_id=made["accounts"])
    made["activities"] = replica.create(visit).id
    before = replica.count(making.struct)
    async with opened(replica, making.route.format(**made)) as screen:
        await screen.until_target(making.tap)
        await screen.tap_twice(making.tap)
        assert replica.count(making.struct) == before + 1


async def test_a_double_tap_plans_one_visit_in_the_planner(office: Office) -> None:
    async with opened(office.replica, "/planner") as screen:
        await screen.until_target(f"add-{office[0].id}")
        await screen.tap_twice(f"add-{office[0].id}")
    assert office.replica.count(Activity) == 1


async def test_a_double_tap_creates_one_label(admins_office: Office) -> None:
    replica = admins_office.replica
    async with opened(replica, f"/accounts/{admins_office[0].id}") as screen:
        await screen.tap("labels")
        await screen.type("Find or create a label", "Regular")
        await screen.until_target("label-create")
        await screen.tap_twice("label-create")
    assert len(replica.find(Label, name="Regular")) == 1


def territory(office: Office) -> Form:
    replica = office.replica
    users = [replica.create(User(name=name, role="rep")) for name in ("Bob", "Zoe")]
    (one,) = replica.find(Territory)
    taps = [f"rep-{user.id}" for user in users]
    ticked = {user.id for user in users}
    return Form(f"/admin/territories/{one.id}", taps,
                lambda: ticked <= set(replica.find(Territory)[0].reps))  # fmt: skip


def stage(office: Office) -> Form:
    replica = office.replica
    one = replica.create(Pipeline(name="Sales", stages={"a": Stage("Talk", 1)}))
    return Form(f"/admin/pipelines/{one.id}/stages/a", ["asks-value", "asks-about"],
                lambda: len(replica.find(Pipeline)[0].stages["a"].required) == 2)  # fmt: skip


def purposes(office: Office) -> Form:
    replica = office.replica
    these = [replica.create(Purpose(name=name)) for name in ("Tasting", "Order")]
    one = replica.create(VisitForm(name="Checklist"))
    return Form(f"/admin/forms/{one.id}", [f"purposes-{purpose.id}" for purpose in these],
                lambda: len(replica.find(VisitForm)[0].purposes) == 2)  # fmt: skip


def answers(office: Office) -> Form:
    replica = office.replica
    colours = {"a": Option("Red", place=0), "b": Option("Blue", place=1)}
    asked = {
        "p": Question("Which taps?", type="choice", options=colours, place=0),
        "q": Question("How many?", place=1, only_if=Condition("answers.p", "filled")),
    }
    one = replica.create(VisitForm(name="Checklist", questions=asked))
    branch = lambda: replica.find(VisitForm)[0].questions["q"].only_if  # noqa: E731
    return Form(f"/admin/forms/{one.id}/questions/q", ["only-answer-a", "only-answer-b"],
                lambda: branch() == Condition("answers.p", "is", ("a", "b")))  # fmt: skip


def weekdays(office: Office) -> Form:
    replica = office.replica
    one = rounds.save(replica, None, rounds.Typed("South", (office[0].id,)))
    return Form(f"/rounds/{one.id}", ["weekday-0", "weekday-3"],
                lambda: replica.find(VisitPlan)[0].weekdays == (0, 3))  # fmt: skip


def word(office: Office) -> Form:
    (label,) = office.replica.find(Label)
    chosen = lambda: office.replica.find(Label)[0].colour  # noqa: E731
    return Form(f"/labels/{label.id}", ["colour-3"], lambda: chosen() == theme.PALETTE[3])


def pipeline(office: Office) -> Form:
    replica = office.replica
    one = replica.create(Pipeline(name="Sales"))
    return Form(f"/admin/pipelines/{one.id}", ["purpose-renewal"],
                lambda: replica.find(Pipeline)[0].purpose == "renewal")  # fmt: skip


def own_type(office: Office) -> Form:
    replica = office.replica
    one = replica.create(ObjectType(name="Contract", plural="Contracts"))
    return Form(f"/admin/types/{one.id}", ["icon-vehicle"],
                lambda: replica.find(ObjectType)[0].icon == "vehicle")  # fmt: skip


def quote(office: Office) -> Form:
    replica = office.replica
    one = replica.get(Quote, stock(office)["quotes"])
    assert one is not None
    until = lambda: replica.find(Quote)[0].valid_until  # noqa: E731
    return Form(f"/quotes/{one.id}/edit", ["valid-14"],
                lambda: until() not in (None, one.valid_until))  # fmt: skip


def label_rule(office: Office) -> Form:
    replica = office.replica
    label, other = replica.find(Label)[0].id, replica.create(Label(name="Firm")).id
    firms = Filter(conditions=(Condition("kind", "is", ("company",)),))
    one = replica.create(LabelRule(name="Firms", label_id=label, filter=firms))
    saved = lambda: replica.find(LabelRule)[0]  # noqa: E731
    return Form(f"/rules/{one.id}", [f"label-{other}", "stays-yes"],
                lambda: (saved().label_id, saved().stays) == (other, True))  # fmt: skip


def cadence_without_filter(office: Office) -> Form:
    replica = office.replica
    label = replica.find(Label)[0].id
    kind = Condition("kind", "is", ("company",))
    asked = Filter(labels_any=(label,), conditions=(kind,))
    one = replica.create(Cadence(name="Monthly", days=30, filter=asked))
    left = lambda: replica.find(Cadence)[0].filter  # noqa: E731
    return Form(f"/cadences/{one.id}", [f"asked-{label}", "asked-0"],
                lambda: left() == Filter())  # fmt: skip


def choices_of_our_own(office: Office) -> Form:
    replica = office.replica
    beers = {"a": Option("Helles", place=0), "b": Option("Pils", place=1)}
    field = CustomField(name="Pours", of="account", type="choices", options=beers)
    entry = replica.create(field).id
    return Form(
        f"/accounts/{office[0].id}/edit",
        [f"custom-{entry}-a", f"custom-{entry}-b"],
        lambda: replica.get(Account, office[0].id).custom == {entry: ("a", "b")},
    )


@pytest.mark.parametrize(
    "form",
    [territory, stage, purposes, answers, weekdays, word, pipeline, own_type, quote, label_rule,
     cadence_without_filter, choices_of_our_own],
)  # fmt: skip
async def test_quick_taps_on_different_things_all_count(
    admins_office: Office, form: Callable[[Office], Form]
) -> None:
    """Save among them, before the screen shows what was tapped."""
    made = form(admins_office)
    async with opened(admins_office.replica, made.route) as screen:
        await screen.until(lambda: all(map(screen.has, made.taps)))
        await screen.tap_at_once(*made.taps, "save")
        await screen.until(screen.bar)
    assert made.saved()


async def test_quick_taps_on_the_stops_of_a_round_all_count(office: Office) -> None:
    replica = office.replica
    first, second, third = (account.id for account in office.accounts)
    one = rounds.save(replica, None, rounds.Typed("South", (first, second, third)))
    async with opened(replica, f"/rounds/{one.id}") as screen:
        await screen.until_target("stop-3")
        _up, last_up = screen.all(ft.IconButton, tooltip="Earlier")[1:]
        out = screen.all(ft.IconButton, tooltip="Take it out")
        await screen.tap_at_once(last_up, last_up, out[1], "save")
        await screen.until(lambda: screen.bar() == "Round saved")
    (saved,) = replica.find(VisitPlan)
    assert saved.stops == (third, first)


@pytest.mark.parametrize("size", [PHONE, OFFICE], ids=["phone", "office"])
async def test_quick_taps_in_a_filter_all_count(office: Office, size: tuple[float, float]) -> None:
    replica = office.replica
    labels = [replica.create(Label(name=name)).id for name in ("Big", "Near")]
    async with opened(replica, "/accounts", size) as screen:
        await screen.tap("filter")
        await screen.tap_at_once(*(f"filter-{label}" for label in labels))
        await screen.until_says("Showing Big or Near.")
        await screen.tap("add-condition")
        await screen.tap("field-kind")
        add = "condition-add"
        await screen.tap_at_once("value-household", "value-company", add, add)
        await screen.tap("sheet-done")
        await screen.until_says("Kind is Household or Company")
        assert screen.has("asked-0")
        assert not screen.has("asked-1")


@pytest.mark.parametrize("size", [PHONE, OFFICE], ids=["phone", "office"])
async def test_two_chips_of_a_filter_tapped_at_once_are_both_taken_out(
    office: Office, size: tuple[float, float]
) -> None:
    replica = office.replica
    labels = [replica.create(Label(name=name)).id for name in ("Big", "Near")]
    async with opened(replica, "/accounts", size) as screen:
        await screen.tap("filter")
        await screen.tap_at_once(*(f"filter-{label}" for label in labels))
        await screen.tap("sheet-done")
        await screen.until(lambda: all(screen.has(f"asked-{label}") for label in labels))
        await screen.tap_at_once(*(f"asked-{label}" for label in labels))
        await screen.until(lambda: not any(screen.has(f"asked-{label}") for label in labels))
        await screen.until(lambda: screen.has(f"row-{office[0].id}"))


async def test_the_right_row_tapped_at_once_after_a_wrong_one_is_the_one_that_opens(
    office: Office,
) -> None:
    wrong, right = office[0].id, office[1].id
    async with opened(office.replica, "/accounts", PANES) as screen:
        await screen.until_target(f"row-{right}")
        await screen.tap_at_once(f"row-{wrong}", f"row-{right}")
        await screen.until(lambda: screen.target(f"row-{right}").selected)
        assert screen.page.route == f"/accounts/{right}"


async def test_the_right_lead_tapped_at_once_after_a_wrong_one_is_the_one_that_opens(
    office: Office,
) -> None:
    wrong, right = (office.replica.create(Lead(name=name)).id for name in ("Max", "Zoe"))
    async with opened(office.replica, "/leads", PANES) as screen:
        await screen.until_target(f"lead-{right}")
        await screen.tap_at_once(f"lead-{wrong}", f"lead-{right}")
        await screen.until(lambda: screen.target(f"lead-{right}").selected)
        assert screen.page.route == f"/leads/{right}"


async def test_nothing_is_done_to_a_record_that_is_being_left_for_another(office: Office) -> None:
    replica = office.replica
    async with opened(replica, f"/accounts/{office[0].id}", PANES) as screen:
        await screen.until_target("follow")
        await screen.tap_at_once(f"row-{office[1].id}", "follow")
        await screen.until(lambda: screen.target(f"row-{office[1].id}").selected)
    assert replica.count(Follow) == 0


async def test_a_page_that_was_reached_takes_taps_again(office: Office) -> None:
    async with opened(office.replica, "/contacts/new") as screen:
        await screen.type("Name", "Zoe Quist")
        await screen.tap("save")
        await screen.go("/contacts/new")
        await screen.type("Name", "Max Quist")
        await screen.tap("save")
    assert office.replica.count(Contact) == 3


async def test_a_second_tap_waits_for_the_first_to_end() -> None:
    begun: list[str] = []
    end = asyncio.Event()

    @component
    def slow() -> ft.Control:
        async def work() -> None:
            begun.append("tap")
            await end.wait()

        ft.use_effect(lambda: Taps().listen(ft.context.page), [])
        return ft.TextButton("Work", on_click=work)

    async with shown(slow) as screen:
        (button,) = screen.all(ft.TextButton)
        taps = [asyncio.create_task(screen.event(button, "click")) for _ in range(3)]
        await screen.until(lambda: begun)
        end.set()
        await asyncio.gather(*taps)
        assert begun == ["tap"]
        await screen.press("Work")
        assert begun == ["tap", "tap"]


async def test_an_import_is_written_once(office: Office) -> None:
    replica = office.replica
    rows = b"".join(b"Person %d,p%d@example.com\n" % (each, each) for each in range(300))
    job = Job(replica)
    await job.read([Picked("people.csv", b"Name,E-mail\n" + rows)])
    before = _people(replica)
    await asyncio.gather(job.write(), job.write())
    assert job.phase is Phase.DONE
    assert _people(replica) == before + 300
    await job.write()
    assert _people(replica) == before + 300


def _people(replica: Replica) -> int:
    return replica.count(Contact) + replica.count(Account)
