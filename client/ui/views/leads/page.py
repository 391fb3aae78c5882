"""A lead's page: who it is, the four questions, the next step, and what it has become."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

import flet as ft

from client import fieldwork, leading
from client.errors import Invalid
from client.ui import links, theme, wording
from client.ui.component import component
from client.ui.components import states
from client.ui.components.buttons import chip, icon_button, menu_button
from client.ui.components.choices import Choice, choice_row
from client.ui.components.fields import TextInput
from client.ui.components.page import card, screen, scroll, section, target
from client.ui.components.record_row import avatar, sync_mark
from client.ui.components.rows import menu_row
from client.ui.components.sheet import sheet
from client.ui.components.text import selectable
from client.ui.hooks import use_app, use_layout, use_live, use_stable
from client.ui.layout import Layout, Size
from client.ui.self_saving import use_saving
from client.ui.views import acts
from client.ui.views.custom.facts import CustomFacts
from client.ui.views.files.section import FilesSection
from client.ui.views.leads.list_view import ROUTE
from client.ui.views.leads.words import QUESTIONS, status_pill, where_of
from client.ui.views.records.finding import marks
from client.ui.views.records.label_sheet import LabelSheet
from client.ui.views.records.timeline import Timeline
from client.ui.views.talk import Comments, FollowButton
from sync_protocol.records import (
    Account,
    Activity,
    Answer,
    Contact,
    Deal,
    Label,
    Labelling,
    Lead,
    Reason,
    Task,
    User,
)
from sync_protocol.rules import leads
from sync_protocol.rules.ancestry import MERGED

if TYPE_CHECKING:
    from collections.abc import Callable

    from client.replica import Replica
    from client.replica.labels import Worn
    from client.ui.components.record_row import Mark
    from client.ui.context import App

MET = (
    Choice("met", "Yes", ft.Icons.THUMB_UP_OUTLINED),
    Choice("unmet", "No", ft.Icons.THUMB_DOWN_OUTLINED),
    Choice("unknown", "Not known", ft.Icons.HELP_OUTLINE),
)
_VALUES = {"met": True, "unmet": False, "unknown": None}
_NAMES = {value: name for name, value in _VALUES.items()}


LARGE_TEXT = 1.3
"""Larger, and two buttons do not fit beside each other on a phone."""


class Page(NamedTuple):
    lead: Lead
    labels: tuple[Worn, ...]
    owner: str
    reason: str
    became: tuple[tuple[str, str, str], ...]
    mark: Mark
    region: str


@component
def LeadPage() -> ft.Control:
    lead_id = ft.use_route_params().get("id", "")
    page: ft.Control = OneLead(lead_id, key=lead_id)
    return page


@component
def OneLead(lead_id: str) -> ft.Control:
    app, layout = use_app(), use_layout()
    page = use_live(
        lambda replica: read_page(replica, lead_id),
        Account, Activity, Contact, Deal, Label, Labelling, Lead, Reason, Task, User,
        deps=[lead_id],
    )  # fmt: skip
    labelling, set_labelling = ft.use_state(False)
    refusing, set_refusing = ft.use_state(False)
    close = use_stable(lambda: set_labelling(False))
    back = None if layout.two_panes else lambda: app.go(ROUTE)
    if page is None:
        return screen("Lead", _absent(app, lead_id), on_back=back)
    lead = page.lead
    return screen(
        lead.name,
        scroll(
            [
                LabelSheet(lead, labelling, close),
                Disqualify(lead, refusing, lambda: set_refusing(False)),
                _who(page),
                _labels(page, lambda: set_labelling(True)),
                *_became(app, page),
                _rowed(_steps(app, page, lambda: set_refusing(True)), layout),
                _rowed(_log(app, lead), layout),
                *_reach(app, page),
                section("Questions", [
                    Question(lead.id, name, lead.answers.get(name, Answer()), key=name)
                    for name in QUESTIONS
                ]),
                *_facts(page),
                CustomFacts("lead", lead.id),
                FilesSection(Lead, lead.id, key="files"),
                Comments("lead", lead.id),
                Timeline("lead", lead.id),
            ],
            left=layout.two_panes,
        ),
        on_back=back,
        actions=_actions(app, lead),
    )  # fmt: skip


def read_page(replica: Replica, lead_id: str) -> Page | None:
    lead = replica.get(Lead, lead_id)
    if lead is None or lead.deleted:
        return None
    owner, reason = replica.get(User, lead.owner_id), replica.get(Reason, lead.reason_id)
    return Page(
        lead,
        tuple(replica.worn(lead.id)),
        owner.name if owner else "",
        wording.listed([reason.name if reason else "", lead.reason]),
        tuple(_results(replica, lead)),
        marks(replica, lead.id),
        replica.settings.region,
    )


def _results(replica: Replica, lead: Lead) -> list[tuple[str, str, str]]:
    """(kind, name, route) of what it has become, followed through merges."""
    became = lead.converted
    if became is None:
        return []
    found = []
    struct: type[Any]
    for struct, record_id, route in (
        (Account, became.account_id, "/accounts"),
        (Contact, became.contact_id, "/contacts"),
        (Deal, became.deal_id, "/deals"),
    ):
        record = _standing(replica, struct, record_id)
        if record is not None:
            found.append((struct.__name__, record.name, f"{route}/{record.id}"))
    return found


def _standing(replica: Replica, struct: type[Any], record_id: str) -> Any:
    """The record, or the one it was merged into; None if it is deleted or not here."""
    record: Any = replica.get(struct, record_id) if record_id else None
    merged_into = getattr(record, MERGED, None)
    if merged_into:
        record = replica.get(struct, merged_into) or record
    return None if record is None or record.deleted else record


def _absent(app: App, lead_id: str) -> ft.Control:
    lead = app.replica.get(Lead, lead_id)
    if lead is None:
        return states.empty(
            ft.Icons.VISIBILITY_OFF_OUTLINED,
            "This lead is not visible to you",
            "It may belong to somebody else, or it has not reached this device yet.",
        )

    def restore() -> None:
        app.act(f"{lead.name} restored", lambda: app.replica.restore(lead))

    return states.empty(
        ft.Icons.DELETE_OUTLINE,
        f"{lead.name} was deleted",
        "Nothing is lost: restoring brings it back with its whole history.",
        "Restore",
        restore,
    )


def _actions(app: App, lead: Lead) -> list[ft.Control]:
    def delete() -> None:
        if app.act(f"{lead.name} deleted", lambda: app.replica.delete(lead)):
            app.go(ROUTE)

    edit = icon_button(
        ft.Icons.EDIT_OUTLINED, "Edit", on_click=lambda _event: app.go(f"{ROUTE}/{lead.id}/edit")
    )
    more = menu_button(
        "More",
        [
            _item("Merge with\u2026", ft.Icons.MERGE, lambda: app.go(f"/merge/lead/{lead.id}")),
            _item("History", ft.Icons.MANAGE_HISTORY, lambda: app.go(f"/past/lead/{lead.id}")),
            _item("Delete lead", ft.Icons.DELETE_OUTLINE, delete),
        ],
    )
    return [FollowButton("lead", lead.id), target("edit", edit), target("record-menu", more)]


def _item(text: str, icon: ft.IconData, act: Callable[[], object]) -> ft.PopupMenuItem:
    return ft.PopupMenuItem(content=text, icon=icon, on_click=lambda _event: act())


def _who(page: Page) -> ft.Control:
    lead = page.lead
    return ft.Row(
        spacing=12,
        controls=[
            avatar(lead.name, True, 52),
            ft.Column(
                expand=True,
                tight=True,
                spacing=theme.GAP_S,
                controls=[
                    ft.Text(where_of(lead) or "No company yet", style=theme.BODY),
                    ft.Row(
                        spacing=theme.GAP,
                        controls=[status_pill(lead.status), *sync_mark(page.mark)],
                    ),
                ],
            ),
        ],
    )


def _labels(page: Page, on_labels: Callable[[], None]) -> ft.Control:
    names = ", ".join(label.name for label in page.labels)
    shown = chip(
        names or "Add label",
        leading=ft.Icon(ft.Icons.LABEL_OUTLINE, size=18),
        on_click=lambda _event: on_labels(),
    )
    return ft.Row(controls=[target("labels", shown)])


def _became(app: App, page: Page) -> list[ft.Control]:
    """A converted lead leads to its customer; a disqualified one says why."""
    if page.lead.status == "disqualified":
        text = f"Disqualified: {page.reason or 'no reason given'}"
        return [states.notice(ft.Icons.DO_NOT_DISTURB_ON_OUTLINED, text)]
    if page.lead.status != "converted":
        return []
    rows: list[ft.Control] = [
        menu_row(f"became-{kind.lower()}", ft.Icons.ARROW_FORWARD, name, kind,
                 lambda route=route: app.go(route))  # type: ignore[misc]
        for kind, name, route in page.became
    ]  # fmt: skip
    none: list[ft.Control] = [ft.Text("What it became is not visible to you.", color=theme.MUTED)]
    return [section("Has become", [card(ft.Column(spacing=0, controls=rows or none), padding=0)])]


def _rowed(buttons: list[ft.Semantics], layout: Layout) -> ft.Control:
    """On a phone two beside each other, the filled one first and as wide as both."""
    if layout.size is not Size.PHONE or layout.text > LARGE_TEXT:
        row = ft.Row(wrap=True, spacing=theme.GAP, run_spacing=theme.GAP, controls=[*buttons])
        return ft.Container(row, visible=bool(buttons))
    for button in buttons:
        button.expand = True
    first = sum(isinstance(button.content, ft.FilledButton) for button in buttons)
    rows = [buttons[:first], *(buttons[at : at + 2] for at in range(first, len(buttons), 2))]
    shown = [ft.Row(spacing=theme.GAP, controls=[*row]) for row in rows if row]
    column = ft.Column(tight=True, spacing=theme.GAP, controls=[*shown])
    return ft.Container(column, visible=bool(buttons))


def _steps(app: App, page: Page, on_disqualify: Callable[[], None]) -> list[ft.Semantics]:
    """What may come next, the likeliest first and filled."""
    lead = page.lead
    buttons: list[ft.Semantics] = []

    def act(said: str, write: Callable[[], object]) -> None:
        try:
            app.act(said, write)
        except Invalid as error:
            app.say(error.message)

    if leads.may_become(lead.status, "converted"):
        convert = ft.FilledButton(
            "Convert to customer",
            icon=ft.Icons.CHECK,
            height=theme.TOUCH,
            on_click=lambda _event: app.go(f"{ROUTE}/{lead.id}/convert"),
        )
        buttons.append(target("convert", convert))
    if leads.may_become(lead.status, "qualified"):
        buttons.append(
            _step("qualify", "Qualified", ft.Icons.VERIFIED_OUTLINED,
                  lambda: act("Lead qualified", lambda: leading.qualify(app.replica, lead)))
        )  # fmt: skip
    if lead.status == "new":
        buttons.append(
            _step("work", "Take it up", ft.Icons.PLAY_ARROW_OUTLINED,
                  lambda: act("Lead taken up", lambda: leading.work(app.replica, lead)))
        )  # fmt: skip
    if lead.status == "disqualified":
        buttons.append(
            _step("reopen", "Reopen", ft.Icons.REPLAY,
                  lambda: act("Lead reopened", lambda: leading.reopen(app.replica, lead)))
        )  # fmt: skip
    if leads.may_become(lead.status, "disqualified"):
        icon = ft.Icons.DO_NOT_DISTURB_ON_OUTLINED
        buttons.append(_step("disqualify", "Disqualify", icon, on_disqualify))
    return buttons


def _log(app: App, lead: Lead) -> list[ft.Semantics]:
    """What has just happened with an open lead: one tap, its note on the next page."""
    if lead.status not in leads.OPEN:
        return []
    whom = fieldwork.About(lead_id=lead.id)
    here = f"/new/leads/{lead.id}"
    return [
        _step("log-call", "Log call", ft.Icons.CALL_OUTLINED, lambda: acts.log(app, "call", whom)),
        _step("log-visit", "Log visit", ft.Icons.STOREFRONT_OUTLINED,
              lambda: acts.log(app, "visit", whom)),
        _step("add-note", "Note", ft.Icons.NOTES_OUTLINED, lambda: app.go(f"{here}/note")),
        _step("add-task", "Task", ft.Icons.ADD_TASK, lambda: app.go(f"{here}/task")),
    ]  # fmt: skip


def _step(name: str, text: str, icon: ft.IconData, act: Callable[[], None]) -> ft.Semantics:
    button = ft.OutlinedButton(text, icon=icon, height=theme.TOUCH, on_click=lambda _event: act())
    return target(name, button)


def _reach(app: App, page: Page) -> list[ft.Control]:
    """Each way to reach them; a tap acts."""
    platform, in_browser = app.page.platform, bool(app.page.web)
    lead = page.lead
    lines = [
        *[
            _line(ft.Icons.CALL_OUTLINED, p.number, p.kind or "Phone",
                  links.call(p.number, page.region))
            for p in lead.phones.values()
        ],
        *[
            _line(ft.Icons.MAIL_OUTLINE, e.address, e.kind or "E-mail", links.mail(e.address))
            for e in lead.emails.values()
        ],
        *[
            _line(ft.Icons.PLACE_OUTLINED, links.one_line(a), a.kind or "Address",
                  links.navigate(a, platform, in_browser=in_browser))
            for a in lead.addresses.values() if links.one_line(a)
        ],
    ]  # fmt: skip
    if lead.website:
        lines.append(_line(ft.Icons.LANGUAGE, lead.website, "Website", links.web(lead.website)))
    if not lines:
        return []
    stack = ft.Column(tight=True, spacing=0, controls=[*lines])
    return [section("Contact details", [card(stack, padding=0)])]


def _line(icon: ft.IconData, value: str, kind: str, url: str) -> ft.Control:
    return ft.Container(
        ink=True,
        border_radius=theme.RADIUS,
        action=ft.OpenUrl(url),
        padding=ft.Padding.symmetric(horizontal=12, vertical=10),
        content=ft.Row(
            spacing=12,
            controls=[
                ft.Icon(icon, color=theme.MUTED),
                ft.Text(value, style=theme.BODY, expand=True),
                ft.Text(kind.capitalize(), style=theme.SMALL, color=theme.MUTED),
            ],
        ),
    )


def _facts(page: Page) -> list[ft.Control]:
    pairs = (
        ("About", page.lead.about),
        ("Came from", page.lead.source),
        ("Looked after by", page.owner),
    )
    shown: list[ft.Control] = [
        ft.Column(
            tight=True,
            spacing=0,
            controls=[
                ft.Text(name, style=theme.SMALL, color=theme.MUTED),
                selectable(value, style=theme.BODY),
            ],
        )
        for name, value in pairs
        if value
    ]
    stack = ft.Column(tight=True, spacing=theme.GAP, controls=shown)
    return [section("About", [card(stack)])] if shown else []


@component
def Question(lead_id: str, name: str, answer: Answer) -> ft.Control:
    """Yes, no or not known by a tap; the note saves itself."""
    app = use_app()
    title, asks = QUESTIONS[name]

    def write(met: bool | None, note: str) -> None:
        lead = app.replica.get(Lead, lead_id)
        if lead is not None:
            leading.answer(app.replica, lead, name, met, note)

    def choose(value: str) -> None:
        app.save_typed()
        note = _answer(app.replica, lead_id, name).note
        app.act(f"{title} noted", lambda: write(_VALUES[value], note))

    saving = use_saving(
        lambda replica: _answer(replica, lead_id, name).note,
        lambda text: write(_answer(app.replica, lead_id, name).met, text),
        Lead,
    )
    return card(
        ft.Column(
            tight=True,
            spacing=theme.GAP,
            horizontal_alignment=ft.CrossAxisAlignment.STRETCH,
            controls=[
                ft.Row(
                    spacing=theme.GAP,
                    wrap=True,
                    run_spacing=0,
                    controls=[
                        ft.Text(title, style=theme.HEADING),
                        ft.Text(asks, style=theme.SMALL, color=theme.MUTED),
                    ],
                ),
                choice_row(name, MET, _NAMES[answer.met], choose),
                target(
                    f"note-{name}",
                    TextInput(
                        f"Note on {name}",
                        saving.hear,
                        saving.first,
                        saving.said,
                        multiline=True,
                        max_lines=4,
                        key=saving.turn,
                        **saving.focus,
                    ),
                ),
            ],
        )
    )


def _answer(replica: Replica, lead_id: str, name: str) -> Answer:
    lead = replica.get(Lead, lead_id)
    return lead.answers.get(name, Answer()) if lead else Answer()


@component
def Disqualify(lead: Lead, is_open: bool, on_close: Callable[[], None]) -> ft.Control:
    """Shows nothing itself; while `is_open` a sheet asks why."""
    app = use_app()
    reasons = use_live(
        lambda replica: replica.find(Reason, of="disqualified", archived=False, order_by="place"),
        Reason,
    )
    typed: Any = ft.use_ref(lambda: "")
    problem, set_problem = ft.use_state("")
    hear = use_stable(lambda text: setattr(typed, "current", text))

    def close() -> None:
        set_problem("")
        on_close()

    def refuse(reason_id: str) -> None:
        text = typed.current
        try:
            done = app.act(
                "Lead disqualified",
                lambda: leading.disqualify(app.replica, lead, reason_id, text),
            )
        except Invalid as error:
            set_problem(error.message)
            return
        if done:
            close()

    chips = [
        target(f"reason-{place}", ft.OutlinedButton(
            reason.name, height=theme.TOUCH, on_click=lambda _event, i=reason.id: refuse(i)))
        for place, reason in enumerate(reasons)
    ]  # fmt: skip
    label = "Or say it in words" if chips else "Why does it lead nowhere?"
    controls: list[ft.Control] = [
        *([ft.Row(wrap=True, spacing=theme.GAP, controls=[*chips])] if chips else []),
        target("reason", TextInput(label, hear, "", problem)),
        target(
            "refuse",
            ft.FilledButton("Disqualify", height=theme.TOUCH, on_click=lambda _event: refuse("")),
        ),
    ]
    ft.use_dialog(sheet("Disqualify", controls, close) if is_open else None)
    return ft.Container(visible=False)
