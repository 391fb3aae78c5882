from __future__ import annotations

from collections import Counter, defaultdict
from datetime import UTC, datetime
from itertools import pairwise
from math import cos, hypot, radians
from typing import TypeVar

import pytest

from server.demo import people
from server.demo.batching import Batch, batches
from server.demo.chances import called
from server.demo.customers import LABELS
from server.demo.leads import PER_REP, TWINS
from server.demo.places import AREAS
from server.demo.territory import OUTCOMES, Generated, Known, generate
from server.domain.starters import pipelines, reasons
from sync_protocol import clock
from sync_protocol.changes import MAX_CHANGES
from sync_protocol.records import (
    Account,
    Activity,
    Case,
    Contact,
    CustomField,
    CustomObject,
    Deal,
    Label,
    Labelling,
    Lead,
    Pipeline,
    Price,
    PriceList,
    Product,
    Quote,
    Reason,
    Record,
    SalesOrder,
    Task,
    Territory,
    User,
    kind_of,
    kinds,
    labelling_id,
)
from sync_protocol.rules import custom, stages, validity
from sync_protocol.rules.scopes import parents_of

NOW = int(datetime(2026, 11, 25, 6, 30, tzinfo=UTC).timestamp()) * 1000
DAY_MS = 86_400_000
R = TypeVar("R", bound=Record)


@pytest.fixture(scope="module")
def demo() -> Generated:
    return generate(7, NOW)


@pytest.fixture(scope="module")
def sent(demo: Generated) -> list[Batch]:
    return list(batches(demo.steps))


def final(demo: Generated, struct: type[R]) -> list[R]:
    found = {step.record.id: step.record for step in demo.steps}
    return [record for record in found.values() if isinstance(record, struct)]


def on(demo: Generated, label: str) -> set[str]:
    (label_id,) = [each.id for each in final(demo, Label) if each.name == label]
    return {
        each.record_id for each in final(demo, Labelling) if each.label_id == label_id and each.on
    }


def done_visits(demo: Generated) -> dict[str, list[int]]:
    found = defaultdict(list)
    for activity in final(demo, Activity):
        if activity.kind == "visit" and activity.status == "done":
            found[activity.account_id].append(activity.at)
    return found


def test_the_same_seed_gives_the_same_demo(demo: Generated) -> None:
    assert generate(7, NOW) == demo
    assert generate(8, NOW) != demo


def test_there_is_about_as_much_as_a_small_company_has(demo: Generated) -> None:
    counts = Counter(kind_of(step.record).name for step in demo.steps if step.before is None)
    assert counts["account"] == 1_500 + len(people.REPS) * TWINS
    assert 2_300 < counts["contact"] < 2_700
    assert 2_000 < counts["activity"] < 6_000
    assert counts["task"] > 200
    assert (counts["user"], counts["territory"], counts["team"]) == (6, 3, 2)
    assert counts["label"] == len(LABELS) + 1  # and the one of a rule
    assert (counts["cadence"], counts["labelrule"]) == (2, 1)
    assert {each.kind for each in final(demo, Activity)} == {"visit", "call", "note"}


def test_there_are_leads_in_every_status(demo: Generated) -> None:
    counts = Counter(lead.status for lead in final(demo, Lead))
    assert counts == {status: 3 * count for status, count in PER_REP.items()}
    assert sum(counts.values()) >= 40
    for lead in final(demo, Lead):
        assert bool(lead.reason_id) == (lead.status == "disqualified")
        assert (lead.converted is not None) == (lead.status == "converted")


def test_every_rep_has_cases_in_every_status(demo: Generated) -> None:
    counts = Counter((case.owner_id, case.state.status) for case in final(demo, Case))
    assert len(counts) == len(people.REPS) * 3
    for case in final(demo, Case):
        assert bool(case.state.resolution) == (case.state.status == "resolved")


def test_a_dozen_customers_are_on_record_twice(demo: Generated) -> None:
    accounts = Counter(mail.address for a in final(demo, Account) for mail in a.emails.values())
    people_ = Counter(
        (mail.address, c.account_id) for c in final(demo, Contact) for mail in c.emails.values()
    )
    twice = [key for counted in (accounts, people_) for key, count in counted.items() if count > 1]
    assert len(twice) >= 12


def test_every_customer_has_an_address_near_its_town(demo: Generated) -> None:
    towns = {town.name: town for area in AREAS for town in area.towns}
    for account in final(demo, Account):
        (address,) = account.addresses.values()
        town = towns[address.town]
        assert address.street
        assert address.postal_code in town.postal_codes
        assert address.position is not None
        north = (address.position.lat - town.lat) * 111.2
        east = (address.position.lon - town.lon) * 111.2 * cos(radians(town.lat))
        assert hypot(north, east) < 8


