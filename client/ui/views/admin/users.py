"""People: who they are in the records, and how they sign in at the server.

The record (name, role, team) is local and synced like any other. The sign-in (e-mail, password,
on or off) lives at the server alone, so it needs a connection and says so.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

import flet as ft

from client.errors import Invalid
from client.replica import DraftKey
from client.ui import naming, theme
from client.ui.component import component
from client.ui.components import keeping, states
from client.ui.components.choices import Choice, choice_row
from client.ui.components.page import reading, scroll, section, target
from client.ui.components.typed import Problem, TypedField, problem_of
from client.ui.hooks import use_app, use_live, use_optional
from client.ui.views.admin.parts import (
    Entry,
    EntryList,
    labelled,
    refusal,
    save_button,
    use_admin,
)
from client.ui.views.admin.territories import NO_TEAM
from client.ui.views.kept_form import use_choice, use_kept_form
from sync_protocol.records import Role, Team, User
from sync_protocol.session import MIN_PASSWORD, Member

if TYPE_CHECKING:
    from collections.abc import Callable

    from client.replica import Replica
    from client.ui.context import App
    from client.ui.meanwhile import Values
    from client.ui.views.kept_form import KeptForm

ROUTE = "/admin/users"
NOT_TAKEN = "The server has not taken the new person yet. Try again."
OFFLINE = "E-mail addresses and passwords are kept by the server; they show when it is reached."


class SignIns(NamedTuple):
    """Everybody's sign-in by user id, or why it is not known."""

    members: dict[str, Member]
    reason: str = ""


@component
def UsersView() -> Any:
    app = use_app()
    admin = use_admin()
    sign_ins = use_sign_ins(admin)
    entries = use_live(lambda replica: read_users(replica, sign_ins), User, Team, deps=[sign_ins])
    if not admin:
        return refusal("People", lambda: app.go("/more"))
    note = OFFLINE if sign_ins and sign_ins.reason else ""
    return EntryList("People", "person", entries, f"{ROUTE}/new", note)


@component
def UserView() -> Any:
    app = use_app()
    admin = use_admin()
    user_id = ft.use_route_params().get("id", "")
    user = use_live(
        lambda replica: replica.get(User, user_id) if user_id else None, User, deps=[user_id]
    )
    sign_ins = use_sign_ins(admin)
    if not admin:
        return refusal("People", lambda: app.go("/more"))
    if user_id and user is None:
        return keeping.absent("Person", lambda: app.go(ROUTE))
    if sign_ins is None:
        body = states.loading("Asking the server for sign-ins")
    elif not user_id and sign_ins.reason:
        body = states.empty(
            ft.Icons.CLOUD_OFF_OUTLINED,
            "A new person needs a connection",
            "Their sign-in is made at the server. Everything else about people works offline.",
        )
    else:
        member = sign_ins.members.get(user_id)
        body = scroll([UserForm(user, member, sign_ins.reason, key=user_id)])
    return reading(user.name if user else "New person", body, on_back=lambda: app.go(ROUTE))


def use_sign_ins(admin: bool) -> SignIns | None:
    """The server's sign-ins; None until it has answered or could not be reached."""
    app = use_app()
    found, set_found = use_optional(SignIns)

    async def ask() -> None:
        members: list[Member] = []

        async def load() -> None:
            members.extend(await app.replica.members())

        reason = await app.reach(load())
        set_found(SignIns({member.user: member for member in members}, reason))

    async def nothing() -> None:
        pass

    ft.use_effect(ask if admin else nothing, [admin])
    return found


def read_users(replica: Replica, sign_ins: SignIns | None) -> list[Entry]:
    members = sign_ins.members if sign_ins else {}
    entries = []
    for user in replica.find(User, order_by="name"):
        team = replica.get(Team, user.team_id) if user.team_id else None
        member = members.get(user.id)
        parts = [
            naming.ROLES[user.role][0],
            team.name if team else "",
            member.email if member else "",
            "" if user.active else "not active",
        ]
        icon = ft.Icons.PERSON_OUTLINE if user.active else ft.Icons.PERSON_OFF_OUTLINED
        detail = " - ".join(filter(None, parts))
        entries.append(Entry(user.id, icon, user.name, detail, f"{ROUTE}/{user.id}"))
    return entries


@component
def UserForm(user: User | None, member: Member | None, offline: str) -> ft.Control:
    """Keeps what is typed until it is saved, but for the password."""
    began = _begin(user, member)
    form = use_kept_form(DraftKey("user", user.id if user else "", ""), began)
    fields: ft.Control = UserFields(user, member, offline, form, key=f"{form.generation}")
    return form.around(fields)


