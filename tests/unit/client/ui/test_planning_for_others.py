"""Whoever leads plans the days of their reps, too; a rep only their own."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, NamedTuple

import pytest

from client import crew, planner, rounds
from client.rounds import Typed
from sync_protocol.records import Account, Activity, Role, Territory, User
from tests.unit.client.ui.harness import OFFICE, PHONE, opened

if TYPE_CHECKING:
    from datetime import date

    from client.replica import Replica
    from tests.unit.client.ui.office import Office


class Team(NamedTuple):
    """Rita leads; Ben looks after South as she does, Nora after the North alone."""

    replica: Replica
    south: tuple[Account, ...]
    north: Account
    ben: User
    nora: User
    today: date

    def days_of(self, whose: User | None) -> list[str]:
        """The accounts that somebody is to visit this week."""
        week = planner.week_from(self.today)
        found = planner.visits(self.replica, week[0], week[-1], whose.id if whose else "")
        return [x.account_id for x in found]


@pytest.fixture
def team(admins_office: Office) -> Team:
    return team_of(admins_office, "manager")


@pytest.fixture
def reps_team(admins_office: Office) -> Team:
    """Rita is a rep like the others."""
    return team_of(admins_office, "rep")


def team_of(admins_office: Office, role: Role) -> Team:
    replica = admins_office.replica
    ben, nora = (replica.create(User(name=name)) for name in ("Ben Okafor", "Nora Lind"))
    (south,) = replica.find(Territory, name="South")
    replica.update(south, reps={**south.reps, ben.id: True})
    north = replica.create(Territory(name="North", reps={nora.id: True}))
    pub = replica.create(Account(name="Nordlicht", territory_id=north.id))
    while replica.index_some():
        pass
    rita = replica.user
    assert rita is not None
    replica.update(rita, role=role)
    today = planner.day_of(replica, admins_office.now())
    return Team(replica, tuple(admins_office.accounts), pub, ben, nora, today)


def test_a_manager_leads_who_shares_a_territory(team: Team) -> None:
    replica = team.replica
    assert [x.name for x in crew.led(replica)] == ["Ben Okafor"]
    assert crew.led_at(replica, team.south[0]) == crew.led(replica)
    assert crew.led_at(replica, team.north) == []


def test_a_rep_leads_nobody(reps_team: Team) -> None:
    assert crew.led(reps_team.replica) == []


def test_somebody_who_left_is_not_planned_for(admins_office: Office) -> None:
    replica = admins_office.replica
    ben = replica.create(User(name="Ben Okafor"))
    (south,) = replica.find(Territory, name="South")
    replica.update(south, reps={ben.id: True})
    assert crew.led(replica) == [ben]
    replica.update(ben, active=False)
    assert crew.led(replica) == []


def test_another_sees_the_customers_of_their_territories_and_one_sees_all_that_is_here(
    team: Team,
) -> None:
    assert crew.seen_by(team.replica, team.nora.id) == {team.north.id}
    assert crew.seen_by(team.replica, team.ben.id, [team.south[0].id, team.north.id]) == {
        team.south[0].id
    }
    assert team.north.id in crew.seen_by(team.replica, team.replica.user_id)


def test_a_visit_planned_for_another_is_theirs_and_finds_the_free_time_of_their_day(
    team: Team,
) -> None:
    replica, ben = team.replica, team.ben.id
    planner.add(replica, team.south[0].id, team.today)
    first = planner.add(replica, team.south[1].id, team.today, ben)
    second = planner.add(replica, team.south[2].id, team.today, ben)
    assert planner.minute_of(replica, first.at) == planner.BEGINS
    assert second.at > first.at
    tomorrow = planner.move(replica, second, team.today + timedelta(1))
    assert (tomorrow.owner_id, planner.minute_of(replica, tomorrow.at)) == (
        ben,
        planner.minute_of(replica, second.at),
    )
    assert team.days_of(None) == [team.south[0].id]


def test_a_template_is_put_on_anothers_day_without_the_customers_they_do_not_see(
    team: Team,
) -> None:
    plan = rounds.save(team.replica, None, Typed("Tour", (team.south[0].id, team.north.id)))
    assert rounds.put_on(team.replica, plan, team.today, team.ben.id) == 1
    assert team.days_of(team.ben) == [team.south[0].id]


@pytest.mark.parametrize("size", [PHONE, OFFICE])
async def test_a_manager_plans_the_days_of_a_rep(team: Team, size: tuple[float, float]) -> None:
    async with opened(team.replica, "/planner", size) as screen:
        await screen.until_target(f"add-{team.north.id}")
        await screen.tap(f"whose-{team.ben.id}")
        await screen.until(lambda: not screen.has(f"add-{team.north.id}"))
        await screen.tap(f"add-{team.south[0].id}")
        await screen.until(lambda: team.days_of(team.ben) == [team.south[0].id])
        assert screen.bar() == "Planned for today, for Ben Okafor"
        (visit,) = team.replica.find(Activity, status="planned")
        await screen.until_target(f"planned-{visit.id}")
        assert not screen.has(f"route-{team.today}")
        await screen.tap("whose-")
        await screen.until(lambda: not screen.has(f"planned-{visit.id}"))


async def test_a_rep_is_not_asked_whose_day_it_is(reps_team: Team) -> None:
    async with opened(reps_team.replica, "/planner") as screen:
        await screen.until_target(f"add-{reps_team.south[0].id}")
        assert not screen.has("whose-")


async def test_a_visit_is_planned_for_a_rep_from_the_customers_page(team: Team) -> None:
    async with opened(team.replica, f"/plan/{team.south[0].id}") as screen:
        await screen.tap(f"plan-for-{team.ben.id}")
        await screen.tap("plan-day-1")
        await screen.tap("plan-save")
        await screen.until(lambda: team.days_of(team.ben) == [team.south[0].id])
        assert screen.bar().endswith(", for Ben Okafor")


async def test_a_template_is_put_on_a_reps_day_in_two_taps(team: Team) -> None:
    plan = rounds.save(team.replica, None, Typed("Tour", tuple(x.id for x in team.south)))
    async with opened(team.replica, f"/rounds/{plan.id}") as screen:
        await screen.tap(f"put-on-for-{team.ben.id}")
        await screen.tap("put-on-1")
        await screen.until(lambda: len(team.days_of(team.ben)) == 3)
        assert screen.bar() == "Tour planned for tomorrow, for Ben Okafor"


async def test_a_round_is_driven_by_whoever_makes_it_or_by_whom_they_lead(team: Team) -> None:
    async with opened(team.replica, "/rounds/new") as screen:
        assert not screen.has(f"driver-{team.ben.id}")
        await screen.tap("weekday-1")
        await screen.until_target(f"driver-{team.ben.id}")
        assert screen.has(f"driver-{team.replica.user_id}")
        assert not screen.has(f"driver-{team.nora.id}")


async def test_a_rep_makes_rounds_for_themselves_alone(reps_team: Team) -> None:
    async with opened(reps_team.replica, "/rounds/new") as screen:
        await screen.tap("weekday-1")
        await screen.until_target(f"driver-{reps_team.replica.user_id}")
        assert not screen.has(f"driver-{reps_team.ben.id}")
