from __future__ import annotations

from datetime import date, timedelta
from typing import TYPE_CHECKING

import pytest

from client import fieldwork, planner, rounds
from client.errors import Invalid
from client.replica import Replica
from client.rounds import Typed
from sync_protocol.records import Account, Activity, Territory, User, VisitPlan

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

THURSDAY = date(2025, 10, 9)


@pytest.fixture
def stops(replica: Replica) -> tuple[str, ...]:
    return tuple(replica.create(Account(name=name)).id for name in ("Adler", "Müller", "Post"))


def typed(stops: tuple[str, ...], **more: object) -> Typed:
    fields: dict[str, object] = {"weekdays": (1,), "assignee_id": "rita", "starts": THURSDAY}
    return Typed("Tour", stops, **fields | more)  # type: ignore[arg-type]


def ahead(replica: Replica) -> list[tuple[date, str]]:
    found = replica.find(Activity, status="planned", order_by="at")
    return [(planner.day_of(replica, x.at), x.account_id) for x in found]


def test_a_round_comes_every_so_many_weeks_on_its_weekdays_from_its_start() -> None:
    plan = VisitPlan(name="T", weekdays=(0, 3), every_weeks=2, starts=THURSDAY)
    found = rounds.days(plan, date(2025, 10, 1), date(2025, 11, 7))
    assert [f"{x:%d.%m.}" for x in found] == ["09.10.", "20.10.", "23.10.", "03.11.", "06.11."]
    ended = VisitPlan(name="T", weekdays=(3,), starts=THURSDAY, ends=date(2025, 10, 20))
    assert rounds.days(ended, THURSDAY, date(2025, 12, 1)) == [THURSDAY, date(2025, 10, 16)]
    assert rounds.days(VisitPlan(name="T", starts=THURSDAY), THURSDAY, THURSDAY) == []


def test_its_visits_are_there_for_weeks_ahead_and_follow_a_change(
    replica: Replica, stops: tuple[str, ...]
) -> None:
    plan = rounds.save(replica, None, typed(stops[:2]))
    tuesdays = [date(2025, 10, 14) + timedelta(7 * i) for i in range(4)]
    assert ahead(replica) == [(day, stop) for day in tuesdays for stop in stops[:2]]
    changed = rounds.save(replica, plan, typed((stops[2], stops[0])))
    assert ahead(replica) == [(day, x) for day in tuesdays for x in (stops[2], stops[0])]
    rounds.save(replica, changed, typed(stops[:2]))
    assert ahead(replica) == [(day, stop) for day in tuesdays for stop in stops[:2]]
    replica.undo()
    assert ahead(replica) == [(day, x) for day in tuesdays for x in (stops[2], stops[0])]


def test_what_a_rep_did_with_a_visit_stands_when_the_round_changes(
    replica: Replica, stops: tuple[str, ...]
) -> None:
    plan = rounds.save(replica, None, typed(stops[:2]))
    first, second, third, *_more = replica.find(Activity, order_by="at")
    done = fieldwork.finish(replica, first)
    planner.move(replica, second, date(2025, 10, 15))
    fieldwork.cancel(replica, third)
    rounds.save(replica, plan, typed((stops[1],)))
    kept = {x.id: x for x in replica.find(Activity)}
    assert kept[done.id].status == "done"
    assert planner.day_of(replica, kept[second.id].at) == date(2025, 10, 15)
    assert kept[third.id].status == "cancelled"


def test_archiving_a_round_takes_its_visits_and_taking_it_up_again_brings_them(
    replica: Replica, stops: tuple[str, ...]
) -> None:
    plan = rounds.save(replica, None, typed(stops))
    before = ahead(replica)
    rounds.archive(replica, plan)
    assert ahead(replica) == []
    archived = replica.get(VisitPlan, plan.id)
    assert archived
    rounds.archive(replica, archived)
    assert ahead(replica) == before


