"""The forms of contacts and accounts. Nothing typed is lost: the draft outlives form and app."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple, cast, get_args
from urllib.parse import parse_qs, urlparse

import flet as ft

from client.customising import kind_name
from client.errors import Invalid
from client.replica import DraftKey
from client.ui import theme
from client.ui.component import component
from client.ui.components import states
from client.ui.components.fields import TextInput
from client.ui.components.page import screen, scroll, section, target
from client.ui.components.sheet import question
from client.ui.hooks import use_app, use_autosave, use_box, use_layout, use_stable
from client.ui.views.custom.inputs import CustomFields
from client.ui.views.records.account_picker import AccountPicker
from client.ui.views.records.book import ACCOUNTS, CONTACTS, Book
from client.ui.views.records.draft import NEW_VALUES, Draft, entry_at_fault, save, territories_of
from client.ui.views.records.draft_keeping import keep, restored
from client.ui.views.records.entry_fields import EntryFields
from client.ui.views.records.page import RecordPage
from client.ui.views.records.territory_choice import TerritoryChoice
from client.ui.views.twins.warning import LikesWarning, with_typed
from sync_protocol.records import Account, Contact
from sync_protocol.records.accounts import AccountKind

if TYPE_CHECKING:
    from collections.abc import Callable

    from client.replica import Replica
    from client.ui.context import App

SYNC = "/queue"
KINDS = get_args(AccountKind)
WORDS = {
    "emails": "An e-mail address looks like name@example.com.",
    "birthday": "Write it as 1980-05-31, or as --05-31 without the year.",
}


class Problem(NamedTuple):
    """What is wrong with a field; `entry` says with which of its phones or e-mails."""

    field: str
    message: str
    entry: str = ""

    def at(self, field: str) -> str:
        return self.message if field == self.field else ""


NONE = Problem("", "")


@component
def NewContact() -> ft.Control:
    return _form(CONTACTS, "")


@component
def NewAccount() -> ft.Control:
    return _form(ACCOUNTS, "")


@component
def EditContact() -> ft.Control:
    return _form(CONTACTS, ft.use_route_params().get("id", ""))


@component
def EditAccount() -> ft.Control:
    return _form(ACCOUNTS, ft.use_route_params().get("id", ""))


@component
def RecordForm(book: Book, record_id: str) -> ft.Control:
    """Save and Cancel in the bar; a refused value is said beside its field, and above them all."""
    app, layout = use_app(), use_layout()
    route = use_box(app.page.route).current
    key = key_of(book, record_id, route)
    name = kept_as(key)
    asking, set_asking = ft.use_state(False)
    generation, set_generation = ft.use_state(0)
    draft = app.keep(
        name,
        lambda: restored(app.replica, key) or begin(app.replica, book, record_id, route),
    )
    problem, set_problem = _use_problem(draft)
    came_back = use_box(draft.changed)
    _use_keeping(app, draft, route)
    _use_reminder(app, name, route)

    def leave() -> None:
        forget(app, key)
        seen = book.at(record_id) if record_id else book.route
        app.go(SYNC if draft.problem else seen)

    def cancel() -> None:
        set_asking(True) if draft.changed else leave()

    def afresh() -> None:
        forget(app, key)
        came_back.current = False
        set_problem(NONE)
        set_generation(lambda old: old + 1)

    ft.use_dialog(_leaving(leave, lambda: set_asking(False)) if asking else None)
    return screen(
        f"{'Edit' if record_id else 'New'} {book.one}",
        _beneath(
            [*_notices(problem, came_back.current, afresh), _likes(app, book, draft)],
            scroll([Fields(book, draft, problem, key=f"{generation}")], left=layout.two_panes),
        ),
        on_back=cancel,
        actions=[
            *([_cancel(cancel)] if layout.two_panes else []),
            _save(lambda: submit(app, book, draft, name, set_problem)),
        ],
    )


def _likes(app: App, book: Book, draft: Draft) -> ft.Control:
    """Who may be the one that is being typed, and the way to their form with what was typed."""

    def use(held: Any) -> None:
        taken = with_typed(app.replica, held, draft)
        forget(app, draft.key)
        app.keep(kept_as(taken.key), lambda: taken)
        app.go(book.at(held.id, "edit"))

    air = ft.Padding.symmetric(horizontal=theme.GAP_L)
    return ft.Container(LikesWarning(draft, use, key=f"likes {id(draft)}"), padding=air)


def _use_problem(draft: Draft) -> tuple[Problem, Callable[[Problem], None]]:
    first = use_box(refused(draft)).current
    return cast("tuple[Problem, Callable[[Problem], None]]", ft.use_state(first))


def key_of(book: Book, record_id: str, route: str) -> DraftKey:
    """Under which key the draft of the form at `route` is kept."""
    parent = "" if record_id else _asked(route, "account")
    return DraftKey(book.kind, record_id, parent)


def kept_as(key: DraftKey) -> str:
    """Under which name the app holds a form's draft while it runs."""
    return f"form {' '.join(key)}"