def test_each_customer_lies_in_the_territory_of_its_rep(demo: Generated) -> None:
    reps = {territory.id: set(territory.reps) for territory in final(demo, Territory)}
    assert all(account.owner_id in reps[account.territory_id] for account in final(demo, Account))


def test_no_two_customers_of_a_town_have_one_name(demo: Generated) -> None:
    named = Counter((a.name, a.addresses["1"].town) for a in final(demo, Account))
    assert named.most_common(1)[0][1] == 1


def test_each_rep_has_three_to_eight_visits_planned_for_today(demo: Generated) -> None:
    zone_ms = 3_600_000  # Berlin in winter
    today = (NOW + zone_ms) // DAY_MS
    planned = Counter(
        activity.owner_id
        for activity in final(demo, Activity)
        if activity.status == "planned" and (activity.at + zone_ms) // DAY_MS == today
    )
    assert set(planned) == {demo.users[rep.email] for rep in people.REPS}
    assert all(3 <= count <= 8 for count in planned.values())


def test_several_customers_are_overdue_and_some_were_never_visited(demo: Generated) -> None:
    visits, customers = done_visits(demo), on(demo, "Customer")
    overdue = [c for c in customers if visits.get(c) and max(visits[c]) < NOW - 95 * DAY_MS]
    never = [c for c in customers if c not in visits]
    assert len(overdue) > 10
    assert len(never) >= 1


