"""The administration: people, teams, territories, settings."""

from __future__ import annotations

from typing import TYPE_CHECKING

import flet as ft
import pytest

from sync_protocol.records import Settings, Team, Territory, User
from tests.unit.client.ui.harness import opened

if TYPE_CHECKING:
    from sync_protocol.session import Member
    from tests.unit.client.ui.harness import Screen
    from tests.unit.client.ui.office import Office

PLACES = ("users", "teams", "territories", "settings", "users/new", "teams/new")


@pytest.mark.parametrize("place", PLACES)
async def test_everybody_else_is_told_kindly(office: Office, place: str) -> None:
    async with opened(office.replica, f"/admin/{place}") as screen:
        assert screen.says("Only administrators can change this.")
        assert not screen.has("save")


async def fill(screen: Screen, name: str, email: str) -> None:
    await screen.until_says("E-mail")
    await screen.type("Name", name)
    await screen.type("E-mail", email)
    await screen.type("Password", "long enough")


async def test_a_new_person_gets_a_record_and_a_sign_in(admins_office: Office) -> None:
    replica, server = admins_office.replica, admins_office.server
    async with opened(replica, "/admin/users/new") as screen:
        await fill(screen, "Ben Huber", "ben@example.com")
        await screen.tap("role-office")
        await screen.tap("save")
        await screen.until(lambda: screen.page.route == "/admin/users")
        await screen.until_says("ben@example.com")
    (user,) = replica.find(User, name="Ben Huber")
    assert user.role == "office"
    assert server.members[user.id]["email"] == "ben@example.com"


async def test_a_taken_address_is_told_beside_its_field_and_makes_no_second_person(
    admins_office: Office,
) -> None:
    replica, server = admins_office.replica, admins_office.server
    server.members["other"] = {"user": "other", "email": "ben@example.com", "active": True}
    async with opened(replica, "/admin/users/new") as screen:
        await fill(screen, "Ben Huber", "ben@example.com")
        await screen.tap("save")
        await screen.until_says("That e-mail is taken.")
        await screen.type("E-mail", "ben.huber@example.com")
        await screen.tap("save")
        await screen.until(lambda: screen.page.route == "/admin/users")
    (user,) = replica.find(User, name="Ben Huber")
    assert server.members[user.id]["email"] == "ben.huber@example.com"


async def test_without_a_connection_no_half_a_person_is_made(admins_office: Office) -> None:
    replica = admins_office.replica
    async with opened(replica, "/admin/users/new") as screen:
        await fill(screen, "Ben Huber", "ben@example.com")
        admins_office.server.up = False
        await screen.tap("save")
        await screen.until_says("The server cannot be reached.")
    assert replica.find(User, name="Ben Huber") == []


async def test_offline_the_record_can_still_be_edited(admins_office: Office) -> None:
    admins_office.server.up = False
    replica = admins_office.replica
    user = replica.create(User(name="Ben Huber"))
    async with opened(replica, f"/admin/users/{user.id}") as screen:
        await screen.until_says("kept by the server")
        await screen.type("Name", "Benjamin Huber")
        await screen.tap("save")
        await screen.until(lambda: screen.page.route == "/admin/users")
    assert [x.name for x in replica.find(User, id=user.id)] == ["Benjamin Huber"]


async def test_a_role_given_while_the_server_is_asked_stays(
    admins_office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    replica, server = admins_office.replica, admins_office.server
    user = replica.create(User(name="Ben Huber", role="rep"))
    server.members[user.id] = {"user": user.id, "email": "ben@example.com", "active": True}

    async def members() -> list[Member]:
        monkeypatch.undo()
        replica.update(user, role="manager")
        return await replica.members()

    async with opened(replica, f"/admin/users/{user.id}") as screen:
        await screen.until_says("E-mail")
        await screen.type("Name", "Benjamin Huber")
        await screen.type("E-mail", "benjamin@example.com")
        monkeypatch.setattr(replica, "members", members)
        await screen.tap("save")
        await screen.until(lambda: screen.page.route == "/admin/users")
    (changed,) = replica.find(User, id=user.id)
    assert (changed.name, changed.role) == ("Benjamin Huber", "manager")
    assert server.members[user.id]["email"] == "benjamin@example.com"


async def test_a_deactivated_person_loses_the_sign_in_too(admins_office: Office) -> None:
    replica, server = admins_office.replica, admins_office.server
    user = replica.create(User(name="Ben Huber"))
    server.members[user.id] = {"user": user.id, "email": "ben@example.com", "active": True}
    async with opened(replica, f"/admin/users/{user.id}") as screen:
        await screen.until_target("deactivate")
        await screen.tap("deactivate")
        await screen.until_says("not active")
    assert server.members[user.id]["active"] is False


async def test_teams_are_made_and_renamed(admins_office: Office) -> None:
    replica = admins_office.replica
    async with opened(replica, "/admin/teams/new") as screen:
        await screen.tap("save")
        await screen.until_says("Name is needed.")
        await screen.type("Name", "North")
        await screen.tap("save")
        await screen.until_says("0 people")
    assert [team.name for team in replica.find(Team)] == ["North"]


async def test_reps_are_ticked_into_a_territory(admins_office: Office) -> None:
    replica = admins_office.replica
    (territory,) = replica.find(Territory)
    user = replica.create(User(name="Ben Huber"))
    async with opened(replica, f"/admin/territories/{territory.id}") as screen:
        box = screen.all(ft.Checkbox, within=screen.target(f"rep-{user.id}"))[0]
        screen.session.apply_patch(box._i, {"value": True})
        await screen.event(box, "change", "true")
        await screen.tap("save")
        await screen.until_says("Ben Huber, Rita Berger")
    (changed,) = replica.find(Territory)
    assert changed.reps == {user.id: True, replica.user_id: True}


async def test_settings_are_checked_beside_their_fields(admins_office: Office) -> None:
    replica = admins_office.replica
    async with opened(replica, "/admin/settings") as screen:
        await screen.type("Time zone", "Europe/Kronach")
        await screen.tap("save")
        await screen.until_says("There is no such time zone.")
        await screen.type("Time zone", "Europe/Vienna")
        await screen.type("Phone region", "at")
        await screen.tap("save")
        await screen.until(lambda: screen.page.route == "/more")
    (settings,) = replica.find(Settings)
    assert (settings.time_zone, settings.region) == ("Europe/Vienna", "AT")


async def test_offline_no_form_for_a_new_person_is_offered(admins_office: Office) -> None:
    admins_office.server.up = False
    async with opened(admins_office.replica, "/admin/users/new") as screen:
        await screen.until_says("A new person needs a connection")
        assert not screen.has("save")
