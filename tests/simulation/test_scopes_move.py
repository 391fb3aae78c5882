"""Scopes that are given and taken at awkward moments: nothing is left behind, nothing is missed."""

from __future__ import annotations

import asyncio

import msgspec
import pytest

from sync_protocol.errors import Unreachable
from sync_protocol.messages import Page, Pull, Push, Snapshot, States
from sync_protocol.records import Account, Activity, Contact, Team, Territory, User
from tests.simulation.world import Phone, World, same

pytestmark = pytest.mark.everywhere


@pytest.fixture
def admin(world: World) -> Phone:
    phone = world.phone(User(id=world.office.admin.user, name="Ada"))
    phone.sync()
    return phone


def give(admin: Phone, *users: User) -> None:
    """Let these users alone hold the territory."""
    asyncio.run(giving(admin, *users))


async def giving(admin: Phone, *users: User) -> None:
    territory = admin.replica.find(Territory)[0]
    admin.replica.update(territory, reps={user.id: True for user in users})
    await admin.replica.sync()


def many(world: World) -> None:
    for place in range(3):
        world.office.add(
            *(
                Contact(id=world.office.id(), name=f"C{place}-{n}", account_id=world.shop.id)
                for n in range(300)
            )
        )


def break_second_page(phone: Phone) -> None:
    snapshot, asked = phone.link.snapshot, []

    async def breaking(request: Snapshot) -> States:
        asked.append(request.after)
        if len(asked) == 2:
            phone.link.snapshot = snapshot  # type: ignore[method-assign]
            raise Unreachable("The line is cut.")
        return await snapshot(request)

    phone.link.snapshot = breaking  # type: ignore[method-assign]


def test_what_was_overwritten_knowingly_is_not_told_as_lost_where_the_scope_came_later(
    world: World, admin: Phone
) -> None:
    give(admin, world.ben)
    rita, ben = world.phone(world.rita), world.phone(world.ben)
    rita.sync(), ben.sync()
    ben.replica.update(world.shop, about="Closed on Mondays")
    ben.sync(), admin.sync()
    admin.replica.update(world.shop, about="Closed on Tuesdays")
    admin.sync()
    give(admin, world.ben, world.rita)
    rita.sync()
    past = {write.value: write.lost for write in rita.replica.history(world.shop)}
    assert not past["Closed on Mondays"]
    world.settle()
    same(world)


def test_a_scope_taken_while_it_loads_leaves_nothing_behind(world: World, admin: Phone) -> None:
    give(admin, world.ben)
    rita = world.phone(world.rita)
    rita.sync()
    many(world)
    give(admin, world.rita)
    break_second_page(rita)
    assert not rita.try_sync()
    assert rita.replica.count(Contact) > 0
    give(admin, world.ben)
    rita.sync()
    assert rita.replica.count(Contact) == 0
    admin.sync()
    same(world)


def test_a_scope_given_again_after_its_load_broke_off_is_loaded_from_the_start(
    world: World, admin: Phone
) -> None:
    give(admin, world.ben)
    rita = world.phone(world.rita)
    rita.sync()
    many(world)
    give(admin, world.rita)
    break_second_page(rita)
    assert not rita.try_sync()
    give(admin, world.ben)
    rita.sync()
    admin.sync()
    for contact in admin.replica.find(Contact, order_by="name", limit=900):
        admin.replica.update(contact, title="Changed meanwhile")
    admin.sync()
    rita.sync()
    give(admin, world.rita)
    world.settle()
    assert rita.replica.count(Contact, title="Changed meanwhile") == 900
    same(world)


def test_a_scope_taken_and_given_again_during_a_round_misses_nothing(
    world: World, admin: Phone
) -> None:
    rita = world.phone(world.rita)
    rita.sync()
    pull = rita.link.pull

    async def taken_meanwhile(request: Pull) -> Page:
        rita.link.pull = pull  # type: ignore[method-assign]
        await giving(admin, world.ben)
        admin.replica.update(admin.replica.find(Account)[0], about="Changed meanwhile")
        await admin.replica.sync()
        try:
            return await pull(request)
        finally:
            await giving(admin, world.rita)

    admin.replica.update(admin.replica.find(Account)[0], industry="Something to pull")
    admin.sync()
    rita.link.pull = taken_meanwhile  # type: ignore[method-assign]
    rita.sync()
    world.settle()
    assert rita.link.pull == pull
    assert rita.replica.find(Account)[0].about == "Changed meanwhile"
    same(world)


def test_a_scope_taken_and_given_again_while_it_loads_misses_nothing(
    world: World, admin: Phone
) -> None:
    many(world)
    rita = world.phone(world.rita)
    snapshot, asked = rita.link.snapshot, []

    async def taken_meanwhile(request: Snapshot) -> States:
        asked.append(request.after)
        if len(asked) != 2:
            return await snapshot(request)
        await giving(admin, world.ben)
        try:
            return await snapshot(request)
        finally:
            await giving(admin, world.rita)

    rita.link.snapshot = taken_meanwhile  # type: ignore[method-assign]
    rita.sync()
    world.settle()
    assert rita.replica.count(Contact) == 900
    same(world)


