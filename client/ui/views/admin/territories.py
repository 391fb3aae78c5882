"""Territories: whose customers are whose. They decide what each device holds."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Any

import flet as ft

from client.errors import Invalid
from client.replica import DraftKey
from client.ui import naming, theme, wording
from client.ui.component import component
from client.ui.components import keeping, states
from client.ui.components.choices import Choice, choice_row, turned
from client.ui.components.page import reading, scroll, section, target
from client.ui.components.ticks import box
from client.ui.components.typed import Problem, TypedField, problem_of
from client.ui.hooks import use_app, use_live
from client.ui.views.admin.parts import (
    Entry,
    EntryList,
    labelled,
    refusal,
    save_button,
    use_admin,
)
from client.ui.views.kept_form import use_choice, use_kept_form
from sync_protocol.records import Account, Team, Territory, User

if TYPE_CHECKING:
    from collections.abc import Callable

    from client.replica import Replica
    from client.ui.views.kept_form import KeptForm

ROUTE = "/admin/territories"
NO_TEAM = Choice("", "No team")


@component
def TerritoriesView() -> Any:
    app = use_app()
    admin = use_admin()
    entries = use_live(read_territories, Territory, User, Team, Account)
    if not admin:
        return refusal("Territories", lambda: app.go("/more"))
    return EntryList("Territories", "territory", entries, f"{ROUTE}/new")


@component
def TerritoryView() -> Any:
    app = use_app()
    admin = use_admin()
    place = ft.use_route_params().get("id", "")
    territory = use_live(
        lambda replica: replica.get(Territory, place) if place else None, Territory, deps=[place]
    )
    if not admin:
        return refusal("Territory", lambda: app.go("/more"))
    if place and territory is None:
        return keeping.absent("Territory", lambda: app.go(ROUTE))
    return reading(
        territory.name if territory else "New territory",
        scroll([TerritoryForm(territory, key=place)]),
        on_back=lambda: app.go(ROUTE),
    )


def read_territories(replica: Replica) -> list[Entry]:
    accounts = replica.tally(Account, "territory_id")
    return [
        Entry(
            territory.id,
            ft.Icons.MAP_OUTLINED,
            territory.name,
            f"{_reps(replica, territory)} - "
            f"{wording.plural(accounts.get(territory.id, 0), 'customer')}",
            f"{ROUTE}/{territory.id}",
        )
        for territory in replica.find(Territory, order_by="name")
    ]


@component
def TerritoryForm(territory: Territory | None) -> ft.Control:
    """Keeps what is typed until it is saved."""
    began = {
        "name": territory.name if territory else "",
        "team_id": territory.team_id if territory else "",
        "reps": sorted(_held(territory)),
    }
    form = use_kept_form(DraftKey("territory", territory.id if territory else "", ""), began)
    return form.around(TerritoryFields(territory, form, key=f"{form.generation}"))


@component
def TerritoryFields(territory: Territory | None, form: KeptForm) -> ft.Control:
    """The name, the team whose managers hold it too, and the reps."""
    app, values = use_app(), form.values
    team, set_team = use_choice(values, "team_id")
    reps, set_reps = use_choice(values, "reps")
    problem, set_problem = ft.use_state(Problem())
    users = use_live(lambda replica: replica.find(User, active=True, order_by="name"), User)
    teams = use_live(lambda replica: replica.find(Team, order_by="name"), Team)

    def save() -> None:
        fields: dict[str, Any] = {
            "name": values["name"].strip(),
            "team_id": values["team_id"],
            "reps": dict.fromkeys(sorted(values["reps"]), True),
        }
        try:
            done = form.act("Territory saved", lambda: _save(app.replica, territory, fields))
        except Invalid as error:
            set_problem(problem_of(error))
            return
        if done:
            form.done()
            app.go(ROUTE)

    def tick(user_id: str, on: bool) -> None:
        set_reps(sorted(turned(values["reps"], user_id, on=on)))

    chosen = choice_row("team", [NO_TEAM, *(Choice(t.id, t.name) for t in teams)], team, set_team)
    return ft.Column(
        spacing=theme.GAP_L,
        controls=[
            TypedField(values, "name", "Name", problem, autofocus=territory is None),
            labelled("Team", chosen),
            section("Reps", [_ticks(users, reps, tick)]),
            save_button(save),
        ],
    )


def _save(replica: Replica, territory: Territory | None, fields: dict[str, Any]) -> None:
    if territory is None:
        replica.create(Territory(**fields))
    else:
        replica.update(territory, **fields)


def _ticks(users: list[User], reps: list[str], on_tick: Callable[[str, bool], None]) -> ft.Control:
    if not users:
        return states.none_yet(ft.Icons.PERSON_OUTLINE, "No people yet", "Add people first.")
    return ft.Column(
        spacing=0,
        controls=[
            target(
                f"rep-{user.id}",
                box(
                    f"{user.name}, {naming.ROLES[user.role][0].lower()}",
                    partial(on_tick, user.id),
                    on=user.id in reps,
                ),
                key=user.id,
            )
            for user in users
        ],
    )


def _held(territory: Territory | None) -> frozenset[str]:
    held = territory.reps if territory else {}
    return frozenset(user for user, on in held.items() if on)


def _reps(replica: Replica, territory: Territory) -> str:
    names = [user.name for i in _held(territory) if (user := replica.get(User, i))]
    return ", ".join(sorted(names)) or "nobody yet"