def forget(app: App, key: DraftKey) -> None:
    """Throw away what was typed into a form."""
    app.forget(kept_as(key))
    app.replica.drop_draft(key)


def refused(draft: Draft) -> Problem:
    """What the server said against the edit that a draft mends."""
    if draft.problem is None:
        return NONE
    rejection = draft.problem.rejection
    return Problem(rejection.field, rejection.message, entry_at_fault(draft, rejection.field))


def _beneath(notices: list[ft.Control], fields: ft.Control) -> ft.Control:
    return ft.Column(expand=True, spacing=0, controls=[*notices, fields])


def begin(replica: Replica, book: Book, record_id: str, route: str) -> Draft:
    """The draft of an existing record, or of a new one with what the address says about it."""
    held = replica.get(book.struct, record_id) if record_id else None
    if held is not None:
        return Draft(held)
    parent = _asked(route, "account")
    if book.kind == "account":
        territories = territories_of(replica)
        only = territories[0].id if len(territories) == 1 else ""
        draft = Draft(Account(name="", territory_id=only), parent)
    else:
        draft = Draft(Contact(name="", account_id=parent), parent)
    draft.set("name", _asked(route, "name"))
    for field in ("phones", "emails"):
        draft.put_entry(field, replica.new_entry(), NEW_VALUES[field])
    return draft


def _asked(route: str, name: str) -> str:
    """What the address says about a new record."""
    return parse_qs(urlparse(route).query).get(name, [""])[0]


def submit(
    app: App, book: Book, draft: Draft, name: str, set_problem: Callable[[Problem], None]
) -> None:
    """Save and show the record, or say beside the field what is wrong with it."""
    saved: list[Account | Contact] = []
    try:
        done = app.act(
            f"{book.one.capitalize()} saved", lambda: saved.append(save(app.replica, draft))
        )
    except Invalid as error:
        words = WORDS.get(error.field, error.message)
        set_problem(Problem(error.field, words, entry_at_fault(draft, error.field)))
        return
    if done:
        app.forget(name)
        app.go(book.at(saved[0].id))


@component
def Fields(book: Book, draft: Draft, problem: Problem) -> ft.Control:
    """All fields in the order in which people tell them."""
    contact = book.kind == "contact"
    entries = [
        EntryFields(draft, field, problem.at(field), problem.entry if problem.at(field) else "")
        for field in NEW_VALUES
    ]
    return _stretched(
        [
            Typed(draft, "name", "Name", problem, autofocus=draft.is_new),
            *(_contact_fields(draft, problem) if contact else _account_fields(draft, problem)),
            *entries,
            OwnFields(draft, problem),
            section("More", [_stretched(_more(draft, problem, contact=contact))]),
        ]
    )


@component
def OwnFields(draft: Draft, problem: Problem) -> ft.Control:
    """What this company has added."""
    put = use_stable(draft.put_custom)
    of = kind_name(draft.before)
    fields: ft.Control = CustomFields(of, draft.now.custom, put, problem)
    return fields


def _contact_fields(draft: Draft, problem: Problem) -> list[ft.Control]:
    return [
        Typed(draft, "title", "Title, role", problem),
        AccountPicker(draft, problem.at("account_id")),
    ]


def _account_fields(draft: Draft, problem: Problem) -> list[ft.Control]:
    now = draft.now
    assert isinstance(now, Account)  # noqa: S101 - the book says so
    return [
        KindOfAccount(draft),
        Typed(draft, "industry", "Industry", problem),
        TerritoryField(draft),
    ]


def _more(draft: Draft, problem: Problem, *, contact: bool) -> list[ft.Control]:
    about = Typed(draft, "about", "About", problem, multiline=True, min_lines=2, max_lines=8)
    url = ft.KeyboardType.URL
    website = Typed(draft, "website", "Website", problem, keyboard_type=url)
    if not contact:
        return [website, about]
    hint = "1980-05-31, or --05-31"
    return [
        website,
        Typed(draft, "birthday", "Birthday", problem, hint_text=hint),
        Typed(draft, "given_name", "Given name, for letters", problem),
        Typed(draft, "family_name", "Family name, for letters", problem),
        about,
    ]