@component
def UserFields(
    user: User | None, member: Member | None, offline: str, form: KeptForm
) -> ft.Control:
    """Name, role and team; then how they sign in."""
    app, typed = use_app(), form.values
    role, set_role = use_choice(typed, "role")
    team, set_team = use_choice(typed, "team_id")
    problem, set_problem = ft.use_state(Problem())
    busy, set_busy = ft.use_state(False)
    teams = use_live(lambda replica: replica.find(Team, order_by="name"), Team)
    mine = user is not None and user.id == app.replica.user_id

    async def save() -> None:
        set_busy(True)
        draft = Draft(**typed)
        wrong, typed["id"] = await store(app, user, draft, member, typed.seen)
        set_busy(False)
        set_problem(wrong)
        if not wrong.message:
            form.done()
            app.say(f"{draft.name.strip()} saved")
            app.go(ROUTE)

    roles = [Choice(value, words[0]) for value, words in naming.ROLES.items()]
    chosen_teams = [NO_TEAM, *(Choice(t.id, t.name) for t in teams)]
    return ft.Column(
        spacing=theme.GAP_L,
        controls=[
            TypedField(typed, "name", "Name", problem),
            *([] if mine else [labelled("Role", choice_row("role", roles, role, set_role))]),
            ft.Text(naming.ROLES[role][1], color=theme.MUTED),
            labelled("Team", choice_row("team", chosen_teams, team, set_team)),
            _sign_in(typed, problem, offline, new=member is None),
            save_button(save, busy=busy),
            *([] if user is None or mine else [_activity(app, user, member, set_problem)]),
        ],
    )


class Draft(NamedTuple):
    """All that the form holds."""

    id: str
    name: str
    email: str
    password: str
    role: Role
    team_id: str


async def store(
    app: App, user: User | None, draft: Draft, member: Member | None, seen: int | None
) -> tuple[Problem, str]:
    """Write the record, then the sign-in: what is wrong, and the user's id.

    `user` is whom the form showed: what others write while the server is asked stays.
    """
    email, password = draft.email.strip(), draft.password
    wanted = bool(email) and (member is None or email != member.email or bool(password))
    wrong = _check(draft, member)
    if wrong.message:
        return wrong, draft.id
    if wanted and (reason := await app.reach(app.replica.members())):
        return Problem("email", reason), draft.id
    try:
        with app.replica.having_seen(seen):
            user_id = _write(app.replica, user, draft)
    except Invalid as error:
        return problem_of(error), draft.id
    if not wanted:
        return Problem(), user_id
    if not draft.id and not await app.sent():
        return Problem("email", NOT_TAKEN), user_id
    active = member.active if member else True
    request = app.replica.set_member(Member(user_id, email, active, password or None))
    return Problem("email", await app.reach(request)), user_id


def _begin(user: User | None, member: Member | None) -> dict[str, str]:
    return {
        "id": user.id if user else "",
        "name": user.name if user else "",
        "email": member.email if member else "",
        "password": "",
        "role": user.role if user else "rep",
        "team_id": user.team_id if user else "",
    }


def _check(draft: Draft, member: Member | None) -> Problem:
    if not draft.name.strip():
        return Problem("name", "Name is needed.")
    if not draft.id and "@" not in draft.email:
        return Problem("email", "An e-mail address is needed to sign in.")
    new = member is None and bool(draft.email.strip())
    if (new or draft.password) and len(draft.password) < MIN_PASSWORD:
        return Problem("password", f"Use at least {MIN_PASSWORD} characters.")
    return Problem()


def _write(replica: Replica, user: User | None, draft: Draft) -> str:
    fields: dict[str, Any] = {
        "name": draft.name.strip(), "role": draft.role, "team_id": draft.team_id,
    }  # fmt: skip
    known = user or (replica.get(User, draft.id) if draft.id else None)
    if known is None:
        return replica.create(User(**fields)).id
    return replica.update(known, **fields).id


def _sign_in(typed: Values, problem: Problem, offline: str, *, new: bool) -> ft.Control:
    """E-mail and password; without a connection only the reason."""
    if offline:
        return section("Sign-in", [states.notice(ft.Icons.CLOUD_OFF_OUTLINED, OFFLINE)])
    password = "Password" if new else "New password (optional)"
    return section(
        "Sign-in",
        [
            TypedField(typed, "email", "E-mail", problem),
            TypedField(
                typed, "password", password, problem, password=True, can_reveal_password=True,
                helper=f"At least {MIN_PASSWORD} characters. Tell it to them in person.",
            ),
        ],
    )  # fmt: skip


def _activity(
    app: App,
    user: User,
    member: Member | None,
    on_problem: Callable[[Problem], None],
) -> ft.Control:
    """Switching somebody off: they leave the choices, and their devices lose access."""

    async def switch() -> None:
        if member is not None:
            changed = Member(user.id, member.email, not user.active)
            reason = await app.reach(app.replica.set_member(changed))
            if reason:
                on_problem(Problem("email", reason))
                app.say(reason)
                return
        word = "is not active any more" if user.active else "is active again"
        app.act(
            f"{user.name} {word}",
            lambda: app.replica.update(user, active=not user.active),
            undo=False,
        )
        app.go(ROUTE)

    return target(
        "deactivate",
        ft.OutlinedButton(
            "Deactivate" if user.active else "Activate",
            icon=ft.Icons.PERSON_OFF_OUTLINED if user.active else ft.Icons.PERSON_OUTLINE,
            height=theme.TOUCH,
            on_click=switch,
        ),
    )
