"""Teams: a name each, and who is in them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import flet as ft

from client.errors import Invalid
from client.replica import DraftKey
from client.ui import theme, wording
from client.ui.component import component
from client.ui.components import keeping
from client.ui.components.page import reading, scroll, section
from client.ui.components.rows import row
from client.ui.components.typed import Problem, TypedField, problem_of
from client.ui.hooks import use_app, use_live
from client.ui.views.admin.parts import Entry, EntryList, refusal, save_button, use_admin
from client.ui.views.kept_form import use_kept_form
from sync_protocol.records import Team, User

if TYPE_CHECKING:
    from client.replica import Replica
    from client.ui.views.kept_form import KeptForm

ROUTE = "/admin/teams"


@component
def TeamsView() -> Any:
    app = use_app()
    admin = use_admin()
    entries = use_live(read_teams, Team, User)
    if not admin:
        return refusal("Teams", lambda: app.go("/more"))
    return EntryList("Teams", "team", entries, f"{ROUTE}/new")


@component
def TeamView() -> Any:
    app = use_app()
    admin = use_admin()
    team_id = ft.use_route_params().get("id", "")
    team = use_live(
        lambda replica: replica.get(Team, team_id) if team_id else None, Team, deps=[team_id]
    )
    if not admin:
        return refusal("Team", lambda: app.go("/more"))
    if team_id and team is None:
        return keeping.absent("Team", lambda: app.go(ROUTE))
    return reading(
        team.name if team else "New team",
        scroll([TeamForm(team, key=team_id)]),
        on_back=lambda: app.go(ROUTE),
    )


def read_teams(replica: Replica) -> list[Entry]:
    sizes = replica.tally(User, "team_id", active=True)
    return [
        Entry(
            team.id,
            ft.Icons.GROUPS_OUTLINED,
            team.name,
            wording.plural(sizes.get(team.id, 0), "person", "people"),
            f"{ROUTE}/{team.id}",
        )
        for team in replica.find(Team, order_by="name")
    ]


@component
def TeamForm(team: Team | None) -> ft.Control:
    """Keeps what is typed until it is saved."""
    key = DraftKey("team", team.id if team else "", "")
    form = use_kept_form(key, {"name": team.name if team else ""})
    return form.around(TeamFields(team, form, key=f"{form.generation}"))


@component
def TeamFields(team: Team | None, form: KeptForm) -> ft.Control:
    app, values = use_app(), form.values
    problem, set_problem = ft.use_state(Problem())
    people = use_live(
        lambda replica: replica.find(User, team_id=team.id, order_by="name") if team else [],
        User,
        deps=[team],
    )

    def save() -> None:
        typed = values["name"].strip()
        try:
            done = form.act(
                "Team saved",
                lambda: (
                    app.replica.update(team, name=typed)
                    if team
                    else app.replica.create(Team(name=typed))
                ),
            )
        except Invalid as error:
            set_problem(problem_of(error))
            return
        if done:
            form.done()
            app.go(ROUTE)

    rows = [row(ft.Icons.PERSON_OUTLINE, user.name, user.role.capitalize()) for user in people]
    return ft.Column(
        spacing=theme.GAP_L,
        controls=[
            TypedField(values, "name", "Name", problem, autofocus=team is None),
            save_button(save),
            *([section("People", rows, len(rows))] if rows else []),
        ],
    )