def _stretched(controls: list[ft.Control]) -> ft.Control:
    return ft.Column(
        tight=True,
        spacing=12,
        horizontal_alignment=ft.CrossAxisAlignment.STRETCH,
        controls=controls,
    )


@component
def Typed(draft: Draft, field: str, label: str, problem: Problem, **options: Any) -> ft.Control:
    """One text field of the draft."""
    hear = use_stable(lambda text: draft.set(field, text))
    initial = getattr(draft.now, field) or ""
    return target(
        f"field-{field}",
        TextInput(label, hear, initial, problem.at(field), **options),
    )


@component
def KindOfAccount(draft: Draft) -> ft.Control:
    now = draft.now
    kind, set_kind = ft.use_state(now.kind if isinstance(now, Account) else KINDS[0])

    def choose(event: ft.Event[ft.SegmentedButton]) -> None:
        draft.set("kind", event.control.selected[0])
        set_kind(event.control.selected[0])

    return target(
        "kind",
        ft.SegmentedButton(
            selected=[kind],
            show_selected_icon=False,
            segments=[ft.Segment(value=name, label=name.capitalize()) for name in KINDS],
            on_change=choose,
        ),
    )


@component
def TerritoryField(draft: Draft) -> ft.Control:
    now = draft.now
    choose = use_stable(lambda chosen: draft.set("territory_id", chosen))
    choice: ft.Control = TerritoryChoice(
        now.territory_id if isinstance(now, Account) else "", choose
    )
    return choice


def _notices(problem: Problem, came_back: bool, afresh: Callable[[], None]) -> list[ft.Control]:
    """Above the fields and never scrolled away."""
    shown: list[ft.Control] = []
    if problem.message:
        text = f"Not saved. {problem.message}"
        shown.append(
            target("form-problem", states.notice(ft.Icons.ERROR_OUTLINE, text, error=True))
        )
    elif came_back:
        shown.append(
            ft.Row(
                controls=[
                    ft.Text("What you typed before is still here.", color=theme.MUTED, expand=True),
                    target(
                        "start-afresh",
                        ft.TextButton(
                            "Start afresh", height=theme.TOUCH, on_click=lambda _event: afresh()
                        ),
                    ),
                ]
            )
        )
    air = ft.Padding.symmetric(horizontal=theme.GAP_L, vertical=theme.GAP_S)
    return [ft.Container(control, padding=air) for control in shown]


def _use_keeping(app: App, draft: Draft, route: str) -> None:
    """What is typed is in the replica at the next pause, and when the form or the app is left."""

    def write(_typed: str) -> None:
        if app.kept(kept_as(draft.key)) is draft:
            keep(app.replica, draft, route)

    later = use_autosave(write)
    draft.on_typed = lambda: later("")


def _use_reminder(app: App, name: str, route: str) -> None:
    """Whoever goes elsewhere without saving is told so, and where the way back is."""

    def remind() -> None:
        draft = app.kept(name)
        if draft is not None and draft.changed:
            app.say("Not saved yet. What you typed is kept.", "Go back", lambda: app.go(route))

    ft.use_effect(lambda: None, [], cleanup=remind)


def _leaving(on_leave: Callable[[], None], on_stay: Callable[[], None]) -> ft.AlertDialog:
    return question(
        "Leave without saving?",
        "What you typed in this form would be thrown away.",
        "Throw away",
        on_leave,
        on_stay,
        no="Keep editing",
    )


def _cancel(on_cancel: Callable[[], None]) -> ft.Control:
    button = ft.TextButton("Cancel", height=theme.TOUCH, on_click=lambda _event: on_cancel())
    return target("cancel", button)


def _save(on_save: Callable[[], None]) -> ft.Control:
    return target(
        "save",
        ft.FilledButton(
            "Save", icon=ft.Icons.CHECK, height=theme.TOUCH, on_click=lambda _event: on_save()
        ),
    )


def _form(book: Book, record_id: str) -> ft.Control:
    app = use_app()
    held = app.replica.get(book.struct, record_id) if record_id else None
    key = key_of(book, record_id, app.page.route)
    mended = app.kept(kept_as(key)) or (held is None and restored(app.replica, key))
    if record_id and not mended and (held is None or held.deleted):
        page: ft.Control = RecordPage(book, record_id, key=record_id)  # it says why
        return page
    form: ft.Control = RecordForm(book, record_id, key=kept_as(key))
    return form
