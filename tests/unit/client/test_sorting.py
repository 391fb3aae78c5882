"""What lists are ordered by where that is not the value itself: choices, stages, references."""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from client.store import sorting
from sync_protocol.records import (
    Account,
    Activity,
    Case,
    CaseState,
    Contact,
    CustomField,
    Deal,
    Option,
    Outcome,
    OutcomeGiven,
    Pipeline,
    Stage,
    Task,
    User,
)

if TYPE_CHECKING:
    from client.replica import Replica
    from sync_protocol.records import Record

ROUTES = {"zz": Option("North", 0), "aa": Option("Middle", 1), "mm": Option("South", 2)}


def in_order(replica: Replica, struct: type[Record], by: str) -> list[str]:
    named = "title" if struct in (Task, Case) else "name"
    return [str(getattr(found, named)) for found in replica.find(struct, order_by=by)]


def test_a_custom_choice_is_sorted_as_its_options_are_listed(replica: Replica) -> None:
    field = replica.create(CustomField(name="Route", of="account", type="choice", options=ROUTES))
    for option in ("mm", "zz", "aa"):
        name = ROUTES[option].name
        replica.create(Account(name=name, custom={field.id: option}))
    replica.create(Account(name="No route"))
    path = f"custom.{field.id}"
    assert in_order(replica, Account, path) == ["North", "Middle", "South", "No route"]
    assert in_order(replica, Account, f"-{path}") == ["South", "Middle", "North", "No route"]


def test_several_choices_are_sorted_by_the_first_listed_and_then_the_next(replica: Replica) -> None:
    field = replica.create(CustomField(name="Route", of="account", type="choices", options=ROUTES))
    for name, chosen in (("Last", ("mm",)), ("Both", ("mm", "zz")), ("First", ("zz",))):
        replica.create(Account(name=name, custom={field.id: chosen}))
    assert in_order(replica, Account, f"custom.{field.id}") == ["First", "Both", "Last"]


@settings(max_examples=80, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(listed=st.lists(st.text(min_size=1), unique=True), value=st.text())
def test_whatever_a_choice_holds_has_a_place(listed: list[str], value: str) -> None:
    found = sorting.rank(value, msgspec.msgpack.encode(listed))
    assert (found is None) == (not value)
    if value in listed and not value.startswith("["):
        assert int(found or "") == listed.index(value)


def test_what_is_urgent_comes_first_and_states_come_one_after_the_other(replica: Replica) -> None:
    for priority in ("low", "high", "normal"):
        replica.create(Task(title=priority, priority=priority))
    assert in_order(replica, Task, "priority") == ["high", "normal", "low"]
    for status in ("resolved", "open", "in_progress"):
        replica.create(Case(title=status, opened_at=1, state=CaseState(status, at=2)))
    assert in_order(replica, Case, "state.status") == ["open", "in_progress", "resolved"]


def test_deals_are_sorted_as_their_pipelines_and_stages_stand(replica: Replica) -> None:
    late = replica.create(Pipeline(name="A", place=2, stages={"a": Stage("Only")}))
    stages = {"z": Stage("Offer", place=0), "b": Stage("Order", place=1)}
    early = replica.create(Pipeline(name="B", place=1, stages=stages))
    for line, stage in ((late, "a"), (early, "b"), (early, "z")):
        replica.create(Deal(name=stage, pipeline_id=line.id, stage_id=stage))
    assert in_order(replica, Deal, "stage_id") == ["z", "b", "a"]


def test_what_refers_to_a_record_is_sorted_by_its_name(replica: Replica) -> None:
    for name, account in (("Ada", "Zoo"), ("Bea", "ärger"), ("Cy", "Bar"), ("Di", "")):
        at = replica.create(Account(name=account)).id if account else ""
        replica.create(Contact(name=name, account_id=at))
    assert in_order(replica, Contact, "account_id") == ["Bea", "Cy", "Ada", "Di"]
    one, two = (replica.create(User(name=x)) for x in ("Zoe", "adam"))
    for name, owner in (("One", one), ("Two", two)):
        replica.create(Deal(name=name, pipeline_id="p", stage_id="s", owner_id=owner.id))
    assert in_order(replica, Deal, "owner_id") == ["Two", "One"]
    assert in_order(replica, Deal, "-owner_id") == ["One", "Two"]


def test_activities_are_sorted_by_the_names_of_their_outcomes(replica: Replica) -> None:
    for name in ("Order", "Again"):
        outcome = replica.create(Outcome(name=name))
        replica.create(Activity(kind="call", at=1, note=name, outcome=OutcomeGiven(outcome.id)))
    found = replica.find(Activity, order_by="outcome.outcome_id")
    assert [activity.note for activity in found] == ["Again", "Order"]
