from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from client import planner, rounds
from client.rounds import Typed
from client.ui.views.planner.round_form import read_offered
from sync_protocol.records import Activity, Territory, User, VisitPlan
from tests.unit.client.ui.harness import opened
from tests.unit.client.ui.office import open_office

if TYPE_CHECKING:
    from tests.unit.client.ui.office import Office


async def test_a_round_is_made_for_a_rep_and_its_visits_are_planned(tmp_path: Path) -> None:
    office = await open_office(tmp_path, role="admin")
    async with office.replica as replica:
        while replica.index_some():
            pass
        rep = replica.create(User(name="Lena Huber", role="rep"))
        (south,) = replica.find(Territory, name="South")
        replica.update(south, reps={**south.reps, rep.id: True})
        async with opened(replica, "/rounds/new") as screen:
            await screen.tap("save")
            assert screen.says("Give it a name.")
            await screen.type("Name", "South tour")
            await screen.tap("save")
            assert screen.says("Add the customers to visit, in their order.")
            for place, text in ((1, "müller"), (0, "adler")):
                await screen.type("Add a customer", text)
                await screen.until_target(f"stop-add-{office[place].id}")
                await screen.tap(f"stop-add-{office[place].id}")
            await screen.until_target("stop-2")
            await screen.tap("weekday-1")
            await screen.until_target("field-every_weeks")
            await screen.tap("save")
            assert screen.says("Say who drives this round.")
            await screen.tap(f"driver-{rep.id}")
            await screen.tap("save")
            await screen.until_says("2 stops, Tue, Lena Huber")
        (plan,) = replica.find(VisitPlan)
        assert plan.stops == (office[1].id, office[0].id)
        assert {x.owner_id for x in replica.find(Activity, status="planned")} == {rep.id}


def test_who_left_is_not_offered_a_round_unless_it_is_theirs(admins_office: Office) -> None:
    replica = admins_office.replica
    left = replica.create(User(name="Lena Huber", active=False))
    assert left not in read_offered(replica, (), "").people
    assert read_offered(replica, (), left.id).people == (left,)


async def test_a_template_is_put_on_a_day_in_a_tap(office: Office) -> None:
    stops = tuple(account.id for account in office.accounts)
    plan = rounds.save(office.replica, None, Typed("Tour", stops))
    async with opened(office.replica, f"/rounds/{plan.id}") as screen:
        await screen.tap("put-on-1")
        await screen.until(lambda: screen.page.route == "/planner")
        assert screen.bar() == "Tour planned for tomorrow"
        assert office.replica.count(Activity, status="planned") == 3


async def test_a_rounds_visits_are_made_when_the_app_starts_and_told_where_they_show(
    office: Office,
) -> None:
    replica = office.replica
    weekday = planner.day_of(replica, office.now()).weekday()
    replica.create(
        VisitPlan(
            name="Tour", stops=(office[0].id,), weekdays=(weekday,), assignee_id=replica.user_id,
            starts=planner.day_of(replica, office.now()),
        )
    )  # fmt: skip
    async with opened(replica) as screen:
        await screen.until(lambda: replica.count(Activity, status="planned") >= 4)
        assert not screen.bar()
        await screen.tap("open-planner")
        await screen.until(lambda: "of your rounds planned" in screen.bar())
        await screen.undo()
        await screen.until(lambda: replica.count(Activity, status="planned") == 0)
        assert rounds.make(replica) == 0


async def test_a_round_is_archived_and_its_visits_go(office: Office) -> None:
    stops = (office[0].id,)
    typed = Typed("Tour", stops, (1,), assignee_id=office.replica.user_id)
    plan = rounds.save(office.replica, None, typed)
    async with opened(office.replica, f"/rounds/{plan.id}") as screen:
        await screen.tap("archive")
        await screen.until_says("archived, 1 stop, Tue")
        assert office.replica.count(Activity, status="planned") == 0