def test_some_tasks_are_overdue(demo: Generated) -> None:
    today = datetime.fromtimestamp(NOW // 1000, UTC).date()
    overdue = [t for t in final(demo, Task) if t.due and t.due < today and t.done_at is None]
    assert len(overdue) > 5


def test_visits_have_outcomes_notes_and_lie_on_working_days(demo: Generated) -> None:
    visits = [v for v in final(demo, Activity) if v.kind == "visit" and v.status == "done"]
    assert all(visit.outcome is not None for visit in visits)
    assert sum(bool(visit.note) for visit in visits) > len(visits) / 2
    assert not any("{" in visit.note for visit in visits)
    weekdays = {datetime.fromtimestamp(visit.at // 1000, UTC).weekday() for visit in visits}
    assert weekdays <= {0, 1, 2, 3, 4}


def test_nobody_is_in_two_places_at_once(demo: Generated) -> None:
    by_rep: dict[str, list[tuple[int, int]]] = defaultdict(list)
    for visit in final(demo, Activity):
        if visit.kind == "visit" and visit.ended_at:
            by_rep[visit.owner_id].append((visit.at, visit.ended_at))
    for times in by_rep.values():
        ordered = sorted(times)
        assert all(one[1] <= two[0] for one, two in pairwise(ordered))


def test_every_change_is_valid(sent: list[Batch]) -> None:
    for batch in sent:
        for change in batch.changes:
            assert validity.check(kinds()[change.kind], change) is None


def test_every_parent_comes_before_its_children_or_with_them(sent: list[Batch]) -> None:
    known: set[tuple[str, str]] = set()
    for batch in sent:
        known |= {(change.kind, change.id) for change in batch.changes if change.create}
        assert all((change.kind, change.id) in known for change in batch.changes)


def test_every_reference_leads_somewhere(demo: Generated) -> None:
    every = {(kind_of(step.record).name, step.record.id) for step in demo.steps}
    for step in demo.steps:
        kind = kind_of(step.record)
        fields = {name: getattr(step.record, name) for name in kind.fields}
        assert all(parent in every for parent in parents_of(kind, fields))


def test_changesets_are_small_and_their_stamps_rise_up_to_now(sent: list[Batch]) -> None:
    times = [batch.time for batch in sent]
    assert times == sorted(set(times))
    assert times[-1] < clock.at(NOW)
    assert times[0] < clock.at(NOW - 180 * DAY_MS)
    assert all(0 < len(batch.changes) <= MAX_CHANGES for batch in sent)


def test_no_changeset_names_a_record_twice(sent: list[Batch]) -> None:
    for batch in sent:
        assert len({change.id for change in batch.changes}) == len(batch.changes)


def test_edits_of_one_record_are_sent_in_the_order_they_were_made(
    demo: Generated, sent: list[Batch]
) -> None:
    assert sum(len(batch.changes) for batch in sent) == len(demo.steps)
    position = {}
    for place, batch in enumerate(sent):
        for change in batch.changes:
            assert change.create == (change.id not in position)
            position[change.id] = place
    assert len(position) == len({step.record.id for step in demo.steps})


def test_every_author_is_a_user_of_the_demo(demo: Generated, sent: list[Batch]) -> None:
    assert {batch.user for batch in sent} <= {user.id for user in final(demo, User)}
    assert set(demo.users) == {person.email for person in people.PEOPLE}


def test_what_the_workspace_has_already_is_not_made_again() -> None:
    known = Known("boss", {"Customer": "label-1"}, {"Order": "outcome-1"})
    demo = generate(7, NOW, known)
    assert demo.users[people.ADMIN.email] == "boss"
    assert "Customer" not in {label.name for label in final(demo, Label)}
    assert len(final(demo, User)) == 5
    assert any(each.label_id == "label-1" for each in final(demo, Labelling))
    assert any(a.outcome and a.outcome.outcome_id == "outcome-1" for a in final(demo, Activity))


def test_pipelines_and_reasons_the_workspace_has_are_used_and_not_made_again() -> None:
    ways = {called(each): f"own {called(each)}" for each in (*pipelines(), *reasons())}
    demo = generate(7, NOW, Known(ways=ways))
    assert not final(demo, Pipeline)
    assert not final(demo, Reason)
    assert {deal.pipeline_id for deal in final(demo, Deal)} == {
        "own Sales", "own Support", "own Renewals",
    }  # fmt: skip
    closed = [deal.closing for deal in final(demo, Deal) if deal.closing]
    assert {end.reason_id for end in closed} <= set(ways.values())


def test_every_rep_has_deals_at_all_steps_of_their_way(demo: Generated) -> None:
    held = {pipeline.id: pipeline for pipeline in final(demo, Pipeline)}
    for person in people.REPS:
        deals = [d for d in final(demo, Deal) if d.owner_id == demo.users[person.email]]
        at = [(deal, held[deal.pipeline_id].stages[deal.stage_id]) for deal in deals]
        assert {held[deal.pipeline_id].purpose for deal in deals} == {"sales", "support", "renewal"}
        assert any(stages.is_ageing(deal, stage, NOW) for deal, stage in at)
        assert any(not deal.next_step for deal in deals if deal.closing is None)
        assert {deal.closing.won for deal in deals if deal.closing} == {True, False}
        soon = [d for d in deals if d.term_ends]
        assert soon
        assert all(deal.closing is not None and deal.closing.won for deal in soon)


def test_labellings_have_their_derived_ids(demo: Generated) -> None:
    for each in final(demo, Labelling):
        assert each.id == labelling_id(each.label_id, each.record_id)


def test_contacts_write_from_reserved_domains_only(demo: Generated) -> None:
    for record in [*final(demo, Contact), *final(demo, Account)]:
        assert all(email.address.endswith(".example") for email in record.emails.values())


@pytest.mark.parametrize("colour", [*LABELS.values(), *OUTCOMES.values()])
def test_white_text_is_readable_on_every_colour(colour: str) -> None:
    assert 1.05 / (luminance(colour) + 0.05) >= 4.5


def luminance(colour: str) -> float:
    channels = [int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5)]
    red, green, blue = (
        c / 12.92 if c <= 0.03928 else ((c + 0.055) / 1.055) ** 2.4 for c in channels
    )
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def test_sixty_products_stand_on_two_price_lists(demo: Generated) -> None:
    products = final(demo, Product)
    assert len(products) == 60
    assert len({product.code for product in products}) == 60
    assert all(product.price and product.unit for product in products)
    assert all(_checks(product.barcode) for product in products)
    assert len(final(demo, PriceList)) == 2
    assert len(final(demo, Price)) == 120


def test_two_years_of_orders_and_quotes_in_every_state(demo: Generated) -> None:
    orders = final(demo, SalesOrder)
    assert len(orders) >= 200
    assert len({order.number for order in orders}) == len(orders)
    ages = [(NOW - order.at) / DAY_MS for order in orders]
    assert min(ages) > 0
    assert 600 < max(ages) < 740
    quotes = final(demo, Quote)
    assert {quote.status for quote in quotes} == {"draft", "sent", "accepted", "declined"}
    assert all((quote.status == "draft") == (quote.sent_at is None) for quote in quotes)


def _checks(barcode: str) -> bool:
    """Whether an EAN-13's digits, every second one three times, add up to tens."""
    return (
        len(barcode) == 13
        and sum(int(digit) * (3 if place % 2 else 1) for place, digit in enumerate(barcode)) % 10
        == 0
    )


def test_the_company_has_fields_and_a_record_type_of_its_own(demo: Generated) -> None:
    made = [step.record for step in demo.steps]
    fields = {record.id: record for record in made if isinstance(record, CustomField)}
    filled = [
        (fields[entry], value)
        for record in made
        for entry, value in getattr(record, "custom", {}).items()
    ]
    assert {field.name for field, _value in filled} == {
        "Opening hours", "Tap system", "Best reached", "Litres", "Next check",
    }  # fmt: skip
    assert all(custom.fits(field, value) for field, value in filled)
    assert sum(isinstance(record, CustomObject) for record in made) > 20
