"""One case: a tap moves it on, everything else saves by itself and can be undone."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Any, NamedTuple

import flet as ft

from client import cases
from client.errors import Invalid
from client.tasks import assignees
from client.ui import naming, theme, wording
from client.ui.component import component
from client.ui.components import states
from client.ui.components.buttons import menu_button
from client.ui.components.choices import Choice, choice_row, dropdown
from client.ui.components.fields import one_line
from client.ui.components.page import card, reading, scroll, section, target
from client.ui.components.rows import menu_row
from client.ui.hooks import use_app, use_live
from client.ui.self_saving import use_saving
from client.ui.views.cases.parts import ICON, ICONS, NAMES, ROUTE, SAID, standing
from client.ui.views.custom.facts import CustomFacts
from client.ui.views.files.section import FilesSection
from client.ui.views.note import SavedNote, saved_title
from client.ui.views.records.labels_section import LabelsSection
from client.ui.views.talk import Comments, FollowButton
from client.ui.views.tasks.page import PRIORITIES
from sync_protocol.records import Account, Activity, Case, Contact, User
from sync_protocol.rules.cases import may_become

if TYPE_CHECKING:
    from client.replica import Replica
    from client.ui.context import App
    from sync_protocol.records.cases import CaseStatus

NEEDED = "A case needs a few words, so that everybody knows what is wrong."


class Told(NamedTuple):
    """A case with what its page says about it."""

    case: Case
    customers: tuple[Account | Contact, ...]
    visit: Activity | None
    users: tuple[User, ...]
    now_ms: int
    time_zone: str


@component
def CaseView() -> Any:
    """`/cases/<id>`."""
    case_id = ft.use_route_params()["id"]
    return CasePage(case_id, key=case_id)


@component
def CasePage(case_id: str) -> ft.Control:
    app = use_app()
    told = use_live(
        lambda replica: read_case(replica, case_id),
        Case, Account, Activity, Contact, User, deps=[case_id],
    )  # fmt: skip
    if told is None:
        return reading("Case", _gone(app), on_back=lambda: app.go(ROUTE))
    case, visit = told.case, told.visit
    running = visit is not None and visit.status == "running"
    back = f"/visit/{case.activity_id}" if running else ROUTE
    return reading(
        "Case",
        scroll(
            [
                CaseText(case.id, "title", key=f"title {case.id}"),
                *_where_it_stands(app, told),
                _about(app, told),
                _aired(CaseText(case.id, "about", key=f"about {case.id}")),
                *_how(app, told),
                CustomFacts("case", case.id, fill=True),
                LabelsSection(case, key=f"labels {case.id}"),
                FilesSection(Case, case.id, key=f"files {case.id}"),
                Comments("case", case.id),
            ]
        ),
        on_back=lambda: app.go(back),
        actions=[FollowButton("case", case.id), _menu(app, case)],
    )


def read_case(replica: Replica, case_id: str) -> Told | None:
    case = replica.get(Case, case_id)
    if case is None or case.deleted:
        return None
    visit = replica.get(Activity, case.activity_id) if case.activity_id else None
    return Told(
        case=case,
        customers=tuple(cases.customer_of(replica, case)),
        visit=None if visit is None or visit.deleted else visit,
        users=tuple(assignees(replica, case.assignee_id)),
        now_ms=replica.now(),
        time_zone=replica.settings.time_zone,
    )


@component
def CaseText(case_id: str, field: str) -> ft.Control:
    """What is wrong, in a few words or in many, or how it was resolved; saved as it is typed."""
    app = use_app()

    def read(replica: Replica) -> str:
        case = replica.get(Case, case_id)
        where = case.state if case and field == "resolution" else case
        return str(getattr(where, field, ""))

    def write(text: str) -> None:
        current = app.replica.get(Case, case_id)
        if current is not None and not current.deleted:
            _write(app.replica, current, field, text)

    saving = use_saving(read, write, Case, needed=NEEDED)
    if field == "title":
        return target("case-title", saved_title("What is wrong", saving))
    told = "How it was resolved" if field == "resolution" else "More about it"
    return SavedNote(told, saving)


def _write(replica: Replica, case: Case, field: str, text: str) -> None:
    if field == "resolution":
        cases.tell_resolution(replica, case, text)
        return
    with replica.changeset("Edit case"):
        replica.update(case, **{field: one_line(text) if field == "title" else text})


def _where_it_stands(app: App, told: Told) -> list[ft.Control]:
    """Its status with those that may follow; how it was resolved, once it is."""
    case = told.case
    status = case.state.status
    offered = [
        Choice(name, NAMES[name], ICONS[name])
        for name in NAMES
        if name == status or may_become(status, name)
    ]
    shown: list[ft.Control] = [
        choice_row("status", offered, status, lambda name: move(app, case, name)),
        target("standing", ft.Text(_since(told), color=theme.MUTED)),
    ]
    if status == "resolved":
        how = CaseText(case.id, "resolution", key=f"resolution {case.id} {case.state.at}")
        shown.append(_aired(how))
    return shown


def _aired(field: ft.Control) -> ft.Control:
    """A field whose label does not touch what is above it."""
    return ft.Container(field, padding=ft.Padding.only(top=theme.GAP))


def _since(told: Told) -> str:
    case = told.case
    at = case.state.at
    words = standing(case, told.now_ms, told.time_zone)
    if at is None or case.state.status == "open":
        return words
    day = wording.midway(wording.day(at, told.now_ms, told.time_zone))
    return f"{words}, {'on it since ' if case.state.status == 'in_progress' else ''}{day}"


def move(app: App, case: Case, status: Any) -> None:
    """A tap on a status, with Undo."""
    now: CaseStatus = status
    if now == case.state.status:
        return
    try:
        app.act(SAID[now], lambda: cases.move(app.replica, case, now))
    except Invalid as refused:  # somebody else moved it just now
        app.say(refused.message)


def _about(app: App, told: Told) -> ft.Control:
    rows = [
        menu_row(
            f"to-{kind}", icon, record.name, kind.capitalize(),
            partial(app.go, naming.page_of_its_own(kind, record.id)),
        )
        for record in told.customers
        for kind, icon in [_kind_of(record)]
    ]  # fmt: skip
    day = wording.day(told.case.opened_at, told.now_ms, told.time_zone)
    by = naming.person(app.replica, told.case.owner_id)
    visit = told.visit
    go = partial(app.go, f"/visit/{visit.id}") if visit else None
    detail = f"by {by}, on a visit" if visit else f"by {by}"
    opened = f"Opened {wording.midway(day)}"
    rows.append(menu_row("opened", ft.Icons.EVENT_OUTLINED, opened, detail, go))
    return card(ft.Column(tight=True, spacing=0, controls=rows), padding=0)


def _kind_of(record: Account | Contact) -> tuple[str, ft.IconData]:
    if isinstance(record, Account):
        return "account", ft.Icons.STOREFRONT_OUTLINED
    return "contact", ft.Icons.PERSON_OUTLINE


def _how(app: App, told: Told) -> list[ft.Control]:
    """How much it matters, and who sees to it."""
    case = told.case

    def prefer(value: str) -> None:
        app.change(case, "Priority changed", priority=value)

    def give(chosen: str) -> None:
        name = naming.person(app.replica, chosen)
        app.change(case, f"Given to {name}", assignee_id=chosen)

    people = dropdown(
        "Who sees to it",
        [Choice(user.id, user.name) for user in told.users],
        case.assignee_id,
        give,
        label="Who sees to it",
        width=theme.READABLE_WIDTH,
    )
    return [
        section("Priority", [choice_row("priority", PRIORITIES, case.priority, prefer)]),
        section("Assigned to", [target("assignee", people)]),
    ]


def _menu(app: App, case: Case) -> ft.Control:
    def delete() -> None:
        if app.act("Case deleted", lambda: app.replica.delete(case)):
            app.go(ROUTE)

    history = naming.history_of("case", case.id)
    items = [
        ft.PopupMenuItem(content="History", icon=ft.Icons.MANAGE_HISTORY,
                         on_click=lambda _event: app.go(history)),
        ft.PopupMenuItem(content="Delete case", icon=ft.Icons.DELETE_OUTLINE,
                         on_click=lambda _event: delete()),
    ]  # fmt: skip
    return target("record-menu", menu_button("More", items))


def _gone(app: App) -> ft.Control:
    return states.empty(
        ICON, "This case is not here", "It was deleted, or is not yours to see.",
        "To the cases", lambda: app.go(ROUTE),
    )  # fmt: skip
