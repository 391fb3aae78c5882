"""The forms of customers and leads. Nothing typed is lost: the draft outlives form and app."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Any, get_args

import flet as ft

from client.errors import Invalid
from client.replica import DraftKey
from client.ui.component import component
from client.ui.components.choices import Choice, choice_row
from client.ui.components.fields import TextInput
from client.ui.components.page import section, target
from client.ui.hooks import use_app, use_box, use_layout, use_stable
from client.ui.views.custom.inputs import CustomFields
from client.ui.views.kept import kept_as
from client.ui.views.records.account_picker import AccountPicker
from client.ui.views.records.book import ACCOUNTS, CONTACTS, LEADS, Book
from client.ui.views.records.card_in import CardIn
from client.ui.views.records.draft import NEW_VALUES, Draft, entry_at_fault, save, territories_of
from client.ui.views.records.draft_form import (
    Problem,
    asked,
    framed,
    is_here,
    use_choice,
    use_draft_form,
)
from client.ui.views.records.entry_fields import EntryFields
from client.ui.views.records.fact_fields import Channels, Employees, ParentPicker
from client.ui.views.records.page import RecordPage
from client.ui.views.records.portrait import PictureField
from client.ui.views.records.territory_choice import TerritoryChoice
from client.ui.views.twins.using import use_instead
from client.ui.views.twins.warning import LikesWarning
from sync_protocol.records import Account, Contact, Lead
from sync_protocol.records.accounts import AccountKind

if TYPE_CHECKING:
    from collections.abc import Callable

    from client.replica import Replica
    from client.ui.context import App
    from client.ui.views.records.draft_form import DraftForm

KINDS = get_args(AccountKind)
WORDS = {
    "emails": "An e-mail address looks like name@example.com.",
    "employees": "Write a whole number, like 25.",
    "parent_id": "This account belongs to one beneath it already. Choose another one.",
    "birthday": "Write it as 1980-05-31, or as --05-31 without the year.",
}


@component
def NewContact() -> ft.Control:
    return _form(CONTACTS, "")


@component
def NewAccount() -> ft.Control:
    return _form(ACCOUNTS, "")


@component
def NewLead() -> ft.Control:
    return _form(LEADS, "")


@component
def EditLead() -> ft.Control:
    return _form(LEADS, ft.use_route_params().get("id", ""))


@component
def EditContact() -> ft.Control:
    return _form(CONTACTS, ft.use_route_params().get("id", ""))


@component
def EditAccount() -> ft.Control:
    return _form(ACCOUNTS, ft.use_route_params().get("id", ""))


@component
def RecordForm(book: Book, record_id: str) -> ft.Control:
    """A refused value is said beside its field, and above them all."""
    app = use_app()
    route = use_box(app.page.route).current
    key = key_of(book, record_id, route)
    seen = book.at(record_id) if record_id else book.route
    form = use_draft_form(key, lambda: begin(app.replica, book, record_id, route), seen)
    filled, set_filled = ft.use_state(0)
    return framed(
        form,
        f"{'Edit' if record_id else 'New'} {book.one}",
        Fields(
            book, form.draft, form.problem, asked(route, "field"), key=f"{form.generation} {filled}"
        ),
        lambda: submit(app, book, form),
        above=[
            *_card_in(book, form.draft, lambda: set_filled(filled + 1)),
            _likes(app, book, form.draft),
        ],
    )


def _card_in(book: Book, draft: Draft, on_filled: Callable[[], None]) -> list[ft.Control]:
    """A new contact may come from a card."""
    if book is not CONTACTS or not draft.is_new:
        return []
    return [CardIn(draft, on_filled, key=f"card {id(draft)}")]


def _likes(app: App, book: Book, draft: Draft) -> ft.Control:
    """Who may be the one that is being typed, and the way to their form with what was typed."""
    use = partial(use_instead, app, book, typed=draft)
    warning: ft.Control = LikesWarning(draft, use, key=f"likes {id(draft)}")
    return warning


def key_of(book: Book, record_id: str, route: str) -> DraftKey:
    """Under which key the draft of the form at `route` is kept."""
    parent = "" if record_id else asked(route, "account")
    return DraftKey(book.kind, record_id, parent)


def begin(replica: Replica, book: Book, record_id: str, route: str) -> Draft:
    """The draft of an existing record, or of a new one with what the address says about it."""
    held = replica.get(book.struct, record_id) if record_id else None
    if held is not None:
        return _with_room(replica, Draft(held), asked(route, "field"))
    parent = asked(route, "account")
    if book.kind == "account":
        territories = territories_of(replica)
        only = territories[0].id if len(territories) == 1 else ""
        draft = Draft(Account(name="", territory_id=only), parent)
    elif book.kind == "lead":
        draft = Draft(Lead(name=""), parent)
    else:
        draft = Draft(Contact(name="", account_id=parent), parent)
    draft.set("name", asked(route, "name"))
    for field in ("phones", "emails"):
        draft.put_entry(field, replica.new_entry(), NEW_VALUES[field])
    return draft


def _with_room(replica: Replica, draft: Draft, field: str) -> Draft:
    """An empty line where the address says that something is missing."""
    if field in NEW_VALUES and not getattr(draft.now, field, True):
        draft.put_entry(field, replica.new_entry(), NEW_VALUES[field])
    return draft


def submit(app: App, book: Book, form: DraftForm) -> None:
    """Save and show the record, or say beside the field what is wrong with it."""
    draft = form.draft
    saved: list[Account | Contact | Lead] = []
    try:
        done = app.act(
            f"{book.one.capitalize()} saved", lambda: saved.append(save(app.replica, draft))
        )
    except Invalid as error:
        words = WORDS.get(error.field, error.message)
        form.set_problem(Problem(error.field, words, entry_at_fault(draft, error.field)))
        return
    if done:
        app.forget(kept_as(draft.key))
        app.go(book.at(saved[0].id))


@component
def Fields(book: Book, draft: Draft, problem: Problem, wanted: str) -> ft.Control:
    """All fields in the order in which people tell them, those `wanted` on top."""
    first, more = FIELDS[book.kind]
    entries = {
        field: EntryFields(
            draft, field, problem.at(field), problem.entry if problem.at(field) else "",
            field == wanted,
        )
        for field in NEW_VALUES
        if hasattr(draft.now, field)
    }  # fmt: skip
    on_top = entries.pop(wanted, None)
    return _stretched(
        [
            *([on_top] if on_top else []),
            Typed(draft, "name", "Name", problem, autofocus=draft.is_new),
            *([PictureField(draft)] if getattr(draft.now, "photo", "") else []),
            *first(draft, problem),
            *entries.values(),
            *([Channels(draft)] if hasattr(draft.now, "channels") else []),
            CustomFields(draft, problem),
            section("More", [_stretched(more(draft, problem))]),
        ]
    )


def _contact_fields(draft: Draft, problem: Problem) -> list[ft.Control]:
    return [
        Typed(draft, "title", "Title, role", problem),
        Typed(draft, "role", "Part in buying: decides, uses, pays", problem),
        AccountPicker(draft, problem.at("account_id")),
    ]


def _account_fields(draft: Draft, problem: Problem) -> list[ft.Control]:
    now = draft.now
    assert isinstance(now, Account)  # noqa: S101 - the book says so
    return [
        KindOfAccount(draft),
        Typed(draft, "industry", "Industry", problem),
        Employees(draft, problem.at("employees")),
        TerritoryField(draft),
        ParentPicker(draft, problem.at("parent_id")),
    ]


def _lead_fields(draft: Draft, problem: Problem) -> list[ft.Control]:
    return [
        Typed(draft, "company", "Company", problem),
        Typed(draft, "title", "Title, role", problem),
        Typed(draft, "source", "Where they came from", problem, hint_text="Fair, website, a call"),
    ]


def _more_of_account(draft: Draft, problem: Problem) -> list[ft.Control]:
    about = Typed(draft, "about", "About", problem, multiline=True, min_lines=2, max_lines=8)
    website = Typed(draft, "website", "Website", problem, keyboard_type=ft.KeyboardType.URL)
    return [website, about]


def _more_of_lead(draft: Draft, problem: Problem) -> list[ft.Control]:
    return [TerritoryField(draft), *_more_of_account(draft, problem)]


def _more_of_contact(draft: Draft, problem: Problem) -> list[ft.Control]:
    website, about = _more_of_account(draft, problem)
    return [
        website,
        Typed(draft, "birthday", "Birthday", problem, hint_text="1980-05-31, or --05-31"),
        Typed(draft, "given_name", "Given name, for letters", problem),
        Typed(draft, "family_name", "Family name, for letters", problem),
        about,
    ]


FIELDS = {
    "account": (_account_fields, _more_of_account),
    "contact": (_contact_fields, _more_of_contact),
    "lead": (_lead_fields, _more_of_lead),
}
"""What stands above the phones, and beneath More."""


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
    entry = TextInput(label, hear, initial, problem.at(field), key=draft.turns[field], **options)
    return target(f"field-{field}", entry)


@component
def KindOfAccount(draft: Draft) -> ft.Control:
    """Side by side, or in large text, which would break the words, each with room of its own."""
    layout = use_layout()
    kind, choose = use_choice(draft, "kind")

    if layout.text > 1:
        return choice_row("kind", [Choice(x, x.capitalize()) for x in KINDS], kind, choose)
    return target(
        "kind",
        ft.SegmentedButton(
            selected=[kind],
            show_selected_icon=False,
            segments=[ft.Segment(value=name, label=name.capitalize()) for name in KINDS],
            on_change=lambda event: choose(event.control.selected[0]),
        ),
    )


@component
def TerritoryField(draft: Draft) -> ft.Control:
    now = draft.now
    choose = use_stable(lambda chosen: draft.set("territory_id", chosen))
    choice: ft.Control = TerritoryChoice(
        now.territory_id if isinstance(now, Account | Lead) else "", choose,
        key=draft.turns["territory_id"],
    )  # fmt: skip
    return choice


def _form(book: Book, record_id: str) -> ft.Control:
    app = use_app()
    key = key_of(book, record_id, app.page.route)
    if not is_here(app, key):
        page: ft.Control = RecordPage(book, record_id, key=record_id)  # it says why
        return page
    form: ft.Control = RecordForm(book, record_id, key=kept_as(key))
    return form