def test_a_template_is_put_on_a_day_once(replica: Replica, stops: tuple[str, ...]) -> None:
    plan = rounds.save(replica, None, typed(stops, weekdays=(), assignee_id="", starts=None))
    assert ahead(replica) == []
    assert rounds.put_on(replica, plan, date(2025, 10, 10)) == 3
    assert rounds.put_on(replica, plan, date(2025, 10, 10)) == 0
    assert ahead(replica) == [(date(2025, 10, 10), stop) for stop in stops]


TEMPLATE: dict[str, object] = {"weekdays": (), "assignee_id": "", "starts": None}


def drivers(replica: Replica, names: Sequence[str]) -> list[str]:
    """People who look after all customers here."""
    people = [replica.create(User(name=name)).id for name in names]
    land = replica.create(Territory(name="Land", reps=dict.fromkeys(people, True)))
    for account in replica.find(Account):
        replica.update(account, territory_id=land.id)
    return people


def test_a_template_is_put_on_one_day_for_two_people(
    replica: Replica, stops: tuple[str, ...]
) -> None:
    plan = rounds.save(replica, None, typed(stops, **TEMPLATE))
    for whose in ("", *drivers(replica, ["Ben", "Nora"])):
        assert rounds.put_on(replica, plan, THURSDAY, whose) == 3
        assert rounds.put_on(replica, plan, THURSDAY, whose) == 0
        theirs = replica.find(Activity, owner_id=whose or replica.user_id)
        assert {x.account_id for x in theirs} == set(stops)


def test_a_visit_of_a_template_that_was_taken_off_comes_back_with_it(
    replica: Replica, stops: tuple[str, ...]
) -> None:
    plan = rounds.save(replica, None, typed(stops, **TEMPLATE))
    rounds.put_on(replica, plan, THURSDAY)
    replica.undo()
    assert ahead(replica) == []
    assert rounds.put_on(replica, plan, THURSDAY) == 3
    assert ahead(replica) == [(THURSDAY, stop) for stop in stops]


def test_what_an_older_app_put_on_a_day_is_not_put_there_again_for_the_same_person(
    replica: Replica, stops: tuple[str, ...]
) -> None:
    plan = rounds.save(replica, None, typed(stops, **TEMPLATE))
    (ben,) = drivers(replica, ["Ben"])
    old = rounds.visit_id(plan.id, THURSDAY, stops[0])
    at = planner.moment(replica, THURSDAY, planner.BEGINS)
    replica.create(
        Activity(id=old, kind="visit", status="planned", at=at, account_id=stops[0], owner_id=ben)
    )
    assert rounds.put_on(replica, plan, THURSDAY, ben) == 2
    assert rounds.put_on(replica, plan, THURSDAY) == 3


async def test_two_devices_put_a_template_on_a_day_as_the_same_visits(tmp_path: Path) -> None:
    """Each while it was away; what one plans for another is theirs on both."""
    made = []
    for device in ("phone", "tablet"):
        async with await Replica.open(str(tmp_path / device / "replica.db")) as replica:
            shop = replica.create(Account(id="shop", name="Adler", territory_id="land"))
            replica.create(Territory(id="land", name="Land", reps={"ben": True}))
            replica.create(User(id="ben", name="Ben"))
            plan = replica.create(VisitPlan(id="tour", name="Tour", stops=(shop.id,)))
            for whose in ("ben", ""):
                rounds.put_on(replica, plan, THURSDAY, whose)
            made.append({x.id: x.owner_id for x in replica.find(Activity)})
    assert made[0] == made[1]
    assert sorted(made[0].values()) == ["", "ben"]


@pytest.mark.parametrize(
    ("field", "change"),
    [
        ("name", {"name": " "}),
        ("stops", {"stops": ()}),
        ("every_weeks", {"every_weeks": "0"}),
        ("assignee_id", {"assignee_id": ""}),
    ],
)
def test_what_is_missing_is_said_beside_its_field(
    replica: Replica, stops: tuple[str, ...], field: str, change: dict[str, object]
) -> None:
    with pytest.raises(Invalid) as told:
        rounds.save(replica, None, typed(stops)._replace(**change))
    assert told.value.field == field