def test_what_left_takes_its_history_along(world: World, admin: Phone) -> None:
    rita = world.phone(world.rita)
    rita.sync()
    admin.replica.update(admin.replica.find(Account)[0], about="A secret")
    world.settle()
    shop = rita.replica.find(Account)[0]
    assert rita.replica.history(shop)
    give(admin, world.ben)
    rita.sync()
    assert rita.replica.history(shop) == []


def test_ones_own_edit_is_not_lost_when_its_branch_left_and_came_back_meanwhile(
    world: World, admin: Phone
) -> None:
    north = Territory(id=world.office.id(), name="North")
    world.office.add(north)
    world.office.add(Contact(id=world.office.id(), name="Carla", account_id=world.shop.id))
    rita = world.phone(world.rita)
    world.settle()
    rita.replica.update(rita.replica.find(Contact)[0], about="Typed offline")
    for territory in (north, world.territory):
        admin.replica.update(admin.replica.find(Account)[0], territory_id=territory.id)
    admin.sync()
    rita.sync()
    assert rita.replica.find(Contact)[0].about == "Typed offline"
    admin.sync()
    same(world)


def test_what_one_has_just_added_to_a_branch_that_moves_on_stays_with_it(
    world: World, admin: Phone
) -> None:
    north = Territory(id=world.office.id(), name="North", reps={world.ben.id: True})
    world.office.add(north)
    ben = world.phone(world.ben)
    world.settle()
    ben.replica.label(world.shop, "Customer")
    admin.replica.update(admin.replica.find(Account)[0], territory_id=north.id)
    give(admin, world.rita)
    ben.sync()
    assert [label.name for label in ben.replica.labels_of(world.shop.id)] == ["Customer"]
    admin.sync()
    same(world)


def test_a_change_of_hands_reaches_a_device_after_the_server_restarted_though_nothing_else_changed(
    world: World, admin: Phone
) -> None:
    rita = world.phone(world.rita)
    rita.sync()
    give(admin, world.ben)
    world.restart_server()
    rita.sync()
    assert rita.replica.find(Account) == []
    give(admin, world.rita)
    world.restart_server()
    rita.sync()
    assert [account.name for account in rita.replica.find(Account)] == ["Corner shop"]
    world.settle()
    same(world)


def test_a_user_who_changes_teams_holds_the_other_teams_territories(
    world: World, admin: Phone
) -> None:
    north = Team(id=world.office.id(), name="North")
    manager = User(id=world.office.id(), name="Max", role="manager", team_id=north.id)
    world.office.add(north, manager)
    max_ = world.phone(manager)
    world.settle()
    assert max_.replica.find(Account) == []
    admin.replica.update(admin.replica.get(User, manager.id) or manager, team_id=world.team.id)
    world.settle()
    assert [account.name for account in max_.replica.find(Account)] == ["Corner shop"]
    same(world)


def hand_over(world: World, admin: Phone) -> None:
    """The shop goes to a territory that neither Rita nor Ben holds."""
    north = Territory(id=world.office.id(), name="North")
    world.office.add(north)
    admin.sync()
    admin.replica.update(admin.replica.find(Account)[0], territory_id=north.id)
    admin.sync()


def test_edits_of_an_account_that_was_given_away_meanwhile_are_answered_and_stay_readable(
    world: World, admin: Phone
) -> None:
    rita = world.phone(world.rita)
    world.office.add(Contact(id=world.office.id(), name="Carla", account_id=world.shop.id))
    rita.sync()
    rita.replica.update(world.shop, about="Typed offline")
    rita.replica.create(
        Activity(kind="visit", at=1, account_id=world.shop.id, note="A long talk about cheese")
    )
    hand_over(world, admin)
    world.wait(1_000)
    rita.sync()
    for _ in range(2):
        assert rita.replica.find(Account) == []
        assert rita.replica.find(Contact) == []
        assert rita.replica.find(Activity) == []
        problems = rita.replica.problems()
        assert [problem.rejection.code for problem in problems] == ["gone", "gone"]
        edit, visit = (problem.changeset.changes[0].cells for problem in problems)
        assert msgspec.msgpack.decode(edit["about"]) == "Typed offline"
        assert msgspec.msgpack.decode(visit["note"]) == "A long talk about cheese"
        asyncio.run(rita.restart(world))
        rita.sync()
    assert admin.replica.find(Activity) == []
    same(world)


def test_edits_that_come_before_an_account_is_given_away_go_with_it(
    world: World, admin: Phone
) -> None:
    rita = world.phone(world.rita)
    rita.sync()
    rita.replica.update(world.shop, about="Typed offline")
    rita.replica.create(Activity(kind="visit", at=1, account_id=world.shop.id, note="A long talk"))
    rita.link.loses_next.add(Push)
    rita.try_sync()
    hand_over(world, admin)
    rita.sync()
    assert rita.replica.find(Account) == []
    assert rita.replica.find(Activity) == []
    assert rita.replica.problems() == []
    world.settle()
    assert [account.about for account in admin.replica.find(Account)] == ["Typed offline"]
    assert [visit.note for visit in admin.replica.find(Activity)] == ["A long talk"]
    same(world)
